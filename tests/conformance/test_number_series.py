import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


def on(day):
    return {"headers": {"X-Work-Date": day}}


def new_segment(program, **options):
    return program.post("segments", {"description": "Spring"}, **options)


def number_of(answer):
    assert answer.status_code == 201, answer.json
    return answer.json["no"]


def number_segments_from(program, first, **values):
    program.series("S", first, **values)
    program.change("marketing-setup", segment_nos="S")


@case("NOS-001", "BCT-SET-02")
def test_a_segment_without_number_takes_the_next_one_of_its_series(rollcall):
    segments = [number_of(new_segment(rollcall)) for _ in range(3)]

    assert segments == ["SM0001", "SM0002", "SM0003"]
    assert rollcall.read("segments/SM0001")["no_series"] == "SEGM"


@case("BCT-SET-01")
def test_a_campaign_without_number_takes_the_next_one_of_its_series(rollcall):
    campaign = rollcall.create("campaigns", description="Autumn")

    assert (campaign["no"], campaign["no_series"]) == ("CP0001", "CAMP")


@case("BCT-SET-07")
def test_a_campaign_gets_the_number_that_was_next(rollcall):
    rollcall.create("campaigns")
    (line,) = rollcall.items("number-series/CAMP/lines")

    campaign = rollcall.create("campaigns")

    assert (line["last_no_used"], campaign["no"]) == ("CP0001", "CP0002")


@case("BCT-SET-05")
@pytest.mark.parametrize(
    ("path", "field"), [("segments", "segment_nos"), ("campaigns", "campaign_nos")]
)
def test_without_a_series_in_the_setup_nothing_is_numbered(rollcall, path, field):
    rollcall.change("marketing-setup", **{field: None})

    answer = rollcall.post(path, {"description": "Spring"})

    assert refusal(answer) == (422, "E-SERIES-SETUP")
    assert answer.json["errors"][0]["field"] == field
    assert rollcall.items(path) == []


@case("NOS-001")
def test_a_number_that_is_given_uses_none_of_the_series(rollcall):
    rollcall.create("segments", no="MINE")

    (line,) = rollcall.items("number-series/SEGM/lines")
    assert (line["last_no_used"], line["last_date_used"]) == (None, None)


@case("NOS-001")
@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_blank_number_counts_as_none(rollcall, blank):
    assert rollcall.create("segments", no=blank)["no"] == "SM0001"


@case("NOS-004")
def test_a_number_by_hand_belongs_to_no_series(rollcall):
    segment = rollcall.create("segments", no=" spring-1 ")

    assert (segment["no"], segment["no_series"]) == ("SPRING-1", None)


@case("NOS-004")
@pytest.mark.parametrize("path", ["segments", "campaigns"])
def test_a_number_by_hand_needs_a_series_that_allows_it(rollcall, path):
    for code in ("SEGM", "CAMP"):
        rollcall.change(f"number-series/{code}", manual_nos=False)

    answer = rollcall.post(path, {"no": "MINE"})

    assert refusal(answer) == (422, "E-SERIES-MANUAL")
    assert rollcall.items(path) == []


@case("NOS-004")
def test_a_number_by_hand_is_free_where_no_series_is_set_up(rollcall):
    rollcall.change("marketing-setup", segment_nos=None)

    assert rollcall.create("segments", no="MINE")["no"] == "MINE"


@case("NOS-004")
@pytest.mark.parametrize("path", ["segments", "campaigns"])
def test_a_number_is_given_once(rollcall, path):
    rollcall.create(path, no="MINE", description="First")

    answer = rollcall.post(path, {"no": "mine", "description": "Second"})

    assert refusal(answer) == (409, "E-EXISTS")
    assert rollcall.read(f"{path}/MINE")["description"] == "First"


@case("NOS-001")
@pytest.mark.parametrize("path", ["segments", "campaigns"])
def test_a_number_taken_by_hand_is_passed_over(rollcall, path):
    first = rollcall.create(path)["no"]
    rollcall.create(path, no=first[:-1] + "2")

    assert rollcall.create(path)["no"] == first[:-1] + "3"


