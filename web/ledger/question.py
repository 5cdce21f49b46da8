"""The page before a deed: what will happen, to how many, and whether it comes back.

The server gets the selection or the filter, never what the page counted, and counts
again; another number than the person saw asks again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from flask import redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.database import transaction
from core.errors import ConflictError, Fault, RefusedError, RollcallError
from core.jobs.models import Job
from web.choices import Choices
from web.context import engine, nudge
from web.errors import addresses
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of

TYPE_THE_NUMBER_ABOVE = 10_000
"""Whoever deletes more has to type how many: they do not come back."""

LONGEST_REASON = 255

Hidden = Sequence[tuple[str, str]]

DoneT = TypeVar("DoneT")


class Pick(NamedTuple):
    """One of several, none of which is proposed."""

    name: str
    label: str
    options: Choices


@dataclass(frozen=True, slots=True)
class Question:
    title: str
    sentences: Sequence[str]
    "What will happen, in numbers."
    number: int
    "Entries it is about: sent back, to be counted again."
    button: str
    back: str
    "The address of whoever thinks better of it."
    warnings: Sequence[str] = ()
    crumbs: Sequence[tuple[str, str]] = ()
    hidden: Hidden = ()
    "What is meant: the filter, or the selected records."
    is_possible: bool = True
    is_for_ever: bool = False
    choices: Sequence[tuple[str, str]] = ()
    "Name and label of what may be done besides, each off until it is ticked."
    picks: Sequence[Pick] = ()
    "What has to be chosen first."

    @property
    def must_type(self) -> bool:
        return self.is_for_ever and self.number > TYPE_THE_NUMBER_ABOVE


def ask(
    question: Question,
    form: dict[str, str] | None = None,
    refusal: Refusal = NO_REFUSAL,
    links: dict[str, str] | None = None,
) -> str:
    return render_template(
        "ledger/question.html",
        question=question,
        form=form or {},
        refusal=refusal,
        links=links or {},
    )


def answer(
    form: dict[str, str],
    again: Callable[[], Question],
    deed: Callable[[Session], DoneT],
    done: Callable[[DoneT], ResponseReturnValue],
) -> ResponseReturnValue:
    """Do it, and go where `done` says or to the job; when it is refused, ask `again`
    with what was typed."""
    try:
        with transaction(engine()) as session:
            result = deed(session)
    except (RefusedError, ConflictError) as error:
        return _ask_again(form, again, error), status_of(error)
    if isinstance(result, Job):
        nudge().ring(result.public_id)
        return redirect(f"/jobs/{result.public_id}", 303)
    return done(result)


def _ask_again(
    form: dict[str, str], again: Callable[[], Question], error: RollcallError
) -> str:
    links = addresses(error.links, for_programs=False)
    return ask(again(), form, refusal_of(error), links)


def expected_of(form: dict[str, str]) -> int | None:
    """How many the person was told."""
    seen = form.get("expected", "")
    return int(seen) if seen.isdecimal() and len(seen) < 19 else None


def reason_of(form: dict[str, str]) -> str:
    reason = form.get("reason", "")
    if len(reason) <= LONGEST_REASON and "\0" not in reason:
        return reason
    detail = f"Give the reason in at most {LONGEST_REASON} characters."
    raise RefusedError("E-FIELD", detail, faults=(Fault("E-FIELD", detail, "reason"),))


def refuse_unless_typed(form: dict[str, str]) -> None:
    """RefusedError E-CONFIRM, where the number has to be typed and was not."""
    number = expected_of(form) or 0
    typed = "".join(sign for sign in form.get("confirm", "") if sign.isdecimal())
    if number > TYPE_THE_NUMBER_ABOVE and typed != str(number):
        detail = "Type how many entries will be deleted, to show that it is meant."
        raise RefusedError(
            "E-CONFIRM", detail, faults=(Fault("E-CONFIRM", detail, "confirm"),)
        )
