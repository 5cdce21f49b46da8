"""The rules of the resources that segments are made from."""

from datetime import date

import pytest
from sqlalchemy import select, update

from core.access.models import AuditEvent, User
from core.campaigns.models import Campaign, CampaignEntry
from core.commands.seed import seed
from core.database import transaction
from core.interactions.models import InteractionLogEntry
from core.segments.models import Segment

API = "/api/v1"


@pytest.fixture
def api(client, committing_engine):
    """The API of a new installation: `api.post("/campaigns", {…})`."""
    with transaction(committing_engine) as session:
        seed(session)

    class Api:
        def __getattr__(self, verb):
            send = getattr(client, verb)
            return lambda path, json=None: send(API + path, json=json)

    return Api()


@pytest.fixture
def keep(committing_engine):
    def add(*records):
        with transaction(committing_engine) as session:
            session.add_all(records)

    return add


def log_entry(entry_no, **values):
    return InteractionLogEntry(entry_no=entry_no, date=date(2026, 5, 4), **values)


def assert_refused(answer, code, field=None, status=422):
    assert (answer.status_code, answer.json["code"]) == (status, code)
    if field:
        assert answer.json["errors"][0]["field"] == field


# --- campaigns --------------------------------------------------------------------


def test_a_campaign_gets_the_next_number_of_its_series(api):
    created = api.post("/campaigns", {"description": "Spring"}).json

    assert (created["no"], created["no_series"]) == ("CP0001", "CAMP")


def test_a_number_by_hand_comes_from_no_series(api):
    created = api.post("/campaigns", {"no": "mine"}).json

    assert (created["no"], created["no_series"]) == ("MINE", None)


def test_without_a_series_the_setup_field_is_named(api):
    api.patch("/marketing-setup", {"campaign_nos": None})

    assert_refused(api.post("/campaigns", {}), "E-SERIES-SETUP", "campaign_nos")


def test_a_refused_campaign_draws_no_number(api):
    api.post("/campaigns", {"salesperson_code": "NOBODY"})

    assert api.post("/campaigns", {}).json["no"] == "CP0001"


def test_a_new_campaign_belongs_to_its_makers_salesperson(api, committing_engine):
    with transaction(committing_engine) as session:
        session.execute(update(User).values(salesperson_code="AB"))

    assert api.post("/campaigns", {}).json["salesperson_code"] == "AB"
    other = api.post("/campaigns", {"salesperson_code": "CL"}).json
    assert other["salesperson_code"] == "CL"


def test_a_maker_with_a_blocked_salesperson_is_told(api, committing_engine):
    with transaction(committing_engine) as session:
        session.execute(update(User).values(salesperson_code="AB"))
    api.patch("/salespeople/AB", {"blocked": True})

    assert_refused(api.post("/campaigns", {}), "E-SALES-DEFAULT")


@pytest.mark.parametrize(
    ("dates", "accepted"),
    [
        ({"starting_date": "2026-05-04", "ending_date": "2026-05-04"}, True),
        ({"starting_date": "2026-05-04"}, True),
        ({"ending_date": "2026-05-04"}, True),
        ({"starting_date": "2026-05-05", "ending_date": "2026-05-04"}, False),
    ],
)
def test_a_campaign_does_not_end_before_it_starts(api, dates, accepted):
    answer = api.post("/campaigns", dates)

    if accepted:
        assert answer.status_code == 201
    else:
        assert_refused(answer, "E-DATE-ORDER", "ending_date")


def test_a_change_is_checked_together_with_what_stays(api):
    api.post("/campaigns", {"no": "C", "ending_date": "2026-05-04"})

    late = api.patch("/campaigns/C", {"starting_date": "2026-05-05"})

    assert_refused(late, "E-DATE-ORDER", "starting_date")


@pytest.mark.parametrize("field", ["salesperson_code", "status_code"])
def test_unknown_codes_of_a_campaign_are_named(api, field):
    assert_refused(api.post("/campaigns", {field: "NONE"}), "E-UNKNOWN-CODE", field)


