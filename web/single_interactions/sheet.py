"""The form of a single interaction, as a page and as the part that is filled anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.attachments.queries import attachment_facts
from core.contacts.alternative_addresses import addresses_of
from core.contacts.queries import company_of
from core.delivery.account import NO_ACCOUNT, has_mail_account
from core.interactions.models import InteractionTemplateLanguage
from core.single_interactions.draft import Draft
from core.vocabulary import CorrespondenceType, InformationFlow, InitiatedBy
from web import choices, once
from web.attachments import offered_files
from web.context import current_actor
from web.forms import NO_REFUSAL, Refusal
from web.segments.forms import as_typed
from web.single_interactions.reading import FOLLOWS, HAD, SHOWN, TEMPLATE


@dataclass(frozen=True, slots=True)
class Heading:
    """What page the form is on."""

    title: str
    back: str
    crumbs: list[tuple[str, str]]
    entry_no: int | None = None
    "Of the postponed interaction that is resumed."


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
        "had": {HAD + name: shown[name] for name in FOLLOWS},
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
