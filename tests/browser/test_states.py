"""Pages in the states a walkthrough does not pass: empty, frozen, faulty, narrow."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from core.segments.models import Segment, SegmentLine
from core.segments.request_log import request_log
from tests import factories
from tests.browser.keyboard import tab_to
from tests.core.segments.logging import log


@pytest.mark.parametrize("name", ["segments", "logged-segments", "campaigns", "jobs"])
def test_empty_lists_are_readable_by_everybody(page, look, name):
    page.goto(f"/{name}")

    look(name)


def test_the_empty_ledger_is_readable_by_everybody(page, look):
    page.goto("/interaction-log-entries")

    look("entries")


@pytest.mark.parametrize("part", ["", "/header", "/lines/20000", "/log", "/criteria"])
def test_a_frozen_segment_is_readable_by_everybody(page, look, work, segment, part):
    with work() as session:
        request_log(session, factories.actor(), segment)

    page.goto(f"/segments/{segment}{part}")

    expect(page.get_by_role("link", name="Show the job").first).to_be_visible()
    look("frozen")


def test_faults_stand_at_their_fields(page, look, segment):
    page.goto(f"/segments/{segment}/header")
    page.get_by_label("Cost per line").fill("a lot")
    page.get_by_label("Minutes per line").fill("-1")
    page.get_by_role("button", name="Save").click()

    page.get_by_role("link", name="Unit cost: Must be a number.").click()

    expect(page.get_by_label("Cost per line")).to_have_value("a lot")
    expect(page.get_by_label("Cost per line")).to_have_attribute("aria-invalid", "true")
    look("faults")


def test_refused_lines_lead_to_the_line_that_mends_them(page, look, work, segment):
    with work() as session:
        only_segment(session).date = None
    page.goto(f"/segments/{segment}/log")
    look("refused")

    page.get_by_role("link", name="Line 10000 (contact P1) has no date.").click()

    expect(page.get_by_role("heading", name="Line 10000")).to_be_visible()


def test_skipping_is_what_makes_the_button_appear(page, work, segment):
    with work() as session:
        only_segment(session).date = None
        factories.line(
            session,
            factories.actor(),
            only_segment(session),
            factories.person(session, no="P9", salesperson_code="JR"),
            date=factories.WORK_DATE,
        )
    page.goto(f"/segments/{segment}/log")
    log = page.get_by_role("button", name="Log 1 interaction")

    expect(log).to_be_hidden()
    page.get_by_label("Skip the line").check()

    expect(log).to_be_visible()
    expect(page.get_by_text("Nothing would be logged")).to_be_hidden()


def test_the_count_follows_the_form_and_leaves_the_focus_alone(page, look, segment):
    page.goto(f"/segments/{segment}/take-out")
    name = page.get_by_label("Name contains", exact=True)

    name.press_sequentially("berg")

    expect(page.locator("#take-out")).to_have_text("Take out 1 line")
    expect(name).to_be_focused()
    look("after-the-swap")


def test_a_deletion_is_asked_about_and_can_be_left_with_escape(page, look, segment):
    page.goto(f"/segments/{segment}/header")

    page.get_by_role("button", name="Delete segment…").click()
    expect(page.get_by_role("dialog")).to_contain_text("3 lines")
    look("dialog")
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize(
    "path",
    [
        *("", "/header", "/lines/20000", "/criteria", "/log", "/add", "/take-out"),
        *("/labels", "/content", "/personalise", "/contact-list", "/why?contact=P1"),
        *("/compare", "/reuse-criteria", "/criteria/save", "/mailing-group"),
    ],
)
def test_no_page_of_a_segment_is_wider_than_a_phone(page, segment, path):
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto(f"/segments/{segment}{path}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [390, 1280])
def test_a_name_of_one_long_word_widens_no_page(page, work, segment, width):
    with work() as session:
        factories.company(session, no="A1", name="A" * 100)
    page.set_viewport_size({"width": width, "height": 800})

    for path in (
        *("/contacts/A1", "/contacts/A1/edit", "/contacts/A1/merge"),
        *("/contacts/A1/duplicates", "/contacts/A1/addresses/new", "/contacts"),
        *(f"/segments/{segment}/add", f"/segments/{segment}/why?contact=A1"),
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("path", ["/jobs", "/setup"])
def test_the_place_that_is_open_is_in_sight_on_a_phone(page, path):
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto(path)

    expect(page.locator(".places [aria-current]")).to_be_in_viewport(ratio=1)


def test_likely_duplicates_are_read_without_scrolling_sideways_on_a_phone(
    page, look, work
):
    with work() as session:
        for no in ("K1", "K2"):
            factories.company(
                session,
                no=no,
                name="Fabrikam Residences",
                search_name="FABRIKAM RESIDENCES",
                email="post@fabrikam.example",
            )
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto("/contacts/duplicates")

    pairs = page.get_by_role("region", name="Likely duplicates")
    assert pairs.evaluate("area => area.scrollWidth <= area.clientWidth")
    look("duplicates")
    pairs.get_by_role("link", name="Compare K1 and K2").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_companies_that_look_alike_are_told_apart_on_a_phone(page, look, work):
    with work() as session:
        factories.search_strings(session)
        for no, name in (("K1", "Fabrikam Ltd."), ("K2", "FABRIKAM Limited")):
            factories.company(
                session,
                no=no,
                name=name,
                address="1 Harbour Road",
                post_code="53113",
                city="Bonn",
                phone_no="+49 228 1234",
                email="post@fabrikam.example",
            )
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto("/contacts/K1/duplicates")

    found = page.get_by_role("region", name="One looks like it")
    assert found.evaluate("area => area.scrollWidth <= area.clientWidth")
    look("look-alikes")
    found.get_by_role("button", name="Separate contacts K1 and K2").click()
    expect(page.get_by_text("No company looks like it")).to_be_visible()
    look("separate-contacts")
    page.get_by_role("button", name="May be the same after all K2").click()
    expect(found).to_be_visible()


def test_two_contacts_are_compared_by_everybody_on_a_phone_too(page, look, work):
    with work() as session:
        for no, city in (("K1", "Bonn"), ("K2", "Kiel")):
            factories.company(session, no=no, city=city)

    page.goto("/contacts/K1/merge?with=K2")
    look("merge")
    page.set_viewport_size({"width": 390, "height": 800})

    theirs = page.get_by_role("radio", name="City: Kiel")
    theirs.check()
    box = theirs.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390


def test_everything_is_reached_with_the_keyboard(page, segment):
    page.goto(f"/segments/{segment}/log")

    tab_to(page, "Create a follow-up segment. The same")
    page.keyboard.press("Space")
    tab_to(page, "Log 3 interactions")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Log segment {segment}")


def only_segment(session):
    return session.scalars(select(Segment)).one()


def test_canceling_offers_to_remove_attachments_to_everybody(page, look, work, segment):
    with work() as session:
        lines = session.scalars(select(SegmentLine).order_by(SegmentLine.line_no)).all()
        for line in lines[:2]:
            line.attachment_id = factories.attachment(session)
        log(session, factories.actor(), only_segment(session))
    page.goto("/interaction-log-entries/cancel?segment_no=SM1")
    page.get_by_label("Also remove 2 attachments that no other entry has").check()
    look("cancel")

    page.get_by_role("button", name="Cancel 3 entries").click()

    expect(page.get_by_text("3 entries canceled.")).to_be_visible()


def test_an_undone_log_shows_the_steps_before_it_to_everybody(
    page, look, work, segment
):
    with work() as session:
        logged = log(session, factories.actor(), only_segment(session))
    number = logged["logged_segment_entry_no"]
    page.goto(f"/logged-segments/{number}/undo")
    look("undo")
    page.get_by_role("button", name="Undo the log of 3 lines").click()

    page.goto("/segments/SM1/criteria")

    before = page.get_by_role("region", name="before the log that was undone")
    expect(before.get_by_role("row")).to_have_count(4)
    look("criteria")
    page.goto(f"/logged-segments/{number}")
    expect(page.get_by_role("link", name="Segment SM1 with its")).to_be_visible()
    look("card")
