"""The first answer to a POST with an Idempotency-Key, given again for a day (P4).

Both functions run in the transaction of the deed itself: the answer is remembered
exactly when the deed is committed. The lock makes a twin that arrives meanwhile wait
for that commit.
"""

import hashlib
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.access.models import IdempotencyRecord
from core.errors import RefusedError

KEPT_FOR = timedelta(hours=24)


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str


def request_hash(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(
        b"\n".join([method.encode(), path.encode(), body])
    ).hexdigest()


def remembered_answer(
    session: Session, user_id: int, key: str, request_hash: str
) -> Answer | None:
    """The first answer, or None: then do the deed and call `remember_answer`."""
    session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{user_id}:{key}", 1)))
    )
    record = session.scalar(
        select(IdempotencyRecord).where(
            IdempotencyRecord.user_id == user_id,
            IdempotencyRecord.key == key,
            IdempotencyRecord.created_at > func.now() - KEPT_FOR,
        )
    )
    if record is None:
        return None
    if record.request_hash != request_hash:
        raise RefusedError(
            "E-IDEMPOTENCY",
            "This Idempotency-Key was used for a different request. Use a new key.",
        )
    return Answer(record.status, record.headers, record.body)


def remember_answer(
    session: Session, user_id: int, key: str, request_hash: str, answer: Answer
) -> None:
    session.execute(
        delete(IdempotencyRecord).where(
            IdempotencyRecord.user_id == user_id,
            IdempotencyRecord.created_at <= func.now() - KEPT_FOR,
        )
    )
    session.execute(
        insert(IdempotencyRecord).values(
            user_id=user_id,
            key=key,
            request_hash=request_hash,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
        )
    )
