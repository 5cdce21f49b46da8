import pytest

from core.database import transaction
from tests import factories


@pytest.fixture
def world(committing_engine):
    """Series, a salesperson, a template and three contacts of two salespeople."""
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)
        for code in ("JR", "BC"):
            factories.salesperson(session, code)
        factories.template(session, "GOLF", description="Golf event", unit_cost=8)
        factories.company(session, no="C1", name="Alpha", salesperson_code="JR")
        factories.company(session, no="C2", name="Beta", salesperson_code="BC")
        factories.company(session, no="C3", name="Gamma", salesperson_code="JR")


@pytest.fixture
def segment(client, world):
    answer = client.post(
        "/api/v1/segments",
        json={"description": "Spring", "interaction_template_code": "golf"},
    )
    assert answer.status_code == 201, answer.json
    return answer.headers["Location"]


def line(client, segment, contact_no, **own):
    answer = client.post(f"{segment}/lines", json={"contact_no": contact_no, **own})
    assert answer.status_code == 201, answer.json
    return answer.json


def test_a_new_segment_takes_number_date_and_template(client, segment):
    shown = client.get(segment).json

    assert shown["no"] == "SM00001"
    assert (shown["interaction_template_code"], shown["unit_cost"]) == ("GOLF", "8.00")
    assert shown["date"] is not None
    assert (shown["no_of_lines"], shown["salesperson_code"]) == (0, None)


def test_a_line_shows_what_it_inherits_and_what_is_its_own(client, segment):
    shown = line(client, segment, "C1", description="Mine")

    assert (shown["line_no"], shown["salesperson_code"]) == (10000, "JR")
    assert (shown["cost"], shown["description"]) == ("8.00", "Mine")
    assert shown["personal"] == ["description"]


def test_null_blanks_a_value_and_inherit_hands_it_back(client, segment):
    line(client, segment, "C1")
    address = f"{segment}/lines/10000"

    blanked = client.patch(address, json={"date": None}).json
    restored = client.patch(address, json={"inherit": ["date"]}).json

    assert (blanked["date"], blanked["personal"]) == (None, ["date"])
    assert (restored["date"] is not None, restored["personal"]) == (True, [])


def test_contacts_are_added_taken_out_and_kept_by_filter(client, segment):
    client.post(f"{segment}/add-contacts", json={})
    reduced = client.post(
        f"{segment}/reduce-contacts", json={"filters": {"contact": {"no": ["C3"]}}}
    )
    refined = client.post(
        f"{segment}/refine-contacts",
        json={"filters": {"contact": {"salesperson_code": ["BC"]}}},
    )
    back = client.post(f"{segment}/go-back")

    counts = [answer.json["no_of_lines"] for answer in (reduced, refined, back)]
    assert counts == [2, 1, 2]
    assert back.json["no_of_criteria_actions"] == 2


def test_an_unknown_filter_is_refused_by_name(client, segment):
    answer = client.post(
        f"{segment}/add-contacts", json={"filters": {"contact": {"shoe_size": "44"}}}
    )

    assert (answer.status_code, answer.json["code"]) == (422, "E-FILTER")
    assert answer.json["errors"][0]["field"] == "filters.contact.shoe_size"


def test_an_unknown_code_is_refused_and_changes_nothing(client, segment):
    answer = client.patch(segment, json={"salesperson_code": "XX", "description": "N"})

    assert (answer.status_code, answer.json["code"]) == (422, "E-UNKNOWN-CODE")
    assert client.get(segment).json["description"] == "Spring"


def test_taking_out_the_last_line_clears_the_criteria(client, segment):
    line(client, segment, "C1")

    client.delete(f"{segment}/lines/10000")

    assert client.get(segment).json["no_of_criteria_actions"] == 0


def test_the_criteria_list_tells_each_step(client, segment):
    line(client, segment, "C1")
    client.post(
        f"{segment}/add-contacts",
        json={"filters": {"contact": {"salesperson_code": ["JR"]}}},
    )

    steps = client.get(f"{segment}/criteria").json["items"]

    assert [(step["action"], step["lines_changed"]) for step in steps] == [
        ("add_contacts", 1),
        ("add_contacts", 1),
    ]


def test_a_stale_editor_is_told(client, segment):
    tag = client.get(segment).headers["ETag"]
    client.patch(segment, json={"description": "Summer"})

    answer = client.patch(
        segment, json={"description": "Autumn"}, headers={"If-Match": tag}
    )

    assert answer.status_code == 412


def test_lines_are_paged_by_key(client, segment):
    client.post(f"{segment}/add-contacts", json={})

    first = client.get(f"{segment}/lines?limit=2").json
    second = client.get(f"{segment}/lines?limit=2&cursor={first['next']}").json

    assert [item["contact_no"] for item in first["items"]] == ["C1", "C2"]
    assert [item["contact_no"] for item in second["items"]] == ["C3"]
    assert second["next"] is None


def test_a_deleted_segment_is_gone_with_its_lines(client, segment):
    line(client, segment, "C1")

    assert client.delete(segment).status_code == 204
    assert client.get(segment).status_code == 404
