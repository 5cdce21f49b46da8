"""What a segment shows and what logging it does, one line after the other.

Written from the rules (LINE-*, LOG-*, FUP-*) and deliberately naive: loops and ifs over
plain values. It shares the enumerations with the product and nothing else, so that the
set-based statements have somebody independent to agree with.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.vocabulary import CorrespondenceType
from tests.oracle.world import (
    NO_DATE,
    Adding,
    Own,
    Person,
    Template,
    World,
)

EMAIL, BLANK = int(CorrespondenceType.EMAIL), int(CorrespondenceType.BLANK)

Row = dict[str, object]
"""Values by the names of their columns."""


@dataclass(frozen=True)
class Line:
    no: int
    contact: int
    own: Own


@dataclass(frozen=True)
class Refusal:
    line_no: int
    contact_no: str
    code: str


@dataclass
class SegmentLeft:
    """A segment that is there after a log: its header, and line by line the contact
    and the own values."""

    header: Row
    lines: list[tuple[int, int, Own]]


@dataclass
class Outcome:
    """What is there after the log, or why there is no log."""

    faults: list[str] = field(default_factory=list)
    "Codes of what is wrong with the segment as a whole."
    refusals: list[Refusal] = field(default_factory=list)
    "Every line that was refused; with `skip` the log happened all the same."
    is_logged: bool = False
    logged_segment: Row = field(default_factory=dict)
    entries: list[Row] = field(default_factory=list)
    campaign_entries: list[Row] = field(default_factory=list)
    follow_up: SegmentLeft | None = None
    left_behind: SegmentLeft | None = None
    attachments: dict[int, bool] = field(default_factory=dict)
    "Every attachment that is still there, and whether it is read-only."


# --- the lines and what they show ---------------------------------------------


def lines_in_force(world: World) -> list[Line]:
    """The actions one after the other, as far as Go Back left them in force."""
    in_force = len(world.actions) - world.steps_back
    lines: dict[int, Line] = {}
    place = 0
    for number, action in enumerate(world.actions):
        if isinstance(action, Adding):
            for contact, own in action.lines:
                place += 1
                if number < in_force:
                    lines[place] = Line(10_000 * place, contact, own)
        elif number < in_force:
            for gone in action.places:
                lines.pop(gone, None)
    return list(lines.values())


def show(world: World, line: Line) -> Row:
    """Everything the line says, wherever it comes from."""
    own, header = line.own, world.header
    contact = world.contacts.get(line.contact)
    template = own_template(world, line)
    on = _date(world, line)
    shown: Row = {
        "interaction_template_code": own.get(
            "interaction_template_code", header.template
        ),
        "date": on,
        "description": _description(world, line),
        "campaign_no": _campaign(world, line),
        "salesperson_code": _salesperson(world, line),
        "correspondence_type": _correspondence(world, line),
        "contact_alt_address_code": own.get(
            "contact_alt_address_code", _active_address(contact, on)
        ),
        "evaluation": own.get("evaluation", 0),
        "time_of_interaction": own.get("time_of_interaction"),
        "attempt_failed": own.get("attempt_failed", False),
        "contact_via": own.get("contact_via", ""),
    }
    for name, of_template, of_header in _given_by_template(template, world):
        if name in own:
            shown[name] = own[name]
        elif template is not None:
            shown[name] = of_template
        else:
            shown[name] = of_header
    shown |= _content(world, line)
    return shown


def own_template(world: World, line: Line) -> Template | None:
    """The template the line chose for itself, if there is such a template."""
    code = line.own.get("interaction_template_code")
    return world.templates.get(code) if isinstance(code, str) else None


def _date(world: World, line: Line) -> date | None:
    value = line.own.get("date", world.header.date)
    if value == NO_DATE:
        return None
    assert value is None or isinstance(value, date)
    return value


def _description(world: World, line: Line) -> str:
    if "description" in line.own:
        return str(line.own["description"])
    template = own_template(world, line)
    if not world.header.description and template is not None:
        return template.description  # LINE-044
    return world.header.description


def _campaign(world: World, line: Line) -> str:
    if "campaign_no" in line.own:
        return str(line.own["campaign_no"])
    template = own_template(world, line)
    if not world.header.campaign and template is not None:
        return template.campaign  # LINE-046
    return world.header.campaign


def _salesperson(world: World, line: Line) -> str:
    if "salesperson_code" in line.own:
        return str(line.own["salesperson_code"])
    contact = world.contacts.get(line.contact)
    if not world.header.salesperson and contact is not None:
        return contact.salesperson  # LINE-003
    return world.header.salesperson


def _given_by_template(
    template: Template | None, world: World
) -> Iterator[tuple[str, object, object]]:
    header = world.header
    for name, attribute in (
        ("interaction_group_code", "group"),
        ("cost", "cost"),
        ("duration", "duration"),
        ("information_flow", "flow"),
        ("initiated_by", "initiated_by"),
        ("campaign_target", "target"),
        ("campaign_response", "response"),
    ):
        yield name, getattr(template, attribute, None), getattr(header, attribute)


def _correspondence(world: World, line: Line) -> int:
    header = world.header
    if "correspondence_type" in line.own:
        return int(str(line.own["correspondence_type"]))
    contact = world.contacts.get(line.contact)
    wish = contact.correspondence if contact is not None else BLANK
    if header.ignores_contact and header.correspondence != BLANK:
        return header.correspondence
    template = own_template(world, line)
    if template is not None:  # LINE-045
        if template.ignores_contact:
            return template.correspondence
        if wish == BLANK and template.correspondence != BLANK:
            return template.correspondence
        if wish != BLANK:
            return wish
    of_header = world.templates.get(header.template)
    if of_header is not None and (of_header.ignores_contact or wish == BLANK):
        return of_header.correspondence  # LINE-020
    return wish


def _active_address(contact: Person | None, on: date | None) -> str:
    """LINE-025."""
    latest = None
    for each in contact.ranges if contact and on else ():
        assert on is not None
        if each.first <= on and (each.last is None or on <= each.last):  # noqa: SIM102
            if latest is None or latest.first < each.first:
                latest = each
    return latest.address if latest else ""


def _content(world: World, line: Line) -> Row:
    """LINE-030, then subject and attachment of the row of that language."""
    contact = world.contacts.get(line.contact)
    wish = contact.language if contact is not None else ""
    own_language = line.own.get("language_code")
    template = own_template(world, line)
    if template is not None:
        language = own_language
        if language is None:
            language = _language_of_template(template, wish)
        content: Row = {
            "language_code": language,
            "subject": "",
            "attachment_id": template.attachments.get(str(language)),
        }
    else:
        language = own_language
        if language is None:
            language = wish if wish in world.contents else world.header.language
        row = world.contents.get(str(language))
        subject = row.subject if row else world.header.subject
        if row is None and own_language is not None:
            subject = ""  # LINE-052
        content = {
            "language_code": language,
            "subject": subject,
            "attachment_id": row.attachment if row else None,
        }
    if "subject" in line.own:
        content["subject"] = line.own["subject"]
    if "attachment_id" in line.own:
        content["attachment_id"] = line.own["attachment_id"] or None
    return content


def _language_of_template(template: Template, wish: str) -> str:
    for language in (wish, template.language):
        if language in template.attachments:
            return language
    return min(template.attachments, default="")


# --- may it be logged, and as what ----------------------------------------------


def problem(world: World, line: Line) -> str | None:
    """The first rule the line breaks: LOG-030 to LOG-035, then privacy."""
    shown = show(world, line)
    contact = world.contacts.get(line.contact)
    if shown["date"] is None:
        return "E-LINE-DATE"
    if contact is None:
        return "E-LINE-CONTACT"
    if shown["salesperson_code"] not in world.salespeople:
        return "E-LINE-SALESPERSON"
    if shown["interaction_template_code"] not in world.templates:
        return "E-LINE-TEMPLATE"
    if shown["campaign_no"] and shown["campaign_no"] not in world.campaigns:
        return "E-LINE-CAMPAIGN"
    if contact.is_privacy_blocked:
        return "E-LINE-PRIVACY"
    return None


def effective_type(world: World, line: Line) -> int:
    """LOG-037: nobody is mailed who has no address."""
    shown = show(world, line)
    if shown["correspondence_type"] != EMAIL:
        return int(str(shown["correspondence_type"]))
    contact = world.contacts[line.contact]
    addresses = [contact.addresses.get(str(shown["contact_alt_address_code"]), "")]
    addresses.append(contact.email)
    return EMAIL if any(addresses) else BLANK


# --- the log ----------------------------------------------------------------------


def log(world: World) -> Outcome:
    """Refuse the segment, or its lines, or log what may be logged."""
    lines = lines_in_force(world)
    outcome = Outcome(faults=_faults(world, lines))
    if outcome.faults:
        return outcome
    good: list[Line] = []
    bad: list[Line] = []
    for line in lines:
        code = problem(world, line)
        if code is None:
            good.append(line)
            continue
        bad.append(line)
        contact = world.contacts.get(line.contact)
        refusal = Refusal(line.no, contact.no if contact else "", code)
        outcome.refusals.append(refusal)
    if bad and (not world.skips or not good):
        return outcome
    numbers = list(world.numbers) if isinstance(world.numbers, tuple) else []
    wanted = (1 if bad else 0) + (1 if world.wants_follow_up else 0)
    if len(numbers) < wanted:
        # What the first look at the series could not know.
        outcome.faults.append(_fault_of_series(world) or "E-SERIES-RANGE")
        outcome.refusals = []
        return outcome
    _write(world, outcome, good, bad, numbers)
    return outcome


def _faults(world: World, lines: list[Line]) -> list[str]:
    faults = []
    if world.was_logged_before:
        faults.append("E-ALREADY")
    if not world.header.description:
        faults.append("E-DESC")
    if not lines:
        faults.append("E-EMPTY")
    if world.wants_follow_up:
        series = _fault_of_series(world)
        faults += [series] if series else []
        salesperson = world.asker.salesperson
        if salesperson and world.salespeople.get(salesperson, True):
            faults.append("E-SALES-DEFAULT")
    return faults


def _fault_of_series(world: World) -> str | None:
    return world.numbers if isinstance(world.numbers, str) else None


def _write(
    world: World,
    outcome: Outcome,
    good: list[Line],
    bad: list[Line],
    numbers: list[str],
) -> None:
    outcome.is_logged = True
    outcome.campaign_entries = _campaign_entries(world, good)
    for line in good:
        outcome.entries.append(_entry(world, line))
    outcome.logged_segment = {
        "segment_no": world.header.no,
        "description": world.header.description,
        "user_id": world.asker.username,
        "campaign_no": world.header.campaign,
        "canceled": False,
        "undone_at": None,
        "undone_by": "",
        "no_of_lines": len(good) + len(bad),
        "no_of_interactions": len(good),
        "no_skipped": len(bad),
        "no_canceled": 0,
        "no_deleted": 0,
        "cost": _sum(world, good, "cost"),
        "duration": _sum(world, good, "duration"),
    }
    if bad:
        outcome.left_behind = _left_behind(world, bad, numbers.pop(0))
    if world.wants_follow_up:
        outcome.follow_up = _follow_up(world, good, numbers.pop(0))
    outcome.attachments = _attachments(world, outcome, bad)


def attachments_before(world: World) -> set[int]:
    """Everything somebody points at before the log."""
    held = _of_templates(world) | _of_contents(world)
    for action in world.actions:
        if isinstance(action, Adding):
            held |= {_own_attachment(own) for _, own in action.lines}
    return held - {0}


def _attachments(world: World, outcome: Outcome, bad: list[Line]) -> dict[int, bool]:
    """What was logged is read-only; what was sent to nobody stays with the log, so that
    it can be undone; what nobody points at goes (INV-007)."""
    logged = {entry["attachment_id"] for entry in outcome.entries}
    held = _of_templates(world) | _of_contents(world)
    held |= {_own_attachment(line.own) for line in bad}
    there = attachments_before(world)
    return {number: number in logged for number in there if number in logged | held}


def _of_templates(world: World) -> set[int]:
    return {
        attachment or 0
        for template in world.templates.values()
        for attachment in template.attachments.values()
    }


def _of_contents(world: World) -> set[int]:
    return {content.attachment or 0 for content in world.contents.values()}


def _own_attachment(own: Own) -> int:
    return int(str(own.get("attachment_id", 0)))


def _entry(world: World, line: Line) -> Row:
    """LOG-040, field by field. The campaign entry is named by its campaign."""
    shown = show(world, line)
    return {
        "segment_line_no": line.no,
        "contact_id": line.contact,
        "contact_company_id": world.contacts[line.contact].company,
        "date": shown["date"],
        "time_of_interaction": shown["time_of_interaction"],
        "description": shown["description"],
        "information_flow": shown["information_flow"],
        "initiated_by": shown["initiated_by"],
        "attachment_id": shown["attachment_id"],
        "cost": shown["cost"],
        "duration": shown["duration"],
        "user_id": world.asker.username,
        "interaction_group_code": shown["interaction_group_code"],
        "interaction_template_code": shown["interaction_template_code"],
        "interaction_language_code": shown["language_code"],
        "subject": shown["subject"],
        "campaign_no": shown["campaign_no"],
        "campaign_of_entry": shown["campaign_no"] or None,
        "campaign_response": shown["campaign_response"],
        "campaign_target": shown["campaign_target"],
        "segment_no": world.header.no,
        "evaluation": shown["evaluation"],
        "attempt_failed": shown["attempt_failed"],
        "salesperson_code": shown["salesperson_code"],
        "correspondence_type": effective_type(world, line),
        "contact_alt_address_code": shown["contact_alt_address_code"],
        "document_type": 0,
        "send_word_docs_as_attmt": world.header.sends_word_docs,
        "contact_via": shown["contact_via"],
        "canceled": False,
        "postponed": False,
    }


def _campaign_entries(world: World, good: list[Line]) -> list[Row]:
    """LOG-042; one that was left over is used again and tied to this log (DEC-09)."""
    entries: list[Row] = []
    seen: dict[str, Row] = {}
    for leftover in world.leftovers:
        row: Row = {
            "campaign_no": leftover.campaign,
            "description": "Left over",
            "date": date(2020, 1, 1),
            "salesperson_code": "OLD",
            "user_id": "old",
            "segment_no": world.header.no,
            "register": leftover.logged_segment,
            "canceled": False,
            "document_type": 0,
        }
        seen[leftover.campaign] = row
        entries.append(row)
    shown = [(show(world, line), line) for line in good]
    shown.sort(key=lambda each: (each[0]["campaign_no"], each[0]["date"], each[1].no))
    for values, _ in shown:
        campaign = str(values["campaign_no"])
        if campaign and campaign not in seen:
            seen[campaign] = {
                "campaign_no": campaign,
                "description": world.header.description,
                "date": values["date"],
                "salesperson_code": values["salesperson_code"],
                "user_id": world.asker.username,
                "segment_no": world.header.no,
                "register": "this log",
                "canceled": False,
                "document_type": 0,
            }
            entries.append(seen[campaign])
        elif campaign and seen[campaign]["register"] is None:
            seen[campaign]["register"] = "this log"
    return entries


def _sum(world: World, lines: list[Line], name: str) -> Decimal:
    total = Decimal(0)
    for line in lines:
        value = show(world, line)[name]
        assert isinstance(value, Decimal)
        total += value
    return total


# --- what remains -----------------------------------------------------------------


def _follow_up(world: World, good: list[Line], no: str) -> SegmentLeft:
    """FUP-001 and FUP-010: the roster and the campaigns, nothing else."""
    header: Row = {
        "no": no,
        "description": f"Follow-up on segment {world.header.no}"[:50],
        "campaign_no": world.header.campaign,
        "salesperson_code": world.asker.salesperson,
        "date": world.asker.work_date,
        "interaction_template_code": "",
        "interaction_group_code": "",
        "unit_cost": Decimal(0),
        "unit_duration": Decimal(0),
        "information_flow": 0,
        "initiated_by": 0,
        "campaign_target": False,
        "campaign_response": False,
        "correspondence_type_default": BLANK,
        "ignore_contact_corres_type": False,
        "language_code_default": "",
        "subject_default": "",
        "send_word_docs_as_attmt": False,
    }
    lines: list[tuple[int, int, Own]] = []
    for line in good:
        campaign = show(world, line)["campaign_no"]
        own = {} if campaign == world.header.campaign else {"campaign_no": campaign}
        lines.append((line.no, line.contact, own))
    return SegmentLeft(header, lines)


def _left_behind(world: World, bad: list[Line], no: str) -> SegmentLeft:
    """The header as it was under another name, the refused lines as they were."""
    was = world.header
    header: Row = {
        "no": no,
        "description": f"Not logged from segment {was.no}"[:50],
        "campaign_no": was.campaign,
        "salesperson_code": was.salesperson,
        "date": was.date,
        "interaction_template_code": was.template,
        "interaction_group_code": was.group,
        "unit_cost": was.cost,
        "unit_duration": was.duration,
        "information_flow": was.flow,
        "initiated_by": was.initiated_by,
        "campaign_target": was.target,
        "campaign_response": was.response,
        "correspondence_type_default": was.correspondence,
        "ignore_contact_corres_type": was.ignores_contact,
        "language_code_default": was.language,
        "subject_default": was.subject,
        "send_word_docs_as_attmt": was.sends_word_docs,
    }
    return SegmentLeft(header, [(line.no, line.contact, line.own) for line in bad])


# --- what the page says before Log is pressed ----------------------------------------


@dataclass(frozen=True)
class Totals:
    no_of_lines: int
    cost: Decimal
    duration: Decimal
    personal_lines: int


def totals(world: World) -> Totals:
    lines = lines_in_force(world)
    personal = sum(1 for line in lines if line.own)
    return Totals(
        len(lines), _sum(world, lines, "cost"), _sum(world, lines, "duration"), personal
    )


@dataclass(frozen=True)
class Preflight:
    planned: int
    will_log: int
    refused: int
    cost: Decimal
    duration: Decimal
    by_type: dict[int, int]
    by_problem: dict[str, int]
    faults: list[str]


def preflight(world: World) -> Preflight:
    lines = lines_in_force(world)
    good: list[Line] = []
    by_type: dict[int, int] = {}
    by_problem: dict[str, int] = {}
    codes: list[str] = []
    for line in lines:
        code = problem(world, line)
        if code is None:
            good.append(line)
            sent_as = effective_type(world, line)
            by_type[sent_as] = by_type.get(sent_as, 0) + 1
        else:
            codes.append(code)
            by_problem[code] = by_problem.get(code, 0) + 1
    return Preflight(
        planned=len(lines),
        will_log=len(good),
        refused=len(lines) - len(good),
        cost=_sum(world, good, "cost"),
        duration=_sum(world, good, "duration"),
        by_type=by_type,
        by_problem=by_problem,
        faults=_in_order_of_the_catalogue(_faults(world, lines), codes),
    )


def _in_order_of_the_catalogue(of_header: list[str], of_lines: list[str]) -> list[str]:
    """What stands against a follow-up is asked last, after the lines."""
    last = [code for code in of_header if code.startswith(("E-SERIES", "E-SALES"))]
    return [code for code in of_header if code not in last] + of_lines + last
