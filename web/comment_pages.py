"""Comments on a page of their own, and as they are typed, whatever they are about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from flask import render_template

from web.forms import Refusal
from web.stale import version_of_values

if TYPE_CHECKING:
    from datetime import date


class Comment(Protocol):
    @property
    def date(self) -> "date | None": ...
    @property
    def comment(self) -> str: ...


class Place(NamedTuple):
    """Where a comment stands."""

    title: str
    crumbs: Sequence[tuple[str, str]]
    address: str
    "Of the comment."
    back: str
    "The section of what it is about."
    date_hint: str


def comment_typed(form: dict[str, str]) -> dict[str, object]:
    """For the API's model; a blank date was said to be none."""
    return {name: form[name] or None for name in ("date", "comment") if name in form}


def comment_seen(comment: Comment) -> dict[str, object]:
    """What a form is filled with (web/stale.py)."""
    return {"date": comment.date, "comment": comment.comment}


def comment_page(
    comment: Comment, place: Place, form: dict[str, str] | None, refusal: Refusal
) -> str:
    return render_template(
        "comments/comment.html",
        **place._asdict(),
        comment=comment,
        version=version_of_values(comment_seen(comment)),
        form=comment if form is None else form,
        refusal=refusal,
    )
