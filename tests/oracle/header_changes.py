"""What a change of the header does to what the lines show, said line by line.

Three rules, whatever the field: answered *no*, no line shows anything else than before;
answered *yes*, lines with another template than the header show what they showed
(INV-017), and the others show the new value of the header.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from core.vocabulary import CorrespondenceType
from tests.oracle.model import Line, Row, lines_in_force, own_template, show
from tests.oracle.world import Content, Header, World

# Field of the header, its name in the world, and the line's field that inherits it.
FIELDS = {
    "description": ("description", "description"),
    "campaign_no": ("campaign", "campaign_no"),
    "salesperson_code": ("salesperson", "salesperson_code"),
    "date": ("date", "date"),
    "interaction_group_code": ("group", "interaction_group_code"),
    "unit_cost": ("cost", "cost"),
    "unit_duration": ("duration", "duration"),
    "information_flow": ("flow", "information_flow"),
    "initiated_by": ("initiated_by", "initiated_by"),
    "campaign_target": ("target", "campaign_target"),
    "campaign_response": ("response", "campaign_response"),
    "subject_default": ("subject", "subject"),
    "correspondence_type_default": ("correspondence", None),
    "ignore_contact_corres_type": ("ignores_contact", None),
    "language_code_default": ("language", None),
    "send_word_docs_as_attmt": ("sends_word_docs", None),
}


@dataclass(frozen=True)
class Change:
    values: Mapping[str, object]
    to_lines: bool


def after(world: World, change: Change) -> tuple[World, dict[int, Row]]:
    """The world with the new header, and what each line then shows, by line number.

    A value the header has already changes nothing, also not on lines.
    """
    values = change.values
    change = replace(change, values=_new_values(world.header, values))
    template = change.values.get("interaction_template_code")
    if template == world.header.template:
        return world, {line.no: show(world, line) for line in lines_in_force(world)}
    if template:
        return _after_template(world, str(template), change)
    changed = _with_header(world, change.values)
    if not values.get("campaign_no", "unchanged"):  # SEG-019
        header = replace(changed.header, target=False, response=False)
        changed = replace(changed, header=header)
    shown = {}
    for line in lines_in_force(world):
        before = show(world, line)
        follows = before["interaction_template_code"] == world.header.template
        if change.to_lines and follows:
            shown[line.no] = _shown_by_follower(world, changed, line, change)
        else:
            shown[line.no] = before
    return changed, shown


def _new_values(header: Header, values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value
        for name, value in values.items()
        if name not in FIELDS
        or getattr(header, FIELDS[name][0]) != value
        or (name == "subject_default" and _is_new_language(header, values))
    }


def _is_new_language(header: Header, values: Mapping[str, object]) -> bool:
    """Then the subject that comes with it is said of other content."""
    return values.get("language_code_default", header.language) != header.language


def _after_template(
    world: World, code: str, change: Change
) -> tuple[World, dict[int, Row]]:
    """SEG-023…026: yes takes over every line, no leaves every line as it was."""
    template = world.templates[code]
    header = replace(
        world.header,
        template=code,
        campaign=template.campaign or world.header.campaign,
        group=template.group,
        cost=template.cost,
        duration=template.duration,
        flow=template.flow,
        initiated_by=template.initiated_by,
        target=template.target,
        response=template.response,
        correspondence=template.correspondence,
        ignores_contact=template.ignores_contact,
        language=template.language,
        subject="",
    )
    contents = {
        language: Content("", attachment)
        for language, attachment in template.attachments.items()
    }
    changed = replace(world, header=header, contents=contents)
    if not change.to_lines:
        return changed, {line.no: show(world, line) for line in lines_in_force(world)}
    shown = {}
    for line in lines_in_force(world):
        own = dict(line.own)
        gone = own_template(world, line)
        if gone and gone.description and own.get("description") == gone.description:
            own.pop("description")
        own.pop("interaction_template_code", None)
        shown[line.no] = show(changed, replace(line, own=own))
    return changed, shown


def _with_header(world: World, values: Mapping[str, object]) -> World:
    named = {FIELDS[name][0]: value for name, value in values.items()}
    known = {each.name for each in fields(Header)}
    assert set(named) <= known
    header = replace(world.header, **named)  # type: ignore[arg-type]
    contents = dict(world.contents)
    if named.get("language"):  # LANG-010
        row = contents.setdefault(header.language, Content("", None))
        if "subject" not in named:
            header = replace(header, subject=row.subject)
    if "subject" in named and header.language in contents:  # SEG-018
        row = contents[header.language]
        contents[header.language] = replace(row, subject=header.subject)
    return replace(world, header=header, contents=contents)


def _shown_by_follower(world: World, changed: World, line: Line, change: Change) -> Row:
    own = dict(line.own)
    for name in change.values:
        line_field = FIELDS[name][1]
        if line_field == "subject" and not _has_default_subject(world, line, change):
            continue  # Any other subject survives (SEG-018).
        if name == "correspondence_type_default" and _is_sent_so(changed):
            line_field = "correspondence_type"
        own.pop(str(line_field), None)
    return show(changed, replace(line, own=own))


def _is_sent_so(changed: World) -> bool:
    """SEG-016: there is a type, and a file to send."""
    content = changed.contents.get(changed.header.language)
    has_file = content is not None and content.attachment is not None
    return has_file and changed.header.correspondence != int(CorrespondenceType.BLANK)


def _has_default_subject(world: World, line: Line, change: Change) -> bool:
    """Of a new language, its own subject is the default before the one that is said."""
    name = "language_code_default"
    if name in change.values:
        world = _with_header(world, {name: change.values[name]})
    is_default = line.own.get("subject") == world.header.subject
    return is_default and show(world, line)["language_code"] == world.header.language
