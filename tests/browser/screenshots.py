"""`python -m tests.browser.screenshots`: the pictures of the README, taken from the
product while a marketer works with it."""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import text

from core.database import make_engine, transaction
from tests.browser.eyes import Look
from tests.browser.marketer import Marketer
from tests.support.chromium import launched
from tests.support.product import Product, running_product
from tests.support.programs import wait_until
from tests.support.servers import new_database, servers_for_a_run

IMAGES = Path("docs/images")
WANTED = {
    "segment-lines-personal": "segment",
    "log": "log",
}
"""Where the marketer looks, and what the picture is called."""

MORE_CONTACTS = 600_000

A_THIRD_IS_DONE = """() => {
  const bar = document.querySelector("#job progress");
  return bar !== null && bar.max > 1 && bar.value > bar.max / 3;
}"""


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        servers_for_a_run({}) as servers,
        new_database(servers.database_url) as database_url,
        running_product(Path(folder), database_url, servers.redis_url) as product,
        sync_playwright() as playwright,
        launched(playwright) as browser,
    ):
        page = browser.new_page(
            base_url=product.address, viewport={"width": 1280, "height": 800}
        )
        _work(product, Marketer(page, _look(page)))
        _add_contacts(database_url)
        _watch_a_large_log(page)


def _look(page: Page) -> Look:
    def look(name: str) -> None:
        if name in WANTED:
            _take(page, WANTED[name])

    return look


def _take(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png")


def _work(product: Product, marketer: Marketer) -> None:
    marketer.signs_in(product.username, product.password)
    marketer.imports_the_sample()
    marketer.keeps_the_masters()
    marketer.makes_a_segment()
    marketer.adds_contacts()
    marketer.personalises_a_line()
    marketer.logs_with_follow_up()


def _add_contacts(database_url: str) -> None:
    """So many that the log can be watched."""
    engine = make_engine(database_url)
    with transaction(engine) as session:
        session.execute(
            text(
                "INSERT INTO contact (no, type, name, salesperson_code, email)"
                " SELECT 'M' || lpad(n::text, 7, '0'), 1, 'Member ' || n, 'NN',"
                " 'm' || n || '@example.com' FROM generate_series(1, :many) n"
            ),
            {"many": MORE_CONTACTS},
        )
        session.execute(text("ANALYZE contact"))
    engine.dispose()


def _watch_a_large_log(page: Page) -> None:
    page.goto("/segments/new")
    page.get_by_label("Description").fill("Members' newsletter")
    page.get_by_label("Template").select_option("INVITE")
    page.get_by_role("button", name="Create segment").click()
    page.get_by_role("link", name="Add contacts").click()
    page.get_by_label("Name contains", exact=True).fill("Member ")
    expect(page.locator("#count")).to_contain_text(
        "Name contains Member", timeout=60_000
    )
    segment = page.url.removesuffix("/add")
    page.locator("#add").click(timeout=60_000)
    # So many are added by a job of their own.
    expect(page.locator("#job[data-final=succeeded]")).to_be_visible(timeout=120_000)
    page.goto(f"{segment}/log")
    wanted = page.locator("input[name=will_log]")
    wanted.wait_for(state="attached", timeout=60_000)
    page.get_by_label("to confirm").fill(wanted.get_attribute("value") or "")
    page.get_by_role("button", name=re.compile(r"^Log .* interactions")).click()
    _wait_for_a_third(page)
    _take(page, "job")


def _wait_for_a_third(page: Page) -> None:
    page.locator("#refresh").select_option("1")
    # Asked from here: the policy of the pages lets no script be made from text.
    wait_until(lambda: page.evaluate(A_THIRD_IS_DONE), seconds=120)


if __name__ == "__main__":
    main()
