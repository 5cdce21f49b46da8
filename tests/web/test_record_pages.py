"""The pages of masters: one way to list, add, change and delete."""

import pytest

from core.campaigns.models import Campaign, CampaignEntry
from core.commands.seed import seed
from core.contacts.classification.models import ProfileRating
from core.contacts.models import Salesperson
from core.database import transaction
from core.interactions.models import InteractionTemplate
from core.numbering.models import NumberSeriesLine
from core.setup.models import MarketingSetup, Territory
from tests import factories

LISTS = {
    "/setup/territories": "NORTH",
    "/setup/languages": "ENU",
    "/setup/salutations": "COMPANY",
    "/setup/campaign-statuses": None,
    "/setup/mailing-groups": "CARD",
    "/setup/industry-groups": "PRESS",
    "/setup/business-relations": "CUST",
    "/setup/job-responsibilities": "BUYING",
    "/setup/organizational-levels": "HEAD",
    "/setup/profile-questionnaires": None,
    "/setup/interaction-groups": "LETTER",
    "/setup/interaction-templates": "BUS",
    "/setup/salespeople": "AB",
    "/setup/number-series": "SEGM",
    "/campaigns": None,
}


@pytest.fixture
def stored(committing_engine):
    """Read what was really kept."""

    def read(model, key):
        with transaction(committing_engine) as session:
            return session.get(model, key)

    with transaction(committing_engine) as session:
        seed(session)
    return read


@pytest.mark.parametrize(("address", "code"), LISTS.items())
@pytest.mark.parametrize("role", ["viewer", "administrator"])
def test_every_page_of_a_noun_opens(client_as, stored, address, code, role):
    client = client_as(role)
    known = [address, f"{address}?q=nothing-like-it"]
    known += [f"{address}/{code}"] if code else []
    known += [f"{address}/new"] if role == "administrator" else []

    for page in known:
        assert client.get(page).status_code == 200, page


def test_a_list_finds_by_code_and_text(client, stored):
    page = client.get("/setup/territories?q=abroad").text

    assert "ABROAD" in page
    assert "NORTH" not in page


def test_a_long_list_comes_in_pages(client, stored, committing_engine):
    with transaction(committing_engine) as session:
        session.add_all(Territory(code=f"T{number:03}") for number in range(60))

    first = client.get("/setup/territories?q=t0")

    assert "T049" in first.text
    assert "T050" not in first.text
    second = client.get("/setup/territories?q=t0&after=T049")
    assert "T050" in second.text


def test_a_record_is_added(client, stored):
    answer = client.post(
        "/setup/territories/new", data={"code": "far", "description": "Far away"}
    )

    assert answer.headers["Location"] == "/setup/territories/FAR"
    assert stored(Territory, "FAR").description == "Far away"


def test_a_taken_code_keeps_what_was_typed(client, stored):
    answer = client.post(
        "/setup/territories/new", data={"code": "NORTH", "description": "Typed text"}
    )

    assert answer.status_code == 409
    assert "There is already a territory NORTH." in answer.text
    assert "Typed text" in answer.text


def test_a_refused_change_keeps_what_was_typed(client, stored):
    answer = client.post(
        "/setup/interaction-templates/BUS",
        data={"description": "Typed text", "unit_cost": "-5"},
    )

    assert answer.status_code == 422
    assert "Must not be negative." in answer.text
    assert "Typed text" in answer.text
    assert stored(InteractionTemplate, "BUS").description == "Business letter"


def test_a_box_that_is_not_ticked_is_off(client, stored):
    client.post("/setup/salespeople/AB", data={"name": "Amara", "blocked": "yes"})
    assert stored(Salesperson, "AB").blocked

    client.post("/setup/salespeople/AB", data={"name": "Amara"})

    assert not stored(Salesperson, "AB").blocked


