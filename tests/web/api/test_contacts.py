import io

import pytest

from core import kinds
from core.database import transaction
from core.jobs.monitor import Terms
from core.jobs.runner import run_job
from tests import factories
from tests.support.imports import as_csv

CONTACTS = "/api/v1/contacts"
TERMS = Terms(worker="test", lease_seconds=15, heartbeat_seconds=0.5)


@pytest.fixture
def world(committing_engine):
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)
        for code in ("JR", "BC"):
            factories.salesperson(session, code)


@pytest.fixture
def create(client, world):
    def post(**values):
        answer = client.post(CONTACTS, json=values)
        assert answer.status_code == 201, answer.json
        return answer.json

    return post


def numbers(client, filters):
    answer = client.get(f"{CONTACTS}?{filters}")
    assert answer.status_code == 200, answer.json
    return [contact["no"] for contact in answer.json["items"]]


def test_a_contact_is_created_and_found_again(client, create):
    contact = create(name="Cronus", salesperson_code="jr", email="info@example.com")

    shown = client.get(f"{CONTACTS}/{contact['no']}").json

    assert shown == contact
    assert (shown["type"], shown["company_no"]) == ("company", shown["no"])
    assert (shown["company_name"], shown["salesperson_code"]) == ("Cronus", "JR")
    assert shown["city"] is None


def test_a_person_takes_over_from_its_company(client, create):
    company = create(name="Cronus", city="Bath", salesperson_code="JR")

    anna = create(type="person", name="Anna Berg", company_no=company["no"])

    assert (anna["city"], anna["salesperson_code"]) == ("Bath", "JR")
    assert (anna["first_name"], anna["surname"]) == ("Anna", "Berg")


def test_every_fault_is_named(client, world):
    answer = client.post(
        CONTACTS, json={"email": "nobody", "phone_no": "call", "name": "A"}
    )

    assert answer.status_code == 422
    assert {error["field"] for error in answer.json["errors"]} == {
        "email",
        "phone_no",
    }


def test_a_change_needs_the_version_it_was_made_from(client, create):
    no = create(name="Cronus")["no"]
    tag = client.get(f"{CONTACTS}/{no}").headers["ETag"]

    first = client.patch(
        f"{CONTACTS}/{no}", json={"city": "Bath"}, headers={"If-Match": tag}
    )
    second = client.patch(
        f"{CONTACTS}/{no}", json={"city": "York"}, headers={"If-Match": tag}
    )

    assert (first.status_code, second.status_code) == (200, 412)
    assert client.get(f"{CONTACTS}/{no}").json["city"] == "Bath"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("salesperson_code=JR", ["C1", "C3"]),
        ("salesperson_code=", ["P1"]),
        ("salesperson_code=JR&salesperson_code=BC&type=company", ["C1", "C2", "C3"]),
        ("type=person", ["P1"]),
        ("company_no=C1", ["C1", "P1"]),
        ("name__contains=LPH", ["C1"]),
        ("no__from=C2&no__to=C3", ["C2", "C3"]),
        ("exclude_from_segment=true", ["C2"]),
    ],
)
def test_contacts_are_filtered(client, world, committing_engine, filters, expected):
    with transaction(committing_engine) as session:
        alpha = factories.company(session, no="C1", name="Alpha", salesperson_code="JR")
        factories.company(
            session,
            no="C2",
            name="Beta",
            salesperson_code="BC",
            exclude_from_segment=True,
        )
        factories.company(session, no="C3", name="Gamma", salesperson_code="JR")
        factories.person(session, alpha, no="P1")

    assert numbers(client, filters) == expected


def test_pages_follow_each_other(client, world, committing_engine):
    with transaction(committing_engine) as session:
        for number in range(5):
            factories.company(session, no=f"C{number}")

    first = client.get(f"{CONTACTS}?limit=3").json
    second = client.get(f"{CONTACTS}?limit=3&cursor={first['next']}").json

    assert [contact["no"] for contact in second["items"]] == ["C3", "C4"]
    assert second["next"] is None


def test_a_contact_in_a_segment_stays(client, world, committing_engine):
    with transaction(committing_engine) as session:
        factories.line_of(session, factories.person(session, no="P1"), "SM7")

    answer = client.delete(f"{CONTACTS}/P1")

    assert (answer.status_code, answer.json["code"]) == (409, "E-IN-USE")
    assert "SM7" in answer.json["detail"]
    assert client.get(f"{CONTACTS}/P1/segments").json["items"] == [
        {"segment_no": "SM7", "description": None, "no_of_lines": 1}
    ]


def test_a_contact_is_deleted(client, create):
    no = create(name="Cronus")["no"]

    assert client.delete(f"{CONTACTS}/{no}").status_code == 204
    assert client.get(f"{CONTACTS}/{no}").status_code == 404


