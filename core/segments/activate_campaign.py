"""Activate a campaign: fix whom it is aimed at, and keep it so (CAMP-040, CAMP-041).

At once while its group comes from few lines and interactions, else by a job.
"""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.audit import record_audit
from core.campaigns.campaigns import NOUN
from core.campaigns.models import Campaign, CampaignTarget
from core.contacts.guard import share_contacts
from core.errors import RefusedError
from core.jobs.models import Job
from core.jobs.request import refuse_while_open, request_job
from core.jobs.run import JobRun
from core.records import found_record, lock_record
from core.rows import rows_written
from core.segments.change_roster import AT_ONCE
from core.segments.count_contacts import count_rows, is_more_than
from core.segments.target_group import GroupSize, size_of_group
from core.segments.targets import (
    ACTIVATE_CAMPAIGN,
    rows_behind,
    wait_for_changes,
    write_targets,
)


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
    share_contacts(session)
    # In this order, like all who change segments: a job may hold the campaign for long.
    campaign = lock_record(session, Campaign, no, NOUN)
    wait_for_changes(session)
    _fill(session, actor, no, expected)
    session.refresh(campaign)
    return campaign


def request_activation(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    """The job, whatever its size; also to start it again."""
    campaign = found_record(session, Campaign, arguments["campaign_no"], NOUN)
    # Here and not in the job, which takes long: whoever ends a change from now on sees
    # the job, and looks at the group when the job has let go of the campaign.
    wait_for_changes(session)
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
    share_contacts(session)
    lock_record(session, Campaign, no, NOUN)
    size = _fill(session, run.job.actor, no, cast("int | None", expected))
    run.progress.done(planned)
    return {"campaign_no": no, "targets": size.targets, "customers": size.customers}


def _subject(no: str) -> str:
    return f"campaign:{no}"


def _fill(session: Session, actor: Actor, no: str, expected: int | None) -> GroupSize:
    """The campaign is locked, and no contact disappears."""
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
    return size


def deactivate_campaign(session: Session, actor: Actor, no: str) -> Campaign:
    """Forget the target group. Segments and interactions stay as they are.

    Raises NotFoundError, ConflictError E-JOB-RUNNING.
    """
    refuse_while_open(session, [_subject(no)])
    # Changes that look at the group wait for the campaign, and then find no group.
    campaign = lock_record(session, Campaign, no, NOUN)
    group = CampaignTarget.campaign_no == no
    gone = rows_written(session, delete(CampaignTarget).where(group))
    record_audit(session, actor, "campaign.deactivate", no, {"targets": gone})
    session.refresh(campaign)
    return campaign
