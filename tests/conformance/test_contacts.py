"""Companies, their people, and two contacts that become one."""

import pytest

from core.segments.merge_with_targets import merge_with_targets
from tests.conformance.program import refusal

case = pytest.mark.case

ADDRESS = {
    "address": "Hafen 1",
    "address_2": "Back yard",
    "post_code": "53113",
    "city": "Bonn",
}


@case("BCT-CON-06")
@case("BCT-CON-07")
def test_a_person_takes_over_what_it_has_not_when_it_joins_a_company(desk):
    desk.create("territories", code="EU")
    given = {"territory_code": "EU", "email": "info@k.com", **ADDRESS}
    desk.company("K9", **given)
    desk.person("P9")

    person = desk.change("contacts/P9", company_no="K9")

    assert {name: person[name] for name in given} == given
    assert person["salesperson_code"] == desk.read("contacts/K9")["salesperson_code"]


@case("CONT-031")
def test_a_person_keeps_its_own_address_when_it_joins_a_company(desk):
    desk.company("K9", **ADDRESS)
    desk.person("P9", city="Kiel")

    assert desk.change("contacts/P9", company_no="K9")["city"] == "Kiel"


@case("CONT-032")
def test_people_follow_their_company_where_they_agreed_with_it(desk):
    desk.company("K9", email="old@k.com", **ADDRESS)
    desk.person("P8", company_no="K9")
    desk.person("P9", company_no="K9", email="own@k.com")

    desk.change("contacts/K9", email="new@k.com", city="Kiel")

    assert desk.read("contacts/P8")["email"] == "new@k.com"
    assert desk.read("contacts/P9")["email"] == "own@k.com"
    assert desk.read("contacts/P9")["city"] == "Kiel"


@case("CONT-011")
def test_people_carry_the_new_name_of_their_company(desk):
    desk.person("P9", company_no="C1")

    desk.change("contacts/C1", name="Alpha & Sons")

    for path in ("contacts/C1", "contacts/P9", "contacts/C1/people"):
        shown = desk.items(path)[0] if path.endswith("people") else desk.read(path)
        assert shown["company_name"] == "Alpha & Sons"


@case("CONT-030")
@case("CONT-031")
def test_the_same_company_again_gives_its_values_again(desk):
    desk.person("P9", company_no="C1", salesperson_code="BC", city="Kiel")
    desk.change("contacts/C1", city="Bonn", phone_no="7")
    segment = desk.segment()
    desk.line(segment, "P9")
    own = desk.change("contacts/P9", phone_no=None)
    assert (own["salesperson_code"], own["phone_no"]) == ("BC", None)

    again = desk.change("contacts/P9", company_no="C1")

    assert (again["salesperson_code"], again["phone_no"]) == ("JR", "7")
    assert again["city"] == "Kiel"
    other = desk.patch("contacts/P9", {"company_no": "C2"})
    assert refusal(other) == refusal(desk.patch("contacts/P9", {"company_no": None}))
    assert refusal(other) == (409, "E-IN-USE")


@case("CONT-020")
@case("CONT-021")
@case("CONT-022")
@pytest.mark.parametrize(
    ("no", "row", "body"),
    [
        ("C1", "business-relations", {"code": "A"}),
        ("C1", "industry-groups", {"code": "A"}),
        ("C1", "people", {"name": "Anna"}),
        ("P9", "job-responsibilities", {"code": "A"}),
    ],
)
def test_a_contact_of_another_type_first_gives_up_what_that_has_not(
    desk, no, row, body
):
    desk.person("P9")
    if "code" in body:
        desk.create(row, code="A")
    made = desk.create(f"contacts/{no}/{row}", **body)
    kind = "company" if no == "P9" else "person"

    refused = desk.patch(f"contacts/{no}", {"type": kind})
    assert refusal(refused) == (409, "E-IN-USE")

    way = f"contacts/{no}/{row}/A" if "code" in body else f"contacts/{made['no']}"
    desk.remove(way)
    assert desk.change(f"contacts/{no}", type=kind)["type"] == kind


@case("BCT-CON-10")
@case("CONT-034")
def test_whoever_is_created_among_the_people_of_a_company_is_one_of_them(desk):
    person = desk.create("contacts/C1/people", name="Anna Berg")

    assert (person["type"], person["company_no"]) == ("person", "C1")
    assert person["salesperson_code"] == desk.read("contacts/C1")["salesperson_code"]
    assert [row["no"] for row in desk.items("contacts/C1/people")] == [person["no"]]
    assert desk.items("contacts?company_no=C1&type=person") == [person]
    assert desk.items("contacts/C2/people") == []


@case("BCT-CON-10")
def test_only_companies_have_people(desk):
    desk.person("P9")

    answer = desk.post("contacts/P9/people", {"name": "Bert"})

    assert refusal(answer) == (422, "E-FIELD")
    assert desk.post("contacts/NONE/people", {"name": "Bert"}).status_code == 404


