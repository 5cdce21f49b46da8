"""Questions that the points of other answers answer, and questionnaires about contacts
with a business relation: CONT-057."""

import pytest

from tests.conformance.program import refusal
from tests.conformance.test_classify_contacts import classify, log, profile

pytestmark = pytest.mark.case("CONT-057")

RATED = "profile-questionnaires/Q/lines/10/ratings"


def lines_of(program, code, *lines):
    """Questions begin with their line number as a ten; the rest are answers."""
    for line_no, words, more in lines:
        kind = "question" if line_no % 100 == 10 else "answer"
        program.create(
            f"profile-questionnaires/{code}/lines",
            **{"line_no": line_no, "type": kind, "description": words, **more},
        )


@pytest.fixture
def rated(desk):
    """How dear to us? Low below 5 points, high from there. Chess gives 3, boats 4, and
    who is spoken to often gives 2."""
    desk.create("profile-questionnaires", code="P")
    lines_of(
        desk,
        "P",
        (10, "Sports?", {"multiple_answers": True}),
        (20, "Chess", {}),
        (30, "Boats", {}),
    )
    desk.create("profile-questionnaires", code="Q")
    lines_of(
        desk,
        "Q",
        (10, "How dear?", {"class_field": "rating"}),
        (20, "Low", {"to_value": "4"}),
        (30, "High", {"from_value": "5"}),
        (110, "How often?", {"class_field": "interaction_quantity"}),
        (120, "Often", {"from_value": "1"}),
    )
    for code, line_no, points in (("P", 20, 3), ("P", 30, 4), ("Q", 120, 2)):
        desk.create(
            RATED, answer_questionnaire_code=code, answer_line_no=line_no, points=points
        )
    return desk


def answered(program, no, *line_nos):
    for line_no in line_nos:
        program.create(
            f"contacts/{no}/profile-answers", questionnaire_code="P", line_no=line_no
        )


def test_the_points_of_all_answers_are_added_up_also_of_those_of_the_same_run(rated):
    answered(rated, "C1", 20, 30)
    answered(rated, "C2", 20)
    log(rated, "C2")

    classify(rated)

    assert profile(rated, "C1") == ["Chess", "Boats", "High"]
    assert profile(rated, "C2") == ["Chess", "High", "Often"]
    assert profile(rated, "C3") == ["Low"]


def test_points_may_be_taken_away_and_change(rated):
    answered(rated, "C1", 20, 30)
    rating = f"{RATED}/P/30"

    assert rated.change(rating, points=-4)["points"] == -4
    classify(rated)
    assert profile(rated, "C1") == ["Chess", "Boats", "Low"]

    rated.change(rating, points=2)
    classify(rated)
    assert profile(rated, "C1") == ["Chess", "Boats", "High"]
    rated.remove(rating)
    classify(rated)
    assert profile(rated, "C1") == ["Chess", "Boats", "Low"]


def test_what_gives_points_is_told_with_its_question(rated):
    first = rated.items(RATED)[0]

    assert first == {
        "answer_questionnaire_code": "P",
        "answer_line_no": 20,
        "question": "Sports?",
        "answer": "Chess",
        "points": 3,
    }
    assert rated.read(f"{RATED}/P/20") == first
    assert [row["points"] for row in rated.items(f"{RATED}?limit=2")] == [3, 4]
    assert rated.get(f"{RATED}/P/10").status_code == 404


@pytest.mark.parametrize(
    ("answer", "given", "code"),
    [
        (("P", 20), 1, (409, "E-EXISTS")),
        (("P", 10), 1, (422, "E-UNKNOWN-CODE")),
        (("P", 99), 1, (422, "E-UNKNOWN-CODE")),
        (("NONE", 20), 1, (422, "E-UNKNOWN-CODE")),
        (("Q", 30), 1, (422, "E-FIELD")),
        (("P", 30), 10**7, (422, "E-FIELD")),
        (("P", 30), "many", (422, "E-FIELD")),
    ],
)
def test_what_gives_no_points_is_refused(rated, answer, given, code):
    body = {
        "answer_questionnaire_code": answer[0],
        "answer_line_no": answer[1],
        "points": given,
    }

    refused = rated.post(RATED, body)

    assert refusal(refused) == code
    fields = {fault["field"] for fault in refused.json["errors"]}
    assert fields <= {"answer_line_no", "points"}


