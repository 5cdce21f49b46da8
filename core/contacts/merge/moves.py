"""What a merge moves from the other contact to the kept one, statement by statement.

Segments and log entries belong to the packages above; like core/contacts/neighbours.py
this names their tables by hand. Every statement finds its rows by an index that begins
with the contact, so it costs what it moves, not what there is. Plan (56 000 entries and
as many people of one company): a bitmap of the index each; what takes time is writing.
"""

# ruff: noqa: S608  (put together from names and expressions of this file alone)

from dataclasses import dataclass

from sqlalchemy import TextClause, text


@dataclass(frozen=True, slots=True)
class Move:
    """One kind of rows. Its statements know :kept, :other, :kept_no, :other_no and
    :company, the id of the kept contact's company or null."""

    name: str
    moved: str
    "An expression that counts what will be the kept contact's."
    deeds: tuple[TextClause, ...]
    left: str = "0::bigint"
    "Counts what will not: it is there already, or stays with its company."


def _groups(table: str, name: str) -> Move:
    """Rows of (contact, code); what both have collapses."""
    theirs = f"SELECT count(*) FROM {table} AS theirs WHERE theirs.contact_id = :other"
    shared = f"""EXISTS (SELECT FROM {table} AS mine
                 WHERE mine.contact_id = :kept AND mine.code = theirs.code)"""
    return Move(
        name,
        f"{theirs} AND NOT {shared}",
        (
            text(f"""
                INSERT INTO {table} (contact_id, code)
                SELECT :kept, code FROM {table} WHERE contact_id = :other
                ON CONFLICT DO NOTHING
            """),
            text(f"DELETE FROM {table} WHERE contact_id = :other"),
        ),
        f"{theirs} AND {shared}",
    )


# Of a person, what was said for another company stays with that company, as when
# the person moves (CONT-033). Company-less history comes along.
_COMES_ALONG = "(contact_company_id IS NULL OR contact_company_id = :company)"
_OF_PERSON = "SELECT count(*) FROM interaction_log_entry WHERE contact_id = :other"

ENTRIES_OF_PERSON = Move(
    "interaction_log_entries",
    f"{_OF_PERSON} AND {_COMES_ALONG}",
    (
        text(f"""
            UPDATE interaction_log_entry
            SET contact_id = CASE WHEN {_COMES_ALONG} THEN :kept
                             ELSE contact_company_id END,
                contact_company_id = coalesce(contact_company_id, :company)
            WHERE contact_id = :other
        """),
    ),
    f"{_OF_PERSON} AND contact_company_id IS NOT NULL"
    " AND contact_company_id IS DISTINCT FROM :company",
)
ENTRIES_OF_COMPANY = Move(
    "interaction_log_entries",
    "SELECT count(*) FROM interaction_log_entry WHERE contact_company_id = :other",
    (
        text("""
            UPDATE interaction_log_entry
            SET contact_id = CASE WHEN contact_id = :other THEN :kept
                             ELSE contact_id END,
                contact_company_id = :kept
            WHERE contact_company_id = :other
        """),
    ),
)

# Lines that were taken out go along too, or going back would bring a contact that
# is gone. Steps count lines, not contacts, so they stay true.
SEGMENT_LINES = Move(
    "segment_lines",
    """SELECT count(*) FROM segment_line JOIN segment ON segment.id = segment_id
       WHERE contact_id = :other AND added_by <= head
         AND (removed_by IS NULL OR removed_by > head)""",
    (text("UPDATE segment_line SET contact_id = :kept WHERE contact_id = :other"),),
)

PEOPLE = Move(
    "people",
    "SELECT count(*) FROM contact WHERE company_id = :other AND id <> :other",
    (
        text("""
            UPDATE contact SET company_id = :kept, last_modified_at = now()
            WHERE company_id = :other AND id <> :other
        """),
    ),
)

# A relation with a number takes the place of the same one without (CONT-054).
_SHARED_RELATION = """SELECT count(*) FROM contact_business_relation AS theirs
    JOIN contact_business_relation AS mine USING (code)
    WHERE theirs.contact_id = :other AND mine.contact_id = :kept"""
BUSINESS_RELATIONS = Move(
    "business_relations",
    f"""(SELECT count(*) FROM contact_business_relation WHERE contact_id = :other)
        - ({_SHARED_RELATION})""",
    (
        text("""
            WITH theirs AS (
                DELETE FROM contact_business_relation WHERE contact_id = :other
                RETURNING code, link_to_table, no
            )
            INSERT INTO contact_business_relation AS mine
                (contact_id, code, link_to_table, no)
            SELECT :kept, code, link_to_table, no FROM theirs
            ON CONFLICT (contact_id, code) DO UPDATE
            SET link_to_table = excluded.link_to_table, no = excluded.no
            WHERE mine.link_to_table = 0 AND excluded.link_to_table <> 0
        """),
    ),
    _SHARED_RELATION,
)

