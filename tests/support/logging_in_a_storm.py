"""Marketers log without pause while a storm kills what they depend on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from threading import Event, Thread

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from core.database import transaction
from core.interactions.models import InteractionLogEntry
from core.jobs.models import Job
from core.segments.models import Segment
from tests.oracle.reading import read_world
from tests.support import ledger
from tests.support.by_the_rules import WHO_LOGS, assert_logged_by_the_rules
from tests.support.installation import Installation
from tests.support.marketer import Marketer
from tests.support.soundness import assert_sound
from tests.support.storm import Storm

MOST_SECONDS_TO_END = 600
SIZES = (300, 3_000, 10_000, 20_000)
KILLS_BETWEEN_CHECKS = 50
LEASE_SECONDS = 3
"""Short, so that it lapses many times in a storm. On a busy machine it lapses under the
living as well, which costs them an attempt and changes nothing else."""


class Reader(Thread):
    """Looks all the time whether part of a log can be seen."""

    def __init__(self, installation: Installation, stop: Event) -> None:
        super().__init__(name="reader", daemon=True)
        self.looks = 0
        self.trouble: BaseException | None = None
        self._installation = installation
        self._halt = stop

    def run(self) -> None:
        while not self._halt.wait(0.1):
            try:
                ledger.assert_nothing_is_half_done(self._installation.engine)
            except DBAPIError:
                continue  # The storm took the connection.
            except BaseException as trouble:  # noqa: BLE001  told by the test's thread
                self.trouble = trouble
                return
            self.looks += 1


def log_in_a_storm(installation: Installation, *, seed: int, kills: int) -> str:
    """Kill so many processes; what became of the logs, in words. Fails with the diary."""
    before = _counts(installation)
    stop, storm = Event(), Storm(installation, seed)
    marketers = [
        Marketer(installation.client(), stop, first=first, lines=lines, seed=seed)
        for first, lines in zip(_firsts(SIZES), SIZES, strict=True)
    ]
    reader = Reader(installation, stop)
    threads: list[Marketer | Reader] = [*marketers, reader]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, kills + 1):
            storm.strike()
            _raise_trouble(threads)
            if number % KILLS_BETWEEN_CHECKS == 0:
                _check(installation)
        stop.set()
        for thread in threads:
            thread.join(MOST_SECONDS_TO_END)
            assert not thread.is_alive(), f"The {thread.name} does not come to an end."
        _raise_trouble(threads)
        _compare_with_a_calm_log(installation, marketers)
        _account(installation, marketers, before)
        _check(installation)
    except BaseException as trouble:
        trouble.add_note(f"CRASH_SEED={seed}")
        for line in storm.diary:
            trouble.add_note(line)
        raise
    finally:
        stop.set()
    return _told(installation, storm, marketers, reader)


def _firsts(sizes: Sequence[int]) -> list[int]:
    """Rosters that overlap nowhere, so that every contact tells whose log it is of."""
    return [1 + sum(sizes[:place]) for place in range(len(sizes))]


def _raise_trouble(threads: Sequence[Marketer | Reader]) -> None:
    for thread in threads:
        if thread.trouble:
            raise thread.trouble


def _compare_with_a_calm_log(
    installation: Installation, marketers: Sequence[Marketer]
) -> None:
    """Every log of the storm says of each line what a log says that nothing disturbs,
    and that one says what the oracle finds in the rules."""
    for marketer in marketers:
        marketer.choose_template()
        with transaction(installation.engine) as session:
            world = read_world(session, marketer.segment_no, asker=WHO_LOGS)
        marketer.log_calmly()
        world = replace(world, numbers=(marketer.segment_no,))
        with transaction(installation.engine) as session:
            assert_logged_by_the_rules(session, world)
    contents = ledger.contents_by_segment_no(installation.engine)
    for marketer in marketers:
        calm = contents[marketer.logged[-1]]
        differing = [no for no in marketer.logged if contents[no] != calm]
        assert not differing, differing


def _account(
    installation: Installation, marketers: Sequence[Marketer], before: Counter[str]
) -> None:
    """As many logs, entries and segments as were promised, and not one more."""
    promised = Counter[str]()
    for marketer in marketers:
        promised["logged segments"] += len(marketer.logged)
        promised["entries"] += len(marketer.logged) * marketer.lines
        promised["segments"] += 1
        promised["jobs"] += sum(marketer.ends.values())
        assert ledger.lines_of(installation.engine, marketer.segment_no) == (
            marketer.lines
        )
        assert set(marketer.logged) <= set(
            ledger.logged_segment_nos(installation.engine)
        )
    assert _counts(installation) - before == promised


def _counts(installation: Installation) -> Counter[str]:
    tables = {
        "logged segments": "logged_segment",
        "entries": "interaction_log_entry",
        "segments": "segment",
        "jobs": "job",
    }
    return Counter(
        {
            words: ledger.count(installation.engine, table)
            for words, table in tables.items()
        }
    )


def _check(installation: Installation) -> None:
    with transaction(installation.engine) as session:
        assert_sound(session)


def _told(
    installation: Installation,
    storm: Storm,
    marketers: Sequence[Marketer],
    reader: Reader,
) -> str:
    with transaction(installation.engine) as session:
        crashes = session.scalar(select(func.sum(Job.crashes)))
        entries = session.scalar(select(func.count(InteractionLogEntry.entry_no)))
        open_segments = session.scalar(select(func.count(Segment.id)))
    ends = sum((Counter(marketer.ends) for marketer in marketers), Counter())
    return (
        f"{storm.kills} kills and {storm.cuts} cut connections"
        f" in {storm.seconds:.0f} s; jobs: "
        + ", ".join(f"{number} {end}" for end, number in sorted(ends.items()))
        + f"; attempts lost by kills: {crashes}; {entries} entries; "
        f"{open_segments} segments; looked {reader.looks} times"
    )