@case("BCT-CON-10")
@case("CONT-034")
def test_whoever_is_created_with_a_company_is_a_person_of_it(desk):
    person = desk.create("contacts", name="Anna Berg", company_no="C1")

    assert (person["type"], person["company_no"]) == ("person", "C1")
    as_company = {"type": "company", "company_no": "C1"}
    assert refusal(desk.post("contacts", as_company)) == (422, "E-FIELD")


def test_a_company_is_told_by_its_name(desk):
    person = desk.create("contacts", name="Anna Berg", company_name="alpha")
    assert (person["type"], person["company_no"]) == ("person", "C1")

    moved = desk.change(f"contacts/{person['no']}", company_name="Bet")
    assert moved["company_name"] == "Beta"
    refused = desk.patch(f"contacts/{person['no']}", {"company_name": "c"})

    assert refusal(refused) == (422, "E-AMBIGUOUS")
    assert refused.json["errors"][0]["field"] == "company_name"


@case("BCT-CON-11")
def test_a_contact_is_a_company_unless_said_otherwise(desk):
    contact = desk.create("contacts", no="X9")

    assert (contact["type"], contact["company_name"]) == ("company", None)


@case("BCT-CON-12")
def test_a_contact_without_dependants_is_deleted(desk):
    desk.company("K9")

    desk.remove("contacts/K9")

    assert desk.get("contacts/K9").status_code == 404


@case("CONT-050")
def test_consent_never_unblocks_a_minor_by_itself(desk):
    person = desk.create("contacts", no="P9", type="person", minor=True)
    assert person["privacy_blocked"] is True
    refused = desk.patch("contacts/P9", {"privacy_blocked": False})
    assert refusal(refused) == (422, "E-FIELD")

    with_consent = desk.change("contacts/P9", parental_consent_received=True)
    assert with_consent["privacy_blocked"] is True
    assert desk.change("contacts/P9", privacy_blocked=False)["privacy_blocked"] is False
    again = desk.change("contacts/P9", parental_consent_received=False)
    assert again["privacy_blocked"] is True


@pytest.mark.parametrize(
    ("field", "text", "fits"),
    [
        ("phone_no", "+49 (228) 12-34", True),
        ("phone_no", "0800 FLOWERS", False),
        ("mobile_phone_no", "0171 x", False),
        ("email", "a@k.com; b@k.com", True),
        ("email", "a@k.com;b", False),
        ("email_2", "a@k.com;b@k.com", False),
    ],
)
def test_phone_numbers_and_addresses_are_checked(desk, field, text, fits):
    answer = desk.post("contacts", {"no": "X9", field: text})

    assert answer.status_code == (201 if fits else 422)
    if not fits:
        assert answer.json["errors"][0]["field"] == field


@case("CONT-044")
@pytest.mark.parametrize("email", ["a@k.com;b@k.com", "nonsense"])
def test_an_alternative_address_has_one_email(desk, email):
    desk.company("K9")

    answer = desk.post(
        "contacts/K9/alternative-addresses", {"code": "HOME", "email": email}
    )

    assert refusal(answer) == (422, "E-FIELD")


@pytest.fixture
def twins(desk):
    for no, city in (("K8", "Bonn"), ("K9", "Kiel")):
        desk.company(no, name="Twin Ltd.", email="info@twin.com", city=city)
    return desk


def test_likely_duplicates_are_found_with_their_reasons(twins):
    (pair,) = twins.items("contact-duplicates?score__from=75")

    assert (pair["left_no"], pair["right_no"], pair["score"]) == ("K8", "K9", 75)
    assert (pair["same_email"], pair["same_address"]) == (True, False)


def test_a_merge_does_what_its_preview_said(twins):
    twins.person("P9", company_no="K9")
    preview = twins.get("contacts/K8/merge-preview?with=K9")
    assert {"field": "city", "value": "Bonn", "other_value": "Kiel"} in preview.json[
        "differences"
    ]
    (people,) = (row for row in preview.json["moves"] if row["rows"] == "people")
    assert people["moved"] == 1

    merged = twins.post(
        "contacts/K8/merge",
        {"other_no": "K9", "take": ["city"]},
        headers={"If-Match": preview.headers["ETag"]},
    )

    assert (merged.status_code, merged.json["city"]) == (200, "Kiel")
    assert twins.read("contacts/P9")["company_no"] == "K8"


def test_a_merge_that_takes_the_company_is_previewed_with_it(twins):
    twins.person("P8", company_no="K8")
    twins.person("P9", company_no="K9")
    segment_no = twins.segment(interaction_template_code="BUS", salesperson_code="JR")
    twins.line(segment_no, "P8")
    twins.log(segment_no)
    address = "contacts/P8/merge-preview?with=P9"
    staying, taking = twins.get(address), twins.get(f"{address}&take=company_no")
    assert staying.json["merged_statistics"]["no_of_interactions"] == 1
    assert taking.json["merged_statistics"]["no_of_interactions"] == 0
    assert taking.json["interactions_left_behind"] == 1
    assert refusal(twins.get(f"{address}&take=no")) == (422, "E-UNKNOWN-FIELD")
    body = {"other_no": "P9", "take": ["company_no"]}
    refused, merged = (
        twins.post(
            "contacts/P8/merge", body, headers={"If-Match": seen.headers["ETag"]}
        )
        for seen in (staying, taking)
    )

    assert refused.status_code == 412
    assert (merged.status_code, merged.json["company_no"]) == (200, "K9")
    assert twins.read("contacts/P8/statistics")["no_of_interactions"] == 0


