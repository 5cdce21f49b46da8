from typing import Annotated

from flask import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts import queries
from core.contacts.duplicates.look_alikes import MOST_SHOWN, LookAlike, look_alikes
from core.contacts.duplicates.separate import ask_again, keep_apart, kept_apart_from
from core.contacts.models import Contact
from core.database import transaction
from core.errors import TransientError
from core.impatient import EXACT_SECONDS, begin_count, was_ended
from web.api import framework
from web.api.framework import kinds
from web.api.framework.fields import (
    Code20,
    Count,
    Key20,
    Moment,
    Text30,
    Text50,
    Text80,
    Text100,
)
from web.api.framework.models import AddressKey
from web.context import current_actor, engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "separate contacts",
    "Companies that look like one another, and those that are not the same.",
)


class LookAlikeQuery(framework.Query):
    limit: Annotated[int, kinds.whole(1, MOST_SHOWN)] = MOST_SHOWN


class LookAlikeShown(framework.Shown):
    """Of a hundred search strings `score` agree; `search_strings` says which do."""

    no: Key20
    name: Text100
    address: Text100
    post_code: Code20
    city: Text30
    phone_no: Text30
    email: Text80
    score: Count
    search_strings: list[str]

    @classmethod
    def of_like(cls, like: LookAlike) -> "LookAlikeShown":
        return cls.of(like.contact, score=like.score, search_strings=like.strings)


class SeparateContactsBody(framework.Body):
    other_no: Key20


class SeparateContactsShown(framework.Shown):
    other_no: Key20
    other_name: Text100
    separated_at: Moment
    separated_by: Text50


@framework.filters_on(SeparateContactsShown, other_no=Contact.no)
class SeparateContactsQuery(framework.ListQuery):
    pass


class SeparateContactsPath(framework.Path):
    no: AddressKey
    other_no: AddressKey


APART = "/contacts/<no>/separate-contacts"


@blueprint.get(
    "/contacts/<no>/likely-duplicates",
    responses=framework.lists_of_record(framework.Page[LookAlikeShown]),
)
@requires(Permission.READ_CONTACTS)
def list_look_alikes(path: framework.NoPath, query: LookAlikeQuery) -> Response:
    """List companies that look like this one, the likest first, on one page: enough of
    the duplicate search strings agree, and nobody has said that they are separate."""
    try:
        with transaction(engine()) as session:
            begin_count(session, "", seconds=EXACT_SECONDS)
            contact = queries.contact_found(session, path.no)
            found = look_alikes(session, contact, limit=query.limit)
            return framework.page_of([LookAlikeShown.of_like(x) for x in found], None)
    except DBAPIError as error:
        if not was_ended(error):
            raise
        detail = f"The search took longer than {EXACT_SECONDS:.0f} seconds."
        raise TransientError("E-SEARCH-SLOW", detail) from error


@blueprint.get(
    APART, responses=framework.lists_of_record(framework.Page[SeparateContactsShown])
)
@requires(Permission.READ_CONTACTS)
def list_separate(path: framework.NoPath, query: SeparateContactsQuery) -> Response:
    """List the contacts that look like this one and are not the same."""
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        return framework.page(
            session,
            kept_apart_from(contact),
            query,
            key=Contact.no,
            show=SeparateContactsShown.of,
        )


@blueprint.post(APART, responses=framework.does(SeparateContactsShown))
@requires(Permission.EDIT)
def post_separate(path: framework.NoPath, body: SeparateContactsBody) -> Response:
    """Say that the two are separate contacts, so that nobody is asked about them
    again. Saying it twice changes nothing."""

    def separate(session: Session, actor: Actor) -> Response:
        apart = keep_apart(session, actor, path.no, body.other_no)
        other = queries.contact_found(session, body.other_no)
        return framework.answer(
            SeparateContactsShown.of(apart, other_no=other.no, other_name=other.name)
        )

    return framework.answer_once(separate)


@blueprint.delete(f"{APART}/<other_no>", responses=framework.deletes())
@requires(Permission.EDIT)
def remove_separate(path: SeparateContactsPath) -> Response:
    """The two may be the same after all."""
    with transaction(engine()) as session:
        ask_again(session, current_actor(), path.no, path.other_no)
        return framework.no_content()