@pytest.mark.case("STAT-006")
def test_a_salespersons_page_tells_what_an_interaction_costs(
    client, stored, committing_engine
):
    with transaction(committing_engine) as session:
        anna = factories.person(session)
        factories.log_entry(session, anna, salesperson_code="AB", cost=3)
        factories.log_entry(session, anna, salesperson_code="AB", cost=2)

    page = client.get("/setup/salespeople/AB").text

    assert "<dt>Cost of one</dt><dd>2.50</dd>" in page


def test_a_code_in_use_is_not_deleted(client, stored):
    answer = client.post("/setup/interaction-groups/LETTER/delete")

    assert answer.status_code == 409
    assert "interaction templates still refer to it" in answer.text


def test_a_free_code_is_deleted(client, stored):
    client.post("/setup/territories/NORTH/delete")

    assert stored(Territory, "NORTH") is None


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_who_may_only_read_gets_no_form(client_as, stored, role):
    reader = client_as(role)

    assert "Save" not in reader.get("/setup/territories/NORTH").text
    assert reader.post("/setup/territories/NORTH", data={}).status_code == 403


def test_marketing_setup_is_changed(client, stored):
    form = {"segment_nos": "SEGM", "search_hit_percent": "70"}
    client.post("/setup/marketing", data=form)

    setup = stored(MarketingSetup, 1)
    assert (setup.segment_nos, setup.campaign_nos) == ("SEGM", "")
    assert setup.search_hit_percent == 70
    assert not setup.inherit_language


def test_an_unknown_series_is_named_beside_its_field(client, stored):
    form = {"segment_nos": "GONE", "search_hit_percent": "60"}
    answer = client.post("/setup/marketing", data=form)

    assert answer.status_code == 422
    assert 'id="segment_nos-fault"' in answer.text


def test_a_percentage_that_is_none_is_named_beside_its_field(client, stored):
    answer = client.post("/setup/marketing", data={"search_hit_percent": "101"})

    assert answer.status_code == 422
    assert 'id="search_hit_percent-fault"' in answer.text
    assert 'value="101"' in answer.text


def test_a_line_of_a_series_is_added_changed_and_deleted(client, stored):
    lines = "/setup/number-series/SEGM/lines"
    client.post(f"{lines}/new", data={"starting_no": "X1", "ending_no": "X9"})
    assert stored(NumberSeriesLine, ("SEGM", 20000)).increment_by == 1

    client.post(f"{lines}/20000", data={"starting_no": "X1", "increment_by": "5"})
    assert stored(NumberSeriesLine, ("SEGM", 20000)).increment_by == 5
    assert client.get(f"{lines}/20000").status_code == 200

    client.post(f"{lines}/20000/delete")
    assert stored(NumberSeriesLine, ("SEGM", 20000)) is None


def test_a_line_that_ends_before_it_starts_is_refused(client, stored):
    answer = client.post(
        "/setup/number-series/SEGM/lines/new",
        data={"starting_no": "X5", "ending_no": "X1"},
    )

    assert answer.status_code == 422
    assert 'id="ending_no-fault"' in answer.text


def test_a_campaign_gets_its_number_and_shows_its_entries(
    client, stored, committing_engine
):
    answer = client.post("/campaigns/new", data={"description": "Spring"})
    no = answer.headers["Location"].rpartition("/")[2]
    with transaction(committing_engine) as session:
        entry = CampaignEntry(campaign_no=no, description="Letters", segment_no="S1")
        session.add(entry)

    page = client.get(f"/campaigns/{no}").text

    assert stored(Campaign, no).no_series == "CAMP"
    assert "Letters" in page


def test_an_entry_is_canceled_and_counts_again(client, stored, committing_engine):
    with transaction(committing_engine) as session:
        session.add(Campaign(no="C1"))
        entry = CampaignEntry(campaign_no="C1")
        session.add(entry)

    client.post(f"/campaigns/C1/entries/{entry.entry_no}/cancel")
    assert stored(CampaignEntry, entry.entry_no).canceled
    client.post(f"/campaigns/C1/entries/{entry.entry_no}/uncancel")

    assert not stored(CampaignEntry, entry.entry_no).canceled


