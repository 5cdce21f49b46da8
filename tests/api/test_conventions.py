"""One test per convention of the API, on the simplest resource that shows it."""

import pytest

from web.api import framework

TERRITORIES = "/api/v1/territories"
CAMPAIGNS = "/api/v1/campaigns"


@pytest.fixture
def territories(client):
    for number in range(5):
        draft = {"code": f"T{number}", "description": ["Land", "Sea"][number % 2]}
        client.post(TERRITORIES, json=draft)
    return client


def codes(answer):
    return [item["code"] for item in answer.json["items"]]


def assert_problem(answer, status, code):
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == code
    assert answer.json["status"] == status
    assert answer.json["detail"]


# --- lists ----------------------------------------------------------------------


def test_pages_follow_each_other_without_gap_or_repetition(territories):
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = territories.get(f"{TERRITORIES}?limit=2&cursor={cursor}")
        seen += codes(page)
        cursor = page.json["next"]

    assert seen == ["T0", "T1", "T2", "T3", "T4"]


def test_a_record_added_behind_the_reader_does_not_shift_the_page(territories):
    first = territories.get(f"{TERRITORIES}?limit=2")
    territories.post(TERRITORIES, json={"code": "A"})

    second = territories.get(f"{TERRITORIES}?limit=2&cursor={first.json['next']}")

    assert codes(second) == ["T2", "T3"]


@pytest.mark.parametrize("limit", ["0", "1001", "many", ""])
def test_a_limit_lies_between_1_and_1000(client, limit):
    assert_problem(client.get(f"{TERRITORIES}?limit={limit}"), 400, "E-PARAMETER")


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WzFd", "WyJcdTAwMDAiXQ"])
def test_a_foreign_cursor_is_refused(client, cursor):
    assert_problem(client.get(f"{TERRITORIES}?cursor={cursor}"), 400, "E-CURSOR")


def test_an_unknown_parameter_is_named(client):
    answer = client.get(f"{TERRITORIES}?colour=red")

    assert_problem(answer, 400, "E-PARAMETER")
    assert answer.json["errors"][0]["field"] == "colour"


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ("code=T1&code=T3", ["T1", "T3"]),
        ("code=t1", ["T1"]),
        ("code__ne=T1&code__ne=T2", ["T0", "T3", "T4"]),
        ("code__from=T1&code__to=T3", ["T1", "T2", "T3"]),
        ("description__contains=sE", ["T1", "T3"]),
        ("description__contains=%25", []),
        ("description=", []),
        ("description=Land&code__from=T2", ["T2", "T4"]),
    ],
)
def test_filters(territories, parameters, found):
    assert codes(territories.get(f"{TERRITORIES}?{parameters}")) == found


# --- single records -----------------------------------------------------------------


def test_create_answers_with_the_address_of_the_new_record(client):
    created = client.post(TERRITORIES, json={"code": " north "})

    assert created.status_code == 201
    assert created.headers["Location"] == f"{TERRITORIES}/NORTH"
    assert client.get(created.headers["Location"]).json == created.json


def test_a_blank_is_null(client):
    created = client.post(TERRITORIES, json={"code": "N", "description": ""})

    assert created.json == {"code": "N", "description": None}


def test_a_change_touches_only_the_named_fields(client):
    client.post(
        "/api/v1/salespeople", json={"code": "JR", "name": "J", "job_title": "B"}
    )

    changed = client.patch("/api/v1/salespeople/JR", json={"name": None})

    assert changed.status_code == 200
    assert (changed.json["name"], changed.json["job_title"]) == (None, "B")


