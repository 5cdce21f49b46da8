"""A marketer at work: the product's main job, step by step, as a person does it.

The walkthrough test and the pictures of the README both follow these steps. `look` is
called wherever there is something new to see.
"""

import re
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from core.samples import contacts_file
from tests.browser.eyes import Look


class Marketer(NamedTuple):
    page: Page
    look: Look

    def signs_in(self, username: str, password: str) -> None:
        page = self.page
        page.goto("/")
        self.look("sign-in")
        page.get_by_label("User name").fill(username)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(self.heading("Home")).to_be_visible()
        self.look("home-empty")

    def imports_the_sample(self) -> None:
        page = self.page
        page.get_by_role("link", name="Contacts", exact=True).click()
        self.look("contacts-empty")
        page.goto("/contacts/import")
        self.look("import-upload")
        page.get_by_label("CSV file").set_input_files(contacts_file())
        page.get_by_role("button", name="Upload").click()
        self.look("import-columns")
        page.get_by_role("button", name="Check the file").click()
        self.sees("What would happen")
        self.look("import-checked")
        page.get_by_role("button", name=re.compile(r"Import .* contacts")).click()
        self.sees("What happened")
        self.look("import-done")

    def keeps_the_masters(self) -> None:
        """A group, a template in it, a salesperson and a campaign of her own."""
        self.adds("/setup/interaction-groups", code="FAIR", description="Fairs")
        self.adds(
            "/setup/interaction-templates",
            code="INVITE",
            description="Invitation to the fair",
            interaction_group_code="FAIR",
            unit_cost="2.50",
            unit_duration="4",
            information_flow="outbound",
            initiated_by="us",
        )
        self.adds("/setup/salespeople", code="NN", name="Nora Nilsen")
        self.adds("/campaigns", no="FAIR26", description="Spring fair")
        for name in ("setup", "setup/marketing", "setup/number-series", "campaigns"):
            self.page.goto(f"/{name}")
            self.look(name.replace("/", "-"))

    def adds(self, address: str, **values: str) -> None:
        page = self.page
        page.goto(f"{address}/new")
        for name, value in values.items():
            field = page.locator(f"#{name}")
            if field.evaluate("field => field.localName") == "select":
                field.select_option(value)
            else:
                field.fill(value)
        self.look(f"new{address.replace('/', '-')}")
        page.locator("form.card button.main").click()
        expect(page.locator("#messages")).not_to_be_empty()

    def makes_a_segment(self) -> str:
        page = self.page
        page.goto("/")
        page.get_by_role("link", name="New segment").first.click()
        self.look("segment-new")
        page.get_by_label("Description").fill("Invitation to the spring fair")
        page.get_by_label("Template").select_option("INVITE")
        page.get_by_label("Campaign").select_option("FAIR26")
        page.get_by_role("button", name="Create segment").click()
        self.sees("Nobody is in this segment yet")
        self.look("segment-empty")
        return page.get_by_role("heading", level=1).inner_text()

    def adds_contacts(self) -> None:
        """By filter, and one more by name."""
        page = self.page
        page.get_by_role("link", name="Add contacts").click()
        everybody = self.add_button().inner_text()
        self.look("segment-add")
        page.get_by_label("Type").select_option("person")
        page.get_by_label("Salesperson").select_option(index=2)
        expect(self.add_button()).not_to_have_text(everybody)
        expect(page.locator("#count")).to_contain_text("Salesperson")
        self.look("segment-add-counted")
        self.add_button().click()
        self.sees("contacts are added")
        self.look("segment-lines")
        page.get_by_label("Add one contact").press_sequentially("hiroshi")
        expect(page.locator("#contact-options option").first).to_be_attached()
        number = page.locator("#contact-options option").first.get_attribute("value")
        page.get_by_label("Add one contact").fill(number or "")
        page.get_by_role("button", name="Add", exact=True).click()
        self.sees("is added as the last line")

    def personalises_a_line(self) -> None:
        page = self.page
        page.get_by_role("link", name=re.compile("^Edit line 20000,")).click()
        self.look("line")
        page.get_by_label("Description").fill("Come as our guest of honour")
        page.get_by_label("Salesperson").select_option("NN")
        page.get_by_label("Cost").fill("12")
        page.get_by_role("button", name="Save").click()
        self.sees("Saved.")
        expect(page.get_by_text("Own value.")).to_have_count(3)
        self.look("line-personal")
        page.get_by_role("link", name="Lines", exact=True).click()
        expect(page.get_by_text("Come as our guest of honour")).to_be_visible()
        self.look("segment-lines-personal")

    def changes_the_header(self) -> None:
        page = self.page
        page.get_by_role("link", name="Header", exact=True).click()
        self.look("header")
        page.get_by_label("Description").fill("Invitation to the spring fair 2026")
        page.get_by_role("button", name="Save").click()
        self.sees("1 of them has an own description")
        self.look("header-question")
        page.get_by_label("No, keep what they show").check()
        page.get_by_role("button", name="Save").first.click()
        self.sees("Saved.")

    def goes_back_and_forward(self) -> None:
        page = self.page
        page.get_by_role("link", name="Criteria actions").click()
        self.look("criteria")
        page.get_by_role("button", name="Go Back").click()
        self.sees("is undone")
        self.look("criteria-gone-back")
        page.get_by_role("button", name="Go Forward").click()
        self.sees("is done again")

    def logs_with_follow_up(self) -> None:
        """Ends on the page of the job, once that has finished."""
        page = self.page
        page.get_by_role("link", name="Log…").click()
        self.look("log")
        page.get_by_label("Create a follow-up segment").check()
        page.get_by_label("Skip the line").check()
        page.get_by_role("button", name=re.compile(r"Log .* interactions")).click()
        expect(page.locator("#job[data-final=succeeded]")).to_be_visible(timeout=60_000)
        self.look("job-done")

    def looks_back(self, segment_no: str) -> None:
        page = self.page
        page.get_by_role("link", name=re.compile(r"^Logged segment \d")).click()
        expect(self.heading(segment_no)).to_be_visible()
        self.look("logged-segment")
        self._follows("FAIR26", "campaign")
        self._follows(re.compile("^Follow-up segment"), "follow-up")
        page.get_by_role("link", name="Interaction log entries", exact=True).click()
        self.look("entries")
        page.get_by_role("link", name="Add up cost and minutes").click()
        self.sees("entries · cost")
        page.locator("tbody a").first.click()
        expect(page.get_by_text("Where it comes from")).to_be_visible()
        self.look("entry")

    def _follows(self, name: str | re.Pattern[str], picture: str) -> None:
        self.page.get_by_role("link", name=name).first.click()
        self.look(picture)
        self.page.go_back()

    def add_button(self) -> Locator:
        return self.page.locator("#add")

    def heading(self, text: str) -> Locator:
        return self.page.get_by_role("heading", level=1, name=text)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=60_000)
