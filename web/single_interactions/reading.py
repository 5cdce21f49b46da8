"""What the form of a single interaction says, and what is left to be proposed anew."""

from collections.abc import Mapping

from flask import request
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.models import Attachment
from core.attachments.take_file import take_file
from core.contacts.queries import contact_by_no
from core.errors import Fault, RefusedError
from core.interactions.models import InteractionTemplate
from core.single_interactions.begin import contact_no_called
from core.single_interactions.changes import InteractionChanges as Said
from web.api.interaction_models import InteractionChanges
from web.segments.forms import FLAGS, as_input

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

FOLLOWS = {
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
    for what, following in FOLLOWS.items():
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
    return take_file(session, actor, file.stream, file.filename)
