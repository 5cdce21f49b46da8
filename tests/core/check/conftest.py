"""A small world in which everything was done by the deeds of the product."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, text

from core.contacts.classification.models import (
    BusinessRelation,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    ProfileQuestionnaire,
)
from core.interactions.comments import add_comment
from core.jobs import end
from core.jobs.claim import claim_next_job
from core.jobs.models import Job
from core.jobs.request import request_job
from core.segments.activate_campaign import activate_campaign
from core.segments.log_segment import log_segment
from core.segments.one_line import remove_line
from core.segments.request_log import request_log
from core.setup.models import Salutation, SalutationFormula
from core.single_interactions.log_interaction import (
    log_interaction,
    postpone_interaction,
)
from tests import factories
from tests.core.segments.logging import run_of
from tests.support import tally

if TYPE_CHECKING:
    from core.single_interactions.changes import InteractionChanges


@pytest.fixture
def world(session):
    """A logged segment with its follow-up, one that is being logged, one at work."""
    actor = factories.actor()
    factories.marketing_setup(session)
    factories.salesperson(session, "JR")
    factories.campaign(session, "CP1")
    factories.template(session, "GOLF", description="Golf", language_code_default="ENU")
    factories.template_language(session, "GOLF", "ENU", factories.attachment(session))
    company = factories.company(session)
    people = [factories.person(session, of=company) for _ in range(3)]
    _classify(session, company, people[0])
    _fail_a_job(session, actor)
    for number in range(3):
        segment = factories.segment(
            session,
            actor,
            description=f"Mailing {number}",
            salesperson_code="JR",
            interaction_template_code="GOLF",
            campaign_no="CP1",
        )
        for contact in people:
            factories.line(session, actor, segment, contact)
        remove_line(session, actor, segment, 10_000)
        if number < 2:
            _log(session, actor, segment, is_finished=number == 0)
    session.flush()
    _interact(session, actor, people[0])
    _activate(session, actor, people)


def _interact(session, actor, contact):
    said: InteractionChanges = {
        "contact_no": contact.no,
        "interaction_template_code": "GOLF",
        "salesperson_code": "JR",
        "campaign_no": "CP1",
    }
    logged = log_interaction(session, actor, said)
    add_comment(session, actor, logged.entry_no, {"comment": "They called back"})
    postpone_interaction(session, actor, said)


def _activate(session, actor, people):
    """A contact and a customer are the targets of CP2."""
    factories.campaign(session, "CP2")
    customer = factories.company(session)
    session.add(
        ContactBusinessRelation(
            contact_id=customer.id, code="A", link_to_table=1, no="K1"
        )
    )
    segment = factories.segment(session, actor, campaign_no="CP2", campaign_target=True)
    for contact in (people[0], customer):
        factories.line(session, actor, segment, contact)
    activate_campaign(session, actor, "CP2")
    session.flush()


def _log(session, actor, segment, *, is_finished):
    job = request_log(session, actor, segment.no, create_follow_up=True)
    session.flush()
    if is_finished:
        claimed = claim_next_job(session, tally.terms(lease_seconds=60), {})
        run = run_of(session, actor, session.get_one(Job, job.id))
        run.progress.plan(2)
        result = log_segment(run)
        session.flush()
        end.succeed(session, claimed.job, result, run.progress.counters())
        session.expire_all()


def _fail_a_job(session, actor):
    job = request_job(
        session, actor, kind="x", title="X", subject=None, arguments={}, planned=1
    )
    claimed = claim_next_job(session, tally.terms(lease_seconds=60), {})
    end.fail(
        session,
        claimed.job,
        None,
        end.Problem("E-X", "Not so."),
        error_recorders=[lambda session: _one_error(session, job)],
    )


def _one_error(session, job):
    session.execute(
        text(
            "INSERT INTO job_error (job_id, position, code, detail)"
            " VALUES (:job, 1, 'E-X', 'Not so.')"
        ),
        {"job": job.id},
    )
    return 1


def _classify(session, company, person):
    for master, link, contact in (
        (MailingGroup, ContactMailingGroup, person),
        (IndustryGroup, ContactIndustryGroup, company),
        (BusinessRelation, ContactBusinessRelation, company),
        (JobResponsibility, ContactJobResponsibility, person),
    ):
        session.execute(insert(master).values(code="A"))
        session.execute(insert(link).values(contact_id=contact.id, code="A"))
    session.add(ProfileQuestionnaire(code="Q", business_relation_code="A"))
    session.add(Salutation(code="A"))
    session.flush()  # the formula refers to it
    session.add(SalutationFormula(salutation_code="A", type=0, language_code="ENU"))
