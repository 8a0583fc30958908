"""A brief, and what a template asks for, as plain data for the API and for files."""

from __future__ import annotations

from rag.briefs.load import Templates
from rag.briefs.template import FormField, Template
from rag.briefs.types import Block, Brief, Cell, Grid, Own, Points, Quoted, Section, Silent, Subtitle, Voice
from rag.types import Statement
from ui.record import Record, citation_record


def brief_record(brief: Brief) -> Record:
    """The whole brief: sections of typed blocks, and the citations that their markers name."""
    return {
        "name": brief.name,
        "title": brief.title,
        "intro": brief.intro,
        "made": brief.made.isoformat(),
        "sections": [_section(section) for section in brief.sections],
        "citations": [citation_record(citation) for citation in brief.citations],
    }


def templates_record(templates: Templates) -> Record:
    """What can be made, with the fields of each form, and what was left aside."""
    return {
        "briefs": [_template(template) for template in templates.usable.values()],
        "broken": [str(error) for error in templates.broken],
    }


def _template(template: Template) -> Record:
    return {
        "name": template.name,
        "title": template.title,
        "about": template.about,
        "form": [_field(field) for field in template.form],
        "sections": [{"id": section.id, "title": section.title} for section in template.sections],
    }


def _field(field: FormField) -> Record:
    return {
        "id": field.id,
        "label": field.label,
        "help": field.help,
        "kind": field.kind.value,
        "required": field.required,
        "most": field.most,
        "free": field.free is not None,
        "options": [{"value": option.value, "label": option.label} for option in field.options],
    }


def _section(section: Section) -> Record:
    return {"id": section.id, "title": section.title, "blocks": [_block(block) for block in section.blocks]}


def _block(block: Block) -> Record:
    match block:
        case Own():
            return {"type": "own", "text": block.text, "voice": block.voice.value}
        case Subtitle():
            return {"type": "subtitle", "text": block.text}
        case Points():
            return {"type": "checklist" if block.ticks else "list", "items": list(block.items)}
        case Quoted() | Silent():
            return _cell(block)
        case Grid():
            return {
                "type": "table",
                "id": block.id,
                "voice": block.voice.value,
                "header": list(block.header),
                "rows": [[_cell(cell, block.voice) for cell in row] for row in block.rows],
            }


def _cell(cell: Cell, voice: Voice = Voice.TEMPLATE) -> Record:
    match cell:
        case Quoted():
            statements = [_statement(statement) for statement in cell.statements]
            return {"type": "quoted", "about": cell.about, "statements": statements, "again": list(cell.again)}
        case Silent():
            return {"type": "silent", "question": cell.question, "reason": cell.reason}
        case _:
            return {"type": "own", "text": cell, "voice": voice.value}


def _statement(statement: Statement) -> Record:
    return {
        "text": statement.text,
        "markers": [citation.marker for citation in statement.citations],
        "role": statement.role.value,
        "support": statement.support.value,
    }
