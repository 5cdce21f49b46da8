import io
import json
import re
from html import unescape

import pytest

from core import kinds, samples
from core.commands.seed import seed
from core.contacts import queries
from core.contacts.classification.models import (
    ContactIndustryGroup,
    ContactMailingGroup,
    IndustryGroup,
    MailingGroup,
)
from core.contacts.models import Contact
from core.database import transaction
from core.jobs.monitor import Terms
from core.jobs.runner import run_job
from tests import factories
from tests.support.imports import as_csv
from tests.support.pages import hidden

TERMS = Terms(worker="test", lease_seconds=15, heartbeat_seconds=0.5)


@pytest.fixture
def world(committing_engine):
    """A company and its person, with a segment and an entry of each."""
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)
        factories.salesperson(session, "JR", name="Jim")
        cronus = factories.company(
            session, no="K1", name="Cronus", city="Bath", salesperson_code="JR"
        )
        anna = factories.person(session, cronus, no="A1", name="Anna Berg")
        factories.log_entry(session, anna, description="Golf day")
        factories.line_of(session, anna, "SM7")


def text(answer):
    page = answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def contact(committing_engine, no):
    with transaction(committing_engine) as session:
        return session.query(Contact).filter_by(no=no).one_or_none()


def typed(client, no, **changes):
    """The edit form as the page shows it, with some fields changed."""
    page = client.get(f"/contacts/{no}/edit").get_data(as_text=True)
    form = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    form |= dict(
        re.findall(
            r'<select[^>]* name="(\w+)"[^>]*>.*?<option value="([^"]*)" selected',
            page,
            re.DOTALL,
        )
    )
    for box in ("exclude_from_segment", "privacy_blocked", "minor"):
        if not re.search(rf'name="{box}"[^>]* checked', page):
            form.pop(box, None)
    form.pop("parental_consent_received", None)
    return form | changes


def test_an_empty_list_says_how_to_begin(client):
    page = text(client.get("/contacts"))

    assert "No contacts yet" in page
    assert "Import contacts" in page


def test_the_list_shows_contacts_with_their_companies(client, world):
    page = text(client.get("/contacts"))

    assert "Anna Berg Person Cronus" in page
    assert "2" in page


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ("text=anna", {"A1"}),
        ("type=company", {"K1"}),
        ("company_no=k1", {"A1", "K1"}),
        ("salesperson_code=JR", {"K1"}),
        ("exclude_from_segment=yes", set()),
        ("text=%25", set()),
    ],
)
def test_the_list_is_filtered(client, world, filters, shown):
    page = client.get(f"/contacts?{filters}").get_data(as_text=True)

    assert (
        set(re.findall(r'class="code tight"><a href="/contacts/(\w+)"', page)) == shown
    )


def test_the_card_shows_what_there_is(client, world):
    page = text(client.get("/contacts/A1"))

    for words in ("Anna Berg", "Golf day", "SM7", "Interactions 1"):
        assert words in page


def test_a_companys_card_shows_its_people(client, world):
    page = text(client.get("/contacts/K1"))

    assert "People 1" in page
    assert "Golf day" in page


def test_an_unknown_contact_is_not_found(client):
    assert client.get("/contacts/NONE").status_code == 404


def test_a_contact_is_made_on_the_page(client, world, committing_engine):
    answer = client.post(
        "/contacts/new", data={"type": "person", "name": "Bo Ek", "company_no": "K1"}
    )

    assert answer.status_code == 303
    made = contact(committing_engine, answer.headers["Location"].rsplit("/", 1)[1])
    assert (made.name, made.surname, made.city) == ("Bo Ek", "Ek", "Bath")


def test_a_company_is_typed_by_its_name(client, world, committing_engine):
    form = {"type": "person", "name": "Bo Ek"}
    unknown = client.post("/contacts/new", data=form | {"company_no": "nobody-ltd"})
    made = client.post("/contacts/new", data=form | {"company_no": "cronus"})

    assert unknown.status_code == 422
    assert 'id="company_no-fault"' in unknown.text
    assert 'value="nobody-ltd"' in unknown.text
    no = made.headers["Location"].rpartition("/")[2]
    with transaction(committing_engine) as session:
        kept = queries.contact_found(session, no)
        assert queries.company_of(session, kept).no == "K1"


