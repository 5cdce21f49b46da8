"""Questions of a profile that interactions answer: CONT-057."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def by_interactions(desk):
    """How often? (never, 1 to 2, more), and how dear?, of interactions in 2026."""
    desk.create("profile-questionnaires", code="Q", description="Activity")
    lines = "profile-questionnaires/Q/lines"
    desk.create(
        lines,
        line_no=10,
        description="How often?",
        class_field="interaction_quantity",
        starting_date="2000-01-01",
    )
    for line_no, words, low, high in (
        (20, "Never", None, "0"),
        (30, "Sometimes", "1", "2"),
        (40, "Often", "3", None),
    ):
        desk.create(
            lines,
            line_no=line_no,
            type="answer",
            description=words,
            from_value=low,
            to_value=high,
        )
    return desk


def classify(program):
    answer = program.post("profile-questionnaires/Q/classify")
    assert answer.status_code == 202, answer.json
    job = program.run(answer.json)
    assert job["state"] == "succeeded", job
    return job


def profile(program, no):
    return [row["answer"] for row in program.items(f"contacts/{no}/profile-answers")]


def log(program, *contact_nos):
    segment = program.segment(interaction_template_code="GOLF")
    for no in contact_nos:
        program.line(segment, no)
    program.run(program.promise_log(segment))


@case("CONT-057")
def test_interactions_answer_questions_and_a_company_counts_those_of_its_people(
    by_interactions,
):
    by_interactions.person("P8", company_no="C1", salesperson_code="JR")
    log(by_interactions, "C1", "P8", "P8")

    job = classify(by_interactions)

    assert profile(by_interactions, "C1") == ["Often"]
    assert profile(by_interactions, "P8") == ["Sometimes"]
    assert profile(by_interactions, "C2") == ["Never"]
    assert job["result"]["answers"] == 4
    assert job["links"]["profile_questionnaire"].endswith("profile-questionnaires/Q")


@case("CONT-057")
def test_classifying_again_changes_only_what_is_different(by_interactions):
    first = classify(by_interactions)["result"]
    again = classify(by_interactions)["result"]
    log(by_interactions, "C2")
    later = classify(by_interactions)["result"]

    def changed(result):
        return result["answers_added"], result["answers_removed"]

    assert [changed(result) for result in (first, again, later)] == [
        (3, 0),
        (0, 0),
        (1, 1),
    ]
    assert profile(by_interactions, "C2") == ["Sometimes"]


@case("CONT-057")
def test_only_whom_the_questionnaire_is_about_is_classified(by_interactions):
    by_interactions.change("profile-questionnaires/Q", contact_type="people")
    by_interactions.person("P8")
    by_interactions.person("P9", minor=True)

    classify(by_interactions)

    found = [profile(by_interactions, no) for no in ("P8", "P9", "C1")]
    assert found == [["Never"], [], []]


@case("CONT-057")
def test_of_overlapping_answers_the_first_counts_unless_several_go(by_interactions):
    overlapping = {"from_value": "0", "to_value": "9"}
    by_interactions.change("profile-questionnaires/Q/lines/30", **overlapping)
    classify(by_interactions)
    assert profile(by_interactions, "C1") == ["Never"]

    by_interactions.change("profile-questionnaires/Q/lines/10", multiple_answers=True)
    classify(by_interactions)

    assert profile(by_interactions, "C1") == ["Never", "Sometimes"]


@case("CONT-057")
@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("average_cost", "8.00", "8.00"),
        ("average_duration", "1", "1"),
        ("interactions_per_year", "0.07", "0.09"),
    ],
)
def test_averages_and_the_yearly_number_are_told_by_the_entries(
    by_interactions, field, low, high
):
    log(by_interactions, "C1", "C1")
    date = by_interactions.items("interaction-log-entries")[0]["date"]
    by_interactions.change(
        "profile-questionnaires/Q/lines/10",
        class_field=field,
        starting_date=f"{int(date[:4]) - 25}{date[4:]}",
        ending_date=date,
    )
    by_interactions.change(
        "profile-questionnaires/Q/lines/30", from_value=low, to_value=high
    )

    classify(by_interactions)

    assert profile(by_interactions, "C1") == ["Sometimes"]
    assert profile(by_interactions, "C2") == ["Never"]


@case("CONT-057")
def test_canceled_interactions_and_those_outside_the_dates_do_not_count(
    by_interactions,
):
    log(by_interactions, "C1", "C2")
    entry = by_interactions.items("interaction-log-entries?contact_no=C1")[0]
    by_interactions.do(f"interaction-log-entries/{entry['entry_no']}/cancel")

    classify(by_interactions)
    assert profile(by_interactions, "C1") == ["Never"]
    assert profile(by_interactions, "C2") == ["Sometimes"]

    by_interactions.change(
        "profile-questionnaires/Q/lines/10", ending_date="2000-01-02"
    )
    classify(by_interactions)

    assert profile(by_interactions, "C2") == ["Never"]


@case("CONT-057")
def test_an_automatic_question_is_not_answered_by_hand(by_interactions):
    given = {"questionnaire_code": "Q", "line_no": 40}

    refused = by_interactions.post("contacts/C1/profile-answers", given)

    assert refusal(refused) == (422, "E-AUTOMATIC")


@case("CONT-057")
def test_what_is_asked_is_not_changed_while_contacts_are_classified(by_interactions):
    job = by_interactions.post("profile-questionnaires/Q/classify").json
    line = "profile-questionnaires/Q/lines/40"

    for refused in (
        by_interactions.post("profile-questionnaires/Q/classify"),
        by_interactions.patch("profile-questionnaires/Q", {"description": "New"}),
        by_interactions.patch(line, {"description": "Very often"}),
        by_interactions.delete(line),
    ):
        assert refusal(refused) == (409, "E-JOB-RUNNING")
        assert refused.json["links"]["job"].endswith(job["id"])


@case("CONT-057")
def test_without_an_automatic_question_nothing_is_classified(by_interactions):
    by_interactions.change("profile-questionnaires/Q/lines/10", class_field=None)

    refused = by_interactions.post("profile-questionnaires/Q/classify")

    assert refusal(refused) == (409, "E-NO-QUESTIONS")


@case("CONT-057")
@pytest.mark.parametrize(
    ("line_no", "changes", "field"),
    [
        (10, {"from_value": "1"}, "from_value"),
        (20, {"class_field": "average_cost"}, "class_field"),
        (30, {"from_value": "3"}, "to_value"),
        (10, {"ending_date": "1999-01-01"}, "ending_date"),
        (
            10,
            {"class_field": "interactions_per_year", "starting_date": None},
            "starting_date",
        ),
    ],
)
def test_what_makes_no_sense_of_a_line_is_refused(
    by_interactions, line_no, changes, field
):
    way = f"profile-questionnaires/Q/lines/{line_no}"

    refused = by_interactions.patch(way, changes)

    assert refusal(refused) == (422, "E-FIELD")
    assert refused.json["errors"][0]["field"] == field
