"""What points at contacts from the packages above this one.

Segments and log entries know contacts, not the other way round; so their tables
are named here by hand, in this one place.
"""

from collections.abc import Sequence

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from core.attachments.discard import discard_unreferenced
from core.errors import ConflictError
from core.vocabulary import CampaignTargetType

_SEGMENTS_WITH = text("""
    SELECT DISTINCT segment.no
    FROM segment_line
    JOIN segment ON segment.id = segment_line.segment_id
    WHERE segment_line.contact_id = ANY(:contact_ids)
      AND segment_line.added_by <= segment.head
      AND (segment_line.removed_by IS NULL
           OR segment_line.removed_by > segment.head)
    ORDER BY segment.no
    LIMIT 11
""").bindparams(bindparam("contact_ids", type_=ARRAY(BIGINT)))

_OWN_ATTACHMENTS = text("""
    SELECT DISTINCT attachment_id
    FROM segment_line
    WHERE contact_id = ANY(:contact_ids) AND attachment_id > 0
""").bindparams(bindparam("contact_ids", type_=ARRAY(BIGINT)))

# The steps that had added and removed the lines are one line shorter: the number of
# lines of a segment is read from its steps. In a follow-up one step stands for all
# that had added its lines, so it is the first one that does not come before.
_FORGET_REMOVED_LINES = text("""
    WITH gone AS (
        DELETE FROM segment_line WHERE contact_id = ANY(:contact_ids)
        RETURNING segment_id, added_by, removed_by
    ),
    step AS (
        SELECT gone.segment_id, (
            SELECT min(segment_action.action_no)
            FROM segment_action
            WHERE segment_action.segment_id = gone.segment_id
              AND segment_action.action_no >= stamp
        ) AS action_no
        FROM gone
        CROSS JOIN LATERAL unnest(ARRAY[gone.added_by, gone.removed_by]) AS stamp
    ),
    shorter AS (
        SELECT segment_id, action_no, count(*) AS lines
        FROM step
        GROUP BY segment_id, action_no
    )
    UPDATE segment_action
    SET lines_changed = lines_changed - shorter.lines
    FROM shorter
    WHERE segment_action.segment_id = shorter.segment_id
      AND segment_action.action_no = shorter.action_no
""").bindparams(bindparam("contact_ids", type_=ARRAY(BIGINT)))

_HAS_ENTRIES = text("""
    SELECT EXISTS (
        SELECT 1 FROM interaction_log_entry
        WHERE contact_id = :contact_id
          AND contact_company_id IS NOT DISTINCT FROM :company_id
    )
""")

# Undoing a log must not put the company on the line of somebody who is gone.
_NOTE_LINES_WITHOUT_CONTACT = text("""
    INSERT INTO logged_line (logged_segment_entry_no, line_no, own)
    SELECT logged_segment_entry_no, segment_line_no, '{"contact_id": null}'
    FROM interaction_log_entry
    WHERE contact_id = :contact_id AND logged_segment_entry_no IS NOT NULL
    ON CONFLICT (logged_segment_entry_no, line_no)
        DO UPDATE SET own = logged_line.own || excluded.own
""")

_LEAVE_ENTRIES_TO_COMPANY = text("""
    UPDATE interaction_log_entry
    SET contact_id = contact_company_id
    WHERE contact_id = :contact_id
""")

_BLANK_COMPANY_ENTRIES = text("""
    UPDATE interaction_log_entry
    SET contact_id = NULL, contact_company_id = NULL
    WHERE contact_company_id = :company_id
""")

_TAKE_ENTRIES_ALONG = text("""
    UPDATE interaction_log_entry
    SET contact_company_id = :company_id
    WHERE contact_id = :contact_id AND contact_company_id IS NULL
""")

# Who takes part in an activated campaign is known by the number of the company or of
# the customer that it is (CAMP-054).
_NAME_TARGET_ANEW = text("""
    UPDATE campaign_target SET type = :new_type, no = :new_no
    WHERE type = :old_type AND no = :old_no
""")

_FORGET_TARGET = text("""
    DELETE FROM campaign_target
    WHERE type = 1 AND no = (SELECT no FROM contact WHERE id = :company_id)
       OR type = 0 AND no = (
           SELECT no FROM contact_business_relation
           WHERE contact_id = :company_id AND link_to_table = 1
       )
""")


