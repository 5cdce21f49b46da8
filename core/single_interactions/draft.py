"""A single interaction while it is being made: what was said, and what follows from it.

The only place that knows what the contact, the template and the user propose. The form,
the API's defaults, the log and a postponed interaction that is resumed all ask here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.clock import now
from core.contacts.address_date_ranges import active_address_code
from core.contacts.models import Contact, Salesperson
from core.contacts.queries import contact_by_no
from core.interactions.models import (
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from core.single_interactions.changes import BLANK, InteractionChanges, OpenedFrom


@dataclass(frozen=True, slots=True)
class Draft:
    values: Mapping[str, Any]
    "Every field of InteractionChanges."
    contact: Contact | None
    template: InteractionTemplate | None
    interaction_group_code: str
    attachment_id: int | None
    "What goes with it: the template's in its language, or what was stored with it."
    has_stored_content: bool
    has_language: bool
    "Whether the template has content in the language, be it without attachment."
    proposed: Mapping[str, Any]
    "What each field would be if nobody had said anything."
    opened_from: OpenedFrom


_OF_TODAY = frozenset({"date", "time_of_interaction", "attempt_failed"})


class Stored(NamedTuple):
    """A postponed interaction that is resumed (POST-010)."""

    entry: InteractionLogEntry
    contact_no: str

    @property
    def opened_from(self) -> OpenedFrom:
        return OpenedFrom(
            self.contact_no, self.entry.salesperson_code, self.entry.campaign_no
        )

    def has_template(self, code: str) -> bool:
        return code == self.entry.interaction_template_code


Content = InteractionLogEntry | InteractionTemplateLanguage | None
"""Where the attachment stands."""


def draft_of(
    session: Session,
    actor: Actor,
    said: InteractionChanges,
    *,
    opened_from: OpenedFrom,
    stored: Stored | None = None,
    holding_content: bool = False,
) -> Draft:
    """Put together what was said and, for all else, what is proposed (INT-020…026).

    `holding_content` keeps the template's attachment from being replaced until the
    transaction ends. Codes that name nothing stay as they are: see `complete`.
    """
    start: dict[str, Any] = {**BLANK, "date": actor.work_date}
    start["time_of_interaction"] = next_full_minute(now())
    if stored:
        start |= _as_stored(stored)
    known: dict[str, Any] = start | opened_from.locked() | dict(said)
    contact = contact_by_no(session, known["contact_no"])
    code = known["interaction_template_code"]
    template = session.get(InteractionTemplate, code) if code else None
    kept = stored.entry if stored and stored.has_template(code) else None
    proposed = start | _of_contact(session, actor, contact, known, stored)
    if template and kept is None:
        proposed |= _of_template(session, template, contact)
    proposed |= opened_from.locked()
    values = proposed | dict(said)
    if kept and kept.interaction_language_code == values["interaction_language_code"]:
        content: Content = kept
    else:
        content = _content(session, template, values, holding=holding_content)
    group = kept or template
    return Draft(
        values=values,
        contact=contact,
        template=template,
        interaction_group_code=group.interaction_group_code if group else "",
        attachment_id=content.attachment_id if content else None,
        has_stored_content=kept is not None and content is kept,
        has_language=content is not None,
        proposed=proposed,
        opened_from=opened_from,
    )


def next_full_minute(moment: datetime) -> time:
    """One second later, rounded up (INT-030)."""
    later = moment + timedelta(seconds=1)
    begun = later.replace(second=0, microsecond=0)
    return (begun if later == begun else begun + timedelta(minutes=1)).time()


def _as_stored(stored: Stored) -> dict[str, Any]:
    """Date, time and success are those of today (POST-010); its comments stay with it."""
    others = {*_OF_TODAY, "contact_no", "comment"}
    entry = stored.entry
    values = {name: getattr(entry, name) for name in BLANK if name not in others}
    return values | {"contact_no": stored.contact_no}


def _of_contact(
    session: Session,
    actor: Actor,
    contact: Contact | None,
    known: Mapping[str, Any],
    stored: Stored | None,
) -> dict[str, Any]:
    if contact is None:
        return {}
    found: dict[str, Any] = {}
    if stored is None:
        found["salesperson_code"] = (
            _salesperson_of(session, actor) or contact.salesperson_code
        )
    if known["date"] and _follows_date(session, contact, stored):
        found["contact_alt_address_code"] = active_address_code(
            session, contact.id, known["date"]
        )
    return found


def _follows_date(session: Session, contact: Contact, stored: Stored | None) -> bool:
    """A stored address that somebody chose stays; one that only was the one of its day
    gives way to that of the new day (INT-026)."""
    if stored is None or stored.entry.contact_id != contact.id:
        return True
    entry = stored.entry
    of_its_day = active_address_code(session, contact.id, entry.date)
    return of_its_day == entry.contact_alt_address_code


def _salesperson_of(session: Session, actor: Actor) -> str:
    """The only one with the address by which the user signs in, else the user's own
    (WIZ-001)."""
    if "@" in actor.username:
        statement = select(Salesperson.code).where(Salesperson.email == actor.username)
        codes = session.scalars(statement.limit(2)).all()
        if len(codes) == 1:
            return codes[0]
    return actor.salesperson_code


def _of_template(
    session: Session, template: InteractionTemplate, contact: Contact | None
) -> dict[str, Any]:
    """The template has the say in the correspondence type, whatever the contact's is
    (INT-024), and in the campaign only if it has one."""
    found = {
        "description": template.description,
        "cost": template.unit_cost,
        "duration": template.unit_duration,
        "information_flow": template.information_flow,
        "initiated_by": template.initiated_by,
        "campaign_target": template.campaign_target,
        "campaign_response": template.campaign_response,
        "correspondence_type": template.correspondence_type_default,
        "interaction_language_code": _language_of(session, template, contact),
    }
    if template.campaign_no:
        found["campaign_no"] = template.campaign_no
    return found


def _language_of(
    session: Session, template: InteractionTemplate, contact: Contact | None
) -> str:
    """The contact's where the template has content in it (TMPL-040)."""
    if contact and contact.language_code:
        key = (template.code, contact.language_code)
        if session.get(InteractionTemplateLanguage, key):
            return contact.language_code
    return template.language_code_default


def _content(
    session: Session,
    template: InteractionTemplate | None,
    values: Mapping[str, Any],
    *,
    holding: bool,
) -> InteractionTemplateLanguage | None:
    if template is None:
        return None
    return session.get(
        InteractionTemplateLanguage,
        (template.code, values["interaction_language_code"]),
        with_for_update=cast("Any", {"read": True} if holding else None),
        populate_existing=holding,
    )
