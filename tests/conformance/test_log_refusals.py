"""Every error of the catalogue: when, in which order, and that nothing has changed."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def spring(desk):
    return desk.segment(interaction_template_code="GOLF", salesperson_code="JR")


def state(program):
    """All that a log could have changed."""
    return {
        path: program.items(path)
        for path in (
            "segments",
            "logged-segments",
            "interaction-log-entries",
            "campaigns/CMP1/entries",
            "number-series/SEGM/lines",
        )
    } | {
        segment["no"]: program.lines(segment["no"])
        for segment in program.items("segments")
    }


def refused_at_once(program, segment, **options):
    """Codes in order; nothing has changed, and no job was promised."""
    before = state(program)
    answer = program.post(f"segments/{segment}/log", options)
    assert answer.status_code in {409, 422}, answer.json
    assert answer.mimetype == "application/problem+json"
    assert state(program) == before
    assert program.read(f"segments/{segment}")["job"] is None
    codes = [error["code"] for error in answer.json["errors"]]
    assert answer.json["code"] == codes[0]
    return answer, codes


def refused_by_the_job(program, segment, **options):
    """The job's problem and refused lines; nothing has changed."""
    before = state(program)
    job = program.run(program.promise_log(segment, **options))
    assert job["state"] == "failed"
    assert state(program) == before
    problem = job["problem"]
    errors = program.items(f"jobs/{job['id']}/errors")
    assert job["error_count"] == len(errors)
    assert problem["code"] == problem["errors"][0]["code"]
    assert [
        (error["position"], error["code"], error["detail"]) for error in errors
    ] == [
        (error["line_no"], error["code"], error["detail"])
        for error in problem["errors"]
    ]
    return problem, [(error["position"], error["code"]) for error in errors]


# --- the header ------------------------------------------------------------------------


@case("E-ALREADY", "LOG-010", "NOS-012")
def test_a_number_is_logged_once(desk, spring):
    desk.line(spring, "C1")
    job = desk.log(spring)
    desk.segment(no=spring, interaction_template_code="GOLF")
    desk.line(spring, "C1")

    answer, codes = refused_at_once(desk, spring)

    assert (answer.status_code, codes) == (409, ["E-ALREADY"])
    assert spring in answer.json["detail"]
    assert answer.json["links"]["logged_segment"] == job["links"]["logged_segment"]


@case("E-DESC", "LOG-020")
@pytest.mark.parametrize("blank", [None, "", "   "])
def test_a_segment_needs_a_description(desk, spring, blank):
    desk.line(spring, "C1")
    desk.change(f"segments/{spring}", description=blank)

    answer, codes = refused_at_once(desk, spring)

    assert (answer.status_code, codes) == (422, ["E-DESC"])
    assert answer.json["errors"][0]["field"] == "description"
    assert spring in answer.json["detail"]


@case("E-EMPTY", "LOG-024")
def test_a_segment_needs_a_line(desk, spring):
    answer, codes = refused_at_once(desk, spring)

    assert (answer.status_code, codes) == (422, ["E-EMPTY"])
    assert spring in answer.json["detail"]


@case("E-EMPTY")
def test_a_segment_whose_lines_were_taken_out_is_empty(desk, spring):
    desk.line(spring, "C1")
    desk.remove(f"segments/{spring}/lines/10000?reset_when_empty=false")

    assert refused_at_once(desk, spring)[1] == ["E-EMPTY"]


@case("E-SERIES-SETUP", "FUP-002")
def test_a_follow_up_needs_a_series(desk, spring):
    desk.line(spring, "C1")
    desk.change("marketing-setup", segment_nos=None)

    answer, codes = refused_at_once(desk, spring, create_follow_up=True)

    assert codes == ["E-SERIES-SETUP"]
    assert "Segment Nos." in answer.json["detail"]
    desk.log(spring)


@case("E-SERIES-AUTO", "FUP-002")
def test_a_follow_up_needs_a_series_that_numbers_by_itself(desk, spring):
    desk.line(spring, "C1")
    desk.change("number-series/SEGM", default_nos=False)

    answer, codes = refused_at_once(desk, spring, create_follow_up=True)

    assert codes == ["E-SERIES-AUTO"]
    assert "SEGM" in answer.json["detail"]


