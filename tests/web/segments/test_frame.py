"""What all pages of one segment have in common."""

import re

import pytest

MAIN = re.compile(r'class="(?:button )?main"')


@pytest.mark.parametrize(
    "part",
    [
        *("", "/header", "/content", "/criteria", "/log", "/add", "/take-out"),
        *("/why", "/compare", "/reuse-criteria", "/criteria/save", "/mailing-group"),
        *("/personalise?scope=matching", "/lines/10000", "/reuse-logged-segment"),
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
