import pytest
from sqlalchemy import func, select

from core.contacts.models import Contact
from core.errors import ConflictError
from core.interactions.models import InteractionLogEntry
from core.jobs.models import JobError
from core.vocabulary import ContactType, CorrespondenceType
from tests import factories
from tests.factories import actor
from tests.support.imports import (
    as_csv,
    contact_named,
    import_file,
    reasons,
    run_step,
    take,
)

MIXED = as_csv(
    ["Type", "Company Name", "Name", "E-Mail", "Phone"],
    ["Person", "Cronus", "Anna Maria Berg", "anna@example.com", "+44 1"],
    ["Company", "", "Cronus", "info@example.com", ""],
    ["Person", "", "Bo Ek", "", ""],
)


def contacts(session):
    return session.execute(select(func.count()).select_from(Contact)).scalar_one()


def test_companies_and_people_arrive_whatever_their_order(session, tmp_path):
    factories.marketing_setup(session)

    counts = import_file(session, tmp_path, MIXED)

    assert counts == {"rows": 3, "new": 3}
    cronus = contact_named(session, "Cronus")
    anna = contact_named(session, "Anna Maria Berg")
    assert (cronus.type, cronus.company_id) == (ContactType.COMPANY, cronus.id)
    assert (anna.type, anna.company_id) == (ContactType.PERSON, cronus.id)
    assert (anna.first_name, anna.middle_name, anna.surname) == (
        "Anna",
        "Maria",
        "Berg",
    )


def test_numbers_come_from_the_series_companies_first(session, tmp_path):
    factories.marketing_setup(session)
    factories.company(session, no="C00002", name="Other")

    import_file(session, tmp_path, MIXED)

    numbers = session.scalars(select(Contact.no).where(Contact.no_series == "CONT"))
    assert sorted(numbers) == ["C00001", "C00003", "C00004"]


def test_the_same_file_again_changes_nothing(session, tmp_path):
    factories.marketing_setup(session, default_salesperson_code="JR")
    import_file(session, tmp_path, MIXED)

    counts = import_file(session, tmp_path, MIXED)

    assert counts == {"rows": 3, "unchanged": 3}
    assert contacts(session) == 3


@pytest.mark.case("CONT-010")
def test_people_of_a_file_without_names_have_those_of_their_parts(session, tmp_path):
    factories.marketing_setup(session)
    file = as_csv(
        ["Type", "First Name", "Middle Name", "Surname"],
        ["Person", "Anna", "Maria", "Berg"],
        ["Person", "Bo", "", "Ek"],
    )

    import_file(session, tmp_path, file)

    assert contact_named(session, "Anna Maria Berg").search_name == "ANNA MARIA BERG"
    assert contact_named(session, "Bo Ek").surname == "Ek"
    assert import_file(session, tmp_path, file) == {"rows": 2, "unchanged": 2}


def test_a_dry_run_counts_and_writes_nothing(session, tmp_path):
    factories.marketing_setup(session)

    counts = import_file(session, tmp_path, MIXED, dry_run=True)

    assert counts == {"rows": 3, "new": 3}
    assert contacts(session) == 0


def test_a_number_names_the_contact_and_the_rest_changes(session, tmp_path):
    factories.marketing_setup(session)
    anna = factories.person(session, no="A1", name="Anna Berg", phone_no="1")

    counts = import_file(
        session, tmp_path, as_csv(["No.", "Name", "Phone"], ["a1", "Anna Ek", ""])
    )

    assert counts == {"rows": 1, "changed": 1}
    session.refresh(anna)
    assert (anna.name, anna.surname, anna.phone_no) == ("Anna Ek", "Ek", "1")


def test_a_number_of_ones_own_is_kept(session, tmp_path):
    factories.marketing_setup(session)

    import_file(session, tmp_path, as_csv(["No.", "Name"], ["x-1", "Cronus"]))

    assert contact_named(session, "Cronus").no == "X-1"


def test_numbers_are_refused_where_the_series_gives_them(session, tmp_path):
    series = factories.number_series(session, "AUTO", "C1")
    factories.marketing_setup(session, contact_nos=series)
    taken = take(session, tmp_path, as_csv(["No.", "Name"], ["X1", "Cronus"]))

    run_step(session, tmp_path, taken)

    assert reasons(session, taken) == {2: ["E-SERIES-MANUAL"]}


