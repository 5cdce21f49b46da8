"""A real browser in front of the real product."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit, urlunsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from core.access import users
from tests.browser.eyes import Look, look_with_axe
from tests.support.chromium import launched
from tests.support.product import Product, running_product
from tests.support.servers import Servers, new_database
from tests.support.spring_mailing import masters, people, segment, work

__all__ = ["masters", "people", "segment", "work"]

PASSWORD = "walnuts on the roof"
LEFT_OPEN = "ignore:unclosed file:ResourceWarning"
"""Where a browser leaves in the middle of a script or a style sheet, werkzeug's server
lets go of the file without closing it. The product is served by another one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(600))
            item.add_marker(pytest.mark.filterwarnings(LEFT_OPEN))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def product(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """Web, worker and beat on a fresh database, as the first start leaves it."""
    folder = tmp_path_factory.mktemp("product")
    broker = urlunsplit(urlsplit(servers.redis_url)._replace(path="/15"))
    with (
        new_database(servers.database_url) as database_url,
        running_product(folder, database_url, broker) as product,
    ):
        yield product


@pytest.fixture
def product_page(chromium: Browser, product: Product) -> Iterator[Page]:
    """A browser that nobody has signed in with yet."""
    context = chromium.new_context(base_url=product.address)
    with watched(context.new_page()) as page:
        yield page
    context.close()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The pages alone, on the database of the other tests, so that any state can be
    made for them; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def administrator(work: Callable[[], AbstractContextManager[Session]]) -> str:
    with work() as session:
        return users.add_first_administrator(session, "anna", PASSWORD).username


@pytest.fixture
def page(chromium: Browser, served: str, administrator: str) -> Iterator[Page]:
    """A browser signed in as an administrator."""
    context = chromium.new_context(base_url=served)
    with watched(context.new_page()) as page:
        sign_in(page, administrator, PASSWORD)
        yield page
    context.close()


@pytest.fixture
def look(page: Page, tmp_path: Path) -> Look:
    return look_with_axe(page, tmp_path)


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@contextmanager
def watched(page: Page) -> Iterator[Page]:
    """A page whose scripts must not fail. What failed is told at the end: an error
    raised while the browser reports it would cut the connection to the browser and
    hide its own message."""
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(f"{page.url}: {error.stack}"))
    page.set_default_timeout(15_000)
    yield page
    if failed:
        pytest.fail("Scripts failed:\n" + "\n".join(failed))