def test_a_refused_form_keeps_what_was_typed(client, world):
    answer = client.post(
        "/contacts/new", data={"type": "company", "name": "Fab", "email": "nobody"}
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Fab"' in page
    assert 'id="email-fault"' in page


def test_only_what_was_changed_is_saved(client, world, committing_engine):
    answer = client.post("/contacts/A1/edit", data=typed(client, "A1", city="York"))

    assert answer.status_code == 303
    anna = contact(committing_engine, "A1")
    assert (anna.city, anna.name) == ("York", "Anna Berg")


def test_somebody_elses_change_is_not_overwritten(client, world, committing_engine):
    form = typed(client, "A1", city="York")
    client.post("/contacts/A1/edit", data=typed(client, "A1", city="Leeds"))

    answer = client.post("/contacts/A1/edit", data=form)

    assert answer.status_code == 409
    assert 'value="York"' in answer.get_data(as_text=True)
    assert contact(committing_engine, "A1").city == "Leeds"


def test_a_contact_in_a_segment_is_kept_with_the_reason(client, world):
    answer = client.post("/contacts/A1/delete", follow_redirects=True)

    assert "SM7" in text(answer)


def test_a_contact_is_deleted(client, committing_engine):
    with transaction(committing_engine) as session:
        factories.company(session, no="K9")

    client.post("/contacts/K9/delete")

    assert contact(committing_engine, "K9") is None


def test_an_address_with_its_dates(client, world):
    client.post("/contacts/A1/addresses/new", data={"code": "vac", "city": "Rome"})
    dates = {"starting_date": "2020-01-01", "ending_date": ""}
    client.post("/contacts/A1/addresses/VAC/ranges", data=dates)
    again = client.post("/contacts/A1/addresses/VAC/ranges", data=dates)

    page = text(client.get("/contacts/A1"))
    assert "Rome" in page
    assert "In use on" in page
    assert again.status_code == 409
    assert "already has an address date range" in text(again)


@pytest.mark.case("CONT-045")
def test_the_last_day_of_an_address_is_changed(client, world):
    client.post("/contacts/K1/addresses/new", data={"code": "VAC"})
    way = "/contacts/K1/addresses/VAC/ranges"
    client.post(way, data={"starting_date": "2026-07-01"})

    client.post(f"{way}/2026-07-01", data={"ending_date": "2026-08-31"})
    assert "From 2026-07-01 to 2026-08-31" in client.get("/contacts/K1").text

    backwards = client.post(f"{way}/2026-07-01", data={"ending_date": "2026-06-30"})
    assert backwards.status_code == 422
    assert 'value="2026-06-30"' in backwards.text
    client.post(f"{way}/2026-07-01", data={"ending_date": ""})
    assert "From 2026-07-01 on" in client.get("/contacts/K1").text
    for day in ("2026-07-02", "nonsense"):
        assert client.post(f"{way}/{day}", data={}).status_code in {404, 422}


def test_a_viewer_sees_no_buttons(client_as, world):
    page = client_as("viewer").get("/contacts/A1").get_data(as_text=True)

    assert "/contacts/A1/edit" not in page


def upload(client, content, **choices):
    content = content if isinstance(content, bytes) else content.encode()
    file = (io.BytesIO(content), "my contacts.csv")
    return client.post("/contacts/import", data={"file": file, **choices})


def work(committing_engine, nudge):
    run_job(committing_engine, kinds.KINDS, TERMS, nudge.rung[-1])


FILE = as_csv(
    ["Name", "Mail", "Hat"],
    ["Cronus", "info@example.com", "red"],
    ["Fab", "nobody", ""],
)


def test_a_file_goes_all_the_way(client, committing_engine, nudge):
    with transaction(committing_engine) as session:
        factories.marketing_setup(session)

    page = upload(client, FILE).headers["Location"]
    assert "1 column is ignored: Hat" in text(client.get(page))

    columns = {"column-0": "name", "column-1": "email", "column-2": "name_2"}
    client.post(f"{page}/check", data=columns)
    assert "queued" in client.get(f"{page}/live").get_data(as_text=True).lower()

    work(committing_engine, nudge)
    assert client.get(f"{page}/live").headers["HX-Refresh"] == "true"
    checked = text(client.get(page))
    assert "Rows 2 New 1 Changed 0 Unchanged 0 Rejected 1" in checked
    assert "E-Mail is not a valid address: nobody" in checked

    client.post(f"{page}/start")
    work(committing_engine, nudge)
    assert "What happened" in text(client.get(page))
    assert "Cronus" in text(client.get("/contacts"))
    rejects = client.get(f"{page}/rejects.csv").get_data(as_text=True)
    assert "Fab,nobody,,E-Mail is not a valid address" in rejects


def test_the_sample_can_be_downloaded_and_imported(client, committing_engine, nudge):
    with transaction(committing_engine) as session:
        seed(session)

    sample = client.get("/contacts/import/sample.csv").data
    assert sample == samples.contacts_file().read_bytes()
    page = upload(client, sample).headers["Location"]
    client.post(f"{page}/start")
    work(committing_engine, nudge)

    assert "Rejected 6" in text(client.get(page))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty"),
        (b"Name\n\x81\n", "Line 2 holds the byte 0x81"),
        (b"PK\x03\x04\x00\x00", "no text file"),
    ],
)
def test_a_file_nobody_can_use_is_refused_at_once(client, content, words):
    answer = upload(client, content)

    assert answer.status_code == 422
    assert words in text(answer)


def test_no_file_is_said(client):
    answer = client.post("/contacts/import", data={})

    assert answer.status_code == 422
    assert "Choose a file first" in text(answer)


def test_columns_that_name_nobody_are_refused(client):
    page = upload(client, FILE).headers["Location"]

    answer = client.post(
        f"{page}/check", data={"column-0": "", "column-1": "email", "column-2": ""}
    )

    assert answer.status_code == 422
    assert "No column says who the contacts are" in text(answer)


