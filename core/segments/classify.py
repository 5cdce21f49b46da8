"""May each line be logged; if not, which rule does it break first.

The checks of LOG-030…037 in their order, then the privacy block. Preflight and
log read the same classification, so the log can never refuse what the preflight
promised, except for what changed in between.
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
}
"""Every way a line can be refused, in order of precedence."""


def classified_lines(segment_id: int) -> Subquery:
    """The resolved lines plus `problem` (an error code, NULL when the line may be
    logged), the same as `may_be_logged`, and `effective_correspondence_type` (LOG-037
    without sending)."""
    return _classified(resolved_lines(segment_id))


def classified_part(segment: Segment, part: Part) -> Subquery:
    """The same for statements that read every line of a segment."""
    return _classified(resolved_part(segment, part))


def _classified(resolved: Subquery) -> Subquery:
    line = resolved.c
    email = int(CorrespondenceType.EMAIL)
    nowhere_to_mail = and_(
        line.correspondence_type == email,
        func.coalesce(line.contact_alt_address_email, "") == "",
        line.contact_email == "",
    )
    rules = _rules(line)
    return (
        select(
            *line,
            case(
                (nowhere_to_mail, literal(int(CorrespondenceType.BLANK))),
                else_=line.correspondence_type,
            ).label("effective_correspondence_type"),
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


def refused_lines(segment_id: int) -> Select[int, str, str, str]:
    """line_no, contact_no, code, detail of every line that may not be logged, in
    line order. The detail names the line and the value (P7)."""
    line = classified_lines(segment_id).c
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
        else_="is for a contact whose data is blocked for privacy. Remove the line.",
    )
