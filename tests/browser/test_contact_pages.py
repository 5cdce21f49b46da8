"""What belongs to a contact is written, changed and found by the keyboard alone."""

from collections.abc import Sequence

import pytest
from playwright.sync_api import expect

from core.contacts.classification.questionnaires import (
    add_line,
    create_questionnaire,
)
from core.contacts.models import Contact
from core.setup.models import Salutation
from core.vocabulary import ProfileLineType
from tests import factories
from tests.browser.keyboard import tab_to


def press(page, words: str) -> None:
    """The button or link that begins with these words."""
    tab_to(page, words)
    page.keyboard.press("Enter")


def test_a_comment_is_written_changed_and_deleted(page, look, people):
    comments = page.get_by_role("region", name="Comments")
    page.goto("/contacts/P1")

    tab_to(page, "New comment")
    page.keyboard.type("Prefers letters")
    press(page, "Add comment")
    expect(comments).to_contain_text("Prefers letters")
    look("commented")

    comments.get_by_role("link", name="Edit the comment of").press("Enter")
    expect(page.get_by_role("heading", name="Comment on Anna Berg")).to_be_visible()
    tab_to(page, "Comment")
    page.keyboard.press("End")
    page.keyboard.type(" in Danish")
    look("comment")
    press(page, "Save")
    expect(comments).to_contain_text("Prefers letters in Danish")
    expect(page.get_by_role("region", name="Items of the timeline")).to_contain_text(
        "Prefers letters in Danish"
    )

    comments.get_by_role("link", name="Edit the comment of").press("Enter")
    expect(page.get_by_role("heading", name="Comment on Anna Berg")).to_be_visible()
    press(page, "Delete…")
    expect(page.get_by_role("dialog")).to_be_visible()
    press(page, "Delete comment")
    expect(comments).to_be_visible()
    expect(page.get_by_text("Prefers letters")).to_have_count(0)


@pytest.fixture
def madam(work, people) -> str:
    """A salutation without formulas; Anna's."""
    with work() as session:
        session.add(Salutation(code="F", description="Woman"))
        session.flush()
        anna = session.get_one(Contact, people.anna.id)
        anna.salutation_code, anna.surname = "F", "Berg"
    return "F"


def test_a_new_formula_greets_the_contact(page, look, madam):
    page.goto(f"/setup/salutations/{madam}")

    press(page, "Add formula")
    expect(page.get_by_role("heading", name="New formula")).to_be_visible()
    tab_to(page, "Type")
    page.keyboard.type("Formal")
    tab_to(page, "Text")
    page.keyboard.type("Dear Ms. %1,")
    tab_to(page, "%1 is")
    page.keyboard.type("Surname")
    look("formula")
    press(page, "Add formula")

    formulas = page.get_by_role("region", name="Table of formulas")
    expect(formulas).to_contain_text("Dear Ms. Berg,")
    look("formulas")
    page.goto("/contacts/P1")
    greeted = page.get_by_role("region", name="How we work with it")
    expect(greeted).to_contain_text("Dear Ms. Berg,")


@pytest.fixture
def question(work, people) -> Sequence[str]:
    """The answers to the one question of a questionnaire."""
    answers = ("Small", "Large")
    with work() as session:
        create_questionnaire(session, {"code": "LEAD"})
        kinds = ProfileLineType
        add_line(session, "LEAD", {"type": kinds.QUESTION, "description": "Size?"})
        for words in answers:
            add_line(session, "LEAD", {"type": kinds.ANSWER, "description": words})
    return answers


def test_a_question_of_a_profile_is_answered(page, look, question):
    answers = page.get_by_role("region", name="Sorted by").get_by_role("listitem")
    page.goto("/contacts/P1")

    tab_to(page, "Add answer")
    for _ in question:
        page.keyboard.press("ArrowDown")
    press(page, "Add")

    expect(answers).to_contain_text("Size? Large")
    look("answered")
    press(page, "Remove")
    expect(answers).to_have_count(0)


def test_the_people_of_a_company_are_opened_and_one_more_is_added(
    page, look, work, people
):
    with work() as session:
        for number in range(10, 40):
            factories.person(
                session, people.cronus, no=f"P{number}", name=f"Employee {number}"
            )
    page.goto("/contacts/C1")

    press(page, "All of them")
    everybody = page.get_by_role("region", name="Contacts")
    expect(everybody.get_by_role("row")).to_have_count(34)
    look("people")

    press(page, "New person")
    expect(page.get_by_label("Company", exact=True)).to_have_value("C1")