def test_defaults_fill_what_is_blank(session, tmp_path):
    factories.marketing_setup(
        session,
        default_territory_code="N",
        default_correspondence_type=CorrespondenceType.EMAIL,
        default_company_salutation_code="COMPANY",
    )

    import_file(
        session,
        tmp_path,
        as_csv(["Name"], ["Cronus"]),
        actor=actor(salesperson_code="BC"),
    )

    cronus = contact_named(session, "Cronus")
    assert (cronus.territory_code, cronus.salesperson_code) == ("N", "BC")
    assert cronus.correspondence_type == CorrespondenceType.EMAIL
    assert (cronus.salutation_code, cronus.search_name) == ("COMPANY", "CRONUS")


def test_new_people_take_over_from_a_company_of_the_same_file(session, tmp_path):
    factories.marketing_setup(session)
    factories.salesperson(session, "JR")

    import_file(
        session,
        tmp_path,
        as_csv(
            ["Type", "Company", "Name", "Salesperson", "City", "Phone"],
            ["Person", "Cronus", "Anna", "", "", ""],
            ["Person", "Cronus", "Bo", "", "York", "2"],
            ["Company", "", "Cronus", "JR", "Bath", "1"],
        ),
    )

    anna, bo = contact_named(session, "Anna"), contact_named(session, "Bo")
    assert (anna.salesperson_code, anna.city, anna.phone_no) == ("JR", "Bath", "1")
    assert (bo.salesperson_code, bo.city, bo.phone_no) == ("JR", "York", "2")


def test_people_who_agreed_follow_a_changed_company(session, tmp_path):
    factories.marketing_setup(session)
    for code in ("JR", "BC"):
        factories.salesperson(session, code)
    cronus = factories.company(session, no="K1", salesperson_code="JR")
    anna = factories.person(session, cronus, salesperson_code="JR")
    bo = factories.person(session, cronus, no="B1", salesperson_code="JR")

    import_file(
        session,
        tmp_path,
        as_csv(["No.", "Salesperson Code"], ["K1", "BC"], ["B1", "JR"]),
    )

    session.refresh(anna)
    session.refresh(bo)
    assert anna.salesperson_code == "BC"
    assert bo.salesperson_code == "JR"  # as the file says


def test_a_person_moves_to_another_company_without_its_history(session, tmp_path):
    factories.marketing_setup(session)
    cronus = factories.company(session, no="K1")
    fabrikam = factories.company(session, no="K2", city="Bath")
    anna = factories.person(session, cronus, no="A1")
    factories.log_entry(session, anna)

    import_file(session, tmp_path, as_csv(["No.", "Company No."], ["A1", "K2"]))

    session.refresh(anna)
    assert (anna.company_id, anna.city) == (fabrikam.id, "Bath")
    assert session.scalars(select(InteractionLogEntry.contact_id)).one() == cronus.id


def test_rejected_rows_keep_every_reason_and_their_cells(session, tmp_path):
    factories.marketing_setup(session)
    taken = take(
        session,
        tmp_path,
        as_csv(
            ["Name", "E-Mail", "Phone", "Salesperson", "Language", "Territory", "Hat"],
            ["Cronus", "no address", "call", "NO", "XX", "Q", "red"],
            ["Fabrikam", "", "", "", "", "", "blue"],
        ),
    )

    run = run_step(session, tmp_path, taken)

    assert taken.counts == {
        "rows": 2,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "rejected": 1,
    }
    assert reasons(session, taken) == {
        2: ["E-FIELD", "E-FIELD"] + ["E-UNKNOWN-CODE"] * 3
    }
    errors = session.scalars(select(JobError).where(JobError.job_id == run.job.id))
    assert {(error.position, error.subject) for error in errors} == {(2, "Cronus")}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Cronus", ""], ["CRONUS", ""]], {3: ["E-CSV-TWICE"]}),
        ([["", "info@example.com"]], {2: ["E-FIELD"]}),
        ([["x" * 101, ""]], {2: ["E-FIELD"]}),
        ([["Cronus"]], {2: ["E-CSV-FORMAT"]}),
        ([["Cronus", "", "more"]], {2: ["E-CSV-FORMAT"]}),
        ([["Cronus", "", ""]], {}),
    ],
)
def test_a_bad_row_is_rejected_alone(session, tmp_path, rows, expected):
    factories.marketing_setup(session)
    taken = take(session, tmp_path, as_csv(["Name", "E-Mail"], *rows))

    run_step(session, tmp_path, taken)

    assert reasons(session, taken) == expected