@case("NOS-003")
def test_a_series_that_does_not_number_by_itself_is_refused(rollcall):
    rollcall.change("number-series/SEGM", default_nos=False)

    answer = new_segment(rollcall)

    assert refusal(answer) == (422, "E-SERIES-AUTO")
    assert "SEGM" in answer.json["detail"]


@case("NOS-005")
def test_a_series_without_lines_is_refused(rollcall):
    rollcall.remove("number-series/SEGM/lines/10000")

    assert refusal(new_segment(rollcall)) == (422, "E-SERIES-NONE")


@case("NOS-005")
def test_the_line_with_the_latest_date_that_has_come_gives_the_number(program):
    number_segments_from(program, "A01")
    lines = "number-series/S/lines"
    program.create(lines, starting_no="B01", starting_date="2026-06-01")
    program.create(lines, starting_no="C01", starting_date="2027-01-01")

    numbers = [
        number_of(new_segment(program, **on(day)))
        for day in ("2026-05-31", "2026-06-01", "2026-12-31", "2027-01-01")
    ]

    assert numbers == ["A01", "B01", "B02", "C01"]


@case("NOS-005")
def test_among_lines_of_one_date_the_first_open_one_gives_the_number(program):
    number_segments_from(program, "A8", line_ending_no="A9")
    program.create("number-series/S/lines", starting_no="B1")

    numbers = [number_of(new_segment(program)) for _ in range(4)]

    assert numbers == ["A8", "A9", "B1", "B2"]
    assert [line["open"] for line in program.items("number-series/S/lines")] == [
        False,
        True,
    ]


@case("NOS-005")
def test_before_the_first_date_of_a_series_there_is_no_number(program):
    number_segments_from(program, "A1", line_starting_date="2026-06-01")

    answer = new_segment(program, **on("2026-05-31"))

    assert refusal(answer) == (422, "E-SERIES-DATE")
    assert "2026-05-31" in answer.json["detail"]


@case("NOS-005")
def test_a_closed_line_gives_no_number(program):
    number_segments_from(program, "A1", line_open=False)

    assert refusal(new_segment(program)) == (422, "E-SERIES-DATE")


@case("NOS-005")
def test_in_date_order_nobody_goes_back(program):
    number_segments_from(program, "A1", date_order=True)
    new_segment(program, **on("2026-06-02"))

    back = new_segment(program, **on("2026-06-01"))
    same_day = new_segment(program, **on("2026-06-02"))

    assert refusal(back) == (422, "E-SERIES-ORDER")
    assert "2026-06-02" in back.json["detail"]
    assert number_of(same_day) == "A2"


@case("NOS-006", "NOS-011")
@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ({"starting_no": "SM0009"}, ["SM0009", "SM0010"]),
        ({"starting_no": "SM99"}, ["SM99", "SM100"]),
        ({"starting_no": "9"}, ["9", "10"]),
        ({"starting_no": "A-008-X"}, ["A-008-X", "A-009-X", "A-010-X"]),
        ({"starting_no": "2026-7"}, ["2026-7", "2026-8"]),
        ({"starting_no": "S001", "increment_by": 10}, ["S001", "S011", "S021"]),
        ({"starting_no": "S1", "last_no_used": "S41"}, ["S42", "S43"]),
    ],
)
def test_the_last_group_of_digits_counts_and_keeps_its_width(program, line, numbers):
    number_segments_from(
        program,
        **{
            {"starting_no": "first"}.get(name, f"line_{name}"): value
            for name, value in line.items()
        },
    )

    assert [number_of(new_segment(program)) for _ in numbers] == numbers


@case("NOS-006")
@pytest.mark.parametrize(
    "line",
    [
        {"line_ending_no": "A2"},
        {"line_ending_no": "A4", "line_increment_by": 2, "line_last_no_used": "A1"},
        {"line_ending_no": "A10", "line_last_no_used": "A8"},
    ],
)
def test_behind_the_ending_number_a_series_is_exhausted(program, line):
    number_segments_from(program, "A1", **line)
    while (answer := new_segment(program)).status_code == 201:
        assert len(program.items("segments")) <= 3

    assert refusal(answer) == (422, "E-SERIES-RANGE")
    assert line["line_ending_no"] in answer.json["detail"]