def joining_targets(contact_ids: str) -> TextClause:
    """The statement that lets the companies of these contacts' interactions take part
    in the campaigns of the interactions. Of all campaigns only the activated ones have
    targets."""
    return text(f"""
        INSERT INTO campaign_target (campaign_no, type, no)
        SELECT DISTINCT entry.campaign_no,
               CASE WHEN relation.no IS NULL THEN 1 ELSE 0 END,
               coalesce(relation.no, company.no)
        FROM interaction_log_entry AS entry
        JOIN contact AS company ON company.id = entry.contact_company_id
        LEFT JOIN contact_business_relation AS relation
            ON relation.contact_id = company.id AND relation.link_to_table = 1
        WHERE entry.contact_id = ANY({contact_ids})
          AND entry.campaign_no <> '' AND entry.campaign_target AND NOT entry.postponed
          AND EXISTS (
              SELECT FROM campaign_target AS target
              WHERE target.campaign_no = entry.campaign_no
          )
        ON CONFLICT DO NOTHING
    """)  # noqa: S608  our own words


_JOIN_TARGETS = joining_targets("array[:contact_id]")


def refuse_if_in_segment(
    session: Session, contact_ids: Sequence[int], sentence: str
) -> None:
    """Refuse while any of them stands on a line of a segment (GUARD-001, GUARD-002).

    `sentence` says what cannot be done; the segments are named after it.
    """
    found = session.scalars(_SEGMENTS_WITH, {"contact_ids": list(contact_ids)}).all()
    if found:
        named = ", ".join(found[:10]) + (" and others" if len(found) > 10 else "")
        plural = "s" if len(found) > 1 else ""
        raise ConflictError(
            "E-IN-USE",
            f"{sentence} it is on a line of segment{plural} {named}. "
            "Log the segment or remove the line first.",
        )


def forget_removed_lines(session: Session, contact_ids: Sequence[int]) -> None:
    """Lines that were taken out of their segment, kept only for going back."""
    held = session.scalars(_OWN_ATTACHMENTS, {"contact_ids": list(contact_ids)}).all()
    session.execute(_FORGET_REMOVED_LINES, {"contact_ids": list(contact_ids)})
    discard_unreferenced(session, held)


def has_log_entries(session: Session, contact_id: int, company_id: int | None) -> bool:
    """Entries in any state, canceled ones too (CONT-020)."""
    values = {"contact_id": contact_id, "company_id": company_id}
    return bool(session.scalar(_HAS_ENTRIES, values))


def leave_entries_to_company(session: Session, contact_id: int) -> None:
    """The person's history stays with the company it was made with (GUARD-003)."""
    session.execute(_NOTE_LINES_WITHOUT_CONTACT, {"contact_id": contact_id})
    session.execute(_LEAVE_ENTRIES_TO_COMPANY, {"contact_id": contact_id})


def take_entries_along(session: Session, contact_id: int, company_id: int) -> None:
    """History made without a company moves to the first one (CONT-033)."""
    session.execute(
        _TAKE_ENTRIES_ALONG, {"contact_id": contact_id, "company_id": company_id}
    )
    session.execute(_JOIN_TARGETS, {"contact_id": contact_id})


def blank_entries_of_company(session: Session, company_id: int) -> None:
    """The entries are kept, without a contact (GUARD-003), and aim at nobody."""
    session.execute(_FORGET_TARGET, {"company_id": company_id})
    session.execute(_BLANK_COMPANY_ENTRIES, {"company_id": company_id})


def target_as_customer(session: Session, company_no: str, customer_no: str) -> None:
    """A company that is a target has become a customer (CAMP-054)."""
    _name_target_anew(
        session,
        (CampaignTargetType.CONTACT, company_no),
        (CampaignTargetType.CUSTOMER, customer_no),
    )


def target_as_contact(session: Session, company_no: str, customer_no: str) -> None:
    """It is no customer any more."""
    _name_target_anew(
        session,
        (CampaignTargetType.CUSTOMER, customer_no),
        (CampaignTargetType.CONTACT, company_no),
    )


def _name_target_anew(
    session: Session, old: tuple[int, str], new: tuple[int, str]
) -> None:
    values = {
        "old_type": old[0],
        "old_no": old[1],
        "new_type": new[0],
        "new_no": new[1],
    }
    session.execute(_NAME_TARGET_ANEW, values)
