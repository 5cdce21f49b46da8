import re
from html import unescape

import pytest

from tests import factories
from tests.support.pages import next_page
from tests.support.queries import counted_queries
from web.segments import compare, export


def text_of(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture
def other(client, segment, people, work):
    """SM2 with Anna, and Dora who is not in SM1."""
    with work() as session:
        dora = factories.person(session, people.cronus, no="P4", name="Dora")
        session.refresh(dora)
    client.post("/segments/new", data={"no": "SM2"})
    for contact in ("P1", "P4"):
        client.post("/segments/SM2/lines", data={"contact": contact})
    return "SM2"


# --- why ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("p1", "In the segment on line 10000, since step 1."),
        ("Anna", "In the segment on line 10000, since step 1."),
        ("P4", "Not in the segment: no step that added contacts matches it."),
        ("Zoe", "No such contact"),
        ("", "Ask about one contact"),
    ],
)
def test_the_page_answers_in_a_sentence(client, other, typed, words):
    answer = client.get("/segments/SM1/why", query_string={"contact": typed})

    assert answer.status_code == 200
    assert words in text_of(answer.text)


def test_who_was_taken_out_and_by_which_step(client, segment):
    client.post("/segments/SM1/take-out", data={"name": "berg"})

    page = text_of(client.get("/segments/SM1/why?contact=P1").text)

    assert "taken out by step 4" in page
    assert "took out line 10000" in page
    assert "Name contains berg" in page


def test_several_contacts_of_a_name_are_offered(client, other, work, people):
    with work() as session:
        factories.person(
            session, people.cronus, no="P5", name="Anna Z", search_name="ANNA Z"
        )

    page = client.get("/segments/SM1/why?contact=anna").text

    assert "Which contact?" in page
    assert 'href="/segments/SM1/why?contact=P5"' in page


def test_an_excluded_contact_that_is_not_in_is_explained(client, other, work, people):
    with work() as session:
        factories.person(session, no="P6", name="Ex", exclude_from_segment=True)

    page = text_of(client.get("/segments/SM1/why?contact=P6").text)

    assert "only a step that ignores the mark adds it" in page


# --- two segments ---------------------------------------------------------------------


def test_the_parts_are_shown_with_what_can_be_done(client, other):
    page = client.get("/segments/SM1/compare?with=sm2").text
    text = text_of(page)

    assert "Only in SM1 2" in text
    assert "In both 1" in text
    assert "Only in SM2 1" in text
    assert "Bert Çelik" in text
    assert "/contacts/P1" not in page
    for words in ("Take these out of SM1…", "Make a segment of these…"):
        assert words in text


@pytest.mark.parametrize(
    ("part", "words", "left"),
    [
        ("only_b", "Add these to SM1…", 4),
        ("only_a", "Take these out of SM1…", 1),
        ("both", "Take these out of SM1…", 2),
    ],
)
def test_a_deed_opens_the_form_with_the_filter_of_the_part(
    client, other, part, words, left
):
    page = client.get(f"/segments/SM1/compare?with=SM2&part={part}").text
    form = unescape(re.search(rf'href="([^"]+)">{words}', page)[1])
    asked = client.get(form).text
    fields = re.findall(r'name="(row\d_where)" value="([^"]+)"', asked)
    rows = dict(fields) | {
        name.replace("where", "values"): chosen
        for (name, _), chosen in zip(
            fields, re.findall(r'<option value="(SM\d)" selected>', asked), strict=True
        )
    }
    client.post(form.partition("?")[0], data=rows)

    after = text_of(client.get("/segments/SM1").text)

    assert f"Lines {left} " in after


def test_a_part_is_read_in_pages(client, other, monkeypatch):
    monkeypatch.setattr(compare, "PAGE", 1)
    first = client.get("/segments/SM1/compare?with=SM2&part=only_a").text

    second = client.get(next_page(first)).text

    assert "Bert" in first
    assert "Cora" in second
    assert "First page" in second


def test_what_is_not_there_cannot_be_compared(client, segment):
    answer = client.get("/segments/SM1/compare?with=NONE")

    assert answer.status_code == 404
    assert "There is no segment NONE" in answer.text
    assert client.get("/segments/SM1/compare?part=nonsense").status_code == 200


# --- what leaves ----------------------------------------------------------------------


def test_the_lines_lead_to_everything_that_leaves(client, segment):
    page = client.get("/segments/SM1").text
    places = ("export", "contact-list", "labels", "compare", "why")

    for place in places:
        assert f'href="/segments/SM1/{place}"' in page
        assert client.get(f"/segments/SM1/{place}").status_code == 200


def test_a_logged_segment_has_nothing_to_export_any_more(client):
    for place in ("export", "contact-list", "labels", "compare", "why"):
        assert client.get(f"/segments/NONE/{place}").status_code == 404


def test_lists_and_labels_come_in_pages(client, segment, monkeypatch):
    monkeypatch.setattr(export, "CONTACTS_ON_PAGE", 2)
    monkeypatch.setattr(export, "LABELS_ON_PAGE", 2)

    for place in ("contact-list", "labels"):
        first = client.get(f"/segments/SM1/{place}").text
        second = client.get(next_page(first)).text
        assert ("Anna" in first, "Cora" in first) == (True, False)
        assert ("Anna" in second, "Cora" in second) == (False, True)


def test_what_was_said_to_a_contact_counts_on_its_list(client, segment, work, people):
    with work() as session:
        for _ in range(2):
            factories.log_entry(session, people.anna, cost=5)
        factories.log_entry(session, people.anna, cost=5, canceled=True)

    page = client.get("/segments/SM1/contact-list").text
    row = re.search(r"<tr>(?:(?!</tr>).)*Anna Berg.*?</tr>", page, re.DOTALL)[0]

    assert re.findall(r'class="num">([^<]*)<', row) == ["8.00", "2", "10.00"]


def test_the_pages_ask_a_fixed_number_of_times(client, other, committing_engine):
    limits = {
        "contact-list": 4,
        "labels": 4,
        "compare?with=SM2": 8,
        "why?contact=P1": 9,
    }

    for place, limit in limits.items():
        with counted_queries(committing_engine) as statements:
            client.get(f"/segments/SM1/{place}")
        assert len(statements) <= limit, (place, len(statements))
