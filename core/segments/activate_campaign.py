"""Activate a campaign: fix whom it is aimed at, and keep it so (CAMP-040, CAMP-041).

At once while its group comes from few lines and interactions, else by a job.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from typing import cast as cast_to

from sqlalchemy import ColumnElement, Select, String, and_, cast, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from core.access.actor import Actor
from core.access.audit import record_audit
from core.campaigns.campaigns import NOUN
from core.campaigns.models import Campaign, CampaignTarget
from core.contacts.classification.models import ContactBusinessRelation
from core.contacts.models import Contact
from core.errors import RefusedError
from core.jobs.models import Job
from core.jobs.request import refuse_while_open, request_job
from core.jobs.run import JobRun
from core.records import found_record, lock_record
from core.rows import rows_written
from core.segments.bulk import give_hash_memory
from core.segments.change_roster import AT_ONCE
from core.segments.count_contacts import count_rows, is_more_than
from core.segments.targets import (
    members,
    rows_behind,
    wait_for_changes,
    write_targets,
)
from core.vocabulary import CampaignTargetType, LinkToTable


class GroupSize(NamedTuple):
    """Companies in a target group, or that would be in it."""

    targets: int
    customers: int
    "Of these, those that are known as customers."


ACTIVATE_CAMPAIGN = "activate_campaign"


def activate_campaign(
    session: Session,
    actor: Actor,
    no: str,
    *,
    expected: int | None = None,
    at_once: int = AT_ONCE,
) -> Campaign | Job:
    """Fill the target group from the lines in force and the interactions there are, or
    promise the job that will.

    An activated campaign is brought up to date. Raises NotFoundError, ConflictError
    E-JOB-RUNNING, RefusedError E-NO-TARGETS, or E-COUNT where the user was told
    another number than `expected`.
    """
    refuse_while_open(session, [_subject(no)])
    if is_more_than(session, at_once, rows_behind([no])):
        arguments = {"campaign_no": no, "expected": expected}
        return request_activation(session, actor, arguments)
    return _activate(session, actor, no, expected)


def request_activation(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    """The job, whatever its size; also to start it again."""
    campaign = found_record(session, Campaign, arguments["campaign_no"], NOUN)
    return request_job(
        session,
        actor,
        kind=ACTIVATE_CAMPAIGN,
        title=f"Activate campaign {campaign.no}",
        subject=_subject(campaign.no),
        arguments=arguments,
    )


def activate_campaign_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind activate_campaign."""
    session, arguments = run.session, run.job.arguments
    no, expected = str(arguments["campaign_no"]), arguments["expected"]
    run.progress.phase("counting")
    planned = count_rows(session, rows_behind([no]))
    run.progress.plan(planned)
    run.check()
    run.progress.phase("reckoning")
    _activate(session, run.job.actor, no, cast_to("int | None", expected))
    run.progress.done(planned)
    size = size_of_group(session, no)
    return {"campaign_no": no, "targets": size.targets, "customers": size.customers}


def _subject(no: str) -> str:
    return f"campaign:{no}"


def _activate(
    session: Session, actor: Actor, no: str, expected: int | None
) -> Campaign:
    wait_for_changes(session)
    campaign = lock_record(session, Campaign, no, NOUN)
    write_targets(session, [no])
    size = size_of_group(session, no)
    if not size.targets:
        raise RefusedError(
            "E-NO-TARGETS",
            f"Campaign {no} has nobody to be aimed at. Name it on a segment or its "
            "lines, flag them as campaign target, and activate it again. Only "
            "companies and people of companies count.",
        )
    if expected not in {None, size.targets}:
        raise RefusedError(
            "E-COUNT",
            f"{size.targets:,} companies would be targets now; it was {expected:,} "
            "when you looked. Nothing was changed: look again and repeat.",
        )
    record_audit(session, actor, "campaign.activate", no, size._asdict())
    session.refresh(campaign)
    return campaign


def deactivate_campaign(session: Session, actor: Actor, no: str) -> Campaign:
    """Forget the target group. Segments and interactions stay as they are.

    Raises NotFoundError, ConflictError E-JOB-RUNNING.
    """
    refuse_while_open(session, [_subject(no)])
    wait_for_changes(session)
    campaign = lock_record(session, Campaign, no, NOUN)
    group = CampaignTarget.campaign_no == no
    gone = rows_written(session, delete(CampaignTarget).where(group))
    record_audit(session, actor, "campaign.deactivate", no, {"targets": gone})
    session.refresh(campaign)
    return campaign


def size_of_group(session: Session, no: str) -> GroupSize:
    statement = _sizes(CampaignTarget.type).where(CampaignTarget.campaign_no == no)
    return GroupSize(*session.execute(statement).one())


def size_if_activated(session: Session, no: str) -> GroupSize:
    """What activating the campaign now would make of its group."""
    give_hash_memory(session)
    return GroupSize(*session.execute(_sizes(members([no]).c.type)).one())


def target_rows(no: str) -> Select[Any]:
    """Rows of CampaignTarget, contact_no and contact_name: the company that is meant,
    itself or as the customer it is. Page them by `target_key`."""
    relation, company = ContactBusinessRelation, aliased(Contact, name="company")
    is_customer = CampaignTarget.type == int(CampaignTargetType.CUSTOMER)
    columns: tuple[Any, ...] = (
        CampaignTarget,
        func.coalesce(company.no, Contact.no, "").label("contact_no"),
        func.coalesce(company.name, Contact.name, "").label("contact_name"),
    )
    return (
        select(*columns)
        .outerjoin(
            relation,
            and_(
                is_customer,
                relation.link_to_table == int(LinkToTable.CUSTOMER),
                relation.no == CampaignTarget.no,
            ),
        )
        .outerjoin(company, company.id == relation.contact_id)
        .outerjoin(Contact, and_(~is_customer, Contact.no == CampaignTarget.no))
        .where(CampaignTarget.campaign_no == no)
    )


def target_key() -> ColumnElement[str]:
    """Unique in a group: customers first, then by number."""
    return cast(CampaignTarget.type, String) + "/" + CampaignTarget.no


def _sizes(
    kind: ColumnElement[int] | InstrumentedAttribute[int],
) -> Select[int, int]:
    customers = func.count().filter(kind == int(CampaignTargetType.CUSTOMER))
    return select(func.count(kind), customers)
