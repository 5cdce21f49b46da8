"""Adding and taking out many contacts at once: a filter, its count, the deed.

The server gets the filter, never a list of contacts, and counts again: when the
number is another one than the person saw, nothing is done and the person is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access.roles import Permission
from core.contacts.models import Contact
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.jobs.models import Job
from core.segments.actions import ActionOptions
from core.segments.add_contacts import contacts_to_add
from core.segments.change_roster import RosterChange, change_roster
from core.segments.contact_filter import Filters
from core.segments.count_contacts import AddCount, count_to_add, count_to_remove
from core.segments.models import Segment
from core.segments.queries import actions
from core.vocabulary import ActionKind, ContactType, Evaluation
from web import choices
from web.contact_filter import PARAMETER, merged, written
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, whole_number
from web.permissions import requires
from web.segments.counting import counted, earlier, page_token
from web.segments.filter_controls import controls, offered
from web.segments.filter_form import (
    FURTHER,
    FilterForm,
    Form,
    filters_of,
    located,
    new_rows,
    read_form,
    typed_rows,
)
from web.segments.filter_words import filters_in_words
from web.segments.head import Head, head_of
from web.segments.told import told_added, told_taken_out

blueprint = Blueprint("roster", __name__, url_prefix="/<no>")

SAMPLE = 8
LONGEST_LINK = 3000
"""An address that every server and every mail program leaves whole."""

OPTIONS = (
    "allow_existing_contacts",
    "expand_companies",
    "allow_related_companies",
    "ignore_exclusion",
    "entire_companies",
)
KEEP_ONLY = "keep_only"


@dataclass(frozen=True, slots=True)
class Deed:
    """What the two pages differ in."""

    template: str
    count_template: str
    page: str
    "The view that shows the form."
    counted: Callable[[Session, Head, Form, Filters], dict[str, Any]]


@blueprint.get("/add")
@requires(Permission.READ_CONTACTS)
def add_form(no: str) -> ResponseReturnValue:
    return _page(ADD, no, request.args)


@blueprint.post("/add/form")
@requires(Permission.READ_CONTACTS)
def add_condition(no: str) -> ResponseReturnValue:
    """The form as it was typed, with one condition more or less."""
    return _page(ADD, no, request.form)


@blueprint.route("/add/count", methods=["GET", "POST"])
@requires(Permission.READ_CONTACTS)
def add_count(no: str) -> ResponseReturnValue:
    return _count(ADD, no, request.values)


@blueprint.post("/add")
@requires(Permission.EDIT)
def add(no: str) -> ResponseReturnValue:
    return _changed(ADD, no, request.form, ActionKind.ADD_CONTACTS)


@blueprint.get("/take-out")
@requires(Permission.READ_CONTACTS)
def take_out_form(no: str) -> ResponseReturnValue:
    return _page(TAKE_OUT, no, request.args)


@blueprint.post("/take-out/form")
@requires(Permission.READ_CONTACTS)
def take_out_condition(no: str) -> ResponseReturnValue:
    """The form as it was typed, with one condition more or less."""
    return _page(TAKE_OUT, no, request.form)


@blueprint.route("/take-out/count", methods=["GET", "POST"])
@requires(Permission.READ_CONTACTS)
def take_out_count(no: str) -> ResponseReturnValue:
    return _count(TAKE_OUT, no, request.values)


@blueprint.post("/take-out")
@requires(Permission.EDIT)
def take_out(no: str) -> ResponseReturnValue:
    return _changed(TAKE_OUT, no, request.form, _removal(request.form))


def options_of(form: Form) -> ActionOptions:
    return ActionOptions(**{name: name in form for name in OPTIONS})


def _keeps_only(form: Form) -> bool:
    return form.get("what") == KEEP_ONLY


def _removal(form: Form) -> ActionKind:
    if _keeps_only(form):
        return ActionKind.REFINE_CONTACTS
    return ActionKind.REDUCE_CONTACTS


def _changed(deed: Deed, no: str, form: Form, kind: ActionKind) -> ResponseReturnValue:
    """To the changed lines, or to the job that changes them."""
    try:
        change = RosterChange(
            kind,
            filters_of(read_form(form)),
            options_of(form),
            reset_when_empty="reset" in form,
            expected=whole_number(form.get("expected", "")),
        )
        with transaction(engine()) as session:
            done = change_roster(session, current_actor(), no.upper(), change)
    except (RefusedError, ConflictError) as error:
        return _page(deed, no, form, refusal_of(error)), status_of(error)
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    is_added = kind is ActionKind.ADD_CONTACTS
    flash(told_added(done) if is_added else told_taken_out(done))
    return redirect(url_for("segments.lines.show", no=no), 303)


def _page(deed: Deed, no: str, given: Form, refusal: Refusal = NO_REFUSAL) -> str:
    form, filters, found = _read(given)
    refusal = refusal if refusal.headline else found
    begun = len(form.rows) if given.get("add") else None
    form = _with_changed_rows(form, given)
    token = page_token(given)
    with transaction(engine()) as session:
        head = head_of(session, no)
        [in_words] = filters_in_words(session, filters)
        lists = {
            "types": choices.words(ContactType),
            "salespeople": choices.all_salespeople(session),
            "territories": choices.territories(session),
            "languages": choices.languages(session),
            "mailing_groups": choices.mailing_groups(session),
            "industry_groups": choices.industry_groups(session),
            "business_relations": choices.business_relations(session),
            "job_responsibilities": choices.job_responsibilities(session),
            "campaigns": choices.campaigns(session),
            "templates": choices.templates(session),
            "evaluations": choices.words(Evaluation),
            "controls": controls(session, form),
        }
    shown, refusal = _counted(deed, head, given, filters, token, refusal)
    return render_template(
        deed.template,
        tab="lines",
        form=form.quick,
        given=given,
        refusal=located(refusal, form),
        offered=offered(),
        begun=begun,
        has_further=any(form.quick.get(name) for name in FURTHER),
        form_address=url_for(f"{deed.page.removesuffix('_form')}_condition", no=no),
        page_token=token,
        in_words=in_words,
        **lists,
        **shown,
    )


def _count(deed: Deed, no: str, given: Form) -> str:
    _, filters, refusal = _read(given)
    with transaction(engine()) as session:
        head = head_of(session, no)
        [in_words] = filters_in_words(session, filters)
    shown, refusal = _counted(deed, head, given, filters, page_token(given), refusal)
    return render_template(
        deed.count_template, refusal=refusal, in_words=in_words, **shown
    )


def _read(given: Form) -> tuple[FilterForm, Filters, Refusal]:
    form = FilterForm({}, typed_rows(given))
    try:
        form = read_form(given)
        return form, filters_of(form), NO_REFUSAL
    except RefusedError as error:
        return form, {}, refusal_of(error)


def _with_changed_rows(form: FilterForm, given: Form) -> FilterForm:
    rows = form.rows
    if (gone := given.get("remove", "")).isdecimal():
        rows = rows[: int(gone)] + rows[int(gone) + 1 :]
    if given.get("add"):
        rows = (*rows, *new_rows(given.get("new_where", "")))
    return form._replace(rows=rows)


def _counted(
    deed: Deed,
    head: Head,
    given: Form,
    filters: Filters,
    token: str,
    refusal: Refusal,
) -> tuple[dict[str, Any], Refusal]:
    """What the count shows. A refused filter is not counted."""
    found = None
    if not refusal.by_field:
        try:
            found = counted(
                lambda session: deed.counted(session, head, given, filters),
                token,
                exactly="exactly" in given,
            )
        except RefusedError as error:
            refusal = refusal_of(error)
    shown: dict[str, Any] = {"count": None, "sample": [], "undone": 0}
    return {
        "head": head,
        "keeps_only": _keeps_only(given),
        "earlier": earlier(given),
        "counted_at": int(clock.now().timestamp()),
        "not_asked": bool(refusal.headline) and found is None,
        "link": _link(deed, head, given, filters),
        **shown,
        **(found or {}),
    }, refusal


def _link(deed: Deed, head: Head, given: Form, filters: Filters) -> str | None:
    """The address that opens the form as it is; None where it would be too long."""
    chosen = {name: "yes" for name in OPTIONS if name in given}
    if _keeps_only(given):
        chosen["what"] = KEEP_ONLY
    text = written(filters)
    if text:
        chosen[PARAMETER] = text
    address = url_for(deed.page, no=head.segment.no, **chosen)  # type: ignore[arg-type]
    return address if len(address) <= LONGEST_LINK else None


def _to_add(
    session: Session, head: Head, given: Form, filters: Filters
) -> dict[str, Any]:
    options = options_of(given)
    count = count_to_add(session, head.segment, filters, options)
    return {
        "count": count,
        "sample": _sample(session, head.segment, filters, options),
        "undone": _undone_actions(session, head.segment),
        "listed": _where_listed(head.segment, filters, options, count),
    }


def _where_listed(
    segment: Segment, filters: Filters, options: ActionOptions, count: AddCount
) -> dict[str, str]:
    """Where the contacts behind a number can be looked at. Companies that an option
    brings along are no filter, so then there is no such list."""
    if options.expand_companies or options.allow_related_companies:
        return {}
    parts = {
        "matching": filters,
        "excluded": merged(filters, {"contact": {"exclude_from_segment": True}}),
        "already_in": merged(filters, {"segment": {"also_in": [segment.no]}}),
    }
    links = {
        name: url_for("contacts.listing.show", filter=written(part) or None)
        for name, part in parts.items()
        if getattr(count, name)
    }
    return {name: link for name, link in links.items() if len(link) <= LONGEST_LINK}


def _sample(
    session: Session, segment: Segment, filters: Filters, options: ActionOptions
) -> list[Contact]:
    wanted = contacts_to_add(segment, filters, options)
    statement = select(Contact).where(Contact.id.in_(wanted)).order_by(Contact.id)
    return list(session.scalars(statement.limit(SAMPLE)))


def _to_remove(
    session: Session, head: Head, given: Form, filters: Filters
) -> dict[str, Any]:
    count = count_to_remove(
        session, head.segment, _removal(given), filters, options_of(given)
    )
    return {"count": count, "undone": _undone_actions(session, head.segment)}


def _undone_actions(session: Session, segment: Segment) -> int:
    """Steps that Go Back left ahead; a new action discards them."""
    return sum(action.action_no > segment.head for action in actions(session, segment))


ADD = Deed(
    "segments/add.html", "segments/add_count.html", "segments.roster.add_form", _to_add
)
TAKE_OUT = Deed(
    "segments/take_out.html",
    "segments/take_out_count.html",
    "segments.roster.take_out_form",
    _to_remove,
)