def test_a_file_that_is_read_wrongly_is_read_anew(client):
    page = upload(client, "Name;Hat\nA;B\n", delimiter=",").headers["Location"]
    assert "Name;Hat" in text(client.get(page))

    client.post(f"{page}/read", data={"delimiter": ";"})

    assert "1 column is ignored: Hat" in text(client.get(page))


def test_a_broken_row_fails_the_check_with_its_line(client, committing_engine, nudge):
    page = upload(client, 'Name\nA\n"B\n').headers["Location"]

    client.post(f"{page}/check")
    work(committing_engine, nudge)

    shown = text(client.get(page))
    assert "The quotation mark opened on line 3 is never closed." in shown
    assert "What the columns mean" in shown


def test_a_viewer_imports_nothing(client_as):
    assert client_as("viewer").get("/contacts/import").status_code == 403


# --- the structured filter --------------------------------------------------------------


def shown(page):
    return set(re.findall(r'class="code tight"><a href="/contacts/(\w+)"', page))


def test_a_filter_in_the_address_narrows_the_list_and_can_be_taken_away(client, world):
    both = {"contact": {"salesperson_code": ["JR"], "type": "person"}}

    page = client.get("/contacts", query_string={"filter": json.dumps(both)}).text
    chips = re.findall(r'class="chip" href="([^"]+)"', page)

    assert shown(page) == set()
    assert "salesperson JR" in text_of(page)
    assert [shown(client.get(unescape(chip)).text) for chip in chips] == [
        {"A1"},
        {"K1"},
    ]


def test_the_filter_stays_while_the_fields_above_the_list_are_used(client, world):
    everybody = json.dumps({"contact": {"no": {"contains": "1"}}})

    page = client.get("/contacts", query_string={"filter": everybody, "text": "anna"})

    assert shown(page.text) == {"A1"}
    assert hidden(page.text, "filter") == everybody


@pytest.mark.parametrize(
    "given", ["{", '{"hat": {"no": "1"}}', '{"contact": {"no": 1}}']
)
def test_a_filter_that_is_none_shows_nobody_and_says_why(client, world, given):
    answer = client.get("/contacts", query_string={"filter": given})

    assert answer.status_code == 422
    assert shown(answer.text) == set()
    assert 'class="refused"' in answer.text


def test_a_segment_is_made_of_what_the_list_shows(client, world, committing_engine):
    page = client.get("/contacts?text=anna&type=person").text
    form = unescape(re.search(r'href="(/contacts/make-segment[^"]+)"', page)[1])
    asked = client.get(form).text
    answer = client.post(
        "/contacts/make-segment",
        data={"filter": hidden(asked, "filter"), "description": "Golf"},
        follow_redirects=True,
    )

    assert "1 contact matches" in text_of(asked)
    assert "1 contacts are in it" in answer.text
    assert "Anna Berg" in answer.text
    assert "Golf" in answer.text


def test_a_segment_of_a_filter_that_is_none_is_not_made(client, world):
    for answer in (
        client.get("/contacts/make-segment?filter={"),
        client.post("/contacts/make-segment", data={"filter": "{"}),
    ):
        assert answer.status_code == 422
    assert "Make a segment" not in client.get("/contacts").text


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("privacy_blocked=yes", {"K2"}),
        ("privacy_blocked=no", {"K1", "K3"}),
        ("has_email=yes", {"K1"}),
        ("has_email=no", {"K2", "K3"}),
        ("mailing_group=GIFT", {"K1", "K2"}),
        ("industry_group=BANK", {"K3"}),
        ("interaction_from=2026-05-04&interaction_to=2026-05-04", {"K2"}),
        ("interaction_from=2026-05-05", set()),
        ("interaction_to=2026-05-03", set()),
        ("mailing_group=GIFT&has_email=no", {"K2"}),
    ],
)
def test_quick_filters_narrow_the_list(client, committing_engine, query, numbers):
    with transaction(committing_engine) as session:
        session.add_all([MailingGroup(code="GIFT"), IndustryGroup(code="BANK")])
        session.flush()
        first, second, third = (
            factories.company(session, no=no) for no in ("K1", "K2", "K3")
        )
        first.email, second.privacy_blocked = "a@k.com", True
        session.add_all(
            ContactMailingGroup(contact_id=contact.id, code="GIFT")
            for contact in (first, second)
        )
        session.add(ContactIndustryGroup(contact_id=third.id, code="BANK"))
        factories.log_entry(session, second)

    page = client.get(f"/contacts?{query}")

    assert page.status_code == 200
    assert set(re.findall(r'href="/contacts/(K\d)"', page.text)) == numbers


def test_a_list_of_one_company_offers_a_new_person_of_it(client, committing_engine):
    with transaction(committing_engine) as session:
        factories.company(session, no="K1")

    page = client.get("/contacts?company_no=K1").text

    assert 'href="/contacts/new?company_no=K1"' in page
    assert 'value="K1"' in client.get("/contacts/new?company_no=K1").text
    assert "New person" not in client.get("/contacts").text
