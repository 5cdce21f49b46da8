"""The form of a single interaction: what it shows, and what is read from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.models import Attachment
from core.attachments.queries import attachment_facts
from core.attachments.take_file import take_file
from core.contacts.alternative_addresses import addresses_of
from core.contacts.queries import company_of, contact_by_no
from core.delivery.account import NO_ACCOUNT, has_mail_account
from core.errors import Fault, RefusedError
from core.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from core.single_interactions.begin import contact_no_called
from core.single_interactions.changes import InteractionChanges as Said
from core.single_interactions.draft import Draft
from core.vocabulary import CorrespondenceType, InformationFlow, InitiatedBy
from web import choices, once
from web.api.interaction_models import InteractionChanges
from web.attachments import offered_files
from web.context import current_actor
from web.forms import NO_REFUSAL, Refusal
from web.segments.forms import FLAGS, as_input, as_typed

CONTACT = "contact_no"
TEMPLATE = "interaction_template_code"

SHOWN = (
    CONTACT,
    TEMPLATE,
    "description",
    "salesperson_code",
    "interaction_language_code",
    "date",
    "time_of_interaction",
    "correspondence_type",
    "information_flow",
    "initiated_by",
    "contact_alt_address_code",
    "contact_via",
    "campaign_no",
    "campaign_target",
    "campaign_response",
    "comment",
)
"""How it went is told on a page of its own, once it is logged (INT-039)."""

_FOLLOWS = {
    CONTACT: {
        "salesperson_code",
        "interaction_language_code",
        "contact_alt_address_code",
    },
    TEMPLATE: {
        "interaction_language_code",
        "correspondence_type",
        "information_flow",
        "initiated_by",
        "campaign_target",
        "campaign_response",
    },
    "date": {"contact_alt_address_code"},
}
"""What is proposed anew when another is chosen."""

HAD = "had_"
"""Before the name of each of these: what the form was filled in for."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What page the form is on."""

    title: str
    back: str
    crumbs: list[tuple[str, str]]
    entry_no: int | None = None
    "Of the postponed interaction that is resumed."


def said_in(
    session: Session, form: Mapping[str, str], *, filling: bool = False
) -> Said:
    """What the form says, for the core. When it is to be filled in, all that hangs on
    another contact, template or date is left out, to be proposed again (INT-020,
    INT-022). Raise RefusedError for what cannot be read."""
    _refuse_null(form)
    texts = {name: form[name] for name in SHOWN if name in form}
    if form.get(HAD + TEMPLATE):
        # Boxes that are not ticked are not sent.
        texts |= {name: form.get(name, "") for name in FLAGS & set(SHOWN)}
    if not texts.get("contact_alt_address_code"):
        texts.pop("contact_alt_address_code", None)  # the one of the day
    if texts.get(CONTACT):
        texts[CONTACT] = _meant(session, texts[CONTACT])
    if filling:
        _forget_what_follows(session, form, texts)
    values = {name: as_input(name, text) for name, text in texts.items()}
    said: Said = InteractionChanges.model_validate(values).given()
    return said


def _refuse_null(form: Mapping[str, str]) -> None:
    """No record carries the sign, and the database cannot be asked for it."""
    for name, text in form.items():
        if "\0" in text:
            fault = Fault("E-FIELD", "Must be plain text.", name)
            raise RefusedError(fault.code, fault.detail, faults=(fault,))


def _meant(session: Session, text: str) -> str:
    """A number, or letters of a name (INT-032). What is neither stays as it was
    typed."""
    if contact_by_no(session, text):
        return text.upper()
    return contact_no_called(session, text) or text


def _forget_what_follows(
    session: Session, form: Mapping[str, str], texts: dict[str, str]
) -> None:
    for what, following in _FOLLOWS.items():
        if what in form and form.get(HAD + what, "") != form[what]:
            for name in following:
                texts.pop(name, None)
    if form.get(HAD + TEMPLATE, "") != form.get(TEMPLATE, ""):
        _forget_template(session, form.get(HAD + TEMPLATE, ""), texts)


