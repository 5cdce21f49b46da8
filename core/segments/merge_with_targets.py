"""Make two contacts one, and keep the target groups of campaigns right.

At once while few rows change hands; many are moved by a job, and nobody edits the two
until it has ended. What changes a contact from elsewhere, an import or its company, is
not kept out: the job does it only if both still are as they were when it was asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.merge.merge_contacts import check_fields, merge_contacts
from core.contacts.merge.pair import Pair, locked_pair, pair_found, refuse_frozen
from core.contacts.merge_jobs import MERGE_CONTACTS, refuse_while_merged
from core.contacts.models import Contact
from core.errors import ConflictError
from core.interactions.models import InteractionLogEntry
from core.jobs.models import Job
from core.jobs.request import request_job
from core.jobs.run import JobRun
from core.segments.change_roster import AT_ONCE
from core.segments.count_contacts import count_rows, is_more_than
from core.segments.models import SegmentLine
from core.segments.targets import keeping_all_targets
from core.vocabulary import ContactType


@dataclass(frozen=True, slots=True)
class Merge:
    no: str
    other_no: str
    "Becomes part of the kept contact."
    take: Sequence[str] = ()
    "Fields of which the other's value is kept."


def merge_with_targets(
    session: Session,
    actor: Actor,
    merge: Merge,
    refuse_if_changed: Callable[[Pair], None],
    *,
    at_once: int = AT_ONCE,
) -> Contact | Job:
    """The kept contact, or the job that will make the two one.

    `refuse_if_changed` is asked about the pair as it is found, and raises where that
    is not what the user saw. Raises NotFoundError, RefusedError, ConflictError
    E-JOB-RUNNING, E-FROZEN, E-IN-USE.
    """
    pair = pair_found(session, merge.no, merge.other_no)
    refuse_while_merged(session, merge.no, merge.other_no)
    if is_more_than(session, at_once, rows_to_move(pair.other)):
        refuse_frozen(session, pair)
        refuse_if_changed(pair)
        check_fields(merge.take)
        return _request(session, actor, pair, merge.take)
    pair = locked_pair(session, merge.no, merge.other_no)
    refuse_if_changed(pair)
    return _merge(session, actor, pair, merge.take)


def request_merge_again(
    session: Session, actor: Actor, arguments: Mapping[str, Any]
) -> Job:
    no, other_no = arguments["contact_no"], arguments["other_no"]
    pair = pair_found(session, no, other_no)
    refuse_while_merged(session, no, other_no)
    refuse_frozen(session, pair)
    _refuse_unless_seen(pair, arguments["seen"])
    return _request(session, actor, pair, arguments["take"])


def merge_contacts_as_job(run: JobRun) -> Mapping[str, object]:
    """The step of the kind merge_contacts."""
    session, arguments = run.session, run.job.arguments
    no, other_no = str(arguments["contact_no"]), str(arguments["other_no"])
    run.progress.phase("waiting for other work on contacts")
    pair = locked_pair(session, no, other_no)
    run.check()
    _refuse_unless_seen(pair, arguments["seen"])
    run.progress.plan(moved := count_rows(session, rows_to_move(pair.other)))
    run.progress.phase("merging")
    take = [str(name) for name in _listed(arguments["take"])]
    kept = _merge(session, run.job.actor, pair, take)
    run.progress.done(moved)
    return {"contact_no": kept.no, "merged_no": other_no, "rows_moved": moved}


def rows_to_move(other: Contact) -> Select[int]:
    """What refers to the contact and may be much: interactions, lines, people. Plan:
    each by its index over the contact, and no further than is asked."""
    entry = InteractionLogEntry
    owner = entry.contact_id
    if other.type == ContactType.COMPANY:
        owner = entry.contact_company_id
    found = union_all(
        select(entry.entry_no.label("id")).where(owner == other.id),
        select(SegmentLine.line_no).where(SegmentLine.contact_id == other.id),
        select(Contact.id).where(
            Contact.company_id == other.id, Contact.id != other.id
        ),
    ).subquery("found")
    return select(found.c.id)


def _merge(session: Session, actor: Actor, pair: Pair, take: Sequence[str]) -> Contact:
    with keeping_all_targets(session):
        return merge_contacts(session, actor, pair.kept.no, pair.other.no, take)


def _request(session: Session, actor: Actor, pair: Pair, take: Sequence[str]) -> Job:
    kept, other = pair
    return request_job(
        session,
        actor,
        kind=MERGE_CONTACTS,
        title=f"Merge contact {other.no} into {kept.no}",
        subject=f"contact:{other.id}",
        arguments={
            "contact_no": kept.no,
            "other_no": other.no,
            "take": list(take),
            "seen": _versions(pair),
        },
    )


def _versions(pair: Pair) -> list[str]:
    return [contact.last_modified_at.isoformat() for contact in pair]


def _refuse_unless_seen(pair: Pair, seen: object) -> None:
    if seen != _versions(pair):
        raise ConflictError(
            "E-CHANGED",
            f"Somebody has changed {pair.kept.no} or {pair.other.no} since the merge "
            "was asked for. Nothing was changed: look at both again, and merge them.",
            links={"contact": pair.kept.no},
        )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
