"""Where `ptce ask --output` writes: a file whose ending says its format, checked before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rag.guide import Guide
from rag.types import Answer
from ui.commands.batch import UnwritableFileError
from ui.exports.answers import conversation
from ui.exports.files import Format, export, read_format, read_masking
from ui.exports.masking import Masking
from ui.html.answers import Exchange


@dataclass(frozen=True)
class Output:
    """A file to write, its format and what is masked in it."""

    path: Path
    format: Format
    masking: Masking

    @classmethod
    def of(cls, path: Path, mask: str) -> Output:
        """Raises `UnknownFormat` for an ending or a masking that does not exist."""
        return cls(path, read_format(path.suffix), read_masking(mask))

    def write(self, guide: Guide, question: str, answer: Answer) -> None:
        """Writes the answer with its footnotes; `UnwritableFileError` when the file cannot be written."""
        manuscript = conversation([Exchange(question, answer)], date.today())
        file = export(manuscript, self.format, self.masking, guide.sources)
        try:
            self.path.write_bytes(file.content)
        except OSError as error:
            raise UnwritableFileError(self.path, error) from error
