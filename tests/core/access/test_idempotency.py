from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from core.access import users
from core.access.idempotency import (
    KEPT_FOR,
    Answer,
    remember_answer,
    remembered_answer,
    request_hash,
)
from core.access.models import IdempotencyRecord
from core.database import transaction
from core.errors import RefusedError

FIRST = Answer(201, {"Location": "/api/v1/segments/SM1"}, "{}")
HASH = request_hash("POST", "/api/v1/segments", b"{}")


@pytest.fixture
def anna(session):
    return users.add_first_administrator(session, "anna", "walnuts on the roof")


def test_the_first_answer_is_given_again(session, anna):
    assert remembered_answer(session, anna.id, "k", HASH) is None
    remember_answer(session, anna.id, "k", HASH, FIRST)

    assert remembered_answer(session, anna.id, "k", HASH) == FIRST


def test_the_same_key_with_another_request_is_refused(session, anna):
    remember_answer(session, anna.id, "k", HASH, FIRST)
    other = request_hash("POST", "/api/v1/segments", b'{"no": "SM2"}')

    with pytest.raises(RefusedError) as refused:
        remembered_answer(session, anna.id, "k", other)

    assert refused.value.code == "E-IDEMPOTENCY"


def test_after_a_day_the_key_is_free_again(session, anna):
    remember_answer(session, anna.id, "k", HASH, FIRST)
    session.execute(update(IdempotencyRecord).values(created_at=func.now() - KEPT_FOR))

    assert remembered_answer(session, anna.id, "k", "another") is None
    remember_answer(session, anna.id, "k", "another", FIRST)


def test_of_two_twins_at_once_one_acts_and_the_other_reads_its_answer(
    committing_engine,
):
    with transaction(committing_engine) as session:
        anna = users.add_first_administrator(session, "anna", "walnuts on the roof")
    together = Barrier(2)

    def ask() -> bool:
        together.wait()
        with transaction(committing_engine) as session:
            if remembered_answer(session, anna.id, "k", HASH):
                return False
            remember_answer(session, anna.id, "k", HASH, FIRST)
            return True

    with ThreadPoolExecutor(2) as pool:
        acted = sorted(pool.map(lambda _: ask(), range(2)))

    assert acted == [False, True]
    with transaction(committing_engine) as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyRecord)) == 1
