"""Single interactions, as they travel."""

from typing import Any, Self

from sqlalchemy.orm import Session

from core import vocabulary
from core.contacts.queries import company_of
from core.jobs.models import Job
from core.single_interactions.changes import OpenedFrom
from core.single_interactions.draft import Draft
from web.api import framework
from web.api.attachments import AttachmentShown, shown_attachment
from web.api.framework.fields import (
    Code10,
    Code20,
    CorrespondenceType,
    Day,
    Evaluation,
    Flag,
    InformationFlow,
    InitiatedBy,
    Minutes,
    Money,
    OptionalCount,
    Text80,
    Text100,
    Text255,
    TimeOfDay,
)
from web.api.interaction_log_entries import EntryShown
from web.api.segment_models import NOTHING


class InteractionChanges(framework.Body):
    """What is left out is proposed: see `/interactions/defaults`."""

    contact_no: Code20 = ""
    interaction_template_code: Code10 = ""
    description: Text100 = ""
    salesperson_code: Code20 = ""
    interaction_language_code: Code10 = ""
    date: Day = None
    time_of_interaction: TimeOfDay = None
    correspondence_type: CorrespondenceType = vocabulary.CorrespondenceType.BLANK
    information_flow: InformationFlow = vocabulary.InformationFlow.BLANK
    initiated_by: InitiatedBy = vocabulary.InitiatedBy.BLANK
    contact_alt_address_code: Code10 = ""
    contact_via: Text80 = ""
    campaign_no: Code20 = ""
    campaign_target: Flag = False
    campaign_response: Flag = False
    evaluation: Evaluation = vocabulary.Evaluation.BLANK
    attempt_failed: Flag = False
    cost: Money = NOTHING
    duration: Minutes = NOTHING
    comment: Text255 = ""
    "Becomes a comment of the interaction, below those it has."


class OpenedFromBody(framework.Body):
    """The records that Create Interaction was called from: their values are locked."""

    contact_no: Code20 = ""
    salesperson_code: Code20 = ""
    campaign_no: Code20 = ""

    def told(self) -> OpenedFrom:
        return OpenedFrom(**self.model_dump())


class InteractionBegun(InteractionChanges):
    opened_from: OpenedFromBody = OpenedFromBody()
    interaction_log_entry_no: OptionalCount = None
    "The interaction that this one follows: its contact, salesperson and campaign."

    def given(self) -> Any:  # noqa: ANN401  (InteractionChanges)
        return self.model_dump(
            exclude_unset=True, include=set(InteractionChanges.model_fields)
        )


class InteractionDraft(InteractionBegun):
    postpone: Flag = False
    "Keep it to be finished later, instead of logging it."


class DefaultsBody(InteractionBegun):
    contact_name: Text100 = ""
    "Letters of a name: the first contact that is called so is meant."


class ResultChanges(framework.Body):
    description: Text100 = ""
    evaluation: Evaluation = vocabulary.Evaluation.BLANK
    attempt_failed: Flag = False
    cost: Money = NOTHING
    duration: Minutes = NOTHING


class DraftShown(framework.Shown):
    """Every value that stands when nothing else is said."""

    contact_no: Code20
    contact_name: Text100
    contact_company_no: Code20
    contact_company_name: Text100
    interaction_template_code: Code10
    interaction_group_code: Code10
    description: Text100
    salesperson_code: Code20
    interaction_language_code: Code10
    date: Day
    time_of_interaction: TimeOfDay
    correspondence_type: CorrespondenceType
    information_flow: InformationFlow
    initiated_by: InitiatedBy
    contact_alt_address_code: Code10
    contact_via: Text80
    campaign_no: Code20
    campaign_target: Flag
    campaign_response: Flag
    evaluation: Evaluation
    attempt_failed: Flag
    cost: Money
    duration: Minutes
    attachment: AttachmentShown | None
    locked: list[str]
    "Fields that cannot be changed, since it was called from there."

    @classmethod
    def of_draft(cls, session: Session, draft: Draft) -> Self:
        company = company_of(session, draft.contact) if draft.contact else None
        return cls.of(
            None,
            **draft.values,
            contact_name=draft.contact.name if draft.contact else "",
            contact_company_no=company.no if company else "",
            contact_company_name=company.name if company else "",
            interaction_group_code=draft.interaction_group_code,
            attachment=shown_attachment(session, draft.attachment_id),
            locked=sorted(draft.opened_from.locked()),
        )


class InteractionShown(EntryShown):
    postponed: Flag
    job: Text100
    "The address of the job that sends it by e-mail, if it is sent."

    @classmethod
    def of_row(cls, row: Any, job: Job | None = None) -> Self:  # noqa: ANN401 (entry_rows)
        return cls.of(
            EntryShown.of_row(row),
            postponed=row[0].postponed,
            job=framework.location("jobs", str(job.public_id)) if job else "",
        )


class PostponedShown(InteractionShown):
    attachment: AttachmentShown | None

    @classmethod
    def of_postponed(cls, session: Session, row: Any) -> Self:  # noqa: ANN401 (entry_rows)
        return cls.of(
            InteractionShown.of_row(row),
            attachment=shown_attachment(session, row[0].attachment_id),
        )
