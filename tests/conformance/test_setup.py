"""Marketing Setup: defaults and what people take over from their company."""

from io import BytesIO

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case

SHAPED = ("territory_code", "country_region_code", "language_code", "salutation_code")


@pytest.fixture
def masters(rollcall):
    """Two of each list of codes that the setup and contacts name."""
    for path, codes in (
        ("salespeople", ("SP1", "SP2")),
        ("territories", ("TR1", "TR2")),
        ("languages", ("LG1", "LG2")),
        ("salutations", ("SA1", "SA2")),
    ):
        for code in codes:
            rollcall.create(path, code=code)
    return rollcall


@pytest.fixture
def defaults(masters):
    masters.change(
        "marketing-setup",
        default_salesperson_code="SP1",
        default_territory_code="TR1",
        default_country_region_code="CR1",
        default_language_code="LG1",
        default_correspondence_type="hard_copy",
        default_person_salutation_code="SA1",
        default_company_salutation_code="SA2",
    )
    return masters


@case("BCT-SET-08")
def test_a_contact_starts_with_the_users_own_salesperson(defaults, own_salesperson):
    own_salesperson("SP2")

    contact = defaults.create("contacts", name="Alpha")

    assert contact["salesperson_code"] == "SP2"


@case("CONT-015")
def test_without_one_the_setups_salesperson_counts(defaults):
    assert defaults.create("contacts", name="Alpha")["salesperson_code"] == "SP1"


@case("BCT-SET-10")
def test_without_defaults_a_company_starts_blank(masters):
    contact = masters.create("contacts", type="company", name="Alpha")

    assert [contact[name] for name in SHAPED] == [None] * 4
    assert contact["correspondence_type"] is None
    assert contact["salesperson_code"] is None


@case("CONT-015")
@pytest.mark.parametrize(
    ("kind", "salutation"), [("company", "SA2"), ("person", "SA1")]
)
def test_a_contact_starts_with_the_defaults(defaults, kind, salutation):
    contact = defaults.create("contacts", type=kind, name="Alpha")

    assert [contact[name] for name in SHAPED] == ["TR1", "CR1", "LG1", salutation]
    assert contact["correspondence_type"] == "hard_copy"


@case("BCT-SET-13")
def test_a_company_that_becomes_a_person_takes_the_persons_salutation(defaults):
    no = defaults.create("contacts", type="company", name="Alpha")["no"]

    contact = defaults.change(f"contacts/{no}", type="person")

    assert [contact[name] for name in SHAPED] == ["TR1", "CR1", "LG1", "SA1"]
    assert contact["correspondence_type"] == "hard_copy"


@pytest.fixture
def company(masters):
    return masters.company(
        "K1",
        salesperson_code="SP1",
        territory_code="TR1",
        country_region_code="CR1",
        language_code="LG1",
        address="1 Main Street",
        email="k1@example.com",
    )


INHERITED = (
    "salesperson_code",
    "territory_code",
    "country_region_code",
    "language_code",
    "address",
    "email",
)


@case("BCT-SET-14")
@pytest.mark.parametrize("at_once", [True, False])
def test_a_person_takes_over_what_its_company_has(masters, company, at_once):
    if at_once:
        masters.person("P1", company_no=company)
    else:
        masters.person("P1")
        masters.change("contacts/P1", company_no=company)

    person, parent = masters.read("contacts/P1"), masters.read(f"contacts/{company}")
    assert [person[name] for name in INHERITED] == [parent[name] for name in INHERITED]


@case("CONT-031")
@pytest.mark.parametrize(
    ("switch", "fields"),
    [
        ("inherit_salesperson", {"salesperson_code"}),
        ("inherit_territory", {"territory_code"}),
        ("inherit_country_region", {"country_region_code"}),
        ("inherit_language", {"language_code"}),
        ("inherit_address_details", {"address"}),
        ("inherit_communication_details", {"email"}),
    ],
)
def test_what_is_switched_off_is_not_taken_over(masters, company, switch, fields):
    masters.change("marketing-setup", **{switch: False})

    masters.person("P1", company_no=company)

    person = masters.read("contacts/P1")
    assert {name for name in INHERITED if person[name] is None} == fields


@case("BCT-SET-16")
def test_a_salutation_can_be_kept(rollcall):
    rollcall.create("salutations", code="sa1", description="Women")

    assert rollcall.read("salutations/SA1") == {"code": "SA1", "description": "Women"}


