"""A log that is watched closely: asked for, held at a chosen point, looked at."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.database import transaction
from tests.oracle.header_changes import Change, after
from tests.oracle.reading import read_world
from tests.oracle.world import World
from tests.support import ledger
from tests.support.api_client import ApiClient
from tests.support.by_the_rules import WHO_LOGS, assert_logged_by_the_rules
from tests.support.installation import Installation
from tests.support.marketer import watch
from tests.support.programs import Program, wait_until
from tests.support.soundness import assert_sound

LINES = 1000
DESCRIPTION, TEMPLATE = "Spring", "BUS"

# Before the first entry is written, a log shares this lock with others.
CONTACTS_LOCKED = text("SELECT pg_advisory_xact_lock(0x526F6C6C)")
# After the last entry, the follow-up segment draws its number from the series.
SERIES_LOCKED = text(
    "SELECT 1 FROM number_series_line WHERE series_code = 'SEGM' FOR UPDATE"
)
BEGINNING, END = "beginning", "end"
POINTS = {BEGINNING: CONTACTS_LOCKED, END: SERIES_LOCKED}

JOBS_BEFORE_A_LOCK = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE application_name LIKE 'rollcall job %' AND wait_event_type = 'Lock'"
)
LET_LEASE_LAPSE = text(
    "UPDATE job SET lease_until = now() - interval '1 second'"
    " WHERE public_id = :job AND state = 'running'"
)
ENTRIES_OF_JOB = text(
    "SELECT count(*), count(DISTINCT segment_line_no), count(DISTINCT contact_id)"
    " FROM interaction_log_entry AS entry"
    " JOIN logged_segment AS logged ON logged.entry_no = logged_segment_entry_no"
    " JOIN job ON job.id = logged.job_id WHERE job.public_id = :job"
)
# Entries are told by their numbers: there are too many of them to be read each time.
FINGERPRINTS = [
    *(
        text(f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t")  # noqa: S608
        for table in (
            *("segment", "segment_line", "segment_language", "segment_action"),
            *("logged_segment", "campaign_entry", "number_series_line"),
            *("job", "job_event", "job_error"),
        )
    ),
    text("SELECT count(*), max(entry_no) FROM interaction_log_entry"),
]


def segment_of(client: ApiClient, lines: int = LINES) -> str:
    """A segment of so many contacts, ready to be logged; its number."""
    draft = {"description": DESCRIPTION, "interaction_template_code": TEMPLATE}
    made = client.insist("POST", "/segments", draft, key=uuid4().hex)
    no: str = made.document["no"]
    everybody_up_to = {"contact": {"no": {"to": f"C{lines:07}"}}}
    added = client.insist(
        "POST",
        f"/segments/{no}/add-contacts",
        {"filters": everybody_up_to},
        key=uuid4().hex,
    )
    assert added.status == 200, added.document
    return no


def log(client: ApiClient, segment_no: str, *, key: str = "") -> str:
    """Press Log; the address of the job."""
    answer = client.insist(
        "POST",
        f"/segments/{segment_no}/log",
        {"create_follow_up": True},
        key=key or uuid4().hex,
    )
    assert answer.status == 202, answer.document
    return answer.headers["location"]


@contextmanager
def held(installation: Installation, point: str) -> Iterator[None]:
    """Every log stops at this point, with its transaction open, until we leave."""
    with transaction(installation.engine) as session:
        session.execute(POINTS[point])
        yield


def wait_until_held(installation: Installation) -> None:
    with transaction(installation.engine) as session:
        connection = session.connection()

        def is_held() -> bool:
            found = connection.execute(JOBS_BEFORE_A_LOCK).scalar_one()
            # The list of sessions is remembered within a transaction.
            connection.execute(text("SELECT pg_stat_clear_snapshot()"))
            return bool(found)

        wait_until(is_held)


def worker_of(
    installation: Installation, job: str, workers: Sequence[Program] = ()
) -> Program:
    """The worker whose child has the job."""
    with transaction(installation.engine) as session:
        name = session.scalars(
            text("SELECT worker FROM job WHERE public_id = :job"), {"job": id_of(job)}
        ).one()
    pid = int(name.rpartition(":")[2])
    candidates = workers or installation.workers
    (worker,) = (each for each in candidates if pid in each.children())
    return worker


def let_lease_lapse(installation: Installation, job: str) -> None:
    """As time does it. Nothing renews it: whoever held it is dead, frozen or cut off."""
    with transaction(installation.engine) as session:
        session.execute(LET_LEASE_LAPSE, {"job": id_of(job)})


def events_of(client: ApiClient, job: str) -> list[str]:
    answer = client.insist("GET", f"{job}/events")
    return [event["event"] for event in answer.document["items"]]


def id_of(job: str) -> str:
    return job.rpartition("/")[2]


def fingerprint(installation: Installation) -> list[object]:
    """The same as long as nothing changed that a log could change."""
    with transaction(installation.engine) as session:
        return [tuple(session.execute(each).one()) for each in FINGERPRINTS]


def assert_nothing_is_seen(installation: Installation, job: str) -> None:
    with transaction(installation.engine) as session:
        found = session.execute(ENTRIES_OF_JOB, {"job": id_of(job)}).one()
    assert tuple(found) == (0, 0, 0)


def assert_logged_once(
    installation: Installation, client: ApiClient, job: str, lines: int = LINES
) -> dict[str, Any]:
    """Wait for the end: one entry per line, which says what the rules say, one logged
    segment, one follow-up."""
    found = watch(client, job)
    assert found["state"] == "succeeded", found
    with transaction(installation.engine) as session:
        entries = session.execute(ENTRIES_OF_JOB, {"job": id_of(job)}).one()
        assert_sound(session)
    assert tuple(entries) == (lines, lines, lines)
    result = found["result"]
    numbers = ledger.logged_segment_nos(installation.engine)
    assert numbers.count(result["segment_no"]) == 1
    assert ledger.lines_of(installation.engine, result["follow_up_segment_no"]) == lines
    with transaction(installation.engine) as session:
        world = _before(session, result["segment_no"], result["follow_up_segment_no"])
        asked_for = {f"C{number:07}" for number in range(1, lines + 1)}
        assert {each.no for each in world.contacts.values()} == asked_for
        assert_logged_by_the_rules(session, world)
    return found


def _before(session: Session, segment_no: str, follow_up_no: str) -> World:
    """The segment as `segment_of` made it: the roster that the follow-up has now, below
    the header of then."""
    left = read_world(session, follow_up_no, asker=WHO_LOGS, numbers=(follow_up_no,))
    chosen = Change({"interaction_template_code": TEMPLATE}, to_lines=True)
    world, _ = after(left, chosen)
    header = replace(world.header, no=segment_no, description=DESCRIPTION)
    return replace(world, header=header)
