"""Where a visitor wants to look, while collections come and go under an open page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.texts import documents as texts


@dataclass(frozen=True)
class Places:
    """The collections that there are now, those that a page offered when it was last shown, and those ticked there."""

    there: Sequence[str]
    offered: Sequence[str]
    ticked: Sequence[str]

    @property
    def wanted(self) -> list[str]:
        """What is ticked and still there. Where everything was ticked, everything is, also what came since."""
        if len(self.there) < 2 or set(self.offered) <= set(self.ticked):
            return list(self.there)
        return [name for name in self.there if name in self.ticked]

    @property
    def named(self) -> list[str]:
        """What is wanted, as the guide takes it: nothing for everything, so that none can be gone when it is asked."""
        return [] if self.wanted == list(self.there) else self.wanted

    @property
    def shown(self) -> bool:
        """Whether the page shows what there is, ticked as it is wanted."""
        return list(self.offered) == list(self.there) and set(self.ticked) == set(self.wanted)

    @property
    def problem(self) -> str:
        """Why nothing can be searched, "" when something can."""
        if self.wanted:
            return ""
        return texts.WHERE_GONE if self.ticked else texts.WHERE_NONE