def test_the_version_a_reader_has_is_not_sent_again(territories):
    first = territories.get(f"{TERRITORIES}/T1")

    again = territories.get(
        f"{TERRITORIES}/T1", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (again.status_code, again.data) == (304, b"")


def test_a_change_of_an_outdated_version_is_refused(territories):
    tag = territories.get(f"{TERRITORIES}/T1").headers["ETag"]
    territories.patch(f"{TERRITORIES}/T1", json={"description": "Somebody else's"})

    mine = territories.patch(
        f"{TERRITORIES}/T1", json={"description": "Mine"}, headers={"If-Match": tag}
    )

    assert_problem(mine, 412, "E-CHANGED")
    kept = territories.get(f"{TERRITORIES}/T1").json["description"]
    assert kept == "Somebody else's"


def test_a_deletion_of_an_outdated_version_is_refused(territories):
    refused = territories.delete(f"{TERRITORIES}/T1", headers={"If-Match": '"old"'})

    assert_problem(refused, 412, "E-CHANGED")
    assert territories.get(f"{TERRITORIES}/T1").status_code == 200


def test_the_current_version_may_be_changed(territories):
    tag = territories.get(f"{TERRITORIES}/T1").headers["ETag"]

    changed = territories.patch(
        f"{TERRITORIES}/T1", json={"description": "Mine"}, headers={"If-Match": tag}
    )

    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


# --- one answer per key ---------------------------------------------------------------


def test_a_repeated_post_gets_the_first_answer(client):
    headers = {"Idempotency-Key": "press-1"}
    first = client.post(TERRITORIES, json={"code": "N"}, headers=headers)

    second = client.post(TERRITORIES, json={"code": "N"}, headers=headers)

    assert second.status_code == first.status_code == 201
    assert second.json == first.json
    assert second.headers["Location"] == first.headers["Location"]


def test_a_key_is_not_for_another_body(client):
    headers = {"Idempotency-Key": "press-1"}
    client.post(TERRITORIES, json={"code": "N"}, headers=headers)

    other = client.post(TERRITORIES, json={"code": "S"}, headers=headers)

    assert_problem(other, 422, "E-IDEMPOTENCY")
    assert client.get(f"{TERRITORIES}/S").status_code == 404


def test_a_refused_post_may_be_repeated_under_its_key(client):
    headers = {"Idempotency-Key": "press-1"}
    client.post(CAMPAIGNS, json={"description": "No series yet"}, headers=headers)
    client.patch("/api/v1/marketing-setup", json={"campaign_nos": None})
    client.post("/api/v1/number-series", json={"code": "C"})
    client.post("/api/v1/number-series/C/lines", json={"starting_no": "C1"})
    client.patch("/api/v1/marketing-setup", json={"campaign_nos": "C"})

    again = client.post(
        CAMPAIGNS, json={"description": "No series yet"}, headers=headers
    )

    assert (again.status_code, again.json["no"]) == (201, "C1")


# --- problems ---------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["{", "[]", "null", '"text"', '"{}"', "7"])
def test_a_body_that_is_no_object_is_malformed(client, body):
    answer = client.post(TERRITORIES, data=body, content_type="application/json")

    assert_problem(answer, 400, "E-JSON")


def test_no_body_is_a_record_without_fields(client):
    answer = client.post(TERRITORIES, data="", content_type="application/json")

    assert_problem(answer, 422, "E-FIELD")


def test_everything_wrong_is_said_at_once(client):
    answer = client.post(
        "/api/v1/salespeople",
        json={"code": "TOO-LONG-TO-BE-A-CODE-HERE", "blocked": "yes", "shoe_size": 42},
    )

    assert_problem(answer, 422, "E-FIELD")
    faults = {(fault["field"], fault["code"]) for fault in answer.json["errors"]}
    assert faults == {
        ("code", "E-FIELD"),
        ("blocked", "E-FIELD"),
        ("shoe_size", "E-UNKNOWN-FIELD"),
    }


@pytest.mark.parametrize("text", ["a\u0000b", "a\nb", "\ud800"])
def test_characters_that_cannot_be_kept_are_refused(client, text):
    answer = client.post(TERRITORIES, json={"code": "N", "description": text})

    assert_problem(answer, 422, "E-FIELD")


@pytest.mark.parametrize("code", ["A/B", ".", "..", "", None])
def test_a_code_must_fit_into_an_address(client, code):
    assert_problem(client.post(TERRITORIES, json={"code": code}), 422, "E-FIELD")


@pytest.mark.parametrize("key", ["NOWHERE", "%00", "%ff", "A" * 300])
def test_what_is_not_there_is_not_found(client, key):
    assert_problem(client.get(f"{TERRITORIES}/{key}"), 404, "E-NOT-FOUND")


def test_a_taken_code_is_a_conflict(territories):
    assert_problem(territories.post(TERRITORIES, json={"code": "T1"}), 409, "E-EXISTS")


def test_without_signing_in_there_is_no_answer(app):
    answer = app.test_client().get(f"{TERRITORIES}?nonsense=1")

    assert_problem(answer, 401, "E-SIGN-IN")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_who_may_only_read_changes_nothing(client_as, role):
    reader = client_as(role)

    assert reader.get(TERRITORIES).status_code == 200
    assert_problem(reader.post(TERRITORIES, json={"code": "N"}), 403, "E-ROLE")


def test_setup_is_for_administrators(client_as):
    marketer = client_as("marketer")

    assert marketer.get("/api/v1/marketing-setup").status_code == 200
    refused = marketer.patch("/api/v1/marketing-setup", json={})
    assert_problem(refused, 403, "E-ROLE")
    refused = marketer.post("/api/v1/number-series", json={"code": "X"})
    assert_problem(refused, 403, "E-ROLE")


# --- how values travel --------------------------------------------------------------------


@pytest.fixture
def templates(client):
    def create(**draft):
        answer = client.post(
            "/api/v1/interaction-templates", json={"code": "T", **draft}
        )
        return answer.json if answer.status_code == 201 else answer

    return create


@pytest.mark.parametrize(
    ("given", "sent"),
    [("12.5", "12.50"), (12.5, "12.50"), (0, "0.00"), (None, "0.00"), (41.37, "41.37")],
)
def test_money_is_a_string_with_two_decimals(templates, given, sent):
    assert templates(unit_cost=given)["unit_cost"] == sent


@pytest.mark.parametrize("given", [-1, "-0.01", 1.005, "1e400", "NaN", 10**16, True])
def test_a_cost_the_column_cannot_keep_is_refused(templates, given):
    assert_problem(templates(unit_cost=given), 422, "E-FIELD")


@pytest.mark.parametrize("minutes", [0, 15, 18.5, 0.00001])
def test_durations_are_numbers_and_not_rounded(templates, minutes):
    assert templates(unit_duration=minutes)["unit_duration"] == minutes


def test_choices_are_words_and_blank_is_null(templates):
    template = templates(correspondence_type_default="hard_copy", information_flow=None)

    assert template["correspondence_type_default"] == "hard_copy"
    assert template["information_flow"] is None


def test_a_new_template_answers_by_email(templates):
    assert templates()["correspondence_type_default"] == "email"


@pytest.mark.parametrize("word", ["fax", "EMAIL", 2, ""])
def test_other_words_are_refused(templates, word):
    assert_problem(templates(correspondence_type_default=word), 422, "E-FIELD")


# --- the document ---------------------------------------------------------------------------


def test_the_document_is_served_to_who_is_signed_in(client):
    document = client.get("/api/v1/openapi.json").json

    assert document["openapi"].startswith("3.1")
    assert CAMPAIGNS in document["paths"]


def test_every_model_of_the_document_has_its_own_name(app):
    seen = {}
    for kind in ("Body", "Shown"):
        for model in subclasses(getattr(framework, kind)):
            home = seen.setdefault(model.__name__, model.__module__)
            assert home == model.__module__, f"two models called {model.__name__}"


def subclasses(model):
    for child in model.__subclasses__():
        yield child
        yield from subclasses(child)
