from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from tests.support.mailing import Mailing, mailing_to


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
