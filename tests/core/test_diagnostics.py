import json
import logging
from contextvars import copy_context
from threading import Thread
from uuid import uuid4

import pytest

from core import diagnostics
from core.jobs.runner import run_job
from core.settings import SettingMissingError, settings_from_environment
from tests.support import tally

JOB = uuid4()


class Listener(logging.Handler):
    def __init__(self, log_format):
        super().__init__()
        self.setFormatter(diagnostics.formatter(log_format))
        self.written = []

    def emit(self, record):
        self.written.append(self.format(record))


@pytest.fixture
def logger():
    """Apart from the root, so that the run's own handlers stay as they are."""
    logger = logging.getLogger("tests.diagnostics")
    logger.setLevel(logging.INFO)
    yield logger
    logger.handlers.clear()


@pytest.fixture
def lines(logger):
    def lines(log_format):
        listener = Listener(log_format)
        logger.addHandler(listener)
        return listener.written

    return lines


def test_json_lines_carry_the_facts_of_the_message_as_fields(logger, lines):
    written = lines("json")

    logger.info("ended job=%s attempt=%s as=%s", JOB, 2, "succeeded")

    line = json.loads(written[0])
    assert (line["level"], line["logger"]) == ("INFO", "tests.diagnostics")
    assert (line["job"], line["attempt"], line["as"]) == (str(JOB), "2", "succeeded")
    assert line["time"].endswith("+00:00")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_what_anybody_says_while_a_job_is_worked_on_names_the_job(
    logger, lines, log_format
):
    written = lines(log_format)

    with diagnostics.about_job(JOB):
        logger.warning("a library complains")
        context = copy_context()
        thread = Thread(target=context.run, args=[logger.warning, "a thread too"])
        thread.start()
        thread.join()
    logger.warning("afterwards")

    assert [str(JOB) in line for line in written] == [True, True, False]


def test_a_line_names_its_job_once(logger, lines):
    written = lines("text")

    with diagnostics.about_job(JOB):
        logger.info("started job=%s", JOB)

    assert written[0].count(str(JOB)) == 1


def test_a_traceback_stays_within_its_json_line(logger, lines):
    written = lines("json")

    try:
        int("no")
    except ValueError:
        logger.exception("broken")

    line = json.loads(written[0])
    assert "ValueError: invalid" in line["exc_info"]
    assert "\n" not in written[0]


def test_fields_of_the_line_are_not_overwritten_by_a_message(logger, lines):
    written = lines("json")

    logger.info("level=low logger=none")

    line = json.loads(written[0])
    assert (line["level"], line["logger"]) == ("INFO", "tests.diagnostics")


def test_what_a_step_says_names_its_job(own_engine, logger, lines):
    tally.make_tables(own_engine)
    job = tally.submit(own_engine)
    written = lines("text")

    def complain(run):
        logger.warning("inside")
        return tally.write_rows(run)

    run_job(own_engine, tally.kinds(complain), tally.terms(), job)

    (line,) = written
    assert line.endswith(f"inside job={job}")


REQUIRED = dict.fromkeys(
    ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "UPLOAD_FOLDER"), "x"
)


def test_an_unknown_format_is_refused_at_the_start():
    with pytest.raises(SettingMissingError, match="LOG_FORMAT"):
        settings_from_environment({**REQUIRED, "LOG_FORMAT": "xml"})


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_known_formats_are_taken(log_format):
    settings = settings_from_environment({**REQUIRED, "LOG_FORMAT": log_format})

    assert settings.log_format == log_format
