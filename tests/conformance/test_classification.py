"""What contacts are sorted by: CONT-053…057, BCT-CON-01, -02."""

import pytest

from tests.conformance.program import refusal

case = pytest.mark.case


@pytest.fixture
def lists(desk):
    for address in (
        "mailing-groups",
        "industry-groups",
        "business-relations",
        "job-responsibilities",
        "organizational-levels",
    ):
        desk.create(address, code="A", description="Description of A")
    desk.create("contacts", no="P1", type="person", name="Anna Berg", company_no="C1")
    return desk


@case("BCT-CON-01")
def test_a_company_has_an_industry_group(lists):
    lists.create("contacts/C1/industry-groups", code="A")

    found = lists.items("contacts/C1/industry-groups")
    assert [(row["code"], row["description"]) for row in found] == [
        ("A", "Description of A")
    ]


@case("BCT-CON-02")
def test_a_company_has_a_business_relation(lists):
    lists.create("contacts/C1/business-relations", code="A")

    assert len(lists.items("contacts/C1/business-relations")) == 1


@case("CONT-055")
@pytest.mark.parametrize("address", ["industry-groups", "business-relations"])
def test_a_person_shows_what_its_company_has_and_cannot_change_it(lists, address):
    lists.create(f"contacts/C1/{address}", code="A")

    (shown,) = lists.items(f"contacts/P1/{address}")

    assert (shown["contact_no"], shown["code"]) == ("C1", "A")
    refused = lists.post(f"contacts/P1/{address}", {"code": "A"})
    assert refusal(refused) == (422, "E-CONTACT-TYPE")
    assert lists.delete(f"contacts/P1/{address}/A").status_code == 422


@case("CONT-053")
def test_job_responsibilities_are_for_people(lists):
    lists.create("contacts/P1/job-responsibilities", code="A")

    refused = lists.post("contacts/C1/job-responsibilities", {"code": "A"})

    assert refusal(refused) == (422, "E-CONTACT-TYPE")
    assert lists.items("contacts/C1/job-responsibilities") == []


@case("CONT-053")
def test_mailing_groups_are_for_everybody_and_taken_once(lists):
    for no in ("C1", "P1"):
        lists.create(f"contacts/{no}/mailing-groups", code="A")

    again = lists.post("contacts/C1/mailing-groups", {"code": "A"})

    assert refusal(again) == (409, "E-EXISTS")


@case("CONT-053")
@pytest.mark.parametrize(
    ("address", "no"),
    [
        ("mailing-groups", "C1"),
        ("industry-groups", "C1"),
        ("business-relations", "C1"),
        ("job-responsibilities", "P1"),
    ],
)
def test_a_code_in_use_is_not_deleted(lists, address, no):
    lists.create(f"contacts/{no}/{address}", code="A")

    assert refusal(lists.delete(f"{address}/A")) == (409, "E-IN-USE")
    lists.remove(f"contacts/{no}/{address}/A")
    lists.remove(f"{address}/A")


@case("CONT-053")
def test_an_organizational_level_is_a_persons(lists):
    person = lists.change("contacts/P1", organizational_level_code="A")

    assert person["organizational_level_code"] == "A"
    refused = lists.patch("contacts/C1", {"organizational_level_code": "A"})
    assert refusal(refused) == (422, "E-FIELD")
    unknown = lists.patch("contacts/P1", {"organizational_level_code": "B"})
    assert refusal(unknown) == (422, "E-UNKNOWN-CODE")


def test_an_unknown_code_is_refused_by_name(lists):
    refused = lists.post("contacts/C1/mailing-groups", {"code": "NOPE"})

    assert refusal(refused) == (422, "E-UNKNOWN-CODE")


@case("CONT-054")
def test_a_number_of_the_books_replaces_the_relation_without_one(lists):
    lists.create("contacts/C1/business-relations", code="A")
    lists.create(
        "contacts/C1/business-relations", code="A", link_to_table="customer", no="10"
    )

    (relation,) = lists.items("contacts/C1/business-relations")
    assert (relation["link_to_table"], relation["no"]) == ("customer", "10")


