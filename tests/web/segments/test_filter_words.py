"""A filter reads the same wherever it is shown."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import cast, select
from sqlalchemy.dialects.postgresql import JSONB

from core.contacts.classification.questionnaires import (
    add_line,
    create_questionnaire,
)
from core.vocabulary import ProfileLineType
from tests.support.queries import counted_queries
from web.segments.filter_words import filters_in_words

NUL = "\x00"


@pytest.fixture
def questionnaire():
    def made(session) -> None:
        """Q: Colour? Red (20000) or Blue (30000). Size? Small (50000) or Large."""
        kinds = ProfileLineType
        create_questionnaire(session, {"code": "Q"})
        for kind, words in (
            (kinds.QUESTION, "Colour?"),
            (kinds.ANSWER, "Red"),
            (kinds.ANSWER, "Blue"),
            (kinds.QUESTION, "Size?"),
            (kinds.ANSWER, "Small"),
            (kinds.ANSWER, "Large"),
        ):
            add_line(session, "Q", {"type": kind, "description": words})

    return made


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({}, ""),
        ({"contact": {}}, ""),
        ({"contact": {"salesperson_code": ["JR", "LM"]}}, "Salesperson JR or LM"),
        ({"contact": {"no": {"to": "C9", "from": "C1"}}}, "Number from C1 to C9"),
        ({"contact": {"city": {"ne": "Oslo"}}}, "City is not Oslo"),
        ({"contact": {"type": "company"}}, "Type company"),
        ({"contact": {"salesperson_code": ""}}, "Salesperson blank"),
        ({"contact": {"email": ["a_b@x.test"]}}, "E-mail a_b@x.test"),
        ({"contact": {"privacy_blocked": True}}, "Privacy blocked yes"),
        (
            {"contact": {"no": [f"C{number}" for number in range(11)]}},
            "Number C0 or C1 or C2 or C3 or C4 or C5 or C6 or C7 or 3 more",
        ),
        ({"mailing_group": {"code": ["GIFT"]}}, "Mailing group GIFT"),
        (
            {"interaction_log_entry": {"evaluation": ["very_positive", ""]}},
            "Had an interaction with evaluation very positive or blank",
        ),
        (
            {"interaction_log_entry": {"date": {"from": "2026-01-01"}}},
            "Had an interaction dated from 2026-01-01",
        ),
        (
            {"interaction_log_entry": {"logged_segment_entry_no": ["7"]}},
            "The contacts of logged segment 7",
        ),
        (
            {"logged_segment": {"not_logged_from": ["SM1"]}},
            "Lines left behind when segment SM1 was logged",
        ),
    ],
)
def test_filters_read_as_sentences(session, filters, words):
    assert filters_in_words(session, filters) == [words]


@pytest.mark.case("CRIT-034")
@pytest.mark.parametrize(
    ("line_no", "words"),
    [
        (["20000"], "Profile Q: Colour? Red"),
        (60000, "Profile Q: Size? Large"),
        (
            ["20000", "30000", "50000"],
            "Profile Q: Colour? Red or Blue or Size? Small",
        ),
        ({"ne": ["20000", "30000"]}, "Profile Q: is not Colour? Red or Blue"),
        (
            {"to": "50000", "from": "30000"},
            "Profile Q: from Colour? Blue to Size? Small",
        ),
        # A question, or nothing at all, stands there now.
        (
            ["20000", "40000"],
            "Profile Q: Colour? Red or an answer that is gone (line 40000)",
        ),
        (["70000"], "Profile Q: an answer that is gone (line 70000)"),
    ],
)
def test_answers_read_as_question_and_answer(session, questionnaire, line_no, words):
    questionnaire(session)

    filters = {"profile_answer": {"questionnaire_code": ["q"], "line_no": line_no}}

    assert filters_in_words(session, filters) == [words]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"line_no": ["20000"]}, "Profile answer 20000"),
        (
            {"line_no": ["20000"], "questionnaire_code": ["Q", "R"]},
            "Profile questionnaire Q or R, profile answer 20000",
        ),
        ({"questionnaire_code": {"ne": "Q"}}, "Profile questionnaire is not Q"),
    ],
)
def test_nothing_is_made_up_where_it_is_not_said_which_questionnaire(
    session, questionnaire, fields, words
):
    questionnaire(session)

    assert filters_in_words(session, {"profile_answer": fields}) == [words]


@pytest.mark.parametrize("code", [NUL, None, 7, {"from": "Q"}, [], [["Q"]]], ids=repr)
@pytest.mark.parametrize("line_no", [NUL, None, -1, 2**40, True, [[]]], ids=repr)
def test_what_the_core_will_refuse_can_be_said_all_the_same(session, code, line_no):
    filters = {"profile_answer": {"questionnaire_code": code, "line_no": line_no}}

    assert filters_in_words(session, filters)[0].startswith("Profile")


def test_the_order_is_that_of_the_fields_whatever_the_database_makes_of_it(session):
    typed: dict[str, dict[str, object]] = {
        "mailing_group": {"code": ["GIFT"]},
        "contact": {"type": "person", "city": ["Oslo"], "salesperson_code": ["JR"]},
    }

    kept = session.execute(select(cast(typed, JSONB))).scalar_one()

    assert [*kept["contact"]] != [*typed["contact"]]
    assert (
        filters_in_words(session, kept, typed)
        == ["Salesperson JR, city Oslo, type person, mailing group GIFT"] * 2
    )


# --- the pages ------------------------------------------------------------------------

LARGE = {
    "profile_answer": {"questionnaire_code": ["Q"], "line_no": ["60000"]},
    "contact": {"type": ["person"]},
}
WORDS = "Type person, profile Q: Size? Large"


@pytest.fixture
def kept(client, work, questionnaire, segment) -> str:
    """SM1 with a fourth step by an answer, and its steps saved as X."""
    with work() as session:
        questionnaire(session)
    client.post("/segments/SM1/add", data={"filter": json.dumps(LARGE)})
    client.post("/segments/SM1/criteria/save", data={"code": "X"})
    return json.dumps(LARGE)


@pytest.mark.parametrize(
    "page",
    [
        "/segments/SM1/criteria",
        "/segments/SM1/why?contact=P1",
        "/segments/SM1/add?filter={}",
        "/segments/SM1/add/count?filter={}",
        "/segments/SM1/take-out?filter={}",
        "/segments/SM1/take-out/count?filter={}",
        "/segments/SM1/reuse-criteria",
        "/saved-criteria/X",
        "/contacts/make-segment?filter={}",
    ],
)
def test_every_page_says_the_same(client, kept, page):
    answer = client.get(page.format(kept))

    assert answer.status_code == 200
    assert WORDS in unescape(answer.text)


def test_the_list_of_saved_criteria_says_the_first_steps(client, kept):
    client.post("/segments/new", data={"no": "SM2"})
    client.post("/segments/SM2/add", data={"filter": kept})
    client.post("/segments/SM2/criteria/save", data={"code": "Y"})

    assert WORDS in client.get("/saved-criteria").text


def test_so_do_the_words_on_going_back(client, kept):
    back = client.post("/segments/SM1/criteria/go-back", follow_redirects=True)

    assert "Step 4 is undone: “Added type person, profile Q: Size? Large”" in back.text


def test_an_answer_is_one_filter_of_the_list_and_goes_as_one(client, kept):
    page = client.get("/contacts", query_string={"filter": kept}).text
    chips = re.findall(r'class="chip" href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)

    [(address, words)] = [chip for chip in chips if "Q" in chip[1]]

    assert "profile Q: Size? Large" in words
    left = parse_qs(urlsplit(unescape(address)).query)["filter"]
    assert json.loads(left[0]) == {"contact": {"type": ["person"]}}


def test_a_page_of_many_answers_looks_them_up_by_one_statement(
    client, kept, committing_engine
):
    with counted_queries(committing_engine) as before:
        client.get("/segments/SM1/criteria")
    for line_no in ("20000", "30000", "50000"):
        answer = {"questionnaire_code": ["Q"], "line_no": [line_no]}
        client.post(
            "/segments/SM1/add",
            data={"filter": json.dumps({"profile_answer": answer})},
        )

    with counted_queries(committing_engine) as after:
        client.get("/segments/SM1/criteria")

    assert len(after) == len(before)
