"""No container engine runs in the tests, so the file is read instead."""

import dataclasses
import inspect
import re
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from core import settings, task_names
from core.commands import main

pytestmark = pytest.mark.rules

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(TEXT)["services"]
OURS = {
    name: service
    for name, service in SERVICES.items()
    if str(service["image"]).startswith("rollcall:")
}


def test_the_parts_are_there():
    assert set(SERVICES) == {"postgres", "redis", *OURS}
    assert set(OURS) == {"migrate", "web", "worker", "beat"}


def test_one_image_serves_every_part():
    assert len({service["image"] for service in OURS.values()}) == 1


def test_the_workers_consume_every_queue():
    queues = {
        value for name, value in vars(task_names).items() if name.endswith("_QUEUE")
    }

    (option,) = (part for part in OURS["worker"]["command"] if "--queues=" in part)

    assert set(option.removeprefix("--queues=").split(",")) == queues


def test_workers_can_be_scaled():
    assert "container_name" not in TEXT
    assert "ports" not in OURS["worker"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_variable_is_a_setting(name):
    known = {field.name.upper() for field in dataclasses.fields(settings.Settings)}
    of_mail = inspect.getsource(settings.mail_settings_from_environment)
    known |= set(re.findall(r'"(MAIL_\w+)"', of_mail))

    assert set(OURS[name]["environment"]) <= known


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_setting_without_a_default_is_given(name):
    source = inspect.getsource(settings.settings_from_environment)
    required = set(re.findall(r'_required\(environment, "(\w+)"\)', source))

    assert required
    assert required <= set(OURS[name]["environment"])


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_program_exists(name):
    program, *arguments = OURS[name]["command"]
    scripts = {
        script.name
        for package in ("rollcall", "celery", "gunicorn")
        for script in distribution(package).entry_points.select(group="console_scripts")
    }

    assert program in scripts
    if program == "rollcall":
        assert arguments[0] in main.commands


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_every_application_exists(name):
    words = " ".join(OURS[name]["command"])
    module = re.search(r"(?:--app=|gunicorn )([\w.]+)", words)

    assert module
    assert find_spec(module[1])


def test_every_option_of_gunicorn_is_known():
    from gunicorn.config import Config

    _, *arguments = OURS["web"]["command"]
    Config().parser().parse_args(arguments)


def test_secrets_come_from_outside():
    for name, value in _variables():
        if re.search("PASSWORD|SECRET|TOKEN", name):
            assert re.fullmatch(r"\$\{\w+:(\?[^}]+|-)\}", value), name
        for password in re.findall(r"://\w*:([^@]+)@", value):
            assert password.startswith("${"), name


def _variables():
    for service in SERVICES.values():
        yield from service.get("environment", {}).items()


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_service_is_watched_and_comes_back(name):
    service = SERVICES[name]

    assert service["healthcheck"]["test"]
    assert service["restart"] == "always"
    assert int(service["stop_grace_period"].removesuffix("s")) >= 30


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_programs_wait_for_the_schema(name):
    awaited = OURS[name]["depends_on"]

    assert awaited["migrate"]["condition"] == "service_completed_successfully"
    assert awaited["postgres"]["condition"] == "service_healthy"


def test_the_broker_keeps_messages_and_never_drops_one():
    words = " ".join(SERVICES["redis"]["command"])

    assert "--appendonly yes" in words
    assert "--maxmemory-policy noeviction" in words


def test_the_data_of_postgres_are_kept():
    # Version 18 moved its data; the old path would silently lose them.
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]


def test_the_image_runs_as_an_ordinary_user():
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    (user,) = (line.split()[1] for line in lines if line.startswith("USER "))
    assert user not in {"root", "0"}