def test_a_blocked_salesperson_takes_no_new_campaign(api):
    api.patch("/salespeople/AB", {"blocked": True})

    refused = api.post("/campaigns", {"salesperson_code": "AB"})

    assert_refused(refused, "E-BLOCKED", "salesperson_code")


def test_an_open_segment_does_not_keep_a_campaign(api, keep):
    keep(Campaign(no="C"), Segment(no="S", campaign_no="C", salesperson_code="AB"))

    assert api.delete("/campaigns/C").status_code == 204
    assert api.delete("/salespeople/AB").status_code == 204


@pytest.mark.parametrize(
    "user_of_the_code",
    [
        lambda: CampaignEntry(campaign_no="C", salesperson_code="AB"),
        lambda: log_entry(1, campaign_no="C", salesperson_code="AB"),
    ],
)
def test_what_was_done_keeps_campaign_and_salesperson(api, keep, user_of_the_code):
    keep(Campaign(no="C"), user_of_the_code())

    assert_refused(api.delete("/campaigns/C"), "E-IN-USE", status=409)
    assert_refused(api.delete("/salespeople/AB"), "E-IN-USE", status=409)


def test_entries_of_a_campaign_sum_their_interactions(api, keep):
    first, second = CampaignEntry(campaign_no="C"), CampaignEntry(campaign_no="C")
    keep(Campaign(no="C"), first, second)
    mine = {"campaign_no": "C", "campaign_entry_no": first.entry_no}
    keep(
        log_entry(1, cost=10, duration=5, **mine),
        log_entry(2, cost=2.5, duration=1.5, **mine),
        log_entry(3, cost=99, duration=99, canceled=True, **mine),
    )

    entries = api.get("/campaigns/C/entries").json["items"]

    sums = [(e["no_of_interactions"], e["cost"], e["duration"]) for e in entries]
    assert sums == [(2, "12.50", 6.5), (0, "0.00", 0)]
    one = api.get(f"/campaigns/C/entries/{first.entry_no}").json
    assert one == entries[0]


def test_canceling_an_entry_cancels_its_interactions_and_back(api, keep):
    entry = CampaignEntry(campaign_no="C")
    keep(Campaign(no="C"), entry)
    mine = {"campaign_no": "C", "campaign_entry_no": entry.entry_no}
    keep(log_entry(1, **mine), log_entry(2, campaign_no="C", campaign_entry_no=99))
    address = f"/campaigns/C/entries/{entry.entry_no}"

    canceled = api.post(f"{address}/cancel").json
    assert (canceled["canceled"], canceled["no_of_interactions"]) == (True, 1)
    assert api.get("/campaigns/C/statistics").json["cost"] == "0.00"
    revived = api.post(f"{address}/uncancel").json

    assert (revived["canceled"], revived["no_of_interactions"]) == (False, 1)


def test_statistics_of_a_campaign(api, keep):
    keep(
        Campaign(no="C"),
        log_entry(1, campaign_no="C", campaign_target=True, cost=10, duration=4),
        log_entry(2, campaign_no="C", campaign_target=True, cost=10, duration=4),
        log_entry(3, campaign_no="C", campaign_target=True, cost=1, duration=1),
        log_entry(4, campaign_no="C", campaign_response=True),
        log_entry(5, campaign_no="C", campaign_response=True, canceled=True, cost=7),
        log_entry(6, campaign_no="C", campaign_target=True, postponed=True, cost=7),
    )

    assert api.get("/campaigns/C/statistics").json == {
        "target_contacts_contacted": 3,
        "contacts_responded": 1,
        "cost": "21.00",
        "duration": 9,
        "response_rate": 33.3,
        "average_cost_per_response": "21.00",
        "average_duration_per_response": 9,
    }