def test_a_contact_of_many_rows_is_merged_by_a_job(twins, monkeypatch):
    monkeypatch.setitem(merge_with_targets.__kwdefaults__, "at_once", 0)
    twins.person("P9", company_no="K9")
    seen = twins.get("contacts/K8/merge-preview?with=K9").headers["ETag"]
    body = {"other_no": "K9", "take": ["city"]}
    stale = {"headers": {"If-Match": '"another"'}}
    assert twins.post("contacts/K8/merge", body, **stale).status_code == 412

    answer = twins.post("contacts/K8/merge", body, headers={"If-Match": seen})
    assert answer.status_code == 202
    assert refusal(twins.post("contacts/K8/merge", body)) == (409, "E-JOB-RUNNING")
    job = twins.run(answer.json)

    assert (job["kind"], job["state"]) == ("merge_contacts", "succeeded")
    assert job["links"]["contact"].endswith("/contacts/K8")
    assert twins.read("contacts/K8")["city"] == "Kiel"
    assert twins.read("contacts/P9")["company_no"] == "K8"


def test_the_merged_number_tells_where_the_contact_is(twins):
    twins.do("contacts/K8/merge", other_no="K9")

    answer = twins.get("contacts/K9")

    assert refusal(answer) == (404, "E-MERGED")
    assert answer.json["links"] == {"contact": "/api/v1/contacts/K8"}
    assert refusal(twins.post("contacts", {"no": "K9"})) == (409, "E-EXISTS")


def test_a_merge_of_something_else_than_was_seen_is_refused(twins):
    seen = twins.get("contacts/K8/merge-preview?with=K9").headers["ETag"]
    twins.change("contacts/K9", city="Rom")

    answer = twins.post(
        "contacts/K8/merge", {"other_no": "K9"}, headers={"If-Match": seen}
    )

    assert answer.status_code == 412
    assert twins.read("contacts/K9")["city"] == "Rom"


def test_only_contacts_of_one_type_become_one(twins):
    twins.person("P9")

    answer = twins.post("contacts/K8/merge", {"other_no": "P9"})

    assert refusal(answer) == (422, "E-FIELD")


@case("BCT-CON-05")
def test_a_contact_can_be_commented_on(desk):
    comment = desk.create("contacts/C1/comments", comment="Prefers mornings")

    assert comment["comment"] == "Prefers mornings"
    assert desk.items("contacts/C1/comments") == [comment]
    assert desk.items("contacts/C2/comments") == []


@case("BCT-CON-05")
def test_comments_are_changed_and_deleted(desk):
    first = desk.create("contacts/C1/comments", comment="A", date="2026-03-01")
    second = desk.create("contacts/C1/comments", comment="B")

    changed = desk.change(f"contacts/C1/comments/{first['comment_no']}", comment="C")
    desk.remove(f"contacts/C1/comments/{second['comment_no']}")

    assert (changed["comment"], changed["date"]) == ("C", "2026-03-01")
    assert desk.items("contacts/C1/comments") == [changed]
    elsewhere = desk.get(f"contacts/C2/comments/{first['comment_no']}")
    assert refusal(elsewhere) == (404, "E-NOT-FOUND")


@case("BCT-CON-05")
@pytest.mark.parametrize("words", ["", "  ", None, "x" * 256])
def test_a_comment_says_something(desk, words):
    answer = desk.post("contacts/C1/comments", {"comment": words})

    assert refusal(answer) == (422, "E-FIELD")
    assert answer.json["errors"][0]["field"] == "comment"


@case("BCT-CON-05")
def test_who_reads_contacts_reads_comments_and_only_editors_write_them(
    desk, program_as
):
    desk.create("contacts/C1/comments", comment="A")

    viewer, operator = program_as("viewer"), program_as("operator")
    assert [row["comment"] for row in viewer.items("contacts/C1/comments")] == ["A"]
    assert viewer.post("contacts/C1/comments", {"comment": "B"}).status_code == 403
    assert operator.get("contacts/C1/comments").status_code == 403


@case("BCT-CON-05")
def test_comments_go_with_their_contact_and_count_as_its_change(desk):
    before = desk.read("contacts/C1")["last_modified_at"]
    desk.create("contacts/C1/comments", comment="A")
    assert desk.read("contacts/C1")["last_modified_at"] > before

    desk.remove("contacts/C1")
    desk.company("C1")

    assert desk.items("contacts/C1/comments") == []
