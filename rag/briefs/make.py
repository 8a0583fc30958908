"""Making a brief: sections filled one by one, then put together: no quote twice, markers in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rag.briefs import wording
from rag.briefs.asking import Asker, Reply, Wanted, knows
from rag.briefs.load import Templates, load_templates
from rag.briefs.plan import Ask, Planned, Request, plan, read_request
from rag.briefs.template import Scope, placed
from rag.briefs.types import Block, Brief, Cell, Grid, Own, Quoted, Section, Silent, Subtitle, Voice
from rag.guide import Guide
from rag.types import Citation, Role, Statement

Progress = Callable[[int, int], None]
SAME = 0.85
COMPARE = "comparer"


def unseen(done: int, total: int) -> None:
    """Shows no progress."""


class Briefs:
    """The briefs that a guide can make; safe to share between threads."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.asker = Asker(guide)

    @property
    def templates(self) -> Templates:
        """The templates as the files say now."""
        return load_templates(self.guide.settings)

    def make(self, name: str, form: Mapping[str, object], progress: Progress = unseen) -> Brief:
        """The brief of that name for a form; `UnknownBrief`, `BadForm`."""
        return self.answer(read_request(self.templates.get(name), form), progress)

    def answer(self, request: Request, progress: Progress = unseen) -> Brief:
        """The brief that a request asks for."""
        sections = []
        for done, total, section in self.fill_all(plan(request)):
            progress(done, total)
            sections.append(section)
        return assemble(request, sections)

    def fill_all(self, planned: tuple[Planned, ...]) -> Iterator[tuple[int, int, Section]]:
        """Each section filled, with how many are done and how many there are."""
        self.asker.prepare(question for section in planned for question in section.questions)
        for done, section in enumerate(planned, 1):
            yield done, len(planned), self.fill(section)

    def fill(self, planned: Planned) -> Section:
        """One section filled alone; its markers are those of its own answers until the brief is put together."""
        blocks: list[Block] = []
        for step in planned.steps:
            blocks += self._asked(step) if isinstance(step, Ask) else [step]
        return Section(planned.id, planned.title, tuple(blocks))

    def compare(self, question: str, scope: Scope | None = None, words: int = 90) -> Brief:
        """One question put to each source of `scope`, side by side; `BadQuestion` when it cannot be asked."""
        query = self.guide.query(question)
        grid = self._each([Wanted(query.question, scope or Scope(), words, keep=3)])
        asked = Own(query.question, Voice.FORM)
        section = Section(COMPARE, wording.SIDE_BY_SIDE, (asked, grid))
        return _numbered(Brief(COMPARE, wording.COMPARED, wording.COMPARED_INTRO, date.today(), ()), [section])

    def _asked(self, step: Ask) -> Iterator[Block]:
        if step.term and not knows(self.guide, step.term):
            yield from (Silent(wanted.question, wording.UNKNOWN_WORDS) for wanted in step.wanted)
        elif step.each:
            yield Subtitle(step.about or step.wanted[0].question)
            yield self._each(step.wanted)
        else:
            replies = [self.asker.ask(wanted) for wanted in step.wanted]
            yield from _apart(replies) if step.apart else _together(step.about, replies)

    def _each(self, wanted: Sequence[Wanted]) -> Grid:
        """What each source says to all of these questions."""
        asked = [self.asker.each(question) for question in wanted]
        rows = tuple(
            (replies[0][0].metadata.title, _cell([reply for _, reply in replies]))
            for replies in zip(*asked, strict=True)
        )
        return Grid((wording.SOURCE, wording.WHAT_IT_SAYS), rows)


def _cell(replies: Sequence[Reply]) -> Cell:
    """The quotes of several answers, none twice; silent when all are."""
    found = [statement for reply in replies for statement in reply.statements]
    kept = [one for n, one in enumerate(found) if not any(_covers(other, one) for other in found[:n])]
    return Quoted(tuple(kept)) if kept else Silent(replies[0].question, replies[0].silence)


def _covers(other: Statement, one: Statement) -> bool:
    return _shared(other.citations[0], one.citations[0]) >= SAME


def _shared(known: Citation, citation: Citation) -> float:
    """The share of a quote that another one holds."""
    length = min(known.end, citation.end) - max(known.start, citation.start)
    return max(0, length) / (citation.end - citation.start) if known.source.id == citation.source.id else 0.0


def _apart(replies: Iterable[Reply]) -> Iterator[Block]:
    for reply in replies:
        if reply.statements:
            yield Quoted(reply.statements, reply.question)
        else:
            yield Silent(reply.question, reply.silence)


def _together(about: str, replies: list[Reply]) -> Iterator[Block]:
    """What was found, cautions and what stays open after the rest; then what was not."""
    order = list(Role)
    found = [statement for reply in replies for statement in reply.statements]
    late = {Role.CAUTION, Role.DIVERGENCE}
    found.sort(key=lambda statement: order.index(statement.role) if statement.role in late else 0)
    if found:
        yield Quoted(tuple(found), about)
    yield from (Silent(reply.question, reply.silence) for reply in replies if not reply.statements)


def assemble(request: Request, sections: Iterable[Section]) -> Brief:
    """The brief of these sections, numbered."""
    template = request.template
    intro = placed(template.intro, {name: request.form.words(name) for name in template.names})
    return _numbered(Brief(template.name, template.title, intro, date.today(), ()), sections)


def _numbered(empty: Brief, sections: Iterable[Section]) -> Brief:
    numbering = _Numbering()
    return replace(empty, sections=tuple(numbering.section(section) for section in sections))


@dataclass
class _Numbering:
    """Markers given in reading order; what was quoted before is pointed to rather than quoted again."""

    quoted: list[Citation] = field(default_factory=list)

    def section(self, section: Section) -> Section:
        """The section with the brief's own markers."""
        return replace(section, blocks=tuple(self._block(block) for block in section.blocks))

    def _block(self, block: Block) -> Block:
        if isinstance(block, Quoted):
            return self._once(block)
        if isinstance(block, Grid):
            rows = tuple(tuple(self._kept(cell) for cell in row) for row in block.rows)
            return replace(block, rows=rows)
        return block

    def _once(self, quoted: Quoted) -> Quoted:
        kept: list[Statement] = []
        again: list[int] = []
        for statement in quoted.statements:
            before = self._before(statement.citations[0])
            if before and len(statement.citations) == 1:
                again.append(before)
            else:
                kept.append(self._marked(statement))
        here = {citation.marker for statement in kept for citation in statement.citations}
        return replace(quoted, statements=tuple(kept), again=tuple(sorted(set(again) - here)))

    def _kept(self, cell: Cell) -> Cell:
        """In a table every cell keeps its quotes, so that rows can be compared."""
        if not isinstance(cell, Quoted):
            return cell
        return replace(cell, statements=tuple(self._marked(statement) for statement in cell.statements))

    def _marked(self, statement: Statement) -> Statement:
        return replace(statement, citations=tuple(self._citation(citation) for citation in statement.citations))

    def _citation(self, citation: Citation) -> Citation:
        for known in self.quoted:
            if (known.source.id, known.start, known.end) == (citation.source.id, citation.start, citation.end):
                return known
        self.quoted.append(replace(citation, marker=len(self.quoted) + 1))
        return self.quoted[-1]

    def _before(self, citation: Citation) -> int:
        """The marker of a quote that already holds most of this one, 0 when there is none."""
        return next((known.marker for known in self.quoted if _shared(known, citation) >= SAME), 0)
