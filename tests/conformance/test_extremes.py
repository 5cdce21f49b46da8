"""The largest and strangest values that are allowed, all the way into the ledger."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case

LARGEST_COST = "9999999999999999.99"
LARGEST_DURATION = 9999999999999.5


@pytest.fixture
def spring(desk):
    return desk.segment(interaction_template_code="GOLF", salesperson_code="JR")


@case("INV-020")
def test_the_largest_costs_can_be_summed_shown_and_logged(desk, spring):
    desk.change(
        f"segments/{spring}", unit_cost=LARGEST_COST, unit_duration=9999999999999
    )
    for no in ("C1", "C2"):
        desk.line(spring, no)
    twice = "19999999999999999.98"

    header = desk.read(f"segments/{spring}")
    preflight = desk.read(f"segments/{spring}/preflight")
    job = desk.log(spring)

    logged = desk.read(job["links"]["logged_segment"])
    for found in (header, preflight, logged):
        assert (found["cost"], found["duration"]) == (twice, 19999999999998)
    assert desk.read("interaction-groups/LETTER/statistics")["cost"] == twice
    assert desk.read("contacts/C1/statistics")["cost"] == LARGEST_COST


@case("LOG-030")
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_are_days(desk, spring, day):
    desk.create("campaigns", no="CMP2", starting_date=day, ending_date=day)
    desk.change(f"segments/{spring}", campaign_no="CMP2")
    desk.create("contacts/C1/alternative-addresses", code="ALT1")
    desk.create(
        "contacts/C1/alternative-addresses/ALT1/date-ranges",
        starting_date=day,
        ending_date=day,
    )
    desk.line(spring, "C1", date=day)
    answer = desk.post(
        f"segments/{spring}/log",
        {"create_follow_up": True},
        headers={"X-Work-Date": day},
    )

    desk.run(answer.json)

    (entry,) = desk.items("interaction-log-entries")
    (follow_up,) = desk.items("segments")
    (campaign_entry,) = desk.items("campaigns/CMP2/entries")
    assert (entry["date"], entry["contact_alt_address_code"]) == (day, "ALT1")
    assert (follow_up["date"], campaign_entry["date"]) == (day, day)


AWKWARD = "Ж 'quoted' \"twice\" <b>&amp;</b> {{7*7}} %s \\ é e\u0301 👩‍👩‍👧 \u202e;DROP"


@case("LOG-040")
def test_awkward_texts_come_through_unchanged(desk):
    desk.person("P1", name=AWKWARD[:100], company_no="C1")
    segment = desk.segment(
        description=AWKWARD, interaction_template_code="GOLF", subject_default=AWKWARD
    )
    desk.line(segment, "P1", contact_via=AWKWARD, salesperson_code="JR")
    desk.line(segment, "P1", date=None)

    desk.log(segment, on_line_error="skip")

    (entry,) = desk.items("interaction-log-entries")
    for name in ("description", "subject", "contact_via"):
        assert entry[name] == AWKWARD
    assert entry["contact_name"] == AWKWARD[:100]
    assert desk.items("logged-segments")[0]["description"] == AWKWARD


@case("P7")
def test_awkward_numbers_are_named_in_refusals(desk, spring):
    number = "%s {0} 'C9' \\"
    desk.company(number)
    desk.line(spring, number, date=None)

    problem = desk.fail_to_log(spring)

    assert number.upper() in problem["detail"]


@case("NOS-004")
@pytest.mark.parametrize(
    ("number", "kept"),
    [
        (" a b ", "A B"),
        ("straße", "STRASSE"),
        ("ж-1", "Ж-1"),
        ("%2F?#&", "%2F?#&"),
        ("x" * 20, "X" * 20),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
    ],
)
def test_awkward_numbers_of_segments_have_an_address(desk, number, kept):
    answer = desk.post(
        "segments",
        {"no": number, "description": "X", "interaction_template_code": "GOLF"},
    )
    address = answer.headers["Location"]
    line = desk.post(f"{address}/lines", {"contact_no": "C1"})

    assert answer.json["no"] == kept
    assert desk.read(address)["no"] == kept
    assert desk.read(line.headers["Location"])["contact_no"] == "C1"
    job = desk.run(desk.post(f"{address}/log", {"create_follow_up": True}).json)
    assert job["state"] == "succeeded"
    assert desk.items("interaction-log-entries")[0]["segment_no"] == kept


@case("NOS-004")
@pytest.mark.parametrize(
    "number", ["a/b", ".", "..", "x" * 21, "ß" * 11, "a\0b", "a\nb", 7, ["A"], True]
)
def test_numbers_that_cannot_be_an_address_are_refused(desk, number):
    answer = desk.post("segments", {"no": number})

    assert refusal(answer) == (422, "E-FIELD")
    assert answer.json["errors"][0]["field"] == "no"
    assert desk.items("segments") == []


@case("LOG-001")
@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"unit_cost":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_object_is_malformed(desk, spring, body):
    for path in ("segments", f"segments/{spring}/log", f"segments/{spring}/lines"):
        answer = desk.ask(
            "POST", path, data=body, headers={"Content-Type": "application/json"}
        )

        assert answer.status_code in {400, 422}
        assert answer.mimetype == "application/problem+json"
    assert len(desk.items("segments")) == 1
    assert desk.items("jobs") == []
