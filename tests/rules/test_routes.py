"""Every route asks for a permission, or stands on the short public list."""

import re
from pathlib import Path

import pytest
from flask import Flask

from core.access.roles import Role, allows
from web.permissions import MARK, PUBLIC

pytestmark = pytest.mark.rules

OWN_ACCOUNT = {"profile", "sign_in"}
"Blueprints in which everybody changes what is theirs."

DECIDES_INSIDE = {
    "api_jobs.cancel_job",
    "api_jobs.retry_job",
    "jobs.deeds.cancel_job",
    "jobs.deeds.retry_job",
}
"Who asked for a job may cancel it and start it again, whatever the role."

SHOWS_CONTACTS = re.compile(
    r"/contacts|/interaction-log-entries|/logged-segments/<[^>]+>/entries|/criteria"
    r"|/segments/<[^>]+>/(lines|add|take-out|export)|/contact-options"
    r"|^/segments/<no>$"
)
"Addresses whose answers hold people, companies, or what was said to them."

TEMPLATES = sorted(Path("web/templates").rglob("*.html"))


def test_every_route_names_the_permission_it_needs(app: Flask):
    open_routes = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if not hasattr(view, MARK)
    }

    assert open_routes == PUBLIC


def test_the_public_list_is_short_and_changes_nothing(app: Flask):
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint in PUBLIC and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    }

    assert changing == {"sign_in.submit"}


def test_reading_changes_nothing_so_changing_asks_for_more_than_reading(app: Flask):
    too_open = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
        and getattr(app.view_functions[rule.endpoint], MARK, None) == "read"
        and rule.endpoint.split(".")[0] not in OWN_ACCOUNT
        and not rule.endpoint.endswith("preflight")
    }

    assert too_open - DECIDES_INSIDE == set()


def test_operators_are_shown_no_contacts(app: Flask):
    shown_to_operators = {
        str(rule)
        for rule in app.url_map.iter_rules()
        if SHOWS_CONTACTS.search(str(rule))
        and allows(Role.OPERATOR, getattr(app.view_functions[rule.endpoint], MARK))
    }

    assert shown_to_operators == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_inline_script_or_style(template: Path):
    text = re.sub(r"{#.*?#}", "", template.read_text(), flags=re.DOTALL)

    assert not re.findall(r"<style|\sstyle=|<script>|\son\w+=|hx-on|js:", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_posted_form_carries_its_csrf_token(template: Path):
    forms = re.findall(
        r'<form[^>]*method="post".*?</form>', template.read_text(), flags=re.DOTALL
    )

    assert all("csrf" in form for form in forms)
