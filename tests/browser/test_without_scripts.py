"""Everything a form does works where no script runs."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, sign_in


@pytest.fixture
def plain_page(chromium, served, administrator):
    context = chromium.new_context(base_url=served, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, administrator, PASSWORD)
    yield page
    context.close()


def test_a_segment_is_made_filled_changed_and_logged(plain_page, people):
    page = plain_page
    page.goto("/segments/new")
    page.get_by_label("Description").fill("Fair")
    page.get_by_label("Template").select_option("GOLF")
    page.get_by_role("button", name="Create segment").click()

    page.get_by_role("link", name="Add contacts").click()
    page.get_by_label("Type").select_option("person")
    page.get_by_role("button", name="Count").click()
    page.get_by_role("button", name="Add 3 contacts").click()
    expect(page.get_by_text("3 contacts are added.")).to_be_visible()

    page.get_by_role("link", name="Header", exact=True).click()
    page.get_by_label("Description").fill("Spring fair")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Update the 3 lines")).to_be_visible()
    page.get_by_role("button", name="Save").first.click()

    page.get_by_role("link", name="Log…").click()
    page.get_by_role("button", name="Log 3 interactions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log segment SM00001")


def test_an_interaction_is_created(plain_page, people):
    page = plain_page
    page.goto("/interactions/new?contact_no=P1")
    page.get_by_label("Template", exact=True).select_option("GOLF")
    page.get_by_role("button", name="Fill in from the template").click()
    expect(page.get_by_label("Date", exact=True)).to_be_visible()

    page.get_by_role("button", name="Log interaction").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("How did it go?")