def test_only_a_question_that_points_answer_has_them(rated):
    body = {"answer_questionnaire_code": "P", "answer_line_no": 20}

    for line_no in (20, 110):
        way = f"profile-questionnaires/Q/lines/{line_no}/ratings"
        assert refusal(rated.post(way, body)) == (422, "E-NO-RATING")
    rated.change("profile-questionnaires/Q/lines/10", class_field=None)
    rated.change("profile-questionnaires/Q/lines/10", class_field="rating")
    assert rated.items(RATED) == []


def test_an_answer_that_gives_points_stays(rated):
    answer = "profile-questionnaires/P/lines/20"

    for refused in (
        rated.delete(answer),
        rated.patch(answer, {"type": "question"}),
        rated.delete("profile-questionnaires/P"),
    ):
        assert refusal(refused) == (409, "E-IN-USE")
    points = {"class_field": "rating"}
    refused = rated.patch("profile-questionnaires/P/lines/10", points)
    assert refusal(refused) == (422, "E-FIELD")

    rated.remove("profile-questionnaires/Q")
    rated.remove("profile-questionnaires/P")


def test_points_have_no_days(rated):
    refused = rated.patch(
        "profile-questionnaires/Q/lines/10", {"starting_date": "2026-01-01"}
    )

    assert refusal(refused) == (422, "E-FIELD")
    assert refused.json["errors"][0]["field"] == "starting_date"


def test_a_first_day_that_is_still_to_come_has_no_interactions(rated):
    rated.change(
        "profile-questionnaires/Q/lines/110",
        class_field="interactions_per_year",
        starting_date="2999-01-01",
    )

    for _ in range(2):
        classify(rated)
        rated.change("profile-questionnaires/Q/lines/110", ending_date="2999-01-01")

    assert profile(rated, "C1") == ["Low"]


# --- the business relation -----------------------------------------------------------


@pytest.fixture
def about_customers(rated):
    rated.create("business-relations", code="CUST")
    rated.create("contacts/C1/business-relations", code="CUST")
    rated.person("P1", company_no="C1")
    rated.change("profile-questionnaires/P", business_relation_code="CUST")
    rated.change("profile-questionnaires/Q", business_relation_code="CUST")
    return rated


def test_a_questionnaire_may_be_about_a_business_relation(about_customers):
    answered(about_customers, "C1", 20)
    answered(about_customers, "P1", 20)

    refused = about_customers.post(
        "contacts/C2/profile-answers", {"questionnaire_code": "P", "line_no": 20}
    )

    assert refusal(refused) == (422, "E-CONTACT-TYPE")
    classify(about_customers)
    assert profile(about_customers, "P1") == ["Chess", "Low"]
    assert profile(about_customers, "C2") == []


def test_who_has_answered_before_goes_on_answering(about_customers):
    answered(about_customers, "C1", 20)
    about_customers.remove("contacts/C1/business-relations/CUST")
    about_customers.change("profile-questionnaires/P", contact_type="people")

    answered(about_customers, "C1", 30)

    assert profile(about_customers, "C1") == ["Chess", "Boats"]


def test_the_relation_of_a_questionnaire_exists_and_stays(about_customers):
    unknown = {"business_relation_code": "NONE"}
    for refused in (
        about_customers.patch("profile-questionnaires/P", unknown),
        about_customers.post("profile-questionnaires", {"code": "R", **unknown}),
    ):
        assert refusal(refused) == (422, "E-UNKNOWN-CODE")
    about_customers.remove("contacts/C1/business-relations/CUST")

    kept = about_customers.delete("business-relations/CUST")

    assert refusal(kept) == (409, "E-IN-USE")
