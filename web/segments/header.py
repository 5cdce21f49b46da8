"""The header of a segment: what every line inherits, and the question when it changes."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.interactions.models import InteractionTemplate
from core.segments.affected_lines import affected_lines
from core.segments.change_segment import change_segment, fields_given_up
from core.segments.changes import SegmentChanges
from core.segments.delete_segment import delete_segment
from core.segments.editing import open_for_editing
from core.segments.languages import find_language
from core.segments.models import Segment
from core.segments.queries import totals
from core.vocabulary import CorrespondenceType, InformationFlow, InitiatedBy
from web import choices
from web.api import segment_models
from web.context import engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.layout import number
from web.permissions import requires
from web.segments.forms import as_typed, changed, remembered
from web.segments.head import head_of

blueprint = Blueprint("header", __name__, url_prefix="/<no>")

GENERAL = (
    "description",
    "campaign_no",
    "salesperson_code",
    "date",
    "interaction_template_code",
)
INTERACTION = (  # SEG-020: once there is a template
    "unit_cost",
    "unit_duration",
    "information_flow",
    "initiated_by",
    "language_code_default",
    "subject_default",
    "correspondence_type_default",
    "ignore_contact_corres_type",
)
OF_CAMPAIGN = ("campaign_target", "campaign_response")  # SEG-019: once there is one
LABELS = {
    "description": "Description",
    "campaign_no": "Campaign",
    "salesperson_code": "Salesperson",
    "date": "Date",
    "interaction_template_code": "Template",
    "unit_cost": "Cost per line",
    "unit_duration": "Minutes per line",
    "information_flow": "Information flow",
    "initiated_by": "Initiated by",
    "language_code_default": "Language",
    "subject_default": "Subject",
    "correspondence_type_default": "Correspondence type",
    "ignore_contact_corres_type": "Same correspondence type for all",
    "campaign_target": "Campaign target",
    "campaign_response": "Campaign response",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What to do with the lines, in numbers. Both answers are yes unless changed."""

    following: int
    "Lines with the header's template."
    fields: list[tuple[str, int]]
    "The changed fields that lines inherit, and how many lines have their own."
    lines: int = 0
    "All lines, when another template was chosen."
    with_own_template: int = 0
    new_language: str = ""
    "The chosen default language, where there is no content in it yet (LANG-010)."

    @property
    def is_about_template(self) -> bool:
        return self.lines > 0

    def is_answered(self, form: dict[str, str]) -> bool:
        asked = {
            "update_lines": bool(self.fields),
            "apply_to_lines": self.is_about_template,
            "create_language": bool(self.new_language),
        }
        return all(name in form for name, is_asked in asked.items() if is_asked)


@blueprint.get("/header")
@requires(Permission.READ)
def show(no: str) -> ResponseReturnValue:
    return _page(no)


@blueprint.post("/header")
@requires(Permission.EDIT)
def change(no: str) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            question = _changed_unless_to_be_asked(session, no.upper(), form)
    except (RefusedError, ConflictError) as error:
        return _page(no, form, refusal_of(error)), status_of(error)
    if question:
        return _page(no, form, question=question)
    return redirect(url_for("segments.header.show", no=no), 303)


@blueprint.post("/delete")
@requires(Permission.EDIT)
def delete(no: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        segment = open_for_editing(session, no.upper())
        lines = totals(session, segment).no_of_lines
        delete_segment(session, segment)
    flash(f"Segment {no.upper()} and its {number(lines)} lines are deleted.")
    return redirect(url_for("segments.listing.show"), 303)


def _changed_unless_to_be_asked(
    session: Session, no: str, form: dict[str, str]
) -> Question | None:
    segment = open_for_editing(session, no)
    body = segment_models.SegmentChanges.model_validate(changed(form))
    changes: SegmentChanges = body.given()
    question = _question(session, segment, changes)
    if question and not question.is_answered(form):
        return question
    change_segment(
        session,
        segment,
        changes,
        update_lines=form.get("update_lines", "yes") == "yes",
        apply_to_lines=form.get("apply_to_lines", "yes") == "yes",
        create_language=form.get("create_language", "yes") == "yes",
    )
    flash("Saved." if changes else "Nothing was changed.")
    return None


def _question(
    session: Session, segment: Segment, changes: SegmentChanges
) -> Question | None:
    inherited = fields_given_up(session, segment, changes)
    is_new_template = "interaction_template_code" in changes
    lines = totals(session, segment).no_of_lines
    new_language = _new_language(session, segment, changes)
    if not lines or not (inherited or is_new_template):
        return Question(0, [], new_language=new_language) if new_language else None
    affected = affected_lines(session, segment, inherited.values())
    following = lines - affected.with_own_template
    fields = [
        # Own subjects survive a new subject (SEG-018), so none is given up.
        (
            LABELS[name],
            0 if name == "subject_default" else affected.with_own[line_field],
        )
        for name, line_field in inherited.items()
    ]
    return Question(
        following=following,
        fields=fields if following else [],
        lines=lines if is_new_template else 0,
        with_own_template=affected.with_own_template,
        new_language=new_language,
    )


def _new_language(session: Session, segment: Segment, changes: SegmentChanges) -> str:
    code = changes.get("language_code_default", "")
    # Another template brings its own content; what was asked of it comes after.
    if not code or "interaction_template_code" in changes:
        return ""
    return "" if find_language(session, segment, code) else code


def _page(
    no: str,
    form: dict[str, str] | None = None,
    refusal: Refusal = NO_REFUSAL,
    question: Question | None = None,
) -> str:
    with transaction(engine()) as session:
        head = head_of(session, no)
        segment = head.segment
        options = _options(session, segment)
        template = session.get(InteractionTemplate, segment.interaction_template_code)
    shown = {name: as_typed(name, getattr(segment, name)) for name in LABELS}
    editable = _editable(segment)
    return render_template(
        "segments/header.html",
        tab="header",
        head=head,
        values=shown | (form or {}),
        was=form["was"] if form else remembered(shown, editable),
        editable=editable,
        refusal=refusal,
        question=question,
        labels=LABELS,
        # Unticking the header's box does not make such a template ask (LINE-020).
        asks_contacts=template is None or not template.ignore_contact_corres_type,
        **options,
    )


def _editable(segment: Segment) -> tuple[str, ...]:
    names: tuple[str, ...] = GENERAL
    if segment.interaction_template_code:
        names += INTERACTION
    if segment.campaign_no:
        names += OF_CAMPAIGN
    return names


def _options(session: Session, segment: Segment) -> dict[str, Any]:
    return {
        "templates": choices.including(
            choices.templates(session), segment.interaction_template_code
        ),
        "campaigns": choices.including(choices.campaigns(session), segment.campaign_no),
        "salespeople": choices.including(
            choices.salespeople(session), segment.salesperson_code, "(blocked)"
        ),
        "languages": choices.including(
            choices.languages(session), segment.language_code_default
        ),
        "flows": choices.words(InformationFlow),
        "sides": choices.words(InitiatedBy),
        "types": choices.words(CorrespondenceType),
    }
