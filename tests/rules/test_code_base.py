import ast
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from core.commands import main
from core.task_names import RUN_JOB, SWEEP

pytestmark = pytest.mark.rules

ROOT = Path(__file__).parents[2]
PACKAGES = ("core", "web", "worker")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
ENDS_A_TRANSACTION = {"commit", "rollback", "begin", "begin_nested"}


def name_of(file):
    return file.relative_to(ROOT).as_posix()


def syntax(file):
    return ast.parse(file.read_text(), name_of(file))


def test_only_the_transaction_commits():
    """Return commits, raise rolls back; nothing below decides that for itself."""
    ends = {
        f"{name_of(file)}:{node.lineno}"
        for file in FILES
        if name_of(file) != "core/database.py"
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ENDS_A_TRANSACTION
    }

    assert ends == set()


def test_only_the_settings_read_the_environment():
    assert users_of({"os.environ", "os.getenv", "os.environb"}) <= {"core/settings.py"}


def test_only_the_clock_reads_the_time():
    clocks = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today"}

    assert users_of(clocks) <= {"core/clock.py"}


def test_jobs_ask_the_database_for_the_time():
    """No two hosts agree on it. Spans within a process are told by time.monotonic."""
    askers = {
        name_of(file)
        for file in FILES
        if not file.is_relative_to(ROOT / "web")
        for node in ast.walk(syntax(file))
        if "core.clock" in imported(node) or imports_from(node, "core", "clock")
    }

    # A token's expiry, a campaign's day of change, a command's work date, and what the
    # form of an interaction proposes as its time.
    assert askers <= {
        "core/access/tokens.py",
        "core/campaigns/campaigns.py",
        "core/commands/user.py",
        "core/single_interactions/draft.py",
    }
    # The age of an uploaded file, as the file system of the same host tells it.
    assert users_of({"time.time", "time.time_ns"}) <= {
        "core/contacts/imports/upload.py"
    }


def imports_from(node, module, name):
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == module
        and name in {alias.name for alias in node.names}
    )


def users_of(names):
    return {
        name_of(file)
        for file in FILES
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.Attribute)
        and any(ast.unparse(node).endswith(name) for name in names)
    }


def test_core_knows_neither_http_nor_celery():
    foreign = {"flask", "werkzeug", "celery", "kombu", "web", "worker"}

    assert imported_below("core") & foreign == set()


def test_web_and_worker_do_not_know_each_other():
    assert "worker" not in imported_below("web")
    assert not imported_below("worker") & {"web", "flask", "werkzeug"}


def imported_below(package):
    return {
        name.split(".")[0]
        for file in FILES
        if file.is_relative_to(ROOT / package)
        for node in ast.walk(syntax(file))
        for name in imported(node)
    }


def imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module]
    return []


def test_our_package_names_hide_nobody_elses():
    ours = metadata.distribution("rollcall").name
    owners = metadata.packages_distributions()

    for package in (*PACKAGES, "tests"):
        assert package not in sys.stdlib_module_names
        assert set(owners.get(package, [ours])) == {ours}


PRINT_TASKS = """
from worker.app import app
app.loader.import_default_modules()
print(*app.tasks)
"""


def test_the_worker_knows_every_task_by_the_name_others_use():
    # In a process of its own: an application is configured once and for all.
    required = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "UPLOAD_FOLDER")
    tasks = subprocess.run(
        [sys.executable, "-c", PRINT_TASKS],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=dict.fromkeys(required, "redis://unused"),
    ).stdout.split()

    ours = {name for name in tasks if not name.startswith("celery.")}
    assert ours == {RUN_JOB, SWEEP}


def test_every_make_target_in_the_documents_exists():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    text = "\n".join(document.read_text() for document in documents)

    named = set(re.findall(r"(?:`|^ *\$? ?)make ([a-z-]+)", text, re.MULTILINE))

    assert named <= targets


def test_every_command_in_the_documents_exists():
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    text = "\n".join(document.read_text() for document in documents)

    named = set(re.findall(r"(?:`|^ *\$? ?)rollcall ([a-z]+)", text, re.MULTILINE))

    assert named <= set(main.commands)


def test_ci_runs_what_people_run():
    commands = [
        line
        for line in (ROOT / ".ci/run").read_text().splitlines()
        if line and not line.startswith(("#", "set ", "cd "))
    ]

    assert commands == ["make test"]
