from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import queries, users
from core.access.actor import Actor
from core.access.models import User
from core.access.roles import Permission, Role
from core.contacts.models import Salesperson
from core.database import transaction
from core.errors import ConflictError, FaultList, RefusedError
from core.references import SALESPERSON, find_unknown_codes
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires
from web.stale import refuse_if_stale, version_of_values

blueprint = Blueprint("users", __name__, url_prefix="/setup/users")

ROLES = (
    (Role.VIEWER.value, "Viewer: reads everything"),
    (Role.MARKETER.value, "Marketer: contacts, segments, campaigns, logging"),
    (Role.OPERATOR.value, "Operator: jobs, workers and queues, but no contacts"),
    (Role.ADMINISTRATOR.value, "Administrator: everything, users and setup"),
)


@blueprint.get("")
@requires(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    with transaction(engine()) as session:
        found = queries.users(session)
    return render_template("users.html", users=found)


@blueprint.get("/new")
@requires(Permission.ADMINISTER)
def new() -> ResponseReturnValue:
    return _new_page({"role": Role.MARKETER.value}, NO_REFUSAL)


@blueprint.post("/new")
@requires(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            user = users.add_user(session, current_actor(), _new_user(session, form))
    except RefusedError as error:
        return _new_page(form, refusal_of(error)), 422
    flash(f"{user.username} can sign in now.")
    return redirect("/setup/users", 303)


@blueprint.get("/<int:user_id>")
@requires(Permission.ADMINISTER)
def edit(user_id: int) -> ResponseReturnValue:
    return _edit_page(user_id, {}, NO_REFUSAL)


@blueprint.post("/<int:user_id>")
@requires(Permission.ADMINISTER)
def change(user_id: int) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            refuse_if_stale(form, _seen(users.locked_user(session, user_id)))
            users.change_user(
                session,
                current_actor(),
                user_id,
                role=form.get("role", ""),
                salesperson_code=_salesperson_code(session, form),
            )
    except (RefusedError, ConflictError) as error:
        return _edit_page(user_id, form, refusal_of(error)), status_of(error)
    flash("Saved.")
    return redirect("/setup/users", 303)


@blueprint.post("/<int:user_id>/password")
@requires(Permission.ADMINISTER)
def set_password(user_id: int) -> ResponseReturnValue:
    form = typed()
    try:
        with transaction(engine()) as session:
            users.set_password(
                session, current_actor(), user_id, form.get("password", "")
            )
    except RefusedError as error:
        return _edit_page(user_id, {}, refusal_of(error)), 422
    flash("New password set. The user is signed out everywhere.")
    return redirect("/setup/users", 303)


@blueprint.post("/<int:user_id>/deactivate")
@requires(Permission.ADMINISTER)
def deactivate(user_id: int) -> ResponseReturnValue:
    return _switch(user_id, users.deactivate_user, "can no longer sign in.")


@blueprint.post("/<int:user_id>/activate")
@requires(Permission.ADMINISTER)
def activate(user_id: int) -> ResponseReturnValue:
    return _switch(user_id, users.activate_user, "can sign in again.")


def _switch(
    user_id: int, deed: Callable[[Session, Actor, int], User], outcome: str
) -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            user = deed(session, current_actor(), user_id)
    except RefusedError as error:
        return _edit_page(user_id, {}, refusal_of(error)), 422
    flash(f"{user.username} {outcome}")
    return redirect("/setup/users", 303)


def _new_user(session: Session, form: dict[str, str]) -> users.NewUser:
    return users.NewUser(
        username=form.get("username", ""),
        password=form.get("password", ""),
        role=form.get("role", ""),
        salesperson_code=_salesperson_code(session, form),
    )


def _salesperson_code(session: Session, form: dict[str, str]) -> str:
    # Users stand below salespeople in core, so the reference is checked here.
    code = form.get("salesperson_code", "").upper()
    faults = FaultList()
    find_unknown_codes(
        session, faults, {"salesperson_code": code}, {"salesperson_code": SALESPERSON}
    )
    faults.refuse_if_any()
    return code


def _new_page(form: dict[str, str], refusal: Refusal) -> str:
    return render_template(
        "user_new.html", form=form, refusal=refusal, roles=ROLES, people=_salespeople()
    )


def _edit_page(user_id: int, form: dict[str, str], refusal: Refusal) -> str:
    with transaction(engine()) as session:
        user = users.required_user(session, user_id)
    return render_template(
        "user.html",
        user=user,
        version=version_of_values(_seen(user)),
        form=form or _seen(user),
        refusal=refusal,
        roles=ROLES,
        people=_salespeople(),
    )


def _seen(user: User) -> dict[str, str]:
    return {"role": user.role, "salesperson_code": user.salesperson_code}


def _salespeople() -> list[tuple[str, str]]:
    with transaction(engine()) as session:
        rows = session.execute(
            select(Salesperson.code, Salesperson.name).order_by(Salesperson.code)
        )
        return [(code, f"{code} · {name}") for code, name in rows]
