"""What both pages with the form of a single interaction do: fill in, log, postpone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.attachments.models import Attachment
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.single_interactions.changes import InteractionChanges
from core.single_interactions.draft import Draft
from web.context import current_actor, engine
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.single_interactions import reading, sheet
from web.single_interactions.deeds import Done, do_once
from web.stale import refuse_if_stale, version_of_values

Deed = Callable[[Session, InteractionChanges, Attachment | None], Done]


@dataclass(frozen=True, slots=True)
class FormPage:
    """A new interaction, or a postponed one that is resumed."""

    heading: sheet.Heading
    draft: Callable[[Session, InteractionChanges], Draft]
    "What is shown when this was said."
    log: Deed
    postpone: Deed
    stored: Callable[[Session], Mapping[str, object]] | None = None
    "The values of a postponed one as they are now."

    def version(self, session: Session) -> str:
        return version_of_values(self.stored(session)) if self.stored else ""

    def refuse_stale(self, session: Session, form: Mapping[str, str]) -> None:
        """Raise ConflictError E-CHANGED."""
        if self.stored:
            refuse_if_stale(form, self.stored(session))


def show(page: FormPage, refusal: Refusal = NO_REFUSAL) -> str:
    with transaction(engine()) as session:
        draft, version = page.draft(session, {}), page.version(session)
        return sheet.page(session, page.heading, draft, None, refusal, version)


def fill(page: FormPage) -> str:
    """The values anew, with what follows from another contact, template or date."""
    form = typed()
    with transaction(engine()) as session:
        try:
            said = reading.said_in(session, form, filling=True)
        except RefusedError as error:
            draft = page.draft(session, {})
            return sheet.part(session, draft, form, refusal_of(error))
        draft = page.draft(session, said)
        unknown = (
            {} if draft.contact else {reading.CONTACT: form.get(reading.CONTACT, "")}
        )
        return sheet.part(session, draft, unknown)


def answer(page: FormPage) -> ResponseReturnValue:
    """Do what the pressed button says, once; or the form again, as it was typed."""
    form = typed()
    if "fill" in form:  # without scripts
        return _again(page, form, filling=True)

    def deed(session: Session) -> Done:
        page.refuse_stale(session, form)
        said = reading.said_in(session, form)
        content = reading.own_content(session, current_actor())
        return (page.postpone if "postpone" in form else page.log)(
            session, said, content
        )

    try:
        return redirect(do_once(form, deed), 303)
    except (RefusedError, ConflictError) as error:
        return _again(page, form, refusal_of(error)), status_of(error)


def _again(
    page: FormPage,
    form: dict[str, str],
    refusal: Refusal = NO_REFUSAL,
    *,
    filling: bool = False,
) -> str:
    with transaction(engine()) as session:
        try:
            said = reading.said_in(session, form, filling=filling)
        except RefusedError as error:
            said, refusal = {}, refusal if refusal.headline else refusal_of(error)
        draft = page.draft(session, said)
        as_typed = form if refusal.headline else None
        version = page.version(session)
        return sheet.page(session, page.heading, draft, as_typed, refusal, version)
