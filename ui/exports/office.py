"""What pandoc's docx and odt lack for French readers: A4 pages, sober headings, and the date that they were made."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date

Edits = Mapping[str, Sequence[tuple[str, str]]]
_STYLE = r'(<w:style [^>]*w:styleId="{name}"(?:(?!</w:style>).)*?)'
_A4 = (
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1304" w:right="1304" w:bottom="1304" w:left="1304" '
    'w:header="709" w:footer="709" w:gutter="0"/>'
)
_BAR = '<w:pBdr><w:left w:val="single" w:sz="12" w:space="10" w:color="0B5C4B"/></w:pBdr>'


def finish_docx(document: bytes, made: date) -> bytes:
    """The docx on A4 pages, with its quotes beside a bar, small footnotes and smaller headings."""
    sizes = {"Title": 40, "Heading1": 30, "Heading2": 26, "Heading3": 24}
    styles = [
        (_STYLE.format(name=name) + r'<w:sz w:val="\d+"\s*/>\s*<w:szCs w:val="\d+"\s*/>', _sized(size))
        for name, size in sizes.items()
    ]
    small = '<w:pPr><w:spacing w:after="60"/></w:pPr><w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>'
    styles += [
        (r'(<w:rPrDefault>(?:(?!</w:rPrDefault>).)*?)<w:sz w:val="24"\s*/>', r'\1<w:sz w:val="22"/>'),
        (_STYLE.format(name="Title") + r'<w:jc w:val="center"\s*/>', r'\1<w:jc w:val="left"/>'),
        (_STYLE.format(name="BlockText") + r"<w:pPr>", rf"\1<w:pPr>{_BAR}"),
        (_STYLE.format(name="FootnoteText") + r"</w:style>", rf"\1{small}</w:style>"),
    ]
    return _edited(
        document,
        {
            "word/document.xml": [(r"</w:footnotePr>\s*</w:sectPr>", f"</w:footnotePr>{_A4}</w:sectPr>")],
            "word/styles.xml": styles,
            "word/theme/theme1.xml": [(r'latin typeface="Aptos(?: Display)?"', 'latin typeface="Calibri"')],
            "docProps/core.xml": [(r"1970-01-01T00:00:00Z", f"{made}T12:00:00Z")],
        },
    )


def finish_odt(document: bytes, made: date) -> bytes:
    """The odt on A4 pages."""
    return _edited(
        document,
        {
            "styles.xml": [
                (r'fo:page-height="11in"', 'fo:page-height="29.7cm"'),
                (r'fo:page-width="8.5in"', 'fo:page-width="21cm"'),
            ],
            "meta.xml": [(r"1970-01-01T00:00:00Z", f"{made}T12:00:00Z")],
        },
    )


def _sized(size: int) -> str:
    return rf'\1<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _edited(document: bytes, edits: Edits) -> bytes:
    """The zip with its parts edited; a pattern that is not found leaves its part as pandoc wrote it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.infolist():
            content = given.read(part)
            if part.filename in edits:
                text = content.decode()
                for pattern, replacement in edits[part.filename]:
                    text = re.sub(pattern, replacement, text, flags=re.DOTALL)
                content = text.encode()
            made.writestr(part, content)
    return out.getvalue()
