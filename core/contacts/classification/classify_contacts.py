"""Answers that the interactions with a contact give by themselves (CONT-057).

A job reckons all automatic questions of a questionnaire anew: for each question one
statement, which finds what every contact's interactions come to, the answer whose range
holds it, and writes what differs from the answers there are.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.orm import Session
from sqlalchemy.types import Date

from core.access.actor import Actor
from core.contacts.classification.models import (
    ProfileQuestionnaire,
    ProfileQuestionnaireLine,
)
from core.contacts.classification.questionnaires import (
    NOUN,
    answers_below,
    subject_of,
)
from core.contacts.guard import share_contacts
from core.errors import ConflictError
from core.jobs.models import Job
from core.jobs.request import request_job
from core.jobs.run import JobRun
from core.records import found_record, kept_record
from core.vocabulary import ClassField

CLASSIFY_CONTACTS = "classify_contacts"

# Log entries belong to the package above, so their table is named by hand. They are read
# once and grouped by hash: all of them count for somebody. A company's are those of its
# people too, a person's those it had with its company of today (STAT-004, STAT-005).
# The values are kept, or they would be reckoned again for each answer of the question.
# Of a million contacts and entries it takes 25 s, and 8 s when no answer changes.
_CLASSIFY = text("""
    WITH entry AS MATERIALIZED (
        SELECT contact_id, contact_company_id, cost, duration
        FROM interaction_log_entry
        WHERE NOT canceled AND NOT postponed
          AND date >= coalesce(:starting_date, '-infinity'::date)
          AND date <= :ending_date
    ),
    figures AS (
        SELECT contact_company_id AS id, count(*) AS quantity,
               sum(cost) AS cost, sum(duration) AS duration
        FROM entry
        WHERE contact_company_id IS NOT NULL
        GROUP BY contact_company_id
        UNION ALL
        SELECT person.id, count(*), sum(entry.cost), sum(entry.duration)
        FROM entry
        JOIN contact AS person ON person.id = entry.contact_id AND person.type = 1
         AND person.company_id IS NOT DISTINCT FROM entry.contact_company_id
        GROUP BY person.id
    ),
    value AS MATERIALIZED (
        SELECT contact.id, CASE :class_field
            WHEN 1 THEN coalesce(quantity, 0)
            WHEN 2 THEN round(
                coalesce(quantity, 0) * 365.0
                / (:ending_date - coalesce(:starting_date, :ending_date) + 1), 2)
            WHEN 3 THEN round(coalesce(cost / quantity, 0), 2)
            ELSE round(coalesce(duration / quantity, 0), 2)
        END AS value
        FROM contact
        LEFT JOIN figures ON figures.id = contact.id
        WHERE NOT contact.minor AND (:only = -1 OR contact.type = :only)
    ),
    fitting AS (
        SELECT value.id AS contact_id, answer.line_no,
               row_number() OVER (PARTITION BY value.id ORDER BY answer.line_no) AS rank
        FROM value
        JOIN profile_questionnaire_line AS answer
          ON answer.questionnaire_code = :code AND answer.line_no = ANY(:answers)
         AND value.value >= coalesce(answer.from_value, value.value)
         AND value.value <= coalesce(answer.to_value, value.value)
         AND NOT (answer.from_value IS NULL AND answer.to_value IS NULL)
    ),
    wanted AS MATERIALIZED (
        SELECT contact_id, line_no FROM fitting WHERE rank = 1 OR :takes_several
    ),
    gone AS (
        DELETE FROM contact_profile_answer AS given
        WHERE questionnaire_code = :code AND line_no = ANY(:answers)
          AND NOT EXISTS (SELECT FROM wanted WHERE wanted.contact_id = given.contact_id
                          AND wanted.line_no = given.line_no)
        RETURNING 1
    ),
    came AS (
        INSERT INTO contact_profile_answer (contact_id, questionnaire_code, line_no)
        SELECT contact_id, :code, line_no FROM wanted
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM wanted), (SELECT count(*) FROM came),
           (SELECT count(*) FROM gone)
""").bindparams(
    bindparam("starting_date", type_=Date),
    bindparam("ending_date", type_=Date),
    bindparam("answers", type_=ARRAY(INTEGER)),
)


def request_classification(session: Session, actor: Actor, code: str) -> Job:
    """Promise to answer the automatic questions for every contact.

    Raises NotFoundError, ConflictError E-NO-QUESTIONS, E-JOB-RUNNING.
    """
    found_record(session, ProfileQuestionnaire, code, NOUN)
    questions = automatic_questions(session, code)
    if not questions:
        raise ConflictError(
            "E-NO-QUESTIONS",
            f"Profile questionnaire {code} has no question that interactions answer.",
        )
    return request_job(
        session,
        actor,
        kind=CLASSIFY_CONTACTS,
        title=f"Classify contacts by {code}",
        subject=subject_of(code),
        arguments={"code": code},
        planned=len(questions),
    )


def request_classification_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    return request_classification(session, actor, arguments["code"])


def classify_contacts(run: JobRun) -> Mapping[str, object]:
    """The step of the kind classify_contacts."""
    session, code = run.session, str(run.job.arguments["code"])
    share_contacts(session)
    # Kept and not locked: other questions are answered by hand meanwhile.
    questionnaire = kept_record(session, ProfileQuestionnaire, code, NOUN)
    questions = automatic_questions(session, code)
    run.progress.phase("classifying")
    run.progress.plan(len(questions))
    totals = [0, 0, 0]
    for number, question in enumerate(questions, start=1):
        run.check()
        counts = _classify(session, run.job.actor, questionnaire, question)
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        run.progress.done(number)
    names = ("answers", "answers_added", "answers_removed")
    return {"profile_questionnaire": code, **dict(zip(names, totals, strict=True))}


def automatic_questions(session: Session, code: str) -> list[ProfileQuestionnaireLine]:
    line = ProfileQuestionnaireLine
    return list(
        session.scalars(
            select(line)
            .where(line.questionnaire_code == code, line.class_field > ClassField.BLANK)
            .order_by(line.line_no)
        )
    )


def _classify(
    session: Session,
    actor: Actor,
    questionnaire: ProfileQuestionnaire,
    question: ProfileQuestionnaireLine,
) -> tuple[int, int, int]:
    """Answers there are now, came and went. Companies are type 0, everybody is -1."""
    row = session.execute(
        _CLASSIFY,
        {
            "code": questionnaire.code,
            "only": questionnaire.contact_type - 1,
            "class_field": question.class_field,
            "starting_date": question.starting_date,
            "ending_date": question.ending_date or actor.work_date,
            "takes_several": question.multiple_answers,
            "answers": answers_below(session, question),
        },
    ).one()
    return row[0], row[1], row[2]
