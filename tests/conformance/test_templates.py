"""Interaction groups and templates, and which wizard action a template may have."""

import pytest

case = pytest.mark.case


@pytest.fixture
def template(desk):
    """Its wizard action is whatever the last request made of it."""
    return "interaction-templates/" + desk.template("PLAIN")


@pytest.fixture
def english(desk):
    desk.create("languages", code="ENU", description="English")
    return "ENU"


@case("BCT-TPL-01", "BCT-TPL-02")
def test_a_group_and_a_template_of_it_are_kept(desk):
    desk.create("interaction-groups", code="CALLS", description="Calls")
    desk.template("CALL", interaction_group_code="CALLS")

    assert desk.read("interaction-groups/CALLS")["description"] == "Calls"
    kept = desk.read("interaction-templates/CALL")
    assert kept["interaction_group_code"] == "CALLS"


@case("BCT-TPL-03")
@pytest.mark.parametrize("action", [None, "open", "import", "merge"])
def test_without_a_language_every_wizard_action_is_taken(desk, template, action):
    desk.change(template, wizard_action=action)

    assert desk.read(template)["wizard_action"] == action


@case("BCT-TPL-04")
def test_a_language_without_content_leaves_nothing_to_merge(desk, template, english):
    desk.change(template, language_code_default=english)

    for action in (None, "open", "import"):
        desk.change(template, wizard_action=action)
        assert desk.read(template)["wizard_action"] == action
    refused = desk.patch(template, {"wizard_action": "merge"})
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "wizard_action"
    assert desk.read(template)["wizard_action"] == "import"
