"""Conditions are put together and counted by the keyboard alone."""

import re

import pytest
from playwright.sync_api import Route, expect

from core.contacts.classification.models import ContactMailingGroup, MailingGroup
from tests import factories
from tests.browser.keyboard import tab_to


@pytest.fixture
def nobody_yet(work, people) -> str:
    """A segment without lines. Anna and Bert get gifts, Bert and Cora had an
    interaction for CP1."""
    with work() as session:
        session.add(MailingGroup(code="GIFT", description="Gifts"))
        session.flush()
        for person in (people.anna, people.bert):
            session.add(ContactMailingGroup(contact_id=person.id, code="GIFT"))
        for person in (people.bert, people.cora):
            factories.log_entry(session, person, campaign_no="CP1")
        made = factories.segment(session, factories.actor(), description="Fair")
        made.no = "SM1"
    return "SM1"


def begin_condition(page, field: str) -> None:
    """Leaves the focus on the values of the new condition."""
    tab_to(page, "Field of a further condition")
    page.keyboard.type(field)
    tab_to(page, "Add condition")
    page.keyboard.press("Enter")


def test_a_filter_over_two_tables_is_built_counted_and_added(page, look, nobody_yet):
    add = page.locator("#add")
    page.goto(f"/segments/{nobody_yet}/add")
    expect(add).to_have_text("Add 4 contacts")

    begin_condition(page, "Mailing group")
    values = page.get_by_label("Mailing group: values")
    expect(values).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(add).to_have_text("Add 2 contacts")
    expect(values).to_be_focused()

    begin_condition(page, "Campaign")
    expect(page.get_by_label("Interaction: campaign: values")).to_be_focused()
    expect(values).to_have_values(["GIFT"])
    page.keyboard.press("ArrowDown")
    expect(add).to_have_text("Add 1 contact")
    look("filter-of-two-tables")

    tab_to(page, "Add 1 contact")
    page.keyboard.press("Enter")

    expect(page.get_by_text("1 contact is added.")).to_be_visible()
    expect(page.get_by_role("link", name="Bert Çelik", exact=True)).to_be_visible()


def test_what_is_chosen_before_the_scripts_are_there_is_counted(page, nobody_yet):
    deferred = re.compile(r"/(htmx|count)[^/]*\.js")
    held: list[Route] = []

    def hold(script: Route) -> None:
        held.append(script)

    page.route(deferred, hold)
    page.goto(f"/segments/{nobody_yet}/add", wait_until="commit")
    page.get_by_label("Field of a further condition").select_option("Mailing group")
    page.get_by_role("button", name="Add condition").click(no_wait_after=True)
    values = page.get_by_label("Mailing group: values")
    values.select_option("GIFT")

    # The scripts of the first page were given up when it was left.
    for script in held[len(held) // 2 :]:
        script.continue_()

    expect(page.locator("#add")).to_have_text("Add 2 contacts")
    expect(values).to_have_values(["GIFT"])
