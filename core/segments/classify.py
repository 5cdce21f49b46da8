"""May each line be logged; if not, which rule does it break first.

The checks of LOG-030…037 in their order, then the privacy block, then what stands
against sending (LOG-037, DLV-002, DLV-003). Preflight and log read the same
classification, so the log can never refuse what the preflight promised, except for
what changed in between.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from core.campaigns.models import Campaign
from core.contacts.models import Salesperson
from core.interactions.models import InteractionTemplate
from core.segments.models import Segment
from core.segments.resolve import Part, resolved_lines, resolved_part
from core.vocabulary import CorrespondenceType

PROBLEMS = {
    "E-LINE-DATE": "has no date",
    "E-LINE-CONTACT": "points at a contact that does not exist",
    "E-LINE-SALESPERSON": "has no salesperson, or one that does not exist",
    "E-LINE-TEMPLATE": "has no interaction template, or one that does not exist",
    "E-LINE-CAMPAIGN": "names a campaign that does not exist",
    "E-LINE-PRIVACY": "is for a contact whose data is blocked for privacy",
    "E-LINE-EMAIL": "is an e-mail to a contact without e-mail address",
    "E-LINE-ATTACH": "has no attachment, so there is nothing to send",
    "E-DLV-TYPE": "cannot be sent, since it has no correspondence type",
}
"""Every way a line can be refused, in order of precedence."""


def classified_lines(segment_id: int, *, sending: bool = False) -> Subquery:
    """The resolved lines plus `problem` (an error code, NULL when the line may be
    logged), the same as `may_be_logged`, and `effective_correspondence_type`
    (LOG-037)."""
    return _classified(resolved_lines(segment_id), sending=sending)


def classified_part(segment: Segment, part: Part, *, sending: bool) -> Subquery:
    """The same for statements that read every line of a segment."""
    return _classified(resolved_part(segment, part), sending=sending)


def _classified(resolved: Subquery, *, sending: bool) -> Subquery:
    line = resolved.c
    effective_type = case(
        (_has_nowhere_to_mail(line), literal(int(CorrespondenceType.BLANK))),
        else_=line.correspondence_type,
    )
    rules = _rules(line)
    if sending:
        rules += _rules_of_sending(line, effective_type)
    return (
        select(
            *line,
            effective_type.label("effective_correspondence_type"),
            case(*rules).label("problem"),
            # Said once more in words the planner can estimate. Of `problem IS NULL`
            # it expects hardly any line, and then looks all of them up one by one.
            and_(*(not_(is_broken) for is_broken, _ in rules)).label("may_be_logged"),
        )
        .outerjoin(Salesperson, Salesperson.code == line.salesperson_code)
        .outerjoin(
            InteractionTemplate,
            InteractionTemplate.code == line.interaction_template_code,
        )
        .outerjoin(Campaign, Campaign.no == line.campaign_no)
        .subquery("classified")
    )


def _rules(
    line: ReadOnlyColumnCollection[str, Any],
) -> tuple[tuple[ColumnElement[bool], str], ...]:
    return (
        (line.date.is_(None), "E-LINE-DATE"),
        (line.existing_contact_id.is_(None), "E-LINE-CONTACT"),
        (Salesperson.code.is_(None), "E-LINE-SALESPERSON"),
        (InteractionTemplate.code.is_(None), "E-LINE-TEMPLATE"),
        (and_(line.campaign_no != "", Campaign.no.is_(None)), "E-LINE-CAMPAIGN"),
        (line.privacy_blocked, "E-LINE-PRIVACY"),
    )


def _has_nowhere_to_mail(
    line: ReadOnlyColumnCollection[str, Any],
) -> ColumnElement[bool]:
    return and_(
        line.correspondence_type == int(CorrespondenceType.EMAIL),
        func.coalesce(line.contact_alt_address_email, "") == "",
        line.contact_email == "",
    )


def _rules_of_sending(
    line: ReadOnlyColumnCollection[str, Any], effective_type: ColumnElement[int]
) -> tuple[tuple[ColumnElement[bool], str], ...]:
    """An alternative address that exists, though without e-mail, makes the type blank
    instead; then there is a fault if the template means something to be sent."""
    blank = int(CorrespondenceType.BLANK)
    has_no_address_record = line.contact_alt_address_email.is_(None)
    is_meant_to_go = InteractionTemplate.correspondence_type_default != blank
    is_queued = or_(effective_type != blank, is_meant_to_go)
    return (
        (and_(_has_nowhere_to_mail(line), has_no_address_record), "E-LINE-EMAIL"),
        (and_(is_queued, line.attachment_id.is_(None)), "E-LINE-ATTACH"),
        (and_(effective_type == blank, is_meant_to_go), "E-DLV-TYPE"),
    )


def refused_lines(
    segment_id: int, *, sending: bool = False
) -> Select[int, str, str, str]:
    """line_no, contact_no, code, detail of every line that may not be logged, in
    line order. The detail names the line and the value (P7)."""
    line = classified_lines(segment_id, sending=sending).c
    return (
        select(
            line.line_no,
            func.coalesce(line.contact_no, "").label("contact_no"),
            line.problem,
            problem_in_words(line).label("detail"),
        )
        .where(line.problem.is_not(None))
        .order_by(line.line_no)
    )


def problem_in_words(line: ReadOnlyColumnCollection[str, Any]) -> ColumnElement[str]:
    """The sentence for a refused line: which line, what is wrong, what to do."""
    where = func.format(
        "Line %s (contact %s) ", line.line_no, func.coalesce(line.contact_no, "?")
    )
    return where + case(
        (
            line.problem == "E-LINE-DATE",
            "has no date. Give the line or the segment one.",
        ),
        (
            line.problem == "E-LINE-CONTACT",
            "points at a contact that does not exist any more. Remove the line.",
        ),
        (
            and_(line.problem == "E-LINE-SALESPERSON", line.salesperson_code == ""),
            "has no salesperson. Set one on the line, the segment or the contact.",
        ),
        (
            line.problem == "E-LINE-SALESPERSON",
            func.format(
                "names salesperson %s, who does not exist. Choose another.",
                line.salesperson_code,
            ),
        ),
        (
            and_(
                line.problem == "E-LINE-TEMPLATE",
                line.interaction_template_code == "",
            ),
            "has no interaction template. Choose one on the segment or the line.",
        ),
        (
            line.problem == "E-LINE-TEMPLATE",
            func.format(
                "names interaction template %s, which does not exist. Choose another.",
                line.interaction_template_code,
            ),
        ),
        (
            line.problem == "E-LINE-CAMPAIGN",
            func.format(
                "names campaign %s, which does not exist. Choose another or none.",
                line.campaign_no,
            ),
        ),
        (
            line.problem == "E-LINE-EMAIL",
            (
                "is an e-mail, but neither the contact nor an alternative address has one. "
                "Fill in E-Mail there, or log without sending."
            ),
        ),
        (
            line.problem == "E-LINE-ATTACH",
            (
                "has no attachment, so there is nothing to send. Give the segment or the "
                "line one, or log without sending."
            ),
        ),
        (
            line.problem == "E-DLV-TYPE",
            (
                "has no correspondence type, although its template means it to be sent. "
                "Choose one, or log without sending."
            ),
        ),
        else_="is for a contact whose data is blocked for privacy. Remove the line.",
    )
