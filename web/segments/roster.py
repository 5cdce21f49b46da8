"""Adding and taking out many contacts at once: a filter, its count, the deed.

The server gets the filter, never a list of contacts, and counts again: when the
number is another one than the person saw, nothing is done and the person is asked.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.contacts.models import Contact
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.jobs.models import Job
from core.segments.actions import ActionOptions
from core.segments.add_contacts import contacts_to_add
from core.segments.change_roster import RosterChange, change_roster
from core.segments.contact_filter import Filters
from core.segments.count_contacts import count_to_add, count_to_remove
from core.segments.models import Segment
from core.segments.queries import actions
from core.vocabulary import ActionKind, ContactType, Evaluation
from web import choices
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, typed
from web.layout import number
from web.permissions import requires
from web.segments.criteria_words import filters_in_words
from web.segments.head import Head, head_of

blueprint = Blueprint("roster", __name__, url_prefix="/<no>")

SAMPLE = 8

FIELDS = {
    "salesperson_code": ("contact", "salesperson_code", "is"),
    "territory_code": ("contact", "territory_code", "is"),
    "language_code": ("contact", "language_code", "is"),
    "type": ("contact", "type", "is"),
    "name": ("contact", "name", "contains"),
    "company_name": ("contact", "company_name", "contains"),
    "city": ("contact", "city", "contains"),
    "no_from": ("contact", "no", "from"),
    "no_to": ("contact", "no", "to"),
    "mailing_group": ("mailing_group", "code", "is"),
    "industry_group": ("industry_group", "code", "is"),
    "business_relation": ("business_relation", "code", "is"),
    "job_responsibility": ("job_responsibility", "code", "is"),
    "entry_campaign": ("interaction_log_entry", "campaign_no", "is"),
    "entry_template": ("interaction_log_entry", "interaction_template_code", "is"),
    "entry_evaluation": ("interaction_log_entry", "evaluation", "is"),
    "entry_from": ("interaction_log_entry", "date", "from"),
    "entry_to": ("interaction_log_entry", "date", "to"),
}
"""What the form asks: the table and field of the filter, and how it is compared."""

FURTHER = tuple(name for name, place in FIELDS.items() if place[0] != "contact")

OPTIONS = (
    "allow_existing_contacts",
    "expand_companies",
    "allow_related_companies",
    "ignore_exclusion",
    "entire_companies",
)
KEEP_ONLY = "keep_only"


@blueprint.get("/add")
@requires(Permission.READ_CONTACTS)
def add_form(no: str) -> ResponseReturnValue:
    return _page("segments/add.html", no, request.args)


@blueprint.get("/add/count")
@requires(Permission.READ_CONTACTS)
def add_count(no: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        head = head_of(session, no)
        counted = _counted_to_add(session, head.segment, request.args)
    return render_template("segments/add_count.html", head=head, **counted)


@blueprint.post("/add")
@requires(Permission.EDIT)
def add(no: str) -> ResponseReturnValue:
    form = typed()
    return _changed(no, form, ActionKind.ADD_CONTACTS, "segments/add.html")


@blueprint.get("/take-out")
@requires(Permission.READ_CONTACTS)
def take_out_form(no: str) -> ResponseReturnValue:
    return _page("segments/take_out.html", no, request.args)


@blueprint.get("/take-out/count")
@requires(Permission.READ_CONTACTS)
def take_out_count(no: str) -> ResponseReturnValue:
    with transaction(engine()) as session:
        head = head_of(session, no)
        counted = _counted_to_remove(session, head, request.args)
    return render_template("segments/take_out_count.html", head=head, **counted)


@blueprint.post("/take-out")
@requires(Permission.EDIT)
def take_out(no: str) -> ResponseReturnValue:
    form = typed()
    return _changed(no, form, _removal(form), "segments/take_out.html")


def filters_of(form: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The form as the structured filter of the core; blank fields say nothing."""
    filters: dict[str, dict[str, Any]] = {}
    for name, (table, field, how) in FIELDS.items():
        if not (text := form.get(name, "").strip()):
            continue
        conditions = filters.setdefault(table, {})
        if how == "is":
            conditions[field] = [text]
        else:
            conditions.setdefault(field, {})[how] = text
    return filters