@case("E-SERIES-NONE")
def test_a_follow_up_needs_a_series_with_lines(desk, spring):
    desk.line(spring, "C1")
    desk.remove("number-series/SEGM/lines/10000")

    assert refused_at_once(desk, spring, create_follow_up=True)[1] == ["E-SERIES-NONE"]


@case("E-SERIES-DATE")
def test_a_follow_up_needs_a_series_that_has_begun(desk, spring):
    desk.line(spring, "C1")
    line = {"starting_date": "9999-01-01"}
    desk.change("number-series/SEGM/lines/10000", **line)

    assert refused_at_once(desk, spring, create_follow_up=True)[1] == ["E-SERIES-DATE"]


@case("E-SERIES-ORDER")
def test_a_follow_up_respects_the_date_order(desk, spring):
    desk.line(spring, "C1")
    desk.change("number-series/SEGM", date_order=True)
    desk.change("number-series/SEGM/lines/10000", last_date_used="9999-01-01")

    answer, codes = refused_at_once(desk, spring, create_follow_up=True)

    assert codes == ["E-SERIES-ORDER"]
    assert "9999-01-01" in answer.json["detail"]


@case("E-SERIES-RANGE")
def test_a_follow_up_needs_a_number_that_is_left(desk, spring):
    desk.line(spring, "C1")
    desk.change(
        "number-series/SEGM/lines/10000", ending_no="SM0001", last_no_used="SM0001"
    )

    answer, codes = refused_at_once(desk, spring, create_follow_up=True)

    assert codes == ["E-SERIES-RANGE"]
    assert "SM0001" in answer.json["detail"]


@case("E-SALES-DEFAULT", "SEG-003")
@pytest.mark.parametrize("code", ["GONE", "BC"])
def test_a_follow_up_needs_a_usable_salesperson_of_the_user(
    desk, spring, own_salesperson, code
):
    desk.line(spring, "C1")
    desk.change("salespeople/BC", blocked=True)
    own_salesperson(code)

    answer, codes = refused_at_once(desk, spring, create_follow_up=True)

    assert codes == ["E-SALES-DEFAULT"]
    assert code in answer.json["detail"]
    desk.log(spring)


@case("Appendix B", "DEC-07")
def test_all_that_is_wrong_with_the_header_is_listed_in_order(
    desk, spring, own_salesperson
):
    desk.line(spring, "C1")
    desk.log(spring)
    desk.segment(no=spring, description=None)
    desk.change("marketing-setup", segment_nos=None)
    own_salesperson("GONE")

    answer, codes = refused_at_once(desk, spring, create_follow_up=True)

    assert answer.status_code == 409
    assert codes == [
        "E-ALREADY",
        "E-DESC",
        "E-EMPTY",
        "E-SERIES-SETUP",
        "E-SALES-DEFAULT",
    ]


# --- the lines --------------------------------------------------------------------------


@case("E-LINE-DATE", "LOG-030")
@pytest.mark.parametrize("on_line", [True, False])
def test_a_line_needs_a_date(desk, spring, on_line):
    desk.line(spring, "C1")
    blanked = f"segments/{spring}/lines/10000" if on_line else f"segments/{spring}"
    desk.change(blanked, date=None)

    problem, refused = refused_by_the_job(desk, spring)

    assert refused == [(10000, "E-LINE-DATE")]
    assert "10000" in problem["detail"]


@case("E-LINE-SALESPERSON", "LOG-032")
def test_a_line_needs_a_salesperson(desk, spring):
    desk.company("C9")
    desk.change(f"segments/{spring}", salesperson_code=None)
    desk.line(spring, "C9")
    desk.line(spring, "C1", salesperson_code=None)
    desk.line(spring, "C1")

    problem, refused = refused_by_the_job(desk, spring)

    assert refused == [(10000, "E-LINE-SALESPERSON"), (20000, "E-LINE-SALESPERSON")]
    assert "10000" in problem["detail"]