@case("NOS-007")
@pytest.mark.parametrize(
    ("ending_no", "increment_by", "open_after"),
    [("A2", 1, True), ("A1", 1, False), ("A4", 5, False), ("A6", 5, True)],
)
def test_a_line_closes_when_the_next_step_would_pass_its_end(
    program, ending_no, increment_by, open_after
):
    number_segments_from(
        program, "A1", line_ending_no=ending_no, line_increment_by=increment_by
    )

    new_segment(program, **on("2026-05-04"))

    (line,) = program.items("number-series/S/lines")
    assert (line["last_no_used"], line["last_date_used"]) == ("A1", "2026-05-04")
    assert line["open"] is open_after


@case("NOS-006")
def test_the_warning_number_warns_and_refuses_nothing(program):
    number_segments_from(program, "A1", line_warning_no="A2", line_ending_no="A9")

    answers = [new_segment(program) for _ in range(3)]

    assert [number_of(answer) for answer in answers] == ["A1", "A2", "A3"]


@case("NOS-006")
def test_numbers_do_not_outgrow_their_field(program):
    number_segments_from(program, "SEGMENT9999999999998")

    last = number_of(new_segment(program)), number_of(new_segment(program))
    answer = new_segment(program)

    assert last == ("SEGMENT9999999999998", "SEGMENT9999999999999")
    assert refusal(answer) == (422, "E-SERIES-RANGE")


@case("NOS-009")
def test_a_series_always_gives_numbers_in_some_way(program):
    created = program.create(
        "number-series", code="A", default_nos=False, manual_nos=False
    )
    program.create("number-series", code="B", default_nos=True, manual_nos=False)
    program.create("number-series", code="C", default_nos=False, manual_nos=True)

    no_default = program.change("number-series/B", default_nos=False)
    no_manual = program.change("number-series/C", manual_nos=False)

    ways = [(one["default_nos"], one["manual_nos"]) for one in (no_default, no_manual)]
    assert ways == [(False, True), (True, False)]
    assert created["default_nos"] or created["manual_nos"]


@case("NOS-002", "NOS-010")
def test_a_related_series_may_be_asked_for(rollcall):
    rollcall.series("MAIL", "ML01")
    rollcall.create("number-series/SEGM/relationships", series_code="MAIL")

    segment = rollcall.create("segments", no_series="mail")

    assert (segment["no"], segment["no_series"]) == ("ML01", "MAIL")


@case("NOS-002", "NOS-010")
@pytest.mark.parametrize("code", ["MAIL", "NONE"])
def test_a_series_that_is_not_related_is_refused(rollcall, code):
    rollcall.series("MAIL", "ML01")

    answer = rollcall.post("segments", {"no_series": code})

    assert answer.status_code == 422
    assert rollcall.items("segments") == []


@case("NOS-002")
def test_the_configured_series_may_be_named_itself(rollcall):
    assert rollcall.create("segments", no_series="SEGM")["no"] == "SM0001"


@case("NOS-001")
def test_a_refused_segment_uses_no_number(rollcall):
    rollcall.post("segments", {"salesperson_code": "NOBODY"})

    assert number_of(new_segment(rollcall)) == "SM0001"


@case("INV-021")
def test_a_series_line_cannot_contradict_itself(program):
    program.create("number-series", code="S")
    answers = [
        program.post("number-series/S/lines", line)
        for line in (
            {"starting_no": "SEGMENT"},
            {"starting_no": "A5", "ending_no": "A4"},
            {"starting_no": "A5", "ending_no": "B9"},
            {"starting_no": "A5", "ending_no": "A9", "warning_no": "A99"},
            {"starting_no": "A5", "ending_no": "A9", "last_no_used": "A10"},
            {"starting_no": "A5", "increment_by": 0},
            {"starting_no": "A5", "increment_by": -1},
            {"starting_no": None},
            {},
        )
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert program.items("number-series/S/lines") == []


@case("NOS-004")
def test_a_series_in_the_setup_must_exist_and_cannot_be_deleted(rollcall):
    unknown = rollcall.patch("marketing-setup", {"segment_nos": "NONE"})
    in_use = rollcall.delete("number-series/SEGM")

    assert refusal(unknown) == (422, "E-UNKNOWN-CODE")
    assert refusal(in_use) == (409, "E-IN-USE")
    assert rollcall.read("marketing-setup")["segment_nos"] == "SEGM"