@case("BCT-SET-17")
def test_a_salutation_can_have_a_formal_formula(rollcall):
    rollcall.create("salutations", code="SA1")

    formula = rollcall.create(
        "salutations/SA1/formulas",
        type="formal",
        text="Dear %5 %4 %3",
        name_1="company_name",
        name_2="initials",
        name_3="surname",
        name_4="middle_name",
        name_5="first_name",
    )

    assert formula["key"] == "formal"
    assert formula["language_code"] is None
    assert rollcall.items("salutations/SA1/formulas") == [formula]


@case("BCT-SET-18")
@case("BCT-SET-20")
@pytest.mark.parametrize(
    ("language", "key"), [(None, "informal"), ("LG1", "informal-LG1")]
)
def test_a_salutation_can_have_an_informal_formula(masters, language, key):
    formula = masters.create(
        "salutations/SA1/formulas", type="informal", language_code=language
    )

    assert masters.read(f"salutations/SA1/formulas/{key}") == formula
    assert (formula["type"], formula["language_code"]) == ("informal", language)


@case("CONT-059")
def test_a_salutation_has_one_formula_of_a_type_in_a_language(masters):
    draft = {"type": "formal", "language_code": "LG1"}
    masters.create("salutations/SA1/formulas", **draft)

    again = masters.post("salutations/SA1/formulas", draft)

    assert refusal(again) == (409, "E-EXISTS")
    for other in ({"type": "informal", "language_code": "LG1"}, {"type": "formal"}):
        masters.create("salutations/SA1/formulas", **other)


@case("CONT-059")
def test_a_formula_names_a_language_that_exists_and_keeps_it(masters):
    draft = {"type": "formal", "language_code": "NONE"}
    assert refusal(masters.post("salutations/SA1/formulas", draft)) == (
        422,
        "E-UNKNOWN-CODE",
    )
    masters.create("salutations/SA1/formulas", **draft | {"language_code": "LG1"})

    assert refusal(masters.delete("languages/LG1")) == (409, "E-IN-USE")


@case("CONT-059")
def test_formulas_are_changed_deleted_and_go_with_their_salutation(masters):
    masters.create("salutations/SA1/formulas", type="formal", text="Dear %1")
    masters.create("salutations/SA1/formulas", type="informal")

    changed = masters.change(
        "salutations/SA1/formulas/formal", text="Hello %1", name_1="surname"
    )
    masters.remove("salutations/SA1/formulas/informal")

    assert (changed["text"], changed["name_1"]) == ("Hello %1", "surname")
    assert [row["key"] for row in masters.items("salutations/SA1/formulas")] == [
        "formal"
    ]
    masters.remove("salutations/SA1")
    masters.create("salutations", code="SA1")
    assert masters.items("salutations/SA1/formulas") == []


@pytest.fixture
def greeted(masters):
    """A person, and formulas for one language and for all others."""
    masters.person("P1", name="Anna Berg", salutation_code="SA1", language_code="LG1")
    formulas = "salutations/SA1/formulas"
    places = {"name_1": "first_name", "name_2": "middle_name", "name_3": "surname"}
    masters.create(formulas, type="formal", text="Dear %1 %2 %3,", **places)
    masters.create(
        formulas, type="formal", language_code="LG1", text="Kære %1 %2 %3,", **places
    )
    masters.create(formulas, type="informal", text="Hi %1!", **places)
    return masters


@case("MRG-002")
def test_a_contact_is_greeted_in_its_language_else_as_everybody(greeted):
    assert greeted.read("contacts/P1/greetings") == {
        "formal": "Kære Anna Berg,",
        "informal": "Hi Anna!",
    }
    greeted.change("contacts/P1", language_code="LG2")

    assert greeted.read("contacts/P1/greetings")["formal"] == "Dear Anna Berg,"


@case("MRG-002")
@pytest.mark.parametrize("salutation", ["SA2", None])
def test_without_a_formula_there_is_no_greeting(greeted, salutation):
    greeted.change("contacts/P1", salutation_code=salutation)

    assert greeted.read("contacts/P1/greetings") == {"formal": None, "informal": None}


@case("BCT-SET-21")
def test_a_contact_can_have_a_salutation(masters):
    masters.person("P1")

    contact = masters.change("contacts/P1", salutation_code="sa2")

    assert contact["salutation_code"] == "SA2"


@case("BCT-SET-22")
def test_the_setup_names_the_template_of_email_drafts(rollcall):
    rollcall.template("TX")

    rollcall.change("marketing-setup", email_draft_template_code="tx")

    assert rollcall.read("marketing-setup")["email_draft_template_code"] == "TX"
    kept = rollcall.delete("interaction-templates/TX")
    assert refusal(kept) == (409, "E-IN-USE")


