from typing import Any

from flask import Response

from core.access.roles import Permission
from core.contacts.models import Contact
from core.database import transaction
from core.interactions.entry_title import entry_title
from core.interactions.models import InteractionLogEntry
from core.interactions.queries import (
    Company,
    entry_row,
    entry_rows,
    has_comment,
    has_delivery_state,
    has_delivery_status,
)
from web.api import framework
from web.api.attachments import FILE, AttachmentShown, hand_out, shown_attachment
from web.api.framework.fields import (
    Code10,
    Code20,
    CorrespondenceType,
    Count,
    Day,
    DeliveryState,
    DeliveryStatus,
    Evaluation,
    Flag,
    InformationFlow,
    InitiatedBy,
    Minutes,
    Money,
    OptionalCount,
    Text50,
    Text80,
    Text100,
    Text255,
    TimeOfDay,
)
from web.context import engine
from web.permissions import requires

Entry = InteractionLogEntry

blueprint = framework.api_blueprint(
    "interaction log entries", "One entry per contact and communication."
)


class EntryShown(framework.Shown):
    entry_no: Count
    contact_no: Code20
    contact_name: Text100
    contact_company_no: Code20
    contact_company_name: Text100
    date: Day
    time_of_interaction: TimeOfDay
    description: Text100
    subject: Text100
    information_flow: InformationFlow
    initiated_by: InitiatedBy
    correspondence_type: CorrespondenceType
    cost: Money
    duration: Minutes
    user_id: Text50
    interaction_group_code: Code10
    interaction_template_code: Code10
    interaction_language_code: Code10
    campaign_no: Code20
    campaign_entry_no: OptionalCount
    campaign_response: Flag
    campaign_target: Flag
    segment_no: Code20
    logged_segment_entry_no: OptionalCount
    evaluation: Evaluation
    attempt_failed: Flag
    salesperson_code: Code20
    delivery_status: DeliveryStatus
    delivery_state: DeliveryState
    attachment_no: OptionalCount
    canceled: Flag
    contact_alt_address_code: Code10
    contact_via: Text80
    send_word_docs_as_attmt: Flag
    comment: Flag
    "Whether there is any on it."

    @classmethod
    def of_row(cls, row: Any) -> "EntryShown":  # noqa: ANN401  (entry_rows)
        return cls.of(
            row[0],
            contact_no=row.contact_no,
            contact_name=row.contact_name,
            contact_company_no=row.contact_company_no,
            contact_company_name=row.contact_company_name,
            attachment_no=row[0].attachment_id,
            delivery_status=row.delivery_status,
            delivery_state=row.delivery_state,
            comment=row.comment,
        )


class EntryWithTitle(EntryShown):
    title: Text255
    attachment: AttachmentShown | None


@framework.filters_on(
    EntryShown,
    entry_no=Entry.entry_no,
    contact_no=Contact.no,
    contact_company_no=Company.no,
    date=Entry.date,
    description=Entry.description,
    correspondence_type=Entry.correspondence_type,
    interaction_group_code=Entry.interaction_group_code,
    interaction_template_code=Entry.interaction_template_code,
    campaign_no=Entry.campaign_no,
    campaign_entry_no=Entry.campaign_entry_no,
    segment_no=Entry.segment_no,
    logged_segment_entry_no=Entry.logged_segment_entry_no,
    evaluation=Entry.evaluation,
    attempt_failed=Entry.attempt_failed,
    salesperson_code=Entry.salesperson_code,
    delivery_status=has_delivery_status,
    delivery_state=has_delivery_state,
    canceled=Entry.canceled,
    user_id=Entry.user_id,
    comment=has_comment(),
)
class EntryQuery(framework.ListQuery):
    pass


@blueprint.get(
    "/interaction-log-entries",
    responses=framework.lists(framework.Page[EntryShown]),
)
@requires(Permission.READ_CONTACTS)
def list_entries(query: EntryQuery) -> Response:
    """List interaction log entries, newest first."""
    with transaction(engine()) as session:
        return framework.page(
            session,
            entry_rows(),
            query,
            key=Entry.entry_no,
            show=EntryShown.of_row,
            newest_first=True,
        )


@blueprint.get(
    "/interaction-log-entries/<int:entry_no>", responses=framework.shows(EntryWithTitle)
)
@requires(Permission.READ_CONTACTS)
def show_entry(path: framework.EntryNoPath) -> Response:
    """Show an interaction log entry with its title."""
    with transaction(engine()) as session:
        row = entry_row(session, path.entry_no)
        shown = EntryShown.of_row(row)
        return framework.answer(
            EntryWithTitle.of(
                shown,
                title=entry_title(session, row[0], row.contact_name),
                attachment=shown_attachment(session, row[0].attachment_id),
            )
        )


@blueprint.get("/interaction-log-entries/<entry_no>/attachment", responses=FILE)
@requires(Permission.READ_CONTACTS)
def download_attachment(path: framework.EntryNoPath) -> Response:
    """Download what was sent or handed over with the interaction."""
    with transaction(engine()) as session:
        entry = entry_row(session, path.entry_no)[0]
        owner = f"Interaction log entry {path.entry_no}"
        return hand_out(session, entry.attachment_id, owner)
