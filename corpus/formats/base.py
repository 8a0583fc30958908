"""What every reader shares: its limits, what it gives back, and why a file cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


class Unreadable(ValueError):
    """A file that cannot become a source; the message is the reason, in French."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may cost: sizes in megabytes, `seconds` of reading, `pages` of a PDF."""

    file_size: int = 50
    expanded_size: int = 300
    pages: int = 2000
    seconds: int = 60
    memory: int = 1500

    def check_size(self, size: int) -> None:
        """Raises `Unreadable` for a file of `size` bytes that is too big."""
        if size > self.file_size * MEGABYTE:
            raise Unreadable(f"le fichier dépasse {self.file_size} Mo (PTCE_MAX_FILE)")

    def check_expanded(self, size: int) -> None:
        """Raises `Unreadable` for content that takes `size` bytes once it is decompressed."""
        if size > self.expanded_size * MEGABYTE:
            raise Unreadable(self.too_big)

    @property
    def too_big(self) -> str:
        """The reason to refuse content that is too big once it is decompressed."""
        return f"son contenu décompressé dépasse {self.expanded_size} Mo (PTCE_MAX_EXPANDED)"


@dataclass(frozen=True, slots=True)
class Extract:
    """A file as Markdown with page marks, and what it says of itself: proposals, empty when it says nothing.

    `published` is an ISO date; `remark` is a French sentence about what could not be read of it.
    """

    markdown: str
    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    remark: str = ""
