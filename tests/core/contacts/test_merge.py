"""Two contacts become one: what moves, what collapses, what is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from core.access.models import AuditEvent
from core.campaigns.models import CampaignTarget
from core.check.check_database import check_database
from core.contacts import queries
from core.contacts.classification.models import (
    BusinessRelation,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactProfileAnswer,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    ProfileQuestionnaire,
    ProfileQuestionnaireLine,
)
from core.contacts.merge.addresses import new_codes
from core.contacts.merge.merge_contacts import merge_contacts
from core.contacts.merge.pair import pair_found
from core.contacts.merge.preview import merge_preview
from core.contacts.models import (
    ContactAltAddress,
    ContactAltAddressDateRange,
    ContactComment,
    MergedContact,
)
from core.contacts.statistics import statistics_of
from core.errors import ConflictError, MergedError, RefusedError
from core.interactions.models import InteractionLogEntry
from core.jobs.models import Job
from core.segments.models import Segment, SegmentLine
from core.setup.models import Territory
from core.vocabulary import CampaignTargetType
from tests import factories


@pytest.fixture
def setup(session):
    factories.marketing_setup(session)


@pytest.fixture
def firms(session, setup):
    """Two companies with a person each."""
    kept = factories.company(session, no="K1", name="Cronus", email="a@cronus.com")
    other = factories.company(session, no="K2", name="Cronus Ltd.", city="Bonn")
    for no, of in (("P1", kept), ("P2", other)):
        factories.person(session, of, no=no)
    return kept, other


@pytest.fixture
def people(session, setup):
    """Two persons of one company."""
    firm = factories.company(session, no="K1")
    return tuple(
        factories.person(session, firm, no=no, name="Anna Berg") for no in ("P1", "P2")
    )


def merge(session, kept, other, take=()):
    merge_contacts(session, factories.actor(), kept.no, other.no, take)
    session.expire_all()


def assert_sound(session):
    """Entries of the factories are numbered by hand, which is their only fault."""
    broken = {finding.rule.name for finding in check_database(session).broken}
    assert broken <= {"entry-numbers"}


def moved(session, kept, other):
    found = merge_preview(session, pair_found(session, kept.no, other.no))
    return {row.name: (row.moved, row.left) for row in found.moves}


def entry(session, entry_no):
    row = session.get(InteractionLogEntry, entry_no, populate_existing=True)
    return row.contact_id, row.contact_company_id


def test_a_company_takes_over_people_and_all_their_history(session, firms):
    kept, other = firms
    person = queries.contact_found(session, "P2")
    of_company = factories.log_entry(session, other, cost=3)
    of_person = factories.log_entry(session, person, cost=4)
    assert moved(session, kept, other)["people"] == (1, 0)
    assert moved(session, kept, other)["interaction_log_entries"] == (2, 0)

    merge(session, kept, other)

    assert entry(session, of_company) == (kept.id, kept.id)
    assert entry(session, of_person) == (person.id, kept.id)
    assert person.company_id == kept.id
    assert statistics_of(session, kept).cost == 7
    assert_sound(session)


def test_the_statistics_of_the_preview_are_those_after_the_merge(session, firms):
    kept, other = firms
    for contact, values in (
        (kept, {"cost": 1, "initiated_by": 1}),
        (other, {"cost": 2, "date": date(2026, 6, 1)}),
        (queries.contact_found(session, "P2"), {"cost": 4, "canceled": True}),
    ):
        factories.log_entry(session, contact, **values)
    found = merge_preview(session, pair_found(session, kept.no, other.no))

    merge(session, kept, other)

    assert statistics_of(session, kept) == found.after
    assert found.kept_before.cost + found.other_before.cost == found.after.cost


@pytest.mark.case("CONT-033")
def test_history_of_a_person_with_another_company_stays_there(session, people):
    """As when a person moves: CONT-033."""
    kept, _ = people
    elsewhere = factories.company(session, no="K2")
    other = factories.person(session, elsewhere, no="P3")
    there = factories.log_entry(session, other)
    assert moved(session, kept, other)["interaction_log_entries"] == (0, 1)

    merge(session, kept, other)

    assert entry(session, there) == (elsewhere.id, elsewhere.id)
    assert statistics_of(session, elsewhere).no_of_interactions == 1
    assert_sound(session)


def test_history_without_a_company_comes_along(session, people):
    kept, _ = people
    other = factories.person(session, no="P3")
    alone = factories.log_entry(session, other, cost=5)
    found = merge_preview(session, pair_found(session, kept.no, other.no))

    merge(session, kept, other)

    assert entry(session, alone) == (kept.id, kept.company_id)
    assert statistics_of(session, kept) == found.after
    assert found.after.cost == 5
    assert_sound(session)


def test_lines_move_also_those_taken_out(session, people):
    kept, other = people
    factories.line_of(session, other, "SM1")
    factories.line_of(session, other, "SM2", removed=True)
    factories.line_of(session, kept, "SM1")
    found = merge_preview(session, pair_found(session, kept.no, other.no))
    assert found.segments_twice == ["SM1"]
    assert moved(session, kept, other)["segment_lines"] == (1, 0)

    merge(session, kept, other)

    assert session.scalars(select(SegmentLine.contact_id)).all() == [kept.id] * 3


def codes_of(session, link, contact):
    return session.scalars(
        select(link.code).where(link.contact_id == contact.id).order_by(link.code)
    ).all()


@pytest.mark.parametrize(
    ("master", "link", "pair", "name"),
    [
        (MailingGroup, ContactMailingGroup, "firms", "mailing_groups"),
        (MailingGroup, ContactMailingGroup, "people", "mailing_groups"),
        (IndustryGroup, ContactIndustryGroup, "firms", "industry_groups"),
        (
            JobResponsibility,
            ContactJobResponsibility,
            "people",
            "job_responsibilities",
        ),
    ],
)
def test_groups_that_both_have_collapse(session, request, master, link, pair, name):
    kept, other = request.getfixturevalue(pair)
    session.add_all(master(code=code) for code in "ABC")
    session.flush()
    session.add_all(link(contact_id=kept.id, code=code) for code in "AB")
    session.add_all(link(contact_id=other.id, code=code) for code in "BC")
    session.flush()
    assert moved(session, kept, other)[name] == (1, 1)

    merge(session, kept, other)

    assert codes_of(session, link, kept) == ["A", "B", "C"]
    assert codes_of(session, link, other) == []


def relate(session, contact, code, table=0, no=""):
    if session.get(BusinessRelation, code) is None:
        session.add(BusinessRelation(code=code))
        session.flush()
    values = {"contact_id": contact.id, "code": code, "link_to_table": table, "no": no}
    session.add(ContactBusinessRelation(**values))
    session.flush()


def test_a_relation_with_a_number_takes_the_place_of_one_without(session, firms):
    kept, other = firms
    relate(session, kept, "CUST")
    relate(session, other, "CUST", 1, "10000")
    relate(session, other, "PRESS")
    assert moved(session, kept, other)["business_relations"] == (1, 1)

    merge(session, kept, other)

    rows = session.execute(
        select(ContactBusinessRelation.code, ContactBusinessRelation.no)
        .where(ContactBusinessRelation.contact_id == kept.id)
        .order_by(ContactBusinessRelation.code)
    ).all()
    assert rows == [("CUST", "10000"), ("PRESS", "")]


@pytest.mark.parametrize("code", ["CUST", "CLIENT"])
def test_two_customers_are_not_merged(session, firms, code):
    kept, other = firms
    relate(session, kept, "CUST", 1, "10000")
    relate(session, other, code, 1, "20000")

    with pytest.raises(ConflictError, match="10000 and 20000"):
        merge(session, kept, other)


@pytest.mark.parametrize(
    ("multiple", "kept_lines", "counts"),
    [(False, [20, 50], (1, 1)), (True, [20, 30, 50], (2, 0))],
)
def test_the_kept_answer_of_a_question_stands(
    session, people, multiple, kept_lines, counts
):
    kept, other = people
    line = ProfileQuestionnaireLine
    session.add(ProfileQuestionnaire(code="Q"))
    session.flush()
    session.add_all(
        line(questionnaire_code="Q", line_no=no, type=kind, multiple_answers=multiple)
        for no, kind in ((10, 0), (20, 1), (30, 1), (40, 0), (50, 1))
    )
    session.flush()
    answers = ((kept, 20), (other, 30), (other, 50))
    session.add_all(
        ContactProfileAnswer(contact_id=contact.id, questionnaire_code="Q", line_no=no)
        for contact, no in answers
    )
    session.flush()
    assert moved(session, kept, other)["profile_answers"] == counts

    merge(session, kept, other)

    given_lines = select(ContactProfileAnswer.line_no).order_by("line_no")
    assert session.scalars(given_lines).all() == kept_lines
    assert_sound(session)


def address(session, contact, code, city, *starts):
    values = {"contact_id": contact.id, "code": code}
    session.add(ContactAltAddress(**values, city=city))
    session.flush()
    session.add_all(
        ContactAltAddressDateRange(**values, starting_date=start) for start in starts
    )
    session.flush()


def test_addresses_of_one_code_are_told_apart_and_still_meant(session, people):
    kept, other = people
    may, june = date(2026, 5, 1), date(2026, 6, 1)
    address(session, kept, "SUMMER", "Bonn", may)
    address(session, other, "SUMMER", "Kiel", may, june)
    anna = factories.actor()
    spring = factories.segment(session, anna)
    factories.line(session, anna, spring, other, contact_alt_address_code="SUMMER")
    noted = factories.log_entry(session, other, contact_alt_address_code="SUMMER")
    plan = merge_preview(session, pair_found(session, kept.no, other.no)).addresses
    assert (plan.renamed, plan.dropped) == ({"SUMMER": "SUMMER-2"}, [may])

    merge(session, kept, other)

    dates = ContactAltAddressDateRange
    ranges = select(dates.contact_id, dates.starting_date, dates.code)
    assert session.execute(ranges.order_by("starting_date")).all() == [
        (kept.id, may, "SUMMER"),
        (kept.id, june, "SUMMER-2"),
    ]
    line = session.scalars(select(SegmentLine)).one()
    assert line.contact_alt_address_code == "SUMMER-2"
    row = session.get_one(InteractionLogEntry, noted, populate_existing=True)
    assert row.contact_alt_address_code == "SUMMER-2"
    assert_sound(session)


def test_the_same_address_twice_is_one(session, people):
    kept, other = people
    may, june = date(2026, 5, 1), date(2026, 6, 1)
    address(session, kept, "SUMMER", "Bonn", may)
    address(session, other, "SUMMER", "Bonn", june)

    merge(session, kept, other)

    assert session.scalar(select(func.count()).select_from(ContactAltAddress)) == 1
    ranges = select(ContactAltAddressDateRange.code).order_by("starting_date")
    assert session.scalars(ranges).all() == ["SUMMER", "SUMMER"]


codes = st.text("AB-2", min_size=1, max_size=10)


@given(
    mine=st.dictionaries(codes, st.integers(0, 2), max_size=6),
    theirs=st.dictionaries(codes, st.integers(0, 2), max_size=6),
)
def test_no_address_is_lost_and_none_is_overwritten(mine, theirs):
    found = new_codes(mine, theirs)

    assert found.keys() == theirs.keys()
    assert all(0 < len(code) <= 10 for code in found.values())
    assert len(set(found.values())) == len(found)
    for old, new in found.items():
        if new in mine:
            assert mine[new] == theirs[old]
        if mine.get(old, theirs[old]) == theirs[old]:
            assert new == old


def test_comments_on_both_are_kept(session, firms):
    kept, other = firms
    for contact in firms:
        session.add(ContactComment(contact_id=contact.id, date=date(2026, 5, 4)))
    session.flush()
    assert moved(session, kept, other)["comments"] == (1, 0)

    merge(session, kept, other)

    owners = session.scalars(select(ContactComment.contact_id)).all()
    assert owners == [kept.id, kept.id]


def test_campaigns_aim_at_the_kept_contact_once(session, firms):
    kept, other = firms
    kind = CampaignTargetType.CONTACT
    for campaign_no, nos in (("CP1", ["K1", "K2"]), ("CP2", ["K2"])):
        factories.campaign(session, campaign_no)
        session.add_all(
            CampaignTarget(campaign_no=campaign_no, type=kind, no=no) for no in nos
        )
    session.flush()
    assert moved(session, kept, other)["campaign_targets"] == (1, 1)

    merge(session, kept, other)

    targets = select(CampaignTarget.campaign_no, CampaignTarget.no)
    assert sorted(session.execute(targets).all()) == [("CP1", "K1"), ("CP2", "K1")]


def test_chosen_fields_are_taken_and_nothing_else(session, firms):
    kept, other = firms

    merge(session, kept, other, {"city"})

    assert (kept.name, kept.city, kept.email) == ("Cronus", "Bonn", "a@cronus.com")


def test_a_name_brings_its_parts(session, people):
    kept, other = people
    other.name, other.first_name, other.surname = "Ann Hill", "Ann", "Hill"
    session.flush()

    merge(session, kept, other, {"name"})

    assert (kept.name, kept.first_name, kept.surname) == ("Ann Hill", "Ann", "Hill")


def test_another_company_can_be_taken_without_its_values(session, people):
    kept, _ = people
    session.add(Territory(code="EU"))
    elsewhere = factories.company(session, no="K2", territory_code="EU", city="Oslo")
    other = factories.person(session, elsewhere, no="P3")
    before = factories.log_entry(session, kept)
    there = factories.log_entry(session, other)
    old_company = kept.company_id

    merge(session, kept, other, {"company_no"})

    assert kept.company_id == elsewhere.id
    assert (kept.territory_code, kept.city) == ("", "")
    assert entry(session, before) == (old_company, old_company)
    assert entry(session, there) == (kept.id, elsewhere.id)
    assert_sound(session)


def test_a_value_nobody_chose_stays_even_if_it_could_not_be_typed_any_more(
    session, people
):
    kept, _ = people
    factories.salesperson(session, "OF", privacy_blocked=True)
    kept.salesperson_code = "OF"
    elsewhere = factories.company(session, no="K2", city="Oslo")
    other = factories.person(session, elsewhere, no="P3", city="Oslo")

    merge(session, kept, other, {"company_no", "city"})

    assert (kept.company_id, kept.city) == (elsewhere.id, "Oslo")
    assert kept.salesperson_code == "OF"


@pytest.mark.parametrize("take", [(), ("company_no",)])
@pytest.mark.parametrize("theirs", ["K1", "K2", ""])
@pytest.mark.parametrize("mine", ["K1", ""])
@pytest.mark.case("CONT-033")
def test_whichever_company_is_taken_the_preview_says_what_happens(
    session, setup, mine, theirs, take
):
    firms = {no: factories.company(session, no=no) for no in ("K1", "K2")}
    kept, other = (
        factories.person(session, firms.get(of), no=no)
        for no, of in (("P1", mine), ("P2", theirs))
    )
    own = [factories.log_entry(session, kept, cost=cost) for cost in (1, 2)]
    others = [factories.log_entry(session, other, cost=cost) for cost in (4, 8, 16)]
    found = merge_preview(session, pair_found(session, "P1", "P2"), take)
    (entries,) = (row for row in found.moves if row.name == "interaction_log_entries")

    merge(session, kept, other, take)

    stay = [entry(session, no)[0] != kept.id for no in own]
    left = [entry(session, no)[0] != kept.id for no in others]
    assert found.stay_behind == sum(stay)
    assert (entries.moved, entries.left) == (3 - sum(left), sum(left))
    assert found.after == statistics_of(session, kept)
    assert_sound(session)


@pytest.mark.parametrize(
    ("mine", "theirs", "after"),
    [
        ({}, {"exclude_from_segment": True}, {"exclude_from_segment": True}),
        ({"privacy_blocked": True}, {}, {"privacy_blocked": True}),
        ({}, {"privacy_blocked": True}, {"privacy_blocked": True}),
        (
            {},
            {"minor": True, "parental_consent_received": True},
            {"minor": True, "parental_consent_received": True},
        ),
        (
            {"minor": True, "parental_consent_received": True},
            {"minor": True, "privacy_blocked": True},
            {"parental_consent_received": True, "privacy_blocked": True},
        ),
    ],
)
@pytest.mark.case("CONT-050")
def test_no_protection_is_lost(session, people, mine, theirs, after):
    kept, other = people
    for contact, values in ((kept, mine), (other, theirs)):
        for field, value in values.items():
            setattr(contact, field, value)
    session.flush()

    merge(session, kept, other)

    assert {field: getattr(kept, field) for field in after} == after
    assert_sound(session)


def test_the_merged_number_leads_to_the_kept_contact(session, setup):
    first, second, third = (
        factories.person(session, no=no) for no in ("P1", "P2", "P3")
    )
    merge(session, second, third)
    merge(session, first, second)

    for no in ("P2", "p3"):
        with pytest.raises(MergedError) as refused:
            queries.contact_found(session, no)
        assert refused.value.links == {"contact": "P1"}
        assert queries.number_exists(session, no.upper())
    assert session.scalars(select(MergedContact.contact_id)).all() == [first.id] * 2
    assert_sound(session)


def test_who_merged_what_is_kept(session, people):
    kept, other = people
    merge(session, kept, other, {"email"})

    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.subject, event.username) == (
        "contact.merge",
        kept.no,
        "anna",
    )
    assert (event.detail["other_no"], event.detail["taken"]) == (other.no, ["email"])


@pytest.mark.parametrize(
    ("no", "other_no", "words"),
    [
        ("K1", "K1", "with itself"),
        ("K1", "P1", "one of its people"),
        ("P1", "K1", "one of its people"),
        ("K1", "P2", "of one type"),
        ("K1", "X9", "no contact X9"),
    ],
)
def test_what_cannot_be_one_contact_is_refused(session, firms, no, other_no, words):
    with pytest.raises(RefusedError, match=words) as refused:
        merge_contacts(session, factories.actor(), no, other_no)
    assert refused.value.faults[0].field == "other_no"


@pytest.mark.parametrize("removed", [False, True])
@pytest.mark.parametrize("which", [0, 1])
def test_a_contact_of_a_frozen_segment_is_not_merged(session, people, which, removed):
    factories.line_of(session, people[which], removed=removed)
    job = Job(kind="log_segment", arguments={}, work_date=factories.WORK_DATE)
    session.add(job)
    session.flush()
    session.execute(update(Segment).values(frozen_by_job_id=job.id))

    with pytest.raises(ConflictError, match="segment SM1") as refused:
        merge(session, people[0], people[1])
    assert refused.value.code == "E-FROZEN"


def test_fields_that_are_not_to_choose_are_refused(session, people):
    with pytest.raises(RefusedError) as refused:
        merge(session, people[0], people[1], {"no", "privacy_blocked"})
    assert len(refused.value.faults) == 2
