"""The pages of the pieces of fields that companies are compared by."""

from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.setup.duplicate_search_strings import (
    NOUN,
    add_search_string,
    change_search_string,
    delete_search_string,
)
from core.setup.models import DuplicateSearchString
from core.vocabulary import SearchedField, SearchedPart
from web import choices
from web.api.duplicate_search_strings import (
    SearchStringChanges,
    SearchStringDraft,
    SearchStringShown,
)
from web.records import Column, Input, Records, pages_for


def _create(session: Session, actor: Actor, draft: Any) -> DuplicateSearchString:  # noqa: ANN401
    return add_search_string(session, actor, draft)


blueprint = pages_for(
    Records(
        title="Duplicate search strings",
        noun=NOUN,
        about="Pieces of fields in which companies agree that may be one and the same, "
        "blanks and punctuation aside. How many have to agree says Marketing Setup.",
        address="/setup/duplicate-search-strings",
        model=DuplicateSearchString,
        shown=SearchStringShown,
        draft=SearchStringDraft,
        changes=SearchStringChanges,
        columns=(
            Column("code", "Code", "code"),
            Column("field", "Field", "word"),
            Column("part", "Part", "word"),
            Column("length", "Length"),
        ),
        inputs=(
            Input(
                "field",
                "Field",
                "choice",
                options=lambda _: choices.words(SearchedField),
                only_new=True,
            ),
            Input(
                "part",
                "Part",
                "choice",
                options=lambda _: choices.words(SearchedPart),
                only_new=True,
            ),
            Input("length", "Length", "number", hint="2 to 10 characters.", longest=2),
        ),
        create=_create,
        change=change_search_string,
        delete=delete_search_string,
        description="code",
        start=lambda _: {"field": "name", "part": "first", "length": 5},
    )
)
