"""Contacts chosen by what they are sorted by, with or without their companies."""

import pytest

case = pytest.mark.case


@pytest.fixture
def group(desk):
    """Companies A, persons B and C, and a mailing group that a test fills."""
    desk.create("mailing-groups", code="M")
    desk.company("A")

    def with_members(*members, company_of_c=None):
        desk.person("B")
        desk.person("C", company_no=company_of_c)
        for member in members:
            desk.create(f"contacts/{member}/mailing-groups", code="M")

    return with_members


def added(program, *, allow_related_companies):
    segment = program.segment(interaction_template_code="GOLF")
    program.do(
        f"segments/{segment}/add-contacts",
        filters={"mailing_group": {"code": ["M"]}},
        allow_related_companies=allow_related_companies,
    )
    return sorted(program.contacts_of(segment))


@case("BCT-SEG-23")
def test_a_related_company_that_is_a_member_itself_is_added_once(desk, group):
    group("A", "B", "C", company_of_c="A")

    assert added(desk, allow_related_companies=True) == ["A", "B", "C"]


@case("BCT-SEG-25")
def test_without_related_companies_the_members_are_added(desk, group):
    group("A", "B", "C")

    assert added(desk, allow_related_companies=False) == ["A", "B", "C"]


@case("BCT-SEG-27")
def test_a_company_that_nobody_belongs_to_is_not_brought_along(desk, group):
    group("B", "C")

    assert added(desk, allow_related_companies=True) == ["B", "C"]


@case("CRIT-011")
def test_a_company_that_is_no_member_comes_with_its_person(desk, group):
    group("B", "C", company_of_c="A")

    assert added(desk, allow_related_companies=True) == ["A", "B", "C"]
    assert added(desk, allow_related_companies=False) == ["B", "C"]


@case("CRIT-001")
def test_every_table_of_a_filter_has_to_match(desk, group):
    group("A", "B")
    segment = desk.segment()

    desk.do(
        f"segments/{segment}/add-contacts",
        filters={"mailing_group": {"code": "m"}, "contact": {"type": "person"}},
    )

    assert desk.contacts_of(segment) == ["B"]