@pytest.mark.case("STAT-006")
def test_statistics_of_a_salesperson(api, keep):
    empty = api.get("/salespeople/AB/statistics").json
    keep(
        log_entry(1, salesperson_code="AB", cost="10.00", duration=1),
        log_entry(2, salesperson_code="AB", cost="0.01", duration=2),
        log_entry(3, salesperson_code="AB", cost=7, canceled=True),
        log_entry(4, salesperson_code="AB", cost=7, postponed=True),
        log_entry(5, salesperson_code="CD", cost=7),
    )

    assert empty["no_of_interactions"] == 0
    assert (empty["average_cost"], empty["average_duration"]) == ("0.00", 0)
    assert api.get("/salespeople/AB/statistics").json == {
        "no_of_interactions": 2,
        "cost": "10.01",
        "duration": 3,
        "average_cost": "5.01",
        "average_duration": 1.5,
    }
    later = api.get("/salespeople/AB/statistics?date__from=2999-01-01").json
    assert later["no_of_interactions"] == 0
    assert api.get("/salespeople/ZZ/statistics").status_code == 404


# --- interaction groups and templates --------------------------------------------------


def test_a_group_with_templates_stays(api):
    refused = api.delete("/interaction-groups/LETTER")

    assert_refused(refused, "E-IN-USE", status=409)


def test_statistics_leave_out_what_did_not_happen(api, keep):
    of = {"interaction_group_code": "LETTER", "interaction_template_code": "BUS"}
    keep(
        log_entry(1, cost=8, duration=30, **of),
        log_entry(2, cost=8, duration=30, canceled=True, **of),
        log_entry(3, cost=8, duration=30, postponed=True, **of),
    )

    one = {"no_of_interactions": 1, "cost": "8.00", "duration": 30}
    assert api.get("/interaction-groups/LETTER/statistics").json == one
    assert api.get("/interaction-templates/BUS/statistics").json == one
    later = api.get("/interaction-templates/BUS/statistics?date__from=2026-05-05")
    assert later.json["no_of_interactions"] == 0


@pytest.mark.parametrize(
    "field", ["interaction_group_code", "campaign_no", "language_code_default"]
)
def test_unknown_codes_of_a_template_are_named(api, field):
    refused = api.post("/interaction-templates", {"code": "T", field: "NONE"})

    assert_refused(refused, "E-UNKNOWN-CODE", field)
    assert api.get("/interaction-templates/T").status_code == 404


def test_a_template_of_an_open_segment_stays(api, keep):
    keep(Segment(no="S", interaction_template_code="BUS"))

    assert_refused(api.delete("/interaction-templates/BUS"), "E-IN-USE", status=409)


def test_a_template_goes_with_its_languages(api):
    assert api.delete("/interaction-templates/BUS").status_code == 204

    assert api.get("/interaction-templates/BUS/languages").status_code == 404


def test_a_default_language_gets_its_row(api):
    api.patch("/interaction-templates/GOLF", {"language_code_default": "DEU"})

    row = api.get("/interaction-templates/GOLF/languages/DEU").json
    assert row["description"] == "Invitation to the golf day"


def test_a_default_language_without_a_row_may_be_refused_instead(api):
    refused = api.patch(
        "/interaction-templates/GOLF",
        {"language_code_default": "DEU", "create_language": False},
    )

    assert_refused(refused, "E-NO-LANGUAGE", "language_code_default")
    kept = api.get("/interaction-templates/GOLF").json["language_code_default"]
    assert kept is None


def test_the_default_language_goes_with_its_row(api):
    api.patch("/interaction-templates/BUS", {"language_code_default": "ENU"})

    api.delete("/interaction-templates/BUS/languages/ENU")

    assert api.get("/interaction-templates/BUS").json["language_code_default"] is None


@pytest.mark.parametrize("action", [None, "open", "import", "merge"])
def test_without_a_language_every_wizard_action_is_fine(api, action):
    changed = api.patch("/interaction-templates/GOLF", {"wizard_action": action})

    assert changed.json["wizard_action"] == action


@pytest.mark.parametrize("action", [None, "open", "import"])
def test_a_language_without_a_layout_leaves_three_wizard_actions(api, action):
    api.patch("/interaction-templates/BUS", {"language_code_default": "ENU"})

    changed = api.patch("/interaction-templates/BUS", {"wizard_action": action})

    assert changed.json["wizard_action"] == action


def test_a_language_without_a_layout_has_nothing_to_merge(api):
    api.patch("/interaction-templates/BUS", {"language_code_default": "ENU"})

    refused = api.patch("/interaction-templates/BUS", {"wizard_action": "merge"})

    assert_refused(refused, "E-WIZARD-ACTION", "wizard_action")


