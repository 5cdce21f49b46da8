"""The served document against the running application: whatever a client sends, the
answer is one that the document promises, and never an error of ours."""

import json
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from sqlalchemy import Engine, create_engine

from core.access.models import User
from core.access.tokens import create_token
from core.database import transaction
from core.segments.filter_tables import TABLES
from core.segments.filter_values import CODE, DAY, FLAG, NUMBER, PART, TEXT, Kind
from core.settings import Settings
from tests import factories
from web.api.document import contract
from web.app import create_app

if TYPE_CHECKING:
    from flask_openapi3.openapi import OpenAPI

    from web.context import Context

pytestmark = [pytest.mark.api, pytest.mark.timeout(300)]

SETTINGS = Settings(
    database_url="",
    redis_url="redis://127.0.0.1:9/0",
    secret_key="only for tests",
    upload_folder=Path("/nonexistent"),
    lease_seconds=15,
    heartbeat_seconds=0.5,
    secure_cookies=False,
    log_format="text",
)


class SilentNudge:
    def ring(self, job_public_id: object) -> None:
        """Nobody listens; the promise is a row all the same."""


def with_one_filter_of_a_kind(document: dict[str, Any]) -> dict[str, Any]:
    """All filters of a kind are made by the same lines; trying each takes minutes."""
    for operations in document["paths"].values():
        for operation in operations.values():
            parameters = operation.get("parameters", [])
            kinds = {kind_of(parameter): parameter for parameter in parameters}
            operation["parameters"] = list(kinds.values())
    return document


def kind_of(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    if "items" not in schema:
        return str(parameter["name"])
    suffix = parameter["name"].partition("__")[2]
    size = {"maxLength", "minLength", "maximum", "minimum", "exclusiveMaximum"}
    item = {name: v for name, v in schema["items"].items() if name not in size}
    return f"{suffix} {item}"


# The operations must be known when tests are collected, before there is a database.
APP = cast(
    "OpenAPI",
    create_app(SETTINGS, create_engine("postgresql+psycopg://"), SilentNudge()),
)
SCHEMA = schemathesis.openapi.from_dict(with_one_filter_of_a_kind(contract(APP)))
SCHEMA.app = APP

load_all_checks()
LEFT_OUT = CHECKS.get_by_names(
    [
        # The document cannot say which codes exist: a well-formed request is refused.
        "positive_data_acceptance",
        # /contacts/import is an action, and the address of a contact IMPORT as well.
        "allow_header_conformance",
    ]
)

KNOWN: dict[str, list[dict[str, str]]] = {}
"""Addresses by their template: without them every made-up one would be a 404."""


@SCHEMA.hook
def map_path_parameters(context, path_parameters):
    """Ask mostly for records that are there."""
    template = context.operation.path
    template = template[: template.rfind("}") + 1]
    choices = [*KNOWN.get(template, []), path_parameters]
    return choices[zlib.crc32(repr(path_parameters).encode()) % len(choices)]


@pytest.fixture(scope="module", autouse=True)
def token(seeded_engine: Engine) -> str:
    """The application on a real database, and an administrator's way in."""
    context: Context = APP.extensions["rollcall"]
    APP.extensions["rollcall"] = context._replace(engine=seeded_engine)
    with transaction(seeded_engine) as session:
        user = User(username="anna", password_hash="", role="administrator")
        session.add(user)
        session.flush()
        asker = replace(factories.actor(), user_id=user.id)
        secret = create_token(session, asker, name="contract", days=None).secret
    learn_addresses(APP.test_client(), {"Authorization": f"Bearer {secret}"})
    return secret


def learn_addresses(client: FlaskClient, headers: dict[str, str]) -> None:
    KNOWN.clear()
    for template in sorted(
        SCHEMA.raw_schema["paths"], key=lambda path: path.count("{")
    ):
        parent, _, name = template.rpartition("/{")
        if not name.endswith("}"):
            continue
        field = name.removesuffix("}")
        above = (
            KNOWN.get(parent[: parent.rfind("}") + 1], []) if "{" in parent else [{}]
        )
        for keys in above:
            answer = client.get(parent.format(**keys), headers=headers)
            items = (answer.json or {}).get("items", [])
            found = [
                {**keys, field: item[field]} for item in items[:3] if field in item
            ]
            KNOWN.setdefault(template, []).extend(found)


@SCHEMA.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_was_promised(case, token):
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token}"}, excluded_checks=LEFT_OUT
    )


# --- the filter of contacts: JSON in a parameter, of which the document cannot tell ---

STORABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30)
VALUES: dict[Kind, st.SearchStrategy[object]] = {
    CODE: STORABLE,
    TEXT: STORABLE,
    PART: STORABLE,
    DAY: st.dates().map(str),
    NUMBER: st.integers(0, 2**31 - 1),
    FLAG: st.booleans(),
}
FIELDS = {
    (table, name): field.kind
    for table, of_table in TABLES.items()
    for name, field in of_table.fields.items()
}
PLACES = st.lists(st.sampled_from(sorted(FIELDS)), max_size=3, unique=True)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["from", "to", "ne", "contains"]) | st.text(max_size=9),
            inner,
            max_size=2,
        )
    ),
    max_leaves=6,
)


def well_formed(kind: Kind) -> st.SearchStrategy[object]:
    """Every way to say a condition; of words, which are few, the tests of filters
    tell."""
    if kind not in VALUES:
        return st.nothing()
    value = VALUES[kind]
    several = st.lists(value, min_size=1, max_size=3)
    operators = {
        name: value if name in {"from", "to"} else value | several
        for name in kind.operators
    }
    by_operators = st.fixed_dictionaries({}, optional=operators).filter(bool)
    if kind is PART:
        return by_operators
    return value | several | by_operators if operators else value | several


def filters(condition) -> st.SearchStrategy[dict[str, dict[str, object]]]:
    """Up to three fields of any tables, each with such a condition."""

    def filter_on(places):
        known = [place for place in places if not condition(FIELDS[place]).is_empty]
        conditions = st.tuples(*(condition(FIELDS[place]) for place in known))
        return conditions.map(lambda found: nested(known, found))

    return PLACES.flatmap(filter_on)


def nested(places, conditions):
    found: dict[str, dict[str, object]] = {}
    for (table, field), condition in zip(places, conditions, strict=True):
        found.setdefault(table, {})[field] = condition
    return found


def contacts_filtered(text, token):
    operation: Any = SCHEMA["/api/v1/contacts"]["GET"]
    return operation.Case(query={"filter": text}).call_and_validate(
        headers={"Authorization": f"Bearer {token}"}, excluded_checks=LEFT_OUT
    )


@given(asked=filters(well_formed))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_contacts_are_listed_by_every_filter_that_is_one(token, asked):
    assert contacts_filtered(json.dumps(asked), token).status_code == 200


@given(text=filters(lambda _: ANY_JSON).map(json.dumps) | ANY_JSON.map(json.dumps))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_is_no_filter_is_refused_as_that(token, text):
    answer = contacts_filtered(text, token)

    if answer.status_code != 200:
        assert (answer.status_code, answer.json()["code"]) == (400, "E-FILTER")
