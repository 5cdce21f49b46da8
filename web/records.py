"""Pages for records that are kept by a code: a list, a form to add, a form to change.

A noun describes itself with `Records`; `pages_for` makes its blueprint. What a form may
hold is said by the same models that guard the API.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.base import Base
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.records import found_record, lock_record
from web import listing
from web.api import framework
from web.choices import Choices, including
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.stale import refuse_if_stale, version_of_values

Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Input:
    name: str
    label: str
    kind: Literal["text", "date", "email", "number", "choice", "check"] = "text"
    hint: str = ""
    longest: int | None = None
    options: Callable[[Session], Choices] | None = None
    required: bool = False
    only_new: bool = False
    "The key: chosen once, and part of the record's address ever after."


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str
    kind: Literal["text", "code", "money", "minutes", "word", "date", "flag"] = "text"


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    title: str
    noun: str
    about: str
    "What such records are for: shown where there are none yet."
    address: str
    model: type[Base]
    shown: type[framework.Shown]
    draft: type[framework.Body]
    changes: type[framework.Body]
    columns: Sequence[Column]
    inputs: Sequence[Input]
    create: Callable[[Session, Actor, Any], Base]
    change: Callable[[Session, Actor, Any, Any], None]
    delete: Callable[[Session, Actor, str], None]
    lock: Callable[[Session, type[Base], Any, str], Base] = lock_record
    key: str = "code"
    key_label: str = "Code"
    description: str = "description"
    permission: Permission = Permission.EDIT
    start: Callable[[Actor], Form] = field(default=lambda _: {})
    "What the form of a new record is filled with."
    more: str = ""
    "A template below the form of a record, fed by `details`."
    details: Callable[[Session, Any], Form] = field(default=lambda _s, _r: {})
    above: Sequence[tuple[str, str]] = (("Setup", "/setup"),)


def pages_for(records: Records) -> Blueprint:
    name = records.address.strip("/").replace("/", "_").replace("-", "_")
    blueprint = Blueprint(name, __name__, url_prefix=records.address)

    @blueprint.get("")
    @requires(Permission.READ)
    def show_list() -> ResponseReturnValue:
        return _list_page(records)

    @blueprint.get("/new")
    @requires(records.permission)
    def new() -> ResponseReturnValue:
        return _form_page(records, None, records.start(current_actor()), NO_REFUSAL)

    @blueprint.post("/new")
    @requires(records.permission)
    def add() -> ResponseReturnValue:
        form = typed()
        try:
            with transaction(engine()) as session:
                draft = records.draft.model_validate(_values(records, form, new=True))
                record = records.create(session, current_actor(), draft.given())
                key = getattr(record, records.key)
        except (RefusedError, ConflictError) as error:
            return _form_page(records, None, form, refusal_of(error)), status_of(error)
        flash(f"{records.noun.capitalize()} {key} added.")
        return redirect(_address_of(records, key), 303)

    @blueprint.get("/<key>")
    @requires(Permission.READ)
    def edit(key: str) -> ResponseReturnValue:
        return _form_page(records, _code(key), None, NO_REFUSAL)

    @blueprint.post("/<key>")
    @requires(records.permission)
    def change(key: str) -> ResponseReturnValue:
        form = typed()
        try:
            with transaction(engine()) as session:
                record = records.lock(session, records.model, _code(key), records.noun)
                refuse_if_stale(form, _seen(records, record))
                changes = records.changes.model_validate(
                    _values(records, form, new=False)
                )
                records.change(session, current_actor(), record, changes.given())
        except (RefusedError, ConflictError) as error:
            return _form_page(records, _code(key), form, refusal_of(error)), status_of(
                error
            )
        flash("Saved.")
        return redirect(_address_of(records, _code(key)), 303)

    @blueprint.post("/<key>/delete")
    @requires(records.permission)
    def delete(key: str) -> ResponseReturnValue:
        try:
            with transaction(engine()) as session:
                records.delete(session, current_actor(), _code(key))
        except ConflictError as error:
            return _form_page(records, _code(key), None, refusal_of(error)), 409
        flash(f"{records.noun.capitalize()} {_code(key)} deleted.")
        return redirect(records.address, 303)

    return blueprint


def _list_page(records: Records) -> str:
    filters = listing.given("q")
    after = listing.given("after").get("after", "")
    key = getattr(records.model, records.key)
    statement = select(records.model).where(key > after).order_by(key)
    if "q" in filters:
        described = getattr(records.model, records.description)
        statement = statement.where(
            or_(
                key.icontains(filters["q"], autoescape=True),
                described.icontains(filters["q"], autoescape=True),
            )
        )
    with transaction(engine()) as session:
        found = session.scalars(statement.limit(listing.PAGE + 1)).all()
    rows = [_wire(records, record) for record in found[: listing.PAGE]]
    more = len(found) > listing.PAGE
    return render_template(
        "records/list.html",
        records=records,
        rows=rows,
        query_text=filters.get("q", ""),
        next=listing.address(after=rows[-1][records.key]) if more else None,
        first=listing.first_page(),
    )


def _form_page(
    records: Records, key: str | None, form: Form | None, refusal: Refusal
) -> str:
    """The form of a new record (no key) or of one that is there."""
    with transaction(engine()) as session:
        details: Form = {}
        version = ""
        if key is not None:
            record = found_record(session, records.model, key, records.noun)
            version = version_of_values(_seen(records, record))
            details = records.details(session, record)
            form = _wire(records, record) if form is None else form
        return render_template(
            "records/form.html",
            records=records,
            key=key,
            version=version,
            form=form or {},
            refusal=refusal,
            options=options_of(session, records.inputs, form or {}),
            **details,
        )


def options_of(
    session: Session, inputs: Sequence[Input], form: Form
) -> dict[str, Choices]:
    """What the selects offer, the value in force included."""
    return {
        item.name: including(item.options(session), form.get(item.name) or "")
        for item in inputs
        if item.options
    }


def _wire(records: Records, record: Base) -> dict[str, Any]:
    """The record as the API shows it: words for choices, texts for amounts."""
    return records.shown.of(record).model_dump(mode="json")


def _seen(records: Records, record: Base) -> Form:
    """What the form of the record is filled with."""
    return filled(records.inputs, _wire(records, record))


def filled(inputs: Sequence[Input], wire: Form) -> Form:
    """What a form of these inputs shows of a record as the API shows it."""
    return {item.name: wire[item.name] for item in inputs}


def _values(records: Records, form: Form, *, new: bool) -> dict[str, object]:
    inputs = [item for item in records.inputs if new or not item.only_new]
    return values_of(inputs, form)


def values_of(inputs: Sequence[Input], form: Form) -> dict[str, object]:
    """A posted form as a request body: a box is true or false, nothing typed is null."""
    return {
        item.name: item.name in form
        if item.kind == "check"
        else form.get(item.name) or None
        for item in inputs
    }


def _code(key: str) -> str:
    return framework.CodePath.model_validate({"code": key}).code


def _address_of(records: Records, key: str) -> str:
    return f"{records.address}/{quote(key, safe='')}"
