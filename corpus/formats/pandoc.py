"""docx, odt, html, epub and rtf as Markdown, by pandoc: the only module that names pypandoc.

pandoc runs with `--sandbox`: it reads what it is given and nothing else, whatever the document includes or links to.
"""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
import zlib
from dataclasses import replace
from html import unescape
from pathlib import Path

import yaml

from corpus.formats.base import Extract, Limits, Unreadable
from corpus.formats.text import decode

FORMATS = {".docx": "docx", ".odt": "odt", ".html": "html", ".htm": "html", ".epub": "epub", ".rtf": "rtf"}
_ZIPPED = frozenset({"docx", "odt", "epub"})
_FILTER = Path(__file__).with_name("plainer.lua")
_MARKDOWN = "gfm-raw_html-footnotes-autolink_bare_uris"
_HEADER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_ISO_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_:-]{2,40})""", re.IGNORECASE)
_ABOUT = re.compile(r"<(?:dc|meta):(title|creator|initial-creator|date)>([^<]{1,2000})<")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_PIECE = 1_000_000

LOCKED = "ce document est protégé par un mot de passe : enregistrez-en une copie sans protection"
OLD = "ce document est d'un ancien format, ou protégé par un mot de passe : enregistrez-le en .docx sans protection"
DAMAGED = "ce document est endommagé : ouvrez-le et enregistrez-le de nouveau"
_WRONG = "ce n'est pas un fichier {suffix} malgré son nom"


def read_with_pandoc(data: bytes, suffix: str, limits: Limits) -> Extract:
    """A document of one of `FORMATS`; `Unreadable` when it is damaged, protected or too big once decompressed."""
    form = FORMATS[suffix]
    about = ""
    if form in _ZIPPED:
        about = _check_zip(data, suffix, limits)
    elif form == "html":
        data = _html(data)
    elif not data.lstrip()[:5].startswith(b"{\\rtf"):
        raise Unreadable(_WRONG.format(suffix=suffix))
    return _with(_extract(_converted(data, form, limits)), about)


def pandoc_path() -> str:
    """Where the pandoc that is installed with the guide lies."""
    import pypandoc

    return str(pypandoc.get_pandoc_path())


def _converted(data: bytes, form: str, limits: Limits) -> str:
    heap = f"-M{limits.memory // 2}m"
    command = [
        pandoc_path(), "--sandbox", "--standalone", "--wrap=none", f"--from={form}", f"--to={_MARKDOWN}",
        f"--lua-filter={_FILTER}", "+RTS", heap, "-RTS",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=limits.seconds, check=True)
    except subprocess.CalledProcessError as error:
        raise Unreadable(DAMAGED) from error
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"sa lecture dépasse {limits.seconds} s (PTCE_READ_SECONDS)") from error
    limits.check_expanded(len(done.stdout))
    return done.stdout.decode("utf-8", errors="replace")


def _check_zip(data: bytes, suffix: str, limits: Limits) -> str:
    """What an odt file says of itself, as XML ("" for another), once all of it could be decompressed.

    Everything is decompressed once without keeping it: what an archive says of its own size may be a lie.
    """
    if data.startswith(_OLD_OFFICE):
        raise Unreadable(OLD)
    size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if entry.flag_bits & 1:
                    raise Unreadable(LOCKED)
                with archive.open(entry) as content:
                    while piece := content.read(_PIECE):
                        size += len(piece)
                        limits.check_expanded(size)
            names = set(archive.namelist())
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise Unreadable(LOCKED)
            return archive.read("meta.xml")[:_PIECE].decode("utf-8", "replace") if "meta.xml" in names else ""
    except Unreadable:
        raise
    except zipfile.BadZipFile as error:
        raise Unreadable(DAMAGED if data.startswith(b"PK") else _WRONG.format(suffix=suffix)) from error
    except (OSError, ValueError, EOFError, NotImplementedError, RuntimeError, KeyError, zlib.error) as error:
        raise Unreadable(DAMAGED) from error


def _html(data: bytes) -> bytes:
    """The page in UTF-8, whatever its own charset, which `decode` takes for UTF-8 or Windows-1252."""
    declared = _CHARSET.search(data[:4000])
    if declared:
        try:
            return data.decode(declared[1].decode()).encode()
        except (LookupError, UnicodeError):
            pass
    return decode(data).encode()


def _extract(markdown: str) -> Extract:
    """pandoc's Markdown, with title, authors and date from the header that it writes."""
    found = _HEADER.match(markdown)
    if not found:
        return Extract(markdown)
    body = markdown[found.end() :]
    try:
        header = yaml.load(found[1], Loader=yaml.BaseLoader)  # nosec B506 - the base loader makes strings only
    except yaml.YAMLError:
        return Extract(body)
    said = header if isinstance(header, dict) else {}
    date = _ISO_DATE.match(_first(said.get("date")))
    return Extract(body, _first(said.get("title"))[:300], _all(said.get("author")), date[0] if date else "")


def _with(extract: Extract, about: str) -> Extract:
    """`extract` with what pandoc passes over: title, author and date in the `meta.xml` of an odt file."""
    found = {tag: " ".join(unescape(text).split()) for tag, text in _ABOUT.findall(about)}
    author = found.get("initial-creator") or found.get("creator", "")
    date = _ISO_DATE.match(found.get("date", ""))
    return replace(
        extract,
        title=extract.title or found.get("title", "")[:300],
        authors=extract.authors or tuple(filter(None, [author])),
        published=extract.published or (date[0] if date else ""),
    )


def _first(value: object) -> str:
    texts = _all(value)
    return texts[0] if texts else ""


def _all(value: object) -> tuple[str, ...]:
    """The texts in a value of the header: one, or a list."""
    values = value if isinstance(value, list) else [value]
    return tuple(text for each in values[:20] if isinstance(each, str) and (text := " ".join(each.split())))
