from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from tests.support.mail_server import Mailbox, mail_server
from tests.support.mailing import SENDER, Mailing, mailing_to


@pytest.fixture
def mailbox(monkeypatch) -> Iterator[Mailbox]:
    with mail_server() as (mailbox, url):
        monkeypatch.setenv("MAIL_URL", url)
        monkeypatch.setenv("MAIL_FROM", SENDER)
        yield mailbox


@pytest.fixture
def post_of(committing_engine: Engine) -> Callable[..., Mailing]:
    def post_of(
        people: dict[str, str],
        *,
        file_name: str = "offer.pdf",
        content: bytes = b"%PDF offer",
    ) -> Mailing:
        return mailing_to(
            committing_engine, people, file_name=file_name, content=content
        )

    return post_of


@pytest.fixture
def post(post_of: Callable[..., Mailing]) -> Mailing:
    return post_of({f"C{n}": f"c{n}@example.com" for n in range(1, 4)})
