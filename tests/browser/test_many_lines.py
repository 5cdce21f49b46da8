"""Ticking lines, personalising them, and the page of a campaign's targets."""

import re

from playwright.sync_api import expect


def test_ticked_lines_are_personalised(page, look, segment):
    page.goto(f"/segments/{segment}")
    button = page.locator("#personalise-ticked")
    expect(button).to_be_disabled()
    page.get_by_label("Select every line on this page").check()
    page.get_by_label("Select line 20000").uncheck()
    expect(button).to_have_text("Personalise 2 selected…")
    look("ticked")

    button.click()
    expect(page.get_by_role("heading", level=2)).to_have_text(
        "Personalise 2 selected lines"
    )
    page.get_by_label("Cost: value").fill("1.50")
    page.get_by_label("Campaign target: value").select_option("yes")
    expect(page.get_by_label("Cost: what to do")).to_have_value("set")
    look("personalise")
    page.get_by_role("button", name="Personalise 2 lines").click()

    expect(page.get_by_text("2 lines are personalised.")).to_be_visible()
    expect(page.locator("#line-10000")).to_contain_text("1.50")
    expect(page.locator("#line-20000")).not_to_contain_text("1.50")


def test_a_campaign_is_activated_and_its_targets_read(page, look, segment):
    page.goto(f"/segments/{segment}/personalise?scope=matching")
    page.get_by_label("Campaign target: value").select_option("yes")
    page.get_by_role("button", name="Personalise 3 lines").click()
    page.goto("/campaigns/CP1")
    look("campaign")
    page.get_by_role("link", name="Activate…").click()
    look("question")
    page.get_by_role("button", name="Activate with 1 target").click()

    expect(page.get_by_role("link", name="Cronus")).to_be_visible()
    look("targets")
    page.get_by_role("button", name="Deactivate…").click()
    page.get_by_role("button", name=re.compile("^Forget")).click()
    expect(page.get_by_text("no longer activated")).to_be_visible()