def test_a_number_that_can_be_no_address_is_rejected(session, tmp_path):
    factories.marketing_setup(session)
    numbers = (["A/1", "Slash"], ["..", "Dots"], ["A.1", "Fine"])
    taken = take(session, tmp_path, as_csv(["No.", "Name"], *numbers))

    run_step(session, tmp_path, taken)

    assert reasons(session, taken) == {2: ["E-FIELD"], 3: ["E-FIELD"]}
    assert contact_named(session, "Fine").no == "A.1"


def test_the_same_number_twice_is_taken_once(session, tmp_path):
    factories.marketing_setup(session)
    taken = take(
        session, tmp_path, as_csv(["No.", "Name"], ["X1", "Cronus"], ["x1", "Other"])
    )

    run_step(session, tmp_path, taken)

    assert reasons(session, taken) == {3: ["E-CSV-TWICE"]}


@pytest.mark.parametrize(
    ("company", "code"), [("Nobody", "E-UNKNOWN-CODE"), ("Twin", "E-CSV-AMBIGUOUS")]
)
def test_a_company_must_be_found_and_be_one(session, tmp_path, company, code):
    factories.marketing_setup(session)
    factories.company(session, name="Twin")
    factories.company(session, name="twin")
    taken = take(session, tmp_path, as_csv(["Name", "Company Name"], ["Anna", company]))

    run_step(session, tmp_path, taken)

    assert reasons(session, taken) == {2: [code]}


def test_people_of_a_rejected_company_are_rejected(session, tmp_path):
    factories.marketing_setup(session)
    taken = take(
        session,
        tmp_path,
        as_csv(
            ["Type", "Name", "Company", "Phone"],
            ["Company", "Cronus", "", "letters"],
            ["Person", "Anna", "Cronus", ""],
        ),
    )

    run_step(session, tmp_path, taken)

    assert reasons(session, taken) == {2: ["E-FIELD"], 3: ["E-CSV-COMPANY"]}


def test_nobody_can_tell_which_of_two_is_meant(session, tmp_path):
    factories.marketing_setup(session)
    factories.company(session, name="Twin", email="a@example.com")
    factories.company(session, name="Twin", email="b@example.com")
    taken = take(session, tmp_path, as_csv(["Name"], ["Twin"]))

    run_step(session, tmp_path, taken)

    assert reasons(session, taken) == {2: ["E-CSV-AMBIGUOUS"]}


def test_the_one_without_a_company_is_meant_where_no_company_is_named(
    session, tmp_path
):
    factories.marketing_setup(session)
    factories.person(session, factories.company(session))
    factories.person(session, no="ALONE")
    factories.person(session, email="anna@example.com")

    counts = import_file(
        session,
        tmp_path,
        as_csv(["Type", "Name", "City"], ["Person", "Anna Berg", "Bath"]),
    )

    assert counts == {"rows": 1, "changed": 1}
    alone = session.scalars(select(Contact).where(Contact.no == "ALONE")).one()
    assert alone.city == "Bath"


def test_a_type_is_never_changed_by_a_file(session, tmp_path):
    factories.marketing_setup(session)
    factories.person(session, no="A1")
    taken = take(session, tmp_path, as_csv(["No.", "Type"], ["A1", "Company"]))

    run_step(session, tmp_path, taken)

    assert reasons(session, taken) == {2: ["E-CSV-TYPE"]}


def test_a_contact_on_a_segment_line_keeps_its_company(session, tmp_path):
    factories.marketing_setup(session)
    factories.company(session, no="K1")
    factories.line_of(session, factories.person(session, no="A1"))
    taken = take(session, tmp_path, as_csv(["No.", "Company No."], ["A1", "K1"]))

    run_step(session, tmp_path, taken)

    assert reasons(session, taken) == {2: ["E-IN-USE"]}


def test_a_minor_is_blocked_unless_the_file_brings_consent(session, tmp_path):
    factories.marketing_setup(session)
    taken = take(
        session,
        tmp_path,
        as_csv(
            ["Name", "Type", "Minor", "Consent", "Privacy Blocked"],
            ["Anna", "Person", "yes", "", ""],
            ["Bo", "Person", "yes", "", "no"],
        ),
    )

    run_step(session, tmp_path, taken)

    assert contact_named(session, "Anna").privacy_blocked
    assert reasons(session, taken) == {3: ["E-FIELD"]}


def test_a_file_is_imported_once(session, tmp_path):
    factories.marketing_setup(session)
    taken = take(session, tmp_path, MIXED)
    run_step(session, tmp_path, taken)

    with pytest.raises(ConflictError) as error:
        run_step(session, tmp_path, taken)

    assert error.value.code == "E-CSV-DONE"