@case("CONT-054")
@pytest.mark.parametrize(("no", "customer"), [("C1", "11"), ("C2", "10")])
def test_one_customer_is_one_contact(lists, no, customer):
    lists.create("business-relations", code="B")
    lists.create(
        "contacts/C1/business-relations", code="A", link_to_table="customer", no="10"
    )

    second = {"code": "B", "link_to_table": "customer", "no": customer}

    refused = lists.post(f"contacts/{no}/business-relations", second)
    assert refusal(refused) == (409, "E-EXISTS")


def test_a_deleted_contact_leaves_its_groups(lists):
    lists.create("contacts/C2/mailing-groups", code="A")
    lists.create("contacts/C2/industry-groups", code="A")

    lists.remove("contacts/C2")

    lists.remove("mailing-groups/A")
    lists.remove("industry-groups/A")


def test_a_company_with_industry_groups_does_not_become_a_person(lists):
    lists.create("contacts/C2/industry-groups", code="A")

    assert refusal(lists.patch("contacts/C2", {"type": "person"})) == (409, "E-IN-USE")


# --- profile questionnaires --------------------------------------------------------


@pytest.fixture
def profile(lists):
    """Question 10000 takes one of 20000, 30000; question 40000 several."""
    lists.create("profile-questionnaires", code="Q", description="Interests")
    for kind, words, several in (
        ("question", "Size?", False),
        ("answer", "Small", False),
        ("answer", "Large", False),
        ("question", "Sports?", True),
        ("answer", "Golf", False),
        ("answer", "Chess", False),
    ):
        lists.create(
            "profile-questionnaires/Q/lines",
            type=kind,
            description=words,
            multiple_answers=several,
        )
    return lists


def answered(program, no, *lines):
    for line_no in lines:
        program.create(
            f"contacts/{no}/profile-answers", questionnaire_code="Q", line_no=line_no
        )


@case("CONT-057")
def test_answers_show_their_question(profile):
    answered(profile, "C1", 20000, 50000, 60000)

    found = profile.items("contacts/C1/profile-answers")

    assert [(row["question"], row["answer"]) for row in found] == [
        ("Size?", "Small"),
        ("Sports?", "Golf"),
        ("Sports?", "Chess"),
    ]


@case("CONT-057")
def test_a_question_of_one_answer_takes_one(profile):
    answered(profile, "C1", 20000)
    second = {"questionnaire_code": "Q", "line_no": 30000}

    refused = profile.post("contacts/C1/profile-answers", second)

    assert refusal(refused) == (409, "E-ONE-ANSWER")
    profile.remove("contacts/C1/profile-answers/Q/20000")
    answered(profile, "C1", 30000)


@case("CONT-057")
def test_a_question_is_no_answer(profile):
    refused = profile.post(
        "contacts/C1/profile-answers", {"questionnaire_code": "Q", "line_no": 10000}
    )

    assert refusal(refused) == (422, "E-FIELD")


@case("CONT-057")
def test_a_questionnaire_about_people_is_not_for_companies(profile):
    profile.change("profile-questionnaires/Q", contact_type="people")

    refused = profile.post(
        "contacts/C1/profile-answers", {"questionnaire_code": "Q", "line_no": 20000}
    )

    assert refusal(refused) == (422, "E-CONTACT-TYPE")
    answered(profile, "P1", 20000)


@case("CONT-051")
def test_minors_have_no_profile(profile):
    profile.change("contacts/P1", minor=True)

    refused = profile.post(
        "contacts/P1/profile-answers", {"questionnaire_code": "Q", "line_no": 20000}
    )

    assert refusal(refused) == (422, "E-MINOR")


def test_what_was_answered_stays(profile):
    answered(profile, "C1", 20000)

    for address in ("", "/lines/10000", "/lines/20000"):
        refused = profile.delete(f"profile-questionnaires/Q{address}")
        assert refusal(refused) == (409, "E-IN-USE")
    profile.remove("profile-questionnaires/Q/lines/30000")


def test_an_answer_needs_a_question_above(lists):
    lists.create("profile-questionnaires", code="Q")

    refused = lists.post(
        "profile-questionnaires/Q/lines", {"type": "answer", "description": "Golf"}
    )

    assert refusal(refused) == (422, "E-FIELD")


@pytest.fixture
def kept_for_the_books(lists):
    """A is the relation of customers, B that of vendors, F is free."""
    for code in ("B", "F"):
        lists.create("business-relations", code=code)
    lists.change(
        "marketing-setup",
        business_relation_code_for_customers="A",
        business_relation_code_for_vendors="B",
    )
    return lists


