"""Answers that interactions with a contact, or the points of its other answers, give by
themselves (CONT-057).

A job reckons all automatic questions of a questionnaire anew: for each question one
statement, which finds what it comes to for every contact, the answer whose range
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
_BY_INTERACTIONS = """
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
                -- A first day that is still to come has no interactions yet.
                / greatest(:ending_date - coalesce(:starting_date, :ending_date) + 1, 1),
                2)
            WHEN 3 THEN round(coalesce(cost / quantity, 0), 2)
            ELSE round(coalesce(duration / quantity, 0), 2)
        END AS value
        FROM contact
        LEFT JOIN figures ON figures.id = contact.id
        WHERE {asked}
    ),
"""

# What the contact has answered so far, whoever gave the answer.
_BY_POINTS = """
    WITH points AS (
        SELECT given.contact_id AS id, sum(rating.points) AS points
        FROM profile_rating AS rating
        JOIN contact_profile_answer AS given
          ON given.questionnaire_code = rating.answer_questionnaire_code
         AND given.line_no = rating.answer_line_no
        WHERE rating.questionnaire_code = :code AND rating.line_no = :line_no
        GROUP BY given.contact_id
    ),
    value AS MATERIALIZED (
        SELECT contact.id, coalesce(points, 0) AS value
        FROM contact
        LEFT JOIN points ON points.id = contact.id
        WHERE {asked}
    ),
"""

_ASKED = """NOT contact.minor AND (:only = -1 OR contact.type = :only)
          AND (:relation = '' OR EXISTS (
            SELECT FROM contact_business_relation AS relation
            WHERE relation.contact_id IN (contact.id, contact.company_id)
              AND relation.code = :relation))"""

_WRITE = """
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
"""

_ANSWERS = bindparam("answers", type_=ARRAY(INTEGER))
_CLASSIFY = text(_BY_INTERACTIONS.format(asked=_ASKED) + _WRITE).bindparams(
    _ANSWERS,
    bindparam("starting_date", type_=Date),
    bindparam("ending_date", type_=Date),
)
_RATE = text(_BY_POINTS.format(asked=_ASKED) + _WRITE).bindparams(_ANSWERS)


def request_classification(session: Session, actor: Actor, code: str) -> Job:
    """Promise to answer the automatic questions for every contact.

    Raises NotFoundError, ConflictError E-NO-QUESTIONS, E-JOB-RUNNING.
    """
    found_record(session, ProfileQuestionnaire, code, NOUN)
    questions = automatic_questions(session, code)
    if not questions:
        raise ConflictError(
            "E-NO-QUESTIONS",
            f"Profile questionnaire {code} has no question that is answered by itself.",
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
    """Those that points answer come last: others' answers of today give the points."""
    line = ProfileQuestionnaireLine
    return list(
        session.scalars(
            select(line)
            .where(line.questionnaire_code == code, line.class_field > ClassField.BLANK)
            .order_by(line.class_field == ClassField.RATING, line.line_no)
        )
    )


def _classify(
    session: Session,
    actor: Actor,
    questionnaire: ProfileQuestionnaire,
    question: ProfileQuestionnaireLine,
) -> tuple[int, int, int]:
    """Answers there are now, came and went. Companies are type 0, everybody is -1."""
    asked = {
        "code": questionnaire.code,
        "only": questionnaire.contact_type - 1,
        "relation": questionnaire.business_relation_code,
        "takes_several": question.multiple_answers,
        "answers": answers_below(session, question),
    }
    if question.class_field == ClassField.RATING:
        row = session.execute(_RATE, {"line_no": question.line_no, **asked}).one()
    else:
        days = {
            "starting_date": question.starting_date,
            "ending_date": question.ending_date or actor.work_date,
        }
        of_interactions = {"class_field": question.class_field, **days}
        row = session.execute(_CLASSIFY, asked | of_interactions).one()
    return row[0], row[1], row[2]
