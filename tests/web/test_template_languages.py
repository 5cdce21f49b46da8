"""The language of a template: its description, its attachment, whether it is the default."""

from io import BytesIO

import pytest

from core.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from core.setup.models import MarketingSetup
from tests import factories

GOLF = "/setup/interaction-templates/GOLF"
ENU = f"{GOLF}/languages/ENU"


@pytest.fixture
def work(committing_engine):
    from core.database import transaction

    return lambda: transaction(committing_engine)


@pytest.fixture
def golf(work):
    with work() as session:
        factories.template(session, "GOLF", description="Golf event")
        factories.template_language(session, "GOLF", "ENU")
        factories.template_language(session, "GOLF", "DAN")


def upload(client, name="letter.pdf", content=b"Dear all"):
    file = (BytesIO(content), name)
    return client.post(f"{ENU}/attachment", data={"file": file})


def row_of(work, code="ENU"):
    with work() as session:
        return session.get(InteractionTemplateLanguage, ("GOLF", code))


def test_a_file_is_attached_downloaded_and_removed(client, golf, work):
    page = upload(client)
    assert page.location == ENU
    assert "letter.pdf" in client.get(GOLF).text
    assert client.get(f"{ENU}/attachment").data == b"Dear all"

    client.post(f"{ENU}/attachment/remove")

    assert row_of(work).attachment_id is None
    assert client.get(f"{ENU}/attachment").status_code == 404


def test_the_template_of_email_drafts_says_at_the_control_why_it_gets_no_file(
    client, golf, work
):
    danish = f"{GOLF}/languages/DAN"
    upload(client)
    with work() as session:
        session.get(InteractionTemplate, "GOLF").language_code_default = "DAN"
        session.add(MarketingSetup(id=1, email_draft_template_code="GOLF"))

    file = (BytesIO(b"Hej alle"), "brev.pdf")
    attached = client.post(f"{danish}/attachment", data={"file": file})
    copied = client.post(f"{danish}/attachment/copy", data={"from": "GOLF/ENU"})
    chosen = client.post(f"{ENU}/default")

    for answer, field in ((attached, "file"), (copied, "from")):
        assert answer.status_code == 422
        assert "names interaction template GOLF for e-mail drafts" in answer.text
        assert f'id="{field}-fault"' in answer.text
    assert chosen.status_code == 422
    assert row_of(work, "DAN").attachment_id is None


def test_a_file_is_copied_from_another_language(client, golf, work):
    upload(client)
    danish = f"{GOLF}/languages/DAN"
    assert "GOLF · ENU · letter.pdf" in client.get(danish).text

    client.post(f"{danish}/attachment/copy", data={"from": "GOLF/ENU"})

    assert client.get(f"{danish}/attachment").data == b"Dear all"
    assert client.post(f"{danish}/attachment/copy", data={}).status_code == 404


def test_a_refused_file_is_told_beside_its_field(client, golf, work):
    page = upload(client, "run.exe")

    assert page.status_code == 422
    assert 'id="file-fault"' in page.text
    assert row_of(work).attachment_id is None


def test_a_language_is_described_and_renamed(client, golf, work):
    with work() as session:
        session.get_one(InteractionTemplate, "GOLF").language_code_default = "ENU"
        factories.template_language(session, "GOLF", "DEU")
    client.post(f"{GOLF}/languages/DEU/delete")

    client.post(ENU, data={"language_code": "DEU", "description": "Deutsch"})

    assert row_of(work) is None
    assert row_of(work, "DEU").description == "Deutsch"
    with work() as session:
        template = session.get_one(InteractionTemplate, "GOLF")
        assert template.language_code_default == "DEU"


def test_a_language_that_is_there_keeps_what_was_typed(client, golf, work):
    page = client.post(ENU, data={"language_code": "DAN", "description": "Typed"})

    assert page.status_code == 409
    assert 'value="Typed"' in page.text
    assert row_of(work).description == ""


def test_the_default_is_one_click(client, golf):
    client.post(f"{ENU}/default")

    assert "Default" in client.get(ENU).text
    assert "Make default" in client.get(f"{GOLF}/languages/DAN").text


def test_a_deleted_language_is_gone(client, golf, work):
    upload(client)

    client.post(f"{ENU}/delete")

    assert row_of(work) is None
    assert client.get(ENU).status_code == 404


def test_who_may_only_read_is_shown_no_form(client_as, golf):
    viewer = client_as("viewer")

    page = viewer.get(ENU).text

    assert 'type="file"' not in page
    assert "Delete…" not in page
    assert upload(viewer).status_code == 403