def _forget_template(session: Session, had: str, texts: dict[str, str]) -> None:
    """A description that was typed survives the first template, and a campaign goes
    with the template that brought it."""
    before = session.get(InteractionTemplate, had) if had else None
    if before or not texts.get("description"):
        texts.pop("description", None)
    came_along = before is not None and before.campaign_no == texts.get("campaign_no")
    if came_along or not texts.get("campaign_no"):
        texts.pop("campaign_no", None)


def own_content(session: Session, actor: Actor) -> Attachment | None:
    """The file that was chosen in the form, if any. Raise RefusedError on `file`."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    stream: IO[bytes] = file.stream
    return take_file(session, actor, stream, file.filename)


def page(
    session: Session,
    heading: Heading,
    draft: Draft,
    form: Mapping[str, str] | None = None,
    refusal: Refusal = NO_REFUSAL,
    version: str = "",
) -> str:
    if refusal.headline and request.files.get("file"):
        again = "Choose the file again: a browser forgets it."
        refusal.by_field.setdefault("file", again)
    return render_template(
        "interactions/form.html",
        heading_=heading,
        version=version,
        word=(form or {}).get(once.FIELD) or once.new_word(),
        **_values(session, draft, form, refusal),
    )


def part(
    session: Session,
    draft: Draft,
    form: Mapping[str, str] | None = None,
    refusal: Refusal = NO_REFUSAL,
) -> str:
    """What is shown anew when the contact or the template is another one."""
    return render_template(
        "interactions/draft.html", **_values(session, draft, form, refusal)
    )


def _values(
    session: Session,
    draft: Draft,
    form: Mapping[str, str] | None,
    refusal: Refusal,
) -> dict[str, Any]:
    shown = {name: as_typed(name, draft.values[name]) for name in SHOWN}
    contact = draft.contact
    template = draft.template
    return {
        "values": shown | {name: form[name] for name in SHOWN if name in form}
        if form
        else shown,
        "refusal": refusal,
        "contact": contact,
        "company": company_of(session, contact) if contact else None,
        "template": template,
        "had": {HAD + name: shown[name] for name in _FOLLOWS},
        "file": attachment_facts(session, draft.attachment_id),
        "file_address": _address_of_file(draft),
        "offered": offered_files(),
        "locked": draft.opened_from.locked(),
        "no_account": "" if has_mail_account() else NO_ACCOUNT,
        "options": _options(session, draft),
        "actor": current_actor(),
    }


def _address_of_file(draft: Draft) -> str:
    if draft.has_stored_content:
        # The form of a postponed interaction stands at the interaction's own address.
        return f"{request.path.removesuffix('/fill')}/attachment"
    if draft.template is None:
        return ""
    return url_for(
        "interaction_templates.template_languages.download",
        key=draft.template.code,
        language_code=draft.values["interaction_language_code"],
    )


def _options(session: Session, draft: Draft) -> dict[str, choices.Choices]:
    contact, template = draft.contact, draft.template
    offered = {
        TEMPLATE: choices.templates(session),
        "salesperson_code": choices.salespeople(session),
        "campaign_no": choices.campaigns(session),
        "interaction_language_code": _languages(session, template.code)
        if template
        else [],
        "contact_alt_address_code": [
            (address.code, address.code)
            for address in addresses_of(session, contact.id)
        ]
        if contact
        else [],
        "correspondence_type": choices.words(CorrespondenceType),
        "information_flow": choices.words(InformationFlow),
        "initiated_by": choices.words(InitiatedBy),
    }
    return {
        name: choices.including(those, as_typed(name, draft.values[name]))
        for name, those in offered.items()
    }


def _languages(session: Session, template_code: str) -> choices.Choices:
    row = InteractionTemplateLanguage
    codes = session.scalars(
        select(row.language_code)
        .where(row.interaction_template_code == template_code)
        .order_by(row.language_code)
    )
    return [(code, code) for code in codes if code]
