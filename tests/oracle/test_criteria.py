"""Criteria actions against a model that goes contact by contact and step by step.

One test lets the product and the model do the same; that the model keeps the invariants
of the rules is then a matter of the model alone, which needs no database.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.segments.count_contacts import count_to_add, count_to_remove
from core.segments.queries import totals
from tests.oracle import crowd_database as database
from tests.oracle.crowd import (
    Adding,
    AddingByHand,
    GoingBack,
    Options,
    Removing,
    Replacing,
    Replaying,
    Reusing,
    Saving,
)
from tests.oracle.crowds import adding, crowds, deeds, removing, replays
from tests.oracle.database import scratch
from tests.oracle.roster import Roster, to_remove

pytestmark = pytest.mark.timeout(0)


@given(crowd=crowds(), deeds=st.one_of(deeds(), replays()), by_jobs=st.booleans())
def test_the_roster_is_what_the_rules_say_after_every_deed(
    engine, crowd, deeds, by_jobs
):
    roster = Roster(crowd)
    with scratch(engine) as session:
        segment = database.put(session, crowd)
        for deed in possible(deeds, crowd):
            if not roster.can(deed):
                continue
            promised = counted(session, segment, deed)

            changed = database.do(session, crowd, deed, by_jobs=by_jobs)

            assert changed == roster.do(deed)
            assert promised in {None, changed}
            assert database.lines_of(session, segment) == roster.lines()
            steps = database.steps_of(session, segment)
            assert steps == database.steps_expected(roster)  # INV-015
        assert totals(session, segment).no_of_lines == len(roster.lines())


@given(crowd=crowds(), once=adding())
def test_adding_twice_adds_nobody_unless_doubles_are_wanted(crowd, once):
    """INV-009, INV-010."""
    roster = Roster(crowd)

    first, second = roster.do(once), roster.do(once)

    assert second == (first if once.options.allow_existing_contacts else 0)


@given(crowd=crowds(), which=removing())
def test_reduce_and_refine_share_the_lines_between_them(crowd, which):
    """INV-011: what one of them takes out the other one leaves."""
    everybody = set(crowd.contacts)

    taken, left = (
        to_remove(crowd, everybody, Removing(keeps, which.filters, which.options, True))
        for keeps in (False, True)
    )

    assert not taken & left
    assert taken | left == everybody


@given(crowd=crowds(), there=adding(), which=removing())
def test_removing_a_second_time_removes_nobody(crowd, there, which):
    """INV-012."""
    roster = Roster(crowd)
    roster.do(there)
    roster.do(which)

    assert roster.do(which) == 0


@given(crowd=crowds(), there=adding(), which=removing())
def test_whole_companies_go_or_stay(crowd, there, which):
    """INV-013."""
    roster = Roster(crowd)
    roster.do(there)
    before = set(roster.contacts())
    options = Options(entire_companies=True)

    roster.do(Removing(which.keeps_what_matches, which.filters, options, True))

    after = set(roster.contacts())
    assert not companies_of(crowd, after) & companies_of(crowd, before - after)


@given(crowd=crowds(), deeds=deeds(), last=st.one_of(adding(), removing()))
def test_going_back_restores_the_lines_as_they_were(crowd, deeds, last):
    """INV-014, and more: the very lines, not only their contacts."""
    roster = done(crowd, deeds)
    before, number = roster.lines(), roster.head

    roster.do(last)

    if roster.head > number:  # The criteria were not reset (LINE-072).
        roster.do(GoingBack())
        assert roster.lines() == before


@given(crowd=crowds(), deeds=deeds())
def test_saved_criteria_choose_the_same_contacts_again(crowd, deeds):
    """INV-024, without what it leaves out: logs that were reused, and single contacts
    typed in although excluded or taken out of doubles."""
    filtered = [each for each in deeds if isinstance(each, Adding | Removing)]
    roster = done(crowd, filtered)
    if roster.head:
        roster.do(Saving("ONE"))
        again = Roster(crowd, saved=roster.saved)

        again.do(Replaying("ONE", resets=False))

        assert set(again.contacts()) == set(roster.contacts())


@given(crowd=crowds())
def test_a_logged_segment_is_reused_entry_by_entry(crowd):
    """FUP-010, FUP-020, INV-008."""
    roster = Roster(crowd)

    roster.do(Reusing(41))

    logged = [
        (each.contact, each.campaign)
        for each in crowd.entries
        if each.logged_segment == 41 and each.contact
    ]
    shown = [
        (
            line.contact,
            crowd.campaign if line.own_campaign is None else line.own_campaign,
        )
        for line in roster.lines()
    ]
    assert shown == logged
    assert [line.no for line in roster.lines()] == [
        10_000 * number for number in range(1, len(logged) + 1)
    ]


def possible(deeds, crowd):
    """The deeds whose contacts there are."""
    return [
        deed
        for deed in deeds
        if not isinstance(deed, AddingByHand | Replacing)
        or deed.contact in crowd.contacts
    ]


def done(crowd, deeds):
    roster = Roster(crowd)
    for deed in possible(deeds, crowd):
        if roster.can(deed):
            roster.do(deed)
    return roster


def counted(session, segment, deed):
    """What the page promises of it, in lines."""
    if not isinstance(deed, Adding | Removing):
        return None
    change = database.as_change(deed)
    if isinstance(deed, Adding):
        return count_to_add(session, segment, change.filters, change.options).would_add
    return count_to_remove(
        session, segment, change.kind, change.filters, change.options
    )


def companies_of(crowd, contacts):
    return {crowd.contacts[each].company for each in contacts} - {None}