def test_a_template_gets_a_language(client, stored):
    golf = "/setup/interaction-templates/GOLF"
    client.post(f"{golf}/languages", data={"language_code": "DEU"})
    assert f'href="{golf}/languages/DEU"' in client.get(golf).text

    refused = client.post(f"{golf}/languages", data={"language_code": "DEU"})

    page = client.get(refused.headers["Location"]).text
    assert "There is already a language of template GOLF DEU." in page


def test_contacts_are_classified_from_the_page_of_a_questionnaire(client, stored):
    page = "/setup/profile-questionnaires/Q"
    client.post("/setup/profile-questionnaires/new", data={"code": "Q"})
    line = {"type": "question", "description": "How often?"}
    client.post(f"{page}/lines/new", data=line)
    assert "Classify contacts" not in client.get(page).text
    client.post(
        f"{page}/lines/10000", data=line | {"class_field": "interaction_quantity"}
    )
    answer = {"type": "answer", "description": "Often", "from_value": "3"}
    client.post(f"{page}/lines/new", data=answer)

    shown = client.get(page).text
    started = client.post(f"{page}/classify")

    assert "by interaction quantity" in shown
    assert "from 3.00" in shown
    assert started.headers["Location"].startswith("/jobs/")
    again = client.post(f"{page}/classify")
    assert again.headers["Location"] == started.headers["Location"]
    assert "is not finished yet" in client.get(again.headers["Location"]).text


@pytest.mark.case("CONT-057")
def test_points_are_given_on_the_page_of_their_question(client, stored):
    page = "/setup/profile-questionnaires/Q"
    client.post("/setup/profile-questionnaires/new", data={"code": "Q"})
    for line in (
        {"type": "question", "description": "Sports?"},
        {"type": "answer", "description": "Chess"},
        {"type": "question", "description": "How dear?", "class_field": "rating"},
        {"type": "answer", "description": "Very", "from_value": "5"},
    ):
        client.post(f"{page}/lines/new", data=line)
    question = f"{page}/lines/30000"
    assert "Q: Sports? Chess" in client.get(question).text
    assert "Q: How dear? Very" not in client.get(question).text

    def rating():
        return stored(ProfileRating, ("Q", 30000, "Q", 20000))

    chess = {"answer": "Q/20000"}
    client.post(f"{question}/ratings", data=chess | {"points": "5"})
    assert rating().points == 5
    again = client.post(f"{question}/ratings", data=chess | {"points": "6"})
    wrong = client.post(f"{question}/ratings/change", data=chess | {"points": "ten"})
    client.post(f"{question}/ratings/change", data=chess | {"points": "-7"})

    assert (again.status_code, wrong.status_code) == (409, 422)
    assert 'value="ten"' in wrong.text
    assert rating().points == -7
    assert 'value="-7"' in client.get(question).text
    client.post(f"{question}/ratings/delete", data=chess)
    assert rating() is None
    forged = client.post(f"{question}/ratings", data={"answer": "nonsense"})
    assert forged.status_code == 422


def test_a_questionnaire_that_contacts_are_classified_by_is_not_changed(client, stored):
    page = "/setup/profile-questionnaires/Q"
    client.post("/setup/profile-questionnaires/new", data={"code": "Q"})
    line = {
        "type": "question",
        "description": "How often?",
        "class_field": "interaction_quantity",
    }
    client.post(f"{page}/lines/new", data=line)
    client.post(f"{page}/classify")

    refused = [
        client.post(page, data={"description": "Typed"}),
        client.post(f"{page}/lines/new", data=line | {"description": "Typed"}),
        client.post(f"{page}/lines/10000", data=line | {"description": "Typed"}),
    ]
    kept = client.post(f"{page}/lines/10000/delete")

    for answer in refused:
        assert answer.status_code == 409
        assert "“Classify contacts by Q” is not finished yet." in answer.text
        assert "Typed" in answer.text
    assert kept.status_code == 409
    assert "How often?" in kept.text
