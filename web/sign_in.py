from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core import clock
from core.access.actor import Actor
from core.access.audit import record_audit
from core.access.models import User
from core.access.roles import Permission
from core.access.sign_in import sign_in
from core.database import transaction
from web.context import engine
from web.forms import NO_REFUSAL, Refusal
from web.identity import end_session, identify, start_session
from web.permissions import requires

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def form() -> ResponseReturnValue:
    if identify(engine()):
        return redirect(own_address(request.args.get("next")), 303)
    return _page("", NO_REFUSAL)


@blueprint.post("/sign-in")
def submit() -> ResponseReturnValue:
    username = request.form.get("username", "")
    with transaction(engine()) as session:
        found = sign_in(
            session,
            username,
            request.form.get("password", ""),
            request.remote_addr or "",
        )
        if found.user:
            record_audit(session, _actor(found.user), "user.sign_in", username)
    if found.user is None:
        status = 429 if found.limited else 422
        return _page(username, Refusal(found.refusal)), status
    start_session(found.user)
    return redirect(own_address(request.args.get("next")), 303)


@blueprint.post("/sign-out")
@requires(Permission.READ)
def leave() -> ResponseReturnValue:
    end_session()
    answer = redirect("/sign-in", 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def own_address(wanted: str | None) -> str:
    """The address to go on to, or Home when it would lead to somebody else's site."""
    if not wanted or not wanted.startswith("/") or "\\" in wanted:
        return "/"
    # Browsers drop control characters, which turns "/\t/host" into "//host".
    if any(ord(sign) < 33 for sign in wanted) or urlsplit(wanted).netloc:
        return "/"
    return "/" if wanted.startswith("//") else wanted


def _page(username: str, refusal: Refusal) -> str:
    return render_template("sign_in.html", username=username, refusal=refusal)


def _actor(user: User) -> Actor:
    return Actor(
        user_id=user.id,
        username=user.username,
        role=user.role,
        salesperson_code=user.salesperson_code,
        work_date=clock.today(),
    )
