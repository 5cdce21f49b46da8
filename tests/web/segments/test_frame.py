"""What all pages of one segment have in common."""

import re

import pytest

from core.interactions.models import LoggedSegment
from tests import factories

MAIN = re.compile(r'class="(?:button )?main"')


@pytest.mark.parametrize(
    "part",
    [
        *("", "/header", "/content", "/criteria", "/log", "/add", "/take-out"),
        *("/why", "/compare", "/reuse-criteria", "/criteria/save", "/mailing-group"),
        *("/personalise?scope=matching", "/lines/10000", "/reuse-logged-segment"),
        "/lines/10000/contact",
    ],
)
def test_a_page_has_one_main_button_at_most(client, segment, part):
    page = client.get(f"/segments/{segment}{part}")

    assert page.status_code == 200
    assert len(MAIN.findall(page.text)) <= 1


def test_log_is_the_main_button_where_there_is_no_other(client, segment):
    assert 'class="button main" href="/segments/SM1/log"' in (
        client.get("/segments/SM1").text
    )
    assert 'class="button" href="/segments/SM1/log"' in (
        client.get("/segments/SM1/header").text
    )


def test_a_number_that_was_logged_before_is_warned_of_on_every_page(
    client, work, segment
):
    with work() as session:
        log = LoggedSegment(
            segment_no=segment, creation_date=factories.WORK_DATE, user_id="AB"
        )
        session.add(log)
        session.flush()
        entry_no = log.entry_no

    for part in ("", "/header", "/add"):
        page = client.get(f"/segments/{segment}{part}").text
        assert "was logged before" in page
        assert f"/logged-segments/{entry_no}" in page
