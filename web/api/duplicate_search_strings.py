from typing import Annotated

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.database import transaction
from core.records import found_record, lock_record
from core.setup.duplicate_search_strings import (
    NOUN,
    add_search_string,
    change_search_string,
    delete_search_string,
)
from core.setup.models import DuplicateSearchString
from web.api import framework
from web.api.framework import kinds
from web.api.framework.fields import SearchedField, SearchedPart
from web.context import current_actor, engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "duplicate search strings",
    "In what companies agree that may be one and the same.",
)

Key30 = Annotated[str, kinds.key(30)]
Length = Annotated[int, kinds.whole(2, 10)]


class SearchStringChanges(framework.Body):
    length: Length = 5


class SearchStringDraft(SearchStringChanges):
    field: SearchedField
    part: SearchedPart


class SearchStringShown(framework.Shown):
    """`code` is field and part: PHONE_NO-LAST."""

    code: Key30
    field: SearchedField
    part: SearchedPart
    length: Length


@framework.filters_on(
    SearchStringShown,
    code=DuplicateSearchString.code,
    field=DuplicateSearchString.field,
    part=DuplicateSearchString.part,
    length=DuplicateSearchString.length,
)
class SearchStringQuery(framework.ListQuery):
    pass


STRINGS = "/duplicate-search-strings"
STRING = f"{STRINGS}/<code>"


@blueprint.get(STRINGS, responses=framework.lists(framework.Page[SearchStringShown]))
@requires(Permission.READ)
def list_search_strings(query: SearchStringQuery) -> Response:
    """List the pieces of fields that companies are compared by."""
    with transaction(engine()) as session:
        return framework.page(
            session,
            select(DuplicateSearchString),
            query,
            key=DuplicateSearchString.code,
            show=SearchStringShown.of,
        )


@blueprint.post(STRINGS, responses=framework.creates(SearchStringShown))
@requires(Permission.EDIT)
def post_search_string(body: SearchStringDraft) -> Response:
    """Compare companies by one more piece. There is one of each part of a field."""

    def add(session: Session, actor: Actor) -> Response:
        string = add_search_string(session, actor, body.given())
        way = ("duplicate-search-strings", string.code)
        return framework.created(SearchStringShown.of(string), *way)

    return framework.answer_once(add)


@blueprint.get(STRING, responses=framework.shows(SearchStringShown))
@requires(Permission.READ)
def show_search_string(path: framework.CodePath) -> Response:
    """Show a duplicate search string."""
    with transaction(engine()) as session:
        string = found_record(session, DuplicateSearchString, path.code, NOUN)
        return framework.answer(SearchStringShown.of(string))


@blueprint.patch(STRING, responses=framework.changes(SearchStringShown))
@requires(Permission.EDIT)
def patch_search_string(
    path: framework.CodePath, body: SearchStringChanges
) -> Response:
    """Change how long the piece is; field and part stay."""
    with transaction(engine()) as session:
        string = lock_record(session, DuplicateSearchString, path.code, NOUN)
        framework.require_match(SearchStringShown.of(string))
        change_search_string(session, current_actor(), string, body.given())
        return framework.answer(SearchStringShown.of(string))


@blueprint.delete(STRING, responses=framework.deletes())
@requires(Permission.EDIT)
def remove_search_string(path: framework.CodePath) -> Response:
    """Compare companies by one piece less."""
    with transaction(engine()) as session:
        string = lock_record(session, DuplicateSearchString, path.code, NOUN)
        framework.require_match(SearchStringShown.of(string))
        delete_search_string(session, current_actor(), path.code)
        return framework.no_content()