@case("E-LINE-SALESPERSON", "LOG-033", "GUARD-004")
def test_the_salesperson_of_a_line_must_exist(desk, spring):
    desk.create("salespeople", code="TEMP")
    desk.line(spring, "C1", salesperson_code="TEMP")
    desk.remove("salespeople/TEMP")

    problem, refused = refused_by_the_job(desk, spring)

    assert refused == [(10000, "E-LINE-SALESPERSON")]
    assert "TEMP" in problem["detail"]


@case("E-LINE-TEMPLATE", "LOG-034")
def test_a_line_needs_a_template(desk):
    segment = desk.segment(salesperson_code="JR")
    desk.line(segment, "C1")
    desk.line(segment, "C2", interaction_template_code="GOLF")

    assert refused_by_the_job(desk, segment)[1] == [(10000, "E-LINE-TEMPLATE")]


@case("E-LINE-TEMPLATE", "LINE-047")
def test_a_line_whose_template_was_cleared_is_refused(desk, spring):
    desk.line(spring, "C1", interaction_template_code=None)

    assert refused_by_the_job(desk, spring)[1] == [(10000, "E-LINE-TEMPLATE")]


@case("E-LINE-CAMPAIGN", "LOG-035", "GUARD-004")
def test_the_campaign_of_a_line_must_exist(desk, spring):
    desk.create("campaigns", no="TEMP")
    desk.line(spring, "C1", campaign_no="TEMP")
    desk.remove("campaigns/TEMP")

    problem, refused = refused_by_the_job(desk, spring)

    assert refused == [(10000, "E-LINE-CAMPAIGN")]
    assert "TEMP" in problem["detail"]


@case("E-LINE-PRIVACY", "DEC-17")
def test_a_contact_blocked_for_privacy_is_refused(desk, spring):
    desk.line(spring, "C1")
    desk.change("contacts/C1", privacy_blocked=True)

    problem, refused = refused_by_the_job(desk, spring)

    assert refused == [(10000, "E-LINE-PRIVACY")]
    assert "C1" in problem["detail"]


@case("TRAP-02", "DEC-07")
def test_within_a_line_the_first_rule_counts_and_lines_come_in_order(desk, spring):
    desk.create("campaigns", no="TEMP")
    worst = {
        "date": None,
        "salesperson_code": None,
        "interaction_template_code": None,
        "campaign_no": "TEMP",
    }
    desk.company("C9", privacy_blocked=True)
    for given_back in range(len(worst) + 1):
        left = dict(list(worst.items())[given_back:])
        desk.line(spring, "C9", **left)
    desk.line(spring, "C1")
    desk.remove("campaigns/TEMP")

    problem, refused = refused_by_the_job(desk, spring)

    assert refused == [
        (10000, "E-LINE-DATE"),
        (20000, "E-LINE-SALESPERSON"),
        (30000, "E-LINE-TEMPLATE"),
        (40000, "E-LINE-CAMPAIGN"),
        (50000, "E-LINE-PRIVACY"),
    ]
    assert problem["code"] == "E-LINE-DATE"


@case("INV-003", "LOG-028")
def test_the_last_of_many_lines_undoes_all(desk, spring):
    desk.change(f"segments/{spring}", campaign_no="CMP1")
    desk.do(f"segments/{spring}/add-contacts")
    desk.line(spring, "C1", date=None)

    _, refused = refused_by_the_job(desk, spring, create_follow_up=True)

    assert refused == [(40000, "E-LINE-DATE")]


@case("P7")
def test_refused_lines_come_as_a_file_too(desk, spring):
    desk.line(spring, "C1", date=None)
    job = desk.run(desk.promise_log(spring))

    answer = desk.get(f"jobs/{job['id']}/errors?format=csv")

    head, line = answer.text.splitlines()
    assert head == "position,subject,code,detail"
    assert line.startswith("10000,C1,E-LINE-DATE,")


# --- the preflight says it all beforehand (design §5.2, DEC-07) --------------------------