def relate(program, contact_no, code, **book):
    way = f"contacts/{contact_no}/business-relations"
    program.create(way, code=code, **book)


@case("CONT-054")
@pytest.mark.parametrize("book", [{}, {"link_to_table": "vendor", "no": "10"}])
def test_a_relation_kept_for_customers_needs_a_customers_number(
    kept_for_the_books, book
):
    way = "contacts/C1/business-relations"

    refused = kept_for_the_books.post(way, {"code": "A", **book})

    assert refusal(refused) == (422, "E-RESERVED")
    assert refused.json["errors"][0]["field"] == "code"
    assert kept_for_the_books.items(way) == []
    relate(kept_for_the_books, "C1", "A", link_to_table="customer", no="10")


@case("CONT-054")
def test_a_relation_of_the_setup_exists_and_stays(kept_for_the_books):
    unknown = {"business_relation_code_for_employees": "NONE"}

    assert refusal(kept_for_the_books.patch("marketing-setup", unknown)) == (
        422,
        "E-UNKNOWN-CODE",
    )
    kept = kept_for_the_books.delete("business-relations/A")
    assert refusal(kept) == (409, "E-IN-USE")


CUSTOMER = ("A", {"link_to_table": "customer", "no": "10"})
VENDOR = ("B", {"link_to_table": "vendor", "no": "20"})
FREE = ("F", {})
CUSTOMER_BY_ANOTHER_CODE = ("F", {"link_to_table": "customer", "no": "10"})


@case("CONT-056")
@pytest.mark.parametrize(
    ("relations", "summary"),
    [
        ([], "none"),
        ([CUSTOMER], "customer"),
        ([VENDOR], "vendor"),
        ([FREE], "other"),
        ([CUSTOMER_BY_ANOTHER_CODE], "other"),
        ([CUSTOMER, VENDOR], "multiple"),
        ([CUSTOMER, FREE], "multiple"),
    ],
)
def test_what_a_contact_is_to_us_is_told_in_one_word(
    kept_for_the_books, relations, summary
):
    for code, book in relations:
        relate(kept_for_the_books, "C1", code, **book)
    kept_for_the_books.person("P8", company_no="C1")
    kept_for_the_books.person("P9")

    def told(no):
        return kept_for_the_books.read(f"contacts/{no}")["contact_business_relation"]

    assert (told("C1"), told("P8"), told("P9")) == (summary, summary, "none")
    listed = {
        row["no"]: row["contact_business_relation"]
        for row in kept_for_the_books.items("contacts?limit=1000")
    }
    assert (listed["C1"], listed["P8"], listed["C2"]) == (summary, summary, "none")


@case("CONT-056")
def test_a_person_counts_its_own_relation_and_its_companys(kept_for_the_books):
    kept_for_the_books.person("P8", company_no="C1")
    relate(kept_for_the_books, "P8", "F", link_to_table="employee", no="7")
    assert kept_for_the_books.read("contacts/P8")["contact_business_relation"] == (
        "other"
    )

    relate(kept_for_the_books, "C1", "A", link_to_table="customer", no="10")

    relations = kept_for_the_books.items("contacts/P8/business-relations")
    assert [row["contact_no"] for row in relations] == ["C1", "P8"]
    person, company = (kept_for_the_books.read(f"contacts/{no}") for no in ("P8", "C1"))
    assert person["contact_business_relation"] == "multiple"
    assert company["contact_business_relation"] == "customer"


@case("CONT-055")
def test_an_employees_own_relation_goes_before_its_companys(kept_for_the_books):
    kept_for_the_books.person("P8", company_no="C1")
    relate(kept_for_the_books, "C1", "F")
    relate(kept_for_the_books, "P8", "F", link_to_table="employee", no="7")

    (relation,) = kept_for_the_books.items("contacts/P8/business-relations")

    assert (relation["contact_no"], relation["no"]) == ("P8", "7")
    kept_for_the_books.remove("contacts/P8/business-relations/F")
    (left,) = kept_for_the_books.items("contacts/P8/business-relations")
    assert (left["contact_no"], left["link_to_table"]) == ("C1", None)