# Of a question that takes one answer the kept contact's stands (CONT-057). An answer
# belongs to the nearest question above it.
_QUESTION_OF = """(
    SELECT line.line_no FROM profile_questionnaire_line AS line
    WHERE line.questionnaire_code = {answer}.questionnaire_code
      AND line.line_no < {answer}.line_no AND line.type = 0
    ORDER BY line.line_no DESC LIMIT 1)"""
_ANSWERED = f"""EXISTS (
    SELECT FROM contact_profile_answer AS mine
    JOIN profile_questionnaire_line AS question
      ON question.questionnaire_code = mine.questionnaire_code
     AND question.line_no = {_QUESTION_OF.format(answer="mine")}
    WHERE mine.contact_id = :kept
      AND mine.questionnaire_code = theirs.questionnaire_code
      AND (mine.line_no = theirs.line_no
           OR NOT question.multiple_answers
              AND question.line_no = {_QUESTION_OF.format(answer="theirs")}))"""
_ANSWERS = "FROM contact_profile_answer AS theirs WHERE theirs.contact_id = :other"
PROFILE_ANSWERS = Move(
    "profile_answers",
    f"SELECT count(*) {_ANSWERS} AND NOT {_ANSWERED}",
    (
        text(f"DELETE {_ANSWERS} AND {_ANSWERED}"),
        text("""
            UPDATE contact_profile_answer SET contact_id = :kept
            WHERE contact_id = :other
        """),
    ),
    f"SELECT count(*) {_ANSWERS} AND {_ANSWERED}",
)

_TARGETS = "FROM campaign_target AS theirs WHERE type = 1 AND no = :other_no"
_TARGETED = """EXISTS (
    SELECT FROM campaign_target AS mine WHERE mine.campaign_no = theirs.campaign_no
      AND mine.type = 1 AND mine.no = :kept_no)"""
CAMPAIGN_TARGETS = Move(
    "campaign_targets",
    f"SELECT count(*) {_TARGETS} AND NOT {_TARGETED}",
    (
        text(f"DELETE {_TARGETS} AND {_TARGETED}"),
        text("""
            UPDATE campaign_target SET no = :kept_no WHERE type = 1 AND no = :other_no
        """),
    ),
    f"SELECT count(*) {_TARGETS} AND {_TARGETED}",
)

MERGED_NUMBERS = Move(
    "merged_numbers",
    "SELECT count(*) FROM merged_contact WHERE contact_id = :other",
    (text("UPDATE merged_contact SET contact_id = :kept WHERE contact_id = :other"),),
)

COMMENTS = Move(
    "comments",
    "SELECT count(*) FROM contact_comment WHERE contact_id = :other",
    (text("UPDATE contact_comment SET contact_id = :kept WHERE contact_id = :other"),),
)

# Whoever is not the one contact is not the one they become either.
_KEPT_APART = """FROM (
    SELECT contact_id + other_id - :other AS third_id, separated_at, separated_by
    FROM separate_contacts WHERE :other IN (contact_id, other_id)) AS theirs
    WHERE third_id <> :kept"""
_APART_ALREADY = """EXISTS (
    SELECT FROM separate_contacts AS mine
    WHERE mine.contact_id = least(:kept, third_id)
      AND mine.other_id = greatest(:kept, third_id))"""
SEPARATE_CONTACTS = Move(
    "separate_contacts",
    f"SELECT count(*) {_KEPT_APART} AND NOT {_APART_ALREADY}",
    (
        text(f"""
            INSERT INTO separate_contacts
                (contact_id, other_id, separated_at, separated_by)
            SELECT least(:kept, third_id), greatest(:kept, third_id),
                   separated_at, separated_by
            {_KEPT_APART}
            ON CONFLICT DO NOTHING
        """),
        text("DELETE FROM separate_contacts WHERE :other IN (contact_id, other_id)"),
    ),
    f"SELECT count(*) {_KEPT_APART} AND {_APART_ALREADY}",
)

_OF_BOTH = (
    COMMENTS,
    SEPARATE_CONTACTS,
    SEGMENT_LINES,
    _groups("contact_mailing_group", "mailing_groups"),
    PROFILE_ANSWERS,
    CAMPAIGN_TARGETS,
    MERGED_NUMBERS,
)
OF_COMPANY = (
    ENTRIES_OF_COMPANY,
    PEOPLE,
    *_OF_BOTH,
    _groups("contact_industry_group", "industry_groups"),
    BUSINESS_RELATIONS,
)
OF_PERSON = (
    ENTRIES_OF_PERSON,
    *_OF_BOTH,
    _groups("contact_job_responsibility", "job_responsibilities"),
    # Employees of the books are people, so a link may sit on a person.
    BUSINESS_RELATIONS,
)
