"""A person's own account: password, API tokens, work date."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core import clock
from core.access import queries, tokens, users
from core.access.roles import Permission
from core.database import transaction
from core.errors import RefusedError
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, typed, whole_number
from web.identity import start_session, use_work_date
from web.permissions import requires
from web.sign_in import own_address

blueprint = Blueprint("profile", __name__, url_prefix="/profile")

LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "1 year"), ("", "No end"))


@blueprint.get("")
@requires(Permission.READ)
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/password")
@requires(Permission.READ)
def change_password() -> ResponseReturnValue:
    form = typed()
    if form.get("password") != form.get("password_again"):
        return _page(
            password_refusal=Refusal(
                "The two new passwords differ.",
                {"password_again": "This differs from the new password above."},
            )
        ), 422
    try:
        with transaction(engine()) as session:
            user = users.change_own_password(
                session,
                current_actor(),
                current=form.get("current_password", ""),
                new=form.get("password", ""),
            )
    except RefusedError as error:
        return _page(password_refusal=refusal_of(error)), 422
    start_session(user)
    flash(
        "Password changed. Every other browser you were signed in with is signed out."
    )
    return redirect("/profile", 303)


@blueprint.post("/tokens")
@requires(Permission.READ)
def create_token() -> ResponseReturnValue:
    form = typed()
    days = form.get("days", "")
    try:
        with transaction(engine()) as session:
            new = tokens.create_token(
                session,
                current_actor(),
                name=form.get("name", ""),
                # Nonsense is no number of days, and least of all for ever.
                days=whole_number(days) or 0 if days else None,
            )
    except RefusedError as error:
        return _page(token_refusal=refusal_of(error), form=form), 422
    return _page(new_token=new), 201, {"Cache-Control": "no-store"}


@blueprint.post("/tokens/<int:token_id>/revoke")
@requires(Permission.READ)
def revoke_token(token_id: int) -> ResponseReturnValue:
    with transaction(engine()) as session:
        tokens.revoke_token(session, current_actor(), token_id)
    flash("Token revoked. Programs that used it are refused from now on.")
    return redirect("/profile", 303)


@blueprint.post("/work-date")
@requires(Permission.READ)
def set_work_date() -> ResponseReturnValue:
    text = request.form.get("work_date", "")
    try:
        use_work_date(date.fromisoformat(text) if text else None)
    except ValueError:
        flash("That is not a date. The work date stays as it was.", "bad")
    return redirect(own_address(request.form.get("back")), 303)


def _page(
    password_refusal: Refusal = NO_REFUSAL,
    token_refusal: Refusal = NO_REFUSAL,
    new_token: tokens.NewToken | None = None,
    form: dict[str, str] | None = None,
) -> str:
    with transaction(engine()) as session:
        mine = queries.tokens_of(session, current_actor().user_id)
    return render_template(
        "profile.html",
        tokens=mine,
        lifetimes=LIFETIMES,
        now=clock.now(),
        password_refusal=password_refusal,
        token_refusal=token_refusal,
        new_token=new_token,
        form=form or {},
    )
