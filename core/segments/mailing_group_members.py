"""What applying a mailing group to a segment changes: as a number, and done."""

from typing import NamedTuple

from sqlalchemy import delete, exists, func, literal, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.contacts.classification.models import ContactMailingGroup
from core.contacts.guard import share_contacts
from core.contacts.models import Contact
from core.segments.add_contacts import contacts_in
from core.segments.bulk import announced, give_hash_memory
from core.segments.models import Segment


class MembersChanged(NamedTuple):
    added: int
    removed: int
    "Members that are not in the segment; only where they are to lose the group."


class MembersCount(NamedTuple):
    """no_of_contacts = already_members + would_add, always."""

    no_of_contacts: int
    "Each counted once, on however many lines it stands."
    already_members: int
    would_add: int
    others: int
    "Members that are not in the segment."


def count_members(session: Session, segment: Segment, code: str) -> MembersCount:
    give_hash_memory(session)
    there = contacts_in(segment).cte("there")
    member = (
        select(ContactMailingGroup.contact_id)
        .where(ContactMailingGroup.code == code)
        .cte("member")
    )
    inside = exists().where(member.c.contact_id == there.c.contact_id)
    kept = select(func.count()).select_from(there).where(inside)
    contacts, members, already = session.execute(
        select(
            select(func.count()).select_from(there).scalar_subquery(),
            select(func.count()).select_from(member).scalar_subquery(),
            kept.scalar_subquery(),
        )
    ).one()
    return MembersCount(contacts, already, contacts - already, members - already)


def change_members(
    session: Session, segment: Segment, code: str, *, delete_old_assignments: bool
) -> MembersChanged:
    """Every contact on a line in force gets the group; whoever has it already keeps it.

    With `delete_old_assignments` all others lose it. The result is that of deleting
    everything first, without writing what stays. Contacts that gained or lost the
    group count as changed, all others do not.

    Plan (a million lines): one pass over the lines, sorted by contact, so that two
    applications at once meet the same rows in the same order; contacts are hashed
    against those that changed.
    """
    share_contacts(session)
    give_hash_memory(session)
    there = contacts_in(segment).cte("there")
    position = func.row_number().over(order_by=there.c.contact_id)
    added = (
        insert(ContactMailingGroup)
        .from_select(
            ["contact_id", "code"],
            select(announced(there.c.contact_id, position), literal(code)),
        )
        .on_conflict_do_nothing()
        .returning(ContactMailingGroup.contact_id)
        .cte("added")
    )
    inside = exists().where(there.c.contact_id == ContactMailingGroup.contact_id)
    removed = (
        delete(ContactMailingGroup)
        .where(
            literal(delete_old_assignments), ContactMailingGroup.code == code, ~inside
        )
        .returning(ContactMailingGroup.contact_id)
        .cte("removed")
    )
    changed = union_all(select(added.c.contact_id), select(removed.c.contact_id))
    touched = (
        update(Contact)
        .where(Contact.id.in_(changed))
        .values(last_modified_at=func.clock_timestamp())
        .cte("touched")
    )
    numbers = (
        select(func.count()).select_from(each).scalar_subquery()
        for each in (added, removed)
    )
    row = session.execute(select(*numbers).add_cte(touched)).one()
    return MembersChanged(*row)