def options_of(form: Mapping[str, str]) -> ActionOptions:
    return ActionOptions(**{name: name in form for name in OPTIONS})


def _keeps_only(form: Mapping[str, str]) -> bool:
    return form.get("what") == KEEP_ONLY


def _removal(form: Mapping[str, str]) -> ActionKind:
    if _keeps_only(form):
        return ActionKind.REFINE_CONTACTS
    return ActionKind.REDUCE_CONTACTS


def _changed(
    no: str, form: Mapping[str, str], kind: ActionKind, template: str
) -> ResponseReturnValue:
    """To the changed lines, or to the job that changes them."""
    expected = form.get("expected", "")
    change = RosterChange(
        kind,
        filters_of(form),
        options_of(form),
        reset_when_empty="reset" in form,
        expected=int(expected) if expected.isdecimal() else None,
    )
    try:
        with transaction(engine()) as session:
            done = change_roster(session, current_actor(), no.upper(), change)
    except RefusedError as error:
        return _page(template, no, form, refusal_of(error)), 422
    except ConflictError as error:
        return _page(template, no, form, refusal_of(error)), 409
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    added = kind is ActionKind.ADD_CONTACTS
    words = "contacts are added" if added else "lines are taken out"
    flash(f"{number(done.lines_changed)} {words}.")
    return redirect(url_for("segments.lines.show", no=no), 303)


def _page(
    template: str, no: str, form: Mapping[str, str], refusal: Refusal = NO_REFUSAL
) -> str:
    with transaction(engine()) as session:
        head = head_of(session, no)
        counted = (
            _counted_to_add(session, head.segment, form)
            if template == "segments/add.html"
            else _counted_to_remove(session, head, form)
        )
        lists = {
            "types": choices.words(ContactType),
            "salespeople": choices.salespeople(session),
            "territories": choices.territories(session),
            "languages": choices.languages(session),
            "mailing_groups": choices.mailing_groups(session),
            "industry_groups": choices.industry_groups(session),
            "business_relations": choices.business_relations(session),
            "job_responsibilities": choices.job_responsibilities(session),
            "campaigns": choices.campaigns(session),
            "templates": choices.templates(session),
            "evaluations": choices.words(Evaluation),
        }
        undone = _undone_actions(session, head.segment)
    return render_template(
        template,
        tab="lines",
        head=head,
        form=form,
        refusal=refusal,
        undone=undone,
        has_further=any(form.get(name) for name in FURTHER),
        **lists,
        **counted,
    )


def _counted_to_add(
    session: Session, segment: Segment, form: Mapping[str, str]
) -> dict[str, Any]:
    filters, options = filters_of(form), options_of(form)
    return {
        "count": count_to_add(session, segment, filters, options),
        "sample": _sample(session, segment, filters, options),
        "in_words": filters_in_words(filters),
    }


def _sample(
    session: Session, segment: Segment, filters: Filters, options: ActionOptions
) -> list[Contact]:
    wanted = contacts_to_add(segment, filters, options)
    statement = select(Contact).where(Contact.id.in_(wanted)).order_by(Contact.id)
    return list(session.scalars(statement.limit(SAMPLE)))


def _counted_to_remove(
    session: Session, head: Head, form: Mapping[str, str]
) -> dict[str, Any]:
    filters, keeps_only = filters_of(form), _keeps_only(form)
    kind = ActionKind.REFINE_CONTACTS if keeps_only else ActionKind.REDUCE_CONTACTS
    return {
        "count": count_to_remove(
            session, head.segment, kind, filters, options_of(form)
        ),
        "keeps_only": keeps_only,
        "in_words": filters_in_words(filters),
    }


def _undone_actions(session: Session, segment: Segment) -> int:
    """Steps that Go Back left ahead; a new action discards them."""
    return sum(action.action_no > segment.head for action in actions(session, segment))
