"""Briefs on the command line: a form from a TOML file, a brief to a file or to the screen."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from rag.briefs.load import Templates
from rag.briefs.types import Brief
from rag.errors import GuideError
from rag.guide import Guide
from ui.commands.batch import UnreadableFileError
from ui.commands.brief_record import brief_record
from ui.exports.briefs import manuscript
from ui.exports.files import Format, export, read_format, read_masking
from ui.texts import briefs as texts
from ui.texts import cli as texts_cli


class BadTomlError(GuideError):
    """The form is not TOML."""

    code = "bad_toml"

    def __init__(self, path: Path, line: str) -> None:
        where = texts.BAD_TOML_LINE.format(line=line) if line else ""
        super().__init__(texts.BAD_TOML.format(path=str(path), where=where))


class UnwritableFileError(GuideError):
    """The file that was asked for cannot be written."""

    code = "unwritable_file"

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(texts_cli.UNWRITABLE.format(path=str(path), reason=error.strerror or type(error).__name__))


def read_toml(path: Path) -> dict[str, object]:
    """The fields in a TOML file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFileError(path, error) from error
    except ValueError as error:
        line = re.search(r"line (\d+)", str(error))
        raise BadTomlError(path, line[1] if line else "") from error


def listed(templates: Templates) -> str:
    """The templates by name, with what their forms ask, and why others were refused."""
    lines = []
    for template in templates.usable.values():
        fields = [f.id if f.required else texts.CLI_OPTIONAL.format(id=f.id) for f in template.form]
        form = f"\n    {texts.CLI_FORM.format(fields=', '.join(fields))}" if fields else ""
        lines.append(f"{template.name}\n    {template.about}{form}")
    return "\n".join([*lines, *map(str, templates.broken)])


def check_output(path: Path | None, mask: str) -> None:
    """Raises what is wrong with a file to write before anything slow is done."""
    read_masking(mask)
    if path and path.suffix.lower() != ".json":
        read_format(path.suffix)


def write(guide: Guide, brief: Brief, path: Path | None, mask: str) -> str:
    """Writes the brief to `path`, "" being returned; without a path, the brief as Markdown is."""
    masking = read_masking(mask)
    if path is None:
        return export(manuscript(brief), Format.MARKDOWN, masking, guide.sources).content.decode()
    if path.suffix.lower() == ".json":
        content = json.dumps(brief_record(brief), ensure_ascii=False, indent=1).encode()
    else:
        content = export(manuscript(brief), read_format(path.suffix), masking, guide.sources).content
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UnwritableFileError(path, error) from error
    return ""