@case("design-5.2")
def test_the_preflight_counts_what_would_be_logged_and_refused(desk, spring):
    desk.line(spring, "C1")
    desk.line(spring, "C2", cost="0.25", correspondence_type="hard_copy")
    desk.line(spring, "C3", date=None)
    desk.line(spring, "C3", interaction_template_code=None)

    found = desk.read(f"segments/{spring}/preflight")

    assert (found["planned"], found["will_log"], found["refused"]) == (4, 2, 2)
    assert (found["cost"], found["duration"]) == ("8.25", 2)
    assert found["by_correspondence_type"] == {"blank": 1, "hard_copy": 1}
    assert found["by_problem"] == [
        {"code": "E-LINE-DATE", "count": 1},
        {"code": "E-LINE-TEMPLATE", "count": 1},
    ]
    assert [(error["line_no"], error["code"]) for error in found["errors"]] == [
        (30000, "E-LINE-DATE"),
        (40000, "E-LINE-TEMPLATE"),
    ]
    assert found["can_log"] is False


@case("design-5.2")
def test_the_preflight_of_a_good_segment_has_nothing_to_say(desk, spring):
    desk.line(spring, "C1")

    found = desk.read(f"segments/{spring}/preflight?create_follow_up=true")

    assert (found["can_log"], found["errors"], found["by_problem"]) == (True, [], [])
    assert (found["planned"], found["will_log"], found["cost"]) == (1, 1, "8.00")


@case("Appendix B")
def test_the_preflight_lists_errors_in_the_order_of_the_catalogue(
    desk, spring, own_salesperson
):
    desk.change(f"segments/{spring}", description=None)
    desk.line(spring, "C1", date=None)
    desk.line(spring, "C2", salesperson_code=None)
    desk.change("marketing-setup", segment_nos=None)
    own_salesperson("GONE")

    found = desk.read(f"segments/{spring}/preflight?create_follow_up=true")

    assert [error["code"] for error in found["errors"]] == [
        "E-DESC",
        "E-LINE-DATE",
        "E-LINE-SALESPERSON",
        "E-SERIES-SETUP",
        "E-SALES-DEFAULT",
    ]


@case("E-SERIES-SETUP")
def test_the_series_matters_to_the_preflight_only_with_a_follow_up(desk, spring):
    desk.line(spring, "C1")
    desk.change("marketing-setup", segment_nos=None)

    without = desk.read(f"segments/{spring}/preflight")
    within = desk.read(f"segments/{spring}/preflight?create_follow_up=true")

    assert (without["can_log"], within["can_log"]) == (True, False)


# --- what Log does not understand --------------------------------------------------------


@case("LOG-001")
@pytest.mark.parametrize(
    "options",
    [
        {"create_follow_up": "yes"},
        {"create_follow_up": 1},
        {"create_follow_up": None},
        {"on_line_error": "ignore"},
        {"on_line_error": None},
        {"send_attachments": "no"},
        {"followup": True},
        {"send": False},
    ],
)
def test_options_that_are_none_are_refused_by_name(desk, spring, options):
    desk.line(spring, "C1")

    answer = desk.post(f"segments/{spring}/log", options)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == next(iter(options))
    assert desk.items("jobs") == []


@case("LOG-002")
def test_a_segment_that_never_was_cannot_be_logged(desk):
    for path in ("log", "go-back", "add-contacts"):
        answer = desk.post(f"segments/NEVER/{path}")

        assert refusal(answer) == (404, "E-NOT-FOUND")


@case("LOG-002")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"description": "Late"}),
        ("DELETE", "", None),
        ("GET", "/lines", None),
        ("POST", "/lines", {"contact_no": "C1"}),
        ("DELETE", "/lines/10000", None),
        ("POST", "/go-back", {}),
        ("POST", "/add-contacts", {}),
        ("GET", "/preflight", None),
    ],
)
def test_whoever_comes_after_the_log_is_led_to_it(desk, spring, method, path, body):
    """A page that was open before, Go Back among others."""
    desk.line(spring, "C1")
    job = desk.log(spring)

    answer = desk.ask(method, f"segments/{spring}{path}", json=body)

    assert refusal(answer) == (404, "E-NOT-FOUND")
    assert "has been logged" in answer.json["detail"]
    assert answer.json["links"]["logged_segment"] == job["links"]["logged_segment"]
