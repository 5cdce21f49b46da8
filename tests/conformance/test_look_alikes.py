"""Companies that are written differently and are the same: CONT-058, SETUP-001."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case

ACME = {
    "name": "Acme Ltd.",
    "address": "1 Harbour Road",
    "city": "Bonn",
    "phone_no": "+49 228 / 12-34",
}
OTHERWISE = {
    "name": "ACME Limited",
    "address": "1, HARBOUR ROAD",
    "city": "bonn",
    "phone_no": "+49 (228) 1234",
}
STRINGS = "duplicate-search-strings"


@pytest.fixture
def desk_without(desk):
    """Nothing is compared yet."""
    for string in desk.items(STRINGS):
        desk.remove(f"{STRINGS}/{string['code']}")
    return desk


@pytest.fixture
def acmes(desk_without):
    """Names, addresses, cities and phone numbers are compared, beginning and end."""
    desk = desk_without
    for field in ("name", "address", "city", "phone_no"):
        for part in ("first", "last"):
            desk.create(STRINGS, field=field, part=part)
    desk.company("K1", **ACME)
    desk.company("K2", **OTHERWISE)
    return desk


def like(program, no):
    return [item["no"] for item in program.items(f"contacts/{no}/likely-duplicates")]


@case("CONT-058")
def test_a_company_written_differently_is_found_with_what_agrees(acmes):
    (found,) = acmes.items("contacts/K1/likely-duplicates")

    assert (found["no"], found["name"], found["score"]) == ("K2", "ACME Limited", 87)
    assert "NAME-LAST" not in found["search_strings"]
    assert {"NAME-FIRST", "PHONE_NO-LAST"} < set(found["search_strings"])


@case("CONT-058")
def test_a_company_is_never_refused_because_it_looks_like_another(acmes):
    acmes.company("K3", **ACME)
    acmes.change("contacts/C1", **ACME)

    assert like(acmes, "K3") == ["C1", "K1", "K2"]


@case("CONT-058")
def test_people_are_not_compared(acmes):
    acmes.person("P8", **ACME)

    assert like(acmes, "K1") == ["K2"]
    assert like(acmes, "P8") == []


@case("CONT-058")
def test_what_was_changed_is_compared_as_it_is_now(acmes):
    acmes.change("contacts/K2", address="Elsewhere 9", phone_no="")

    assert like(acmes, "K1") == []


@case("CONT-058")
def test_the_setup_says_how_much_has_to_agree(acmes):
    acmes.change("marketing-setup", search_hit_percent=88)
    assert like(acmes, "K1") == []

    acmes.remove(f"{STRINGS}/NAME-LAST")

    assert like(acmes, "K1") == ["K2"]


@case("CONT-058")
def test_a_longer_string_agrees_less_often(acmes):
    acmes.change("marketing-setup", search_hit_percent=80)
    assert like(acmes, "K1") == ["K2"]

    acmes.change(f"{STRINGS}/NAME-FIRST", length=10)

    assert like(acmes, "K1") == []


@case("CONT-058")
@pytest.mark.parametrize("length", [1, 11, None])
def test_a_string_has_two_to_ten_characters(desk, length):
    answer = desk.post(STRINGS, {"field": "name", "part": "last", "length": length})

    assert refusal(answer) == (422, "E-FIELD")


@case("CONT-058")
def test_each_part_of_a_field_is_compared_once(desk_without):
    desk = desk_without
    desk.create(STRINGS, field="email", part="last", length=4)

    answer = desk.post(STRINGS, {"field": "email", "part": "last"})

    assert refusal(answer) == (409, "E-EXISTS")
    assert desk.read(f"{STRINGS}/email-last")["length"] == 4


@case("SETUP-001")
def test_looking_for_duplicates_is_on_until_it_is_switched_off(rollcall):
    setup = rollcall.read("marketing-setup")
    assert (setup["autosearch_for_duplicates"], setup["search_hit_percent"]) == (
        True,
        60,
    )

    changed = rollcall.change("marketing-setup", autosearch_for_duplicates=False)

    assert changed["autosearch_for_duplicates"] is False


@case("SETUP-001")
@pytest.mark.parametrize("percent", [0, 101, "many"])
def test_hits_are_a_percentage(rollcall, percent):
    answer = rollcall.patch("marketing-setup", {"search_hit_percent": percent})

    assert refusal(answer) == (422, "E-FIELD")


@case("CONT-058")
def test_separate_contacts_are_not_shown_until_somebody_asks_again(acmes):
    apart = "contacts/K1/separate-contacts"
    for _ in range(2):
        said = acmes.do(apart, other_no="K2")
    assert (said["other_no"], said["separated_by"]) == ("K2", "administrator")
    assert like(acmes, "K1") == like(acmes, "K2") == []
    (kept,) = acmes.items("contacts/K2/separate-contacts")
    assert (kept["other_no"], kept["other_name"]) == ("K1", "Acme Ltd.")

    acmes.remove("contacts/K2/separate-contacts/K1")

    assert like(acmes, "K1") == ["K2"]
    assert acmes.items(apart) == []
    assert refusal(acmes.delete(f"{apart}/K2")) == (404, "E-NOT-FOUND")


@case("CONT-058")
def test_separate_namesakes_are_no_likely_duplicates(desk):
    for no in ("K8", "K9"):
        desk.company(no, name="Twin Ltd.", email="info@twin.com")
    assert len(desk.items("contact-duplicates")) == 1

    desk.do("contacts/K9/separate-contacts", other_no="K8")

    assert desk.items("contact-duplicates") == []


@case("CONT-058")
@pytest.mark.parametrize(
    ("other_no", "code"), [("NOPE", "E-UNKNOWN-CODE"), ("K1", "E-FIELD")]
)
def test_only_another_contact_can_be_kept_apart(acmes, other_no, code):
    answer = acmes.post("contacts/K1/separate-contacts", {"other_no": other_no})

    assert refusal(answer) == (422, code)


@case("CONT-058")
def test_a_reader_looks_and_decides_nothing(acmes, program_as):
    reader = program_as("viewer")

    assert like(reader, "K1") == ["K2"]
    answer = reader.post("contacts/K1/separate-contacts", {"other_no": "K2"})
    assert answer.status_code == 403


def find(program):
    answer = program.post("contact-duplicates/find")
    assert answer.status_code == 202, answer.json
    job = program.run(answer.json)
    assert job["state"] == "succeeded", job
    return job


@case("CONT-058")
def test_a_job_finds_all_that_look_alike_and_the_list_says_why(acmes):
    assert acmes.items("contact-duplicates") == []

    job = find(acmes)

    (pair,) = acmes.items("contact-duplicates")
    assert (pair["left_no"], pair["right_no"], pair["score"]) == ("K1", "K2", 87)
    assert (pair["same_name"], pair["same_phone"]) == (False, True)
    assert "NAME-LAST" not in pair["search_strings"]
    assert job["result"]["likely_duplicates"] == 1
    assert job["links"]["likely_duplicates"].endswith("/contact-duplicates")


@case("CONT-058")
def test_what_the_job_found_is_told_as_it_is_now(acmes):
    find(acmes)
    acmes.company("K3", **ACME | {"name": "Acme & Co."})
    assert len(acmes.items("contact-duplicates")) == 1

    acmes.remove("contacts/K2")

    assert acmes.items("contact-duplicates") == []
    assert find(acmes)["result"]["likely_duplicates"] == 1


@case("CONT-058")
def test_a_second_search_is_led_to_the_first(acmes):
    job = acmes.post("contact-duplicates/find").json

    refused = acmes.post("contact-duplicates/find")

    assert refusal(refused) == (409, "E-JOB-RUNNING")
    assert refused.json["links"]["job"].endswith(job["id"])