def test_merging_ends_when_a_language_without_a_layout_becomes_the_default(api):
    api.patch("/interaction-templates/BUS", {"wizard_action": "merge"})

    changed = api.patch("/interaction-templates/BUS", {"language_code_default": "ENU"})

    assert changed.json["wizard_action"] is None


# --- number series and setup --------------------------------------------------------------


def test_a_series_always_gives_numbers_in_some_way(api):
    only_auto = api.patch("/number-series/SEGM", {"manual_nos": False}).json
    assert (only_auto["default_nos"], only_auto["manual_nos"]) == (True, False)

    only_manual = api.patch("/number-series/SEGM", {"default_nos": False}).json
    assert (only_manual["default_nos"], only_manual["manual_nos"]) == (False, True)

    back = api.patch("/number-series/SEGM", {"manual_nos": False}).json
    assert (back["default_nos"], back["manual_nos"]) == (True, False)


def test_a_series_in_use_stays(api):
    assert_refused(api.delete("/number-series/SEGM"), "E-IN-USE", status=409)
    api.patch("/marketing-setup", {"segment_nos": None})

    assert api.delete("/number-series/SEGM").status_code == 204


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"starting_no": "ABC"}, "starting_no"),
        ({"starting_no": "A5", "ending_no": "A1"}, "ending_no"),
        ({"starting_no": "A5", "ending_no": "B9"}, "ending_no"),
        ({"starting_no": "A1", "ending_no": "A5", "warning_no": "A9"}, "warning_no"),
        ({"starting_no": "A1", "last_no_used": "B1"}, "last_no_used"),
        ({"starting_no": "A1", "increment_by": 0}, "increment_by"),
    ],
)
def test_a_line_must_be_a_range(api, line, field):
    assert_refused(api.post("/number-series/SEGM/lines", line), "E-FIELD", field)


def test_a_line_opens_again_when_it_gets_room(api):
    api.post("/number-series", {"code": "X"})
    line = {"starting_no": "X1", "ending_no": "X2", "last_no_used": "X2"}
    assert not api.post("/number-series/X/lines", line).json["open"]

    longer = api.patch("/number-series/X/lines/10000", {"ending_no": "X9"})

    assert longer.json["open"]


def test_a_related_series_gives_a_campaign_its_number(api):
    api.post("/number-series", {"code": "EXTRA"})
    api.post("/number-series/EXTRA/lines", {"starting_no": "EX01"})
    refused = api.post("/campaigns", {"no_series": "EXTRA"})
    assert_refused(refused, "E-SERIES-RELATED")

    api.post("/number-series/CAMP/relationships", {"series_code": "EXTRA"})

    assert api.post("/campaigns", {"no_series": "EXTRA"}).json["no"] == "EX01"


@pytest.mark.parametrize(
    "field",
    [
        "segment_nos",
        "default_salesperson_code",
        "default_territory_code",
        "default_language_code",
        "default_company_salutation_code",
    ],
)
def test_unknown_codes_of_the_setup_are_named(api, field):
    refused = api.patch("/marketing-setup", {field: "NONE"})

    assert_refused(refused, "E-UNKNOWN-CODE", field)


def test_changes_of_the_setup_are_audited(api, committing_engine):
    api.patch("/marketing-setup", {"inherit_language": False})

    with transaction(committing_engine) as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.detail) == ("setup.change", {"inherit_language": False})


# --- salespeople ------------------------------------------------------------------------------


def test_a_salespersons_address_must_be_one(api):
    refused = api.post("/salespeople", {"code": "X", "email": "nowhere"})

    assert_refused(refused, "E-FIELD", "email")


@pytest.mark.parametrize(
    ("path", "user_of_the_code"),
    [
        ("/territories/NORTH", {"default_territory_code": "NORTH"}),
        ("/languages/ENU", {}),
        ("/salutations/COMPANY", {}),
    ],
)
def test_codes_in_use_stay(api, path, user_of_the_code):
    api.patch("/marketing-setup", user_of_the_code)

    assert_refused(api.delete(path), "E-IN-USE", status=409)
