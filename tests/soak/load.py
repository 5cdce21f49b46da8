"""Twenty large logs, once with two hundred tabs that watch them and twice without.

The same twenty segments in every round: a log leaves a follow-up with the same roster,
which is the segment of the next round. The ledger is emptied in between, so that every
round meets the same database.
"""

import re
from contextlib import AbstractContextManager, nullcontext
from http.cookiejar import CookieJar
from statistics import mean, median
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from sqlalchemy import Row, text

from core.access.models import User
from core.access.passwords import hash_password
from core.database import transaction
from tests.bench import world
from tests.bench.product import Product
from tests.bench.report import Report
from tests.soak.browsers import Browsers, Polls
from tests.support.api_client import ApiClient
from tests.support.programs import wait_until

LONGEST_ROUND_SECONDS = 3600
MOST_MILLISECONDS = 20
MOST_TIMES_SLOWER = 1.3

ROUND = text("""
    SELECT extract(epoch FROM max(finished_at) - min(created_at)) AS seconds,
           array_agg(result ->> 'follow_up_segment_no' ORDER BY id) AS follow_ups,
           count(*) FILTER (WHERE state <> 'succeeded') AS others,
           count(*) = count(finished_at) AS is_over
    FROM job WHERE public_id = ANY (CAST(:jobs AS uuid[]))
""")
WATCHER, PASSWORD = "watcher", "two hundred open tabs"


class Load:
    def __init__(self, product: Product, *, jobs: int, lines: int) -> None:
        self._product = product
        self._client = ApiClient(product.address, product.token)
        self._lines = lines
        world.prepare(product, lines)
        self._segments = [world.new_segment(product, lines) for _ in range(jobs)]

    def measure(self, report: Report, *, browsers: int, seed: int) -> bool:
        """Whether all targets were reached."""
        cookie = signed_in_as_watcher(self._product)
        before, _ = self._round()
        with_tabs, polls = self._round(
            lambda pages: Browsers(
                self._product.address, cookie, pages, number=browsers, seed=seed
            )
        )
        after, _ = self._round()
        return _tell(report, with_tabs, (before, after), polls)

    def _round(self, watch=lambda _pages: nullcontext()) -> tuple[float, Polls]:
        """Seconds from the first request to the end of the last log."""
        jobs = [self._log(no) for no in self._segments]
        watching: AbstractContextManager[Browsers | None] = watch(
            [f"/jobs/{job}" for job in jobs]
        )
        with watching as tabs:
            wait_until(lambda: self._told(jobs).is_over, LONGEST_ROUND_SECONDS)
        told = self._told(jobs)
        assert told.others == 0, "Not every log succeeded."
        self._begin_again(told.follow_ups)
        return float(told.seconds), tabs.polls if tabs else Polls()

    def _log(self, segment_no: str) -> str:
        answer = self._client.insist(
            "POST",
            f"/segments/{segment_no}/log",
            {"create_follow_up": True},
            key=f"soak-{segment_no}",
        )
        assert answer.status == 202, answer.document
        job: str = answer.document["id"]
        return job

    def _told(self, jobs: list[str]) -> Row[tuple[object, ...]]:
        with transaction(self._product.engine) as session:
            return session.execute(ROUND, {"jobs": jobs}).one()

    def _begin_again(self, follow_ups: list[str]) -> None:
        world.forget_logs(self._product)
        template = {"interaction_template_code": world.TEMPLATE}
        for no in follow_ups:
            changed = self._client.insist("PATCH", f"/segments/{no}", template)
            assert changed.status == 200, changed.document
        world.at_rest(self._product)
        self._segments = follow_ups


def signed_in_as_watcher(product: Product) -> str:
    """The cookie of a viewer who has signed in through the form."""
    with transaction(product.engine) as session:
        session.add(
            User(username=WATCHER, password_hash=hash_password(PASSWORD), role="viewer")
        )
    cookies = CookieJar()
    browser = build_opener(HTTPCookieProcessor(cookies))
    form = browser.open(f"{product.address}/sign-in").read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
    typed = {"username": WATCHER, "password": PASSWORD, "csrf_token": token}
    browser.open(f"{product.address}/sign-in", urlencode(typed).encode())
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)


def _tell(
    report: Report, with_tabs: float, without: tuple[float, float], polls: Polls
) -> bool:
    report.say(f"  without tabs {without[0]:.1f} s and {without[1]:.1f} s")
    report.say(f"  with tabs    {with_tabs:.1f} s")
    slower = with_tabs / mean(without)
    report.ratio("with tabs : without", slower, MOST_TIMES_SLOWER)
    report.milliseconds("answer to a poll", polls.seconds, MOST_MILLISECONDS)
    report.say(f"    {polls.unchanged} of them had nothing new to tell")
    report.target(
        "polls that failed", str(len(polls.errors)), "0", is_met=not polls.errors
    )
    for error in polls.errors[:10]:
        report.say(f"    {error}")
    return (
        slower <= MOST_TIMES_SLOWER
        and 1000 * median(polls.seconds) <= MOST_MILLISECONDS
        and not polls.errors
    )