def test_entries_and_statistics_of_a_company_include_its_people(
    client, world, committing_engine
):
    with transaction(committing_engine) as session:
        cronus = factories.company(session, no="K1")
        anna = factories.person(session, cronus, no="P1")
        factories.log_entry(session, cronus, cost=1)
        factories.log_entry(session, anna, cost="2.50")

    def entries(no):
        items = client.get(f"{CONTACTS}/{no}/interaction-log-entries").json["items"]
        return [item["contact_no"] for item in items]

    assert (entries("K1"), entries("P1")) == (["P1", "K1"], ["P1"])
    statistics = client.get(f"{CONTACTS}/K1/statistics").json
    assert (statistics["no_of_interactions"], statistics["cost"]) == (2, "3.50")


def test_an_address_has_its_dates(client, create):
    no = create(name="Cronus")["no"]
    addresses = f"{CONTACTS}/{no}/alternative-addresses"

    added = client.post(addresses, json={"code": "vac", "city": "Rome"})
    ranges = f"{added.headers['Location']}/date-ranges"
    client.post(ranges, json={"starting_date": "2026-07-01"})
    twice = client.post(ranges, json={"starting_date": "2026-07-01"})
    changed = client.patch(f"{ranges}/2026-07-01", json={"ending_date": "2026-07-31"})

    assert added.status_code == 201
    assert twice.status_code == 409
    assert changed.json == {
        "starting_date": "2026-07-01",
        "ending_date": "2026-07-31",
    }
    assert client.get(f"{ranges}?limit=1").json["items"] == [changed.json]
    assert client.delete(added.headers["Location"]).status_code == 204
    assert client.get(addresses).json["items"] == []


def test_a_viewer_changes_nothing(client_as, world):
    viewer = client_as("viewer")

    assert viewer.post(CONTACTS, json={"name": "Cronus"}).status_code == 403
    assert viewer.get(CONTACTS).status_code == 200


def upload(client, content, query=""):
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return client.post(
        f"{CONTACTS}/import{query}",
        data={"file": (file, "contacts.csv")},
        content_type="multipart/form-data",
    )


def finished(client, committing_engine, nudge, answer):
    assert answer.status_code == 202, answer.json
    run_job(committing_engine, kinds.KINDS, TERMS, nudge.rung[-1])
    return client.get(answer.headers["Location"]).json


FILE = as_csv(["Name", "E-Mail"], ["Cronus", "info@example.com"], ["Beta", "nobody"])


def test_a_file_is_imported_as_a_job(client, world, committing_engine, nudge):
    job = finished(client, committing_engine, nudge, upload(client, FILE))

    assert job["state"] == "succeeded"
    assert (job["result"]["new"], job["result"]["rejected"]) == (1, 1)
    assert job["error_count"] == 1
    taken = client.get(job["links"]["contact_import"]).json
    assert taken["mapping"] == ["name", "email"]
    assert taken["imported_at"]


def test_rejected_rows_come_back_with_the_reason(
    client, world, committing_engine, nudge
):
    job = finished(client, committing_engine, nudge, upload(client, FILE))
    rejects = f"{job['links']['contact_import']}/rejects"

    listed = client.get(rejects).json["items"]
    file = client.get(f"{rejects}.csv").get_data(as_text=True)

    assert (listed[0]["line_no"], listed[0]["cells"]) == (3, ["Beta", "nobody"])
    lines = file.removeprefix("\ufeff").splitlines()
    assert lines[0] == "Name,E-Mail,Why it was not taken"
    assert lines[1].startswith("Beta,nobody,E-Mail is not a valid address")


def test_a_dry_run_writes_nothing(client, world, committing_engine, nudge):
    answer = upload(client, FILE, "?dry_run=true")
    job = finished(client, committing_engine, nudge, answer)

    assert (job["result"]["new"], job["result"]["dry_run"]) == (1, True)
    assert numbers(client, "") == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "E-CSV-EMPTY"),
        (b"\xff\x00", "E-CSV-KIND"),
        (b"Name\n\x81\n", "E-CSV-ENCODING"),
        ("Name,Hat\nA,B\n", "E-CSV-COLUMN"),
        ("City,Phone\nA,B\n", "E-CSV-COLUMN"),
    ],
)
def test_a_file_nobody_can_use_is_refused_at_once(client, world, content, code):
    answer = upload(client, content)

    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_unknown_columns_can_be_ignored(client, world):
    answer = upload(client, "Name,Hat\nA,B\n", "?unknown_columns=ignore")

    assert answer.status_code == 202


def test_an_upload_needs_a_file(client, world):
    answer = client.post(
        f"{CONTACTS}/import", data={}, content_type="multipart/form-data"
    )

    assert answer.status_code == 422