@case("BCT-SET-22")
def test_the_template_of_email_drafts_has_no_attachment(rollcall):
    rollcall.create("languages", code="LG1")
    rollcall.template("TX", language_code_default="LG1")
    file = {"file": (BytesIO(b"words"), "letter.txt")}
    way = "interaction-templates/TX/languages/LG1/attachment"
    assert rollcall.ask("PUT", way, data=file).status_code < 300

    answer = rollcall.patch("marketing-setup", {"email_draft_template_code": "TX"})

    assert refusal(answer) == (422, "E-FIELD")
    assert answer.json["errors"][0]["field"] == "email_draft_template_code"


@pytest.fixture
def drafts(rollcall):
    """TX writes drafts, in LG1; its LG2 has a file, and so has LG1 of LT."""
    for language in ("LG1", "LG2"):
        rollcall.create("languages", code=language)
    rollcall.template("TX", language_code_default="LG1")
    rollcall.create("interaction-templates/TX/languages", language_code="LG2")
    rollcall.template("LT", language_code_default="LG1")
    for language in ("TX/languages/LG2", "LT/languages/LG1"):
        address, file = _a_file_for(language)
        answer = rollcall.ask("PUT", address, data=file)
        assert answer.status_code == 200
    rollcall.change("marketing-setup", email_draft_template_code="TX")
    return rollcall


def _a_file_for(language):
    address = f"interaction-templates/{language}/attachment"
    return address, {"file": (BytesIO(b"words"), "letter.txt")}


@case("BCT-SET-22")
def test_no_file_is_attached_to_the_template_of_email_drafts_later(drafts):
    address, file = _a_file_for("TX/languages/LG1")

    answer = drafts.ask("PUT", address, data=file)

    assert refusal(answer) == (422, "E-FIELD")
    assert answer.json["errors"][0]["field"] == "file"
    assert drafts.get(address).status_code == 404


@case("BCT-SET-22")
@pytest.mark.parametrize(
    "there",
    [
        {"language_code": "LG2"},
        {"language_code": "LG1", "interaction_template_code": "LT"},
    ],
)
def test_nor_is_one_copied_to_it(drafts, there):
    way = "interaction-templates/TX/languages/LG1/attachment"

    answer = drafts.post(f"{way}/copy", there)

    assert refusal(answer) == (422, "E-FIELD")
    assert answer.json["errors"][0]["field"] == "language_code"
    assert drafts.get(way).status_code == 404


@case("BCT-SET-22")
def test_nor_does_a_language_with_one_become_its_default(drafts):
    answer = drafts.patch("interaction-templates/TX", {"language_code_default": "LG2"})

    assert refusal(answer) == (422, "E-FIELD")
    assert answer.json["errors"][0]["field"] == "language_code_default"
    template = drafts.read("interaction-templates/TX")
    assert template["language_code_default"] == "LG1"


@case("BCT-SET-22")
def test_other_languages_and_templates_get_files_as_before(drafts):
    for language in ("TX/languages/LG2", "LT/languages/LG1"):
        address, file = _a_file_for(language)
        assert drafts.ask("PUT", address, data=file).status_code == 200
    drafts.change("marketing-setup", email_draft_template_code="")
    address, file = _a_file_for("TX/languages/LG1")
    assert drafts.ask("PUT", address, data=file).status_code == 200


@case("SETUP-002")
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("contact_nos", "NONE"),
        ("campaign_nos", "NONE"),
        ("segment_nos", "NONE"),
        ("default_salesperson_code", "NONE"),
        ("default_territory_code", "NONE"),
        ("default_language_code", "NONE"),
        ("default_person_salutation_code", "NONE"),
        ("default_company_salutation_code", "NONE"),
        ("email_draft_template_code", "NONE"),
    ],
)
def test_the_setup_names_only_what_exists(masters, field, code):
    before = masters.read("marketing-setup")

    answer = masters.patch("marketing-setup", {field: code})

    assert refusal(answer) == (422, "E-UNKNOWN-CODE")
    assert answer.json["errors"][0]["field"] == field
    assert masters.read("marketing-setup") == before


@case("SETUP-002")
def test_the_setup_keeps_what_is_not_named(defaults):
    before = defaults.read("marketing-setup")

    after = defaults.change("marketing-setup", default_territory_code="TR2")

    assert after == before | {"default_territory_code": "TR2"}


@case("SETUP-002")
@pytest.mark.parametrize("role", ["viewer", "marketer", "operator"])
def test_only_administrators_change_setup_and_series(defaults, program_as, role):
    other = program_as(role)
    series = other.post("number-series", {"code": "X"})
    setup = other.patch("marketing-setup", {"segment_nos": None})

    assert [refusal(answer) for answer in (series, setup)] == [(403, "E-ROLE")] * 2
    assert other.get("marketing-setup").status_code == 200
