"""An interaction with one contact, from the contact's page to how it went."""

from playwright.sync_api import expect


def test_an_interaction_is_created_postponed_and_finished(page, look, people):
    page.goto("/contacts/P1")
    page.get_by_role("link", name="Interaction", exact=True).click()
    look("new")
    page.get_by_label("Template", exact=True).select_option("GOLF")
    expect(page.get_by_label("Date", exact=True)).to_be_visible()
    expect(page.get_by_label("Description")).not_to_have_value("")
    page.get_by_label("Description").fill("")
    # The browser itself asks for what is missing; a program would get the fault.
    page.get_by_role("button", name="Log interaction").click()
    expect(page).to_have_url("/interactions/new?contact_no=P1")
    page.get_by_label("Description").fill("Call back")
    look("filled")

    page.get_by_role("button", name="Finish later").click()
    look("postponed")
    page.get_by_role("link", name="Call back").click()
    page.get_by_label("Contact via").fill("+44 20 1234")
    look("resumed")
    page.get_by_role("button", name="Log interaction").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How did it go?")
    look("result")
    page.get_by_label("Evaluation").select_option("positive")
    page.get_by_role("button", name="Save result").click()

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("+44 20 1234")).to_be_visible()
    expect(page.get_by_text("Positive", exact=True)).to_be_visible()
    look("entry")


def test_a_chosen_file_survives_another_template(page, people, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear friend")
    page.goto("/interactions/new")
    page.locator("#contact_no").fill("P1")
    page.get_by_label("Template", exact=True).select_option("GOLF")
    page.locator("#file").set_input_files(letter)
    page.get_by_label("Date", exact=True).fill("2026-05-01")
    page.get_by_label("Date", exact=True).press("Tab")
    page.wait_for_load_state("networkidle")

    page.get_by_role("button", name="Finish later").click()
    page.locator("td a").first.click()

    expect(page.get_by_role("link", name="letter.txt")).to_be_visible()


def test_nothing_postponed_is_readable_by_everybody(page, look):
    page.goto("/postponed-interactions")

    look("none")


def test_faults_stand_at_their_fields(page, look, people):
    page.goto("/interactions/new")
    page.locator("#contact_no").fill("nobody of that name")
    page.get_by_label("Description").fill("Call")
    page.get_by_role("button", name="Log interaction").click()

    page.get_by_role("link", name="Choose an interaction template").click()

    expect(page.get_by_label("Template", exact=True)).to_be_focused()
    look("faults")


def test_what_is_typed_while_the_form_is_filled_in_stays(page, people):
    page.goto("/interactions/new")
    page.route("**/fill", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.locator("#contact_no").fill("anna")
    with page.expect_response("**/fill"):
        page.locator("#contact_no").press("Tab")
        page.get_by_label("Description").fill("Call back")

    expect(page.locator("#contact_no")).to_have_value("P1")
    expect(page.get_by_label("Description")).to_have_value("Call back")
