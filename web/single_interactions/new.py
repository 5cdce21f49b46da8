"""Create Interaction, called from a contact, a salesperson, a campaign or a log entry."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.attachments.models import Attachment
from core.contacts.queries import contact_found
from core.database import transaction
from core.errors import NotFoundError, RefusedError
from core.single_interactions.begin import follow_up_of, refuse_blocked
from core.single_interactions.changes import InteractionChanges, OpenedFrom
from core.single_interactions.draft import Draft, draft_of
from core.single_interactions.log_interaction import (
    log_interaction,
    postpone_interaction,
)
from web.context import current_actor, engine
from web.forms import refusal_of, whole_number
from web.listing import given
from web.permissions import requires
from web.single_interactions import form_page
from web.single_interactions.deeds import Done, logged_at, postponed_at
from web.single_interactions.sheet import Heading

blueprint = Blueprint("new", __name__, url_prefix="/interactions/new")

ENTRIES = "/interaction-log-entries"


@blueprint.get("")
@requires(Permission.LOG)
def show() -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            if contact_no := _opened_from().contact_no:
                contact_found(session, contact_no)
                refuse_blocked(session, contact_no)
            _begun(session)
    except RefusedError as error:
        return form_page.show(_page(), refusal_of(error)), 422
    return form_page.show(_page())


@blueprint.post("/fill")
@requires(Permission.LOG)
def fill() -> ResponseReturnValue:
    return form_page.fill(_page())


@blueprint.post("")
@requires(Permission.LOG)
def log() -> ResponseReturnValue:
    return form_page.answer(_page())


def _page() -> form_page.FormPage:
    actor, opened_from = current_actor(), _opened_from()

    def draft(session: Session, said: InteractionChanges) -> Draft:
        return draft_of(
            session, actor, _with_begun(session, said), opened_from=opened_from
        )

    def all_said(
        session: Session, said: InteractionChanges, content: Attachment | None
    ) -> dict[str, Any]:
        return {
            "said": _with_begun(session, said),
            "opened_from": opened_from,
            "own_content": content,
        }

    def log(session: Session, *said: Any) -> Done:  # noqa: ANN401  (a Deed)
        logged = log_interaction(session, actor, **all_said(session, *said))
        return logged_at(logged)

    def postpone(session: Session, *said: Any) -> Done:  # noqa: ANN401  (a Deed)
        entry_no = postpone_interaction(session, actor, **all_said(session, *said))
        return postponed_at(entry_no)

    return form_page.FormPage(_heading(), draft, log, postpone)


def _opened_from() -> OpenedFrom:
    names = ("contact_no", "salesperson_code", "campaign_no")
    return OpenedFrom(
        **{name: text.upper()[:20] for name, text in given(*names).items()}
    )


def _with_begun(session: Session, said: InteractionChanges) -> InteractionChanges:
    try:
        return {**_begun(session), **said}
    except RefusedError:  # blocked for privacy: nothing is begun from it
        return said


def _begun(session: Session) -> InteractionChanges:
    """What the interaction says that this one follows."""
    entry_no = whole_number(request.args.get("after", ""))
    if entry_no is None:
        return {}
    try:
        return follow_up_of(session, entry_no)
    except NotFoundError:  # deleted since the page was opened
        return {}


def _heading() -> Heading:
    opened_from, after = _opened_from(), request.args.get("after", "")
    for nouns, address, key in (
        ("Contacts", "/contacts", opened_from.contact_no),
        ("Campaigns", "/campaigns", opened_from.campaign_no),
        ("Salespeople", "/setup/salespeople", opened_from.salesperson_code),
        ("Interaction Log Entries", ENTRIES, after if after.isdecimal() else ""),
    ):
        if key:
            record = f"{address}/{quote(key, safe='')}"
            crumbs = [(nouns, address), (key, record)]
            return Heading("Create interaction", record, crumbs)
    return Heading(
        "Create interaction", ENTRIES, [("Interaction Log Entries", ENTRIES)]
    )
