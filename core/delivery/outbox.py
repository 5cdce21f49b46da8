"""The deliveries of one job, each taken and ended in a transaction of its own.

What is owed is first written down as being sent, and only then sent. So an e-mail goes
out at most once, whoever dies when (INV-23): one that was being sent when its worker
vanished is in doubt, is told to people, and is not sent again by itself.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from core.database import transaction
from core.delivery.doubt import IN_DOUBT_CODE, doubt_what_is_being_sent
from core.delivery.mail import Mail, mail_of
from core.delivery.request import count_owed
from core.delivery.scope import deliveries_of
from core.interactions.models import Delivery
from core.jobs.models import JobError
from core.jobs.run import JobRun
from core.rows import rows_written
from core.vocabulary import DeliveryState

LOOKED_UP_AT_ONCE = 500

FAILED_CODE = "E-MAIL-FAILED"

_CODES = {
    DeliveryState.FAILED: FAILED_CODE,
    DeliveryState.IN_DOUBT: IN_DOUBT_CODE,
}
"""What the errors of the job call it."""


class HowFar(NamedTuple):
    planned: int
    done: int


class Outbox:
    def __init__(self, run: JobRun) -> None:
        self._engine = run.session.get_bind().engine
        self._job = run.job
        self._scope = deliveries_of(run.job.arguments)

    def how_far(self) -> HowFar:
        """What this job has to send, and how much of it its earlier attempts did."""
        is_owed = Delivery.state == DeliveryState.OWED
        statement = select(func.count(), func.count().filter(~is_owed)).where(
            self._scope, or_(Delivery.job_id == self._job.id, is_owed)
        )
        with transaction(self._engine) as session:
            return HowFar(*session.execute(statement).one())

    def doubt_what_others_left(self) -> None:
        """Whoever was sending one of these before this attempt began is gone, or
        frozen; should it wake up, it may still say what became of it."""
        is_ours = and_(
            func.coalesce(Delivery.job_id, 0) == self._job.id,
            func.coalesce(Delivery.job_attempt, 0) == self._job.attempt,
        )
        with transaction(self._engine) as session:
            doubt_what_is_being_sent(session, self._job, and_(self._scope, ~is_ours))

    def owed(self) -> Iterator[int]:
        """Entry numbers in order, each once: what is put off waits for the next
        attempt."""
        after = 0
        while found := self._owed_after(after):
            yield from found
            after = found[-1]

    def take(self, entry_no: int) -> Mail | None:
        """Write down that it is being sent. None when there is nothing to send: it is
        withheld, or not owed any more."""
        with transaction(self._engine) as session:
            taken = rows_written(
                session,
                update(Delivery)
                .where(
                    Delivery.entry_no == entry_no,
                    Delivery.state == DeliveryState.OWED,
                )
                .values(
                    state=DeliveryState.SENDING,
                    at=func.clock_timestamp(),
                    job_id=self._job.id,
                    job_attempt=self._job.attempt,
                ),
            )
            if not taken:
                return None
            mail = mail_of(session, entry_no)
            if mail.withheld_because:
                self._end(session, mail, DeliveryState.WITHHELD, mail.withheld_because)
                return None
        return mail

    def end(self, mail: Mail, state: DeliveryState, detail: str = "") -> None:
        """Write down what became of it."""
        with transaction(self._engine) as session:
            self._end(session, mail, state, detail)

    def give_back(self, mail: Mail) -> None:
        """It has surely not been sent."""
        self.end(mail, DeliveryState.OWED)

    def put_off(self, mail: Mail, detail: str, *, most_tries: int) -> None:
        """The recipient's server asked to come back later; maybe once too often."""
        with transaction(self._engine) as session:
            tries = session.scalars(
                update(Delivery)
                .where(self._is_sent_by_us(mail))
                .values(tries=Delivery.tries + 1)
                .returning(Delivery.tries)
            ).one_or_none()
            is_given_up = tries is not None and tries >= most_tries
            state = DeliveryState.FAILED if is_given_up else DeliveryState.OWED
            self._end(session, mail, state, detail)

    def count_owed(self) -> int:
        with transaction(self._engine) as session:
            return count_owed(session, self._job.arguments)

    def ended(self) -> dict[DeliveryState, int]:
        """How many this job has dealt with, by what became of them."""
        statement = (
            select(Delivery.state, func.count())
            .where(self._scope, Delivery.job_id == self._job.id)
            .group_by(Delivery.state)
        )
        with transaction(self._engine) as session:
            return {
                DeliveryState(state): count
                for state, count in session.execute(statement)
            }

    def _owed_after(self, entry_no: int) -> list[int]:
        statement = (
            select(Delivery.entry_no)
            .where(
                self._scope,
                Delivery.state == DeliveryState.OWED,
                Delivery.entry_no > entry_no,
            )
            .order_by(Delivery.entry_no)
            .limit(LOOKED_UP_AT_ONCE)
        )
        with transaction(self._engine) as session:
            return list(session.scalars(statement))

    def _is_sent_by_us(self, mail: Mail) -> ColumnElement[bool]:
        """Also when others gave it up meanwhile: who sent it knows best."""
        return and_(
            Delivery.entry_no == mail.entry_no,
            Delivery.job_id == self._job.id,
            Delivery.job_attempt == self._job.attempt,
            Delivery.state.in_([DeliveryState.SENDING, DeliveryState.IN_DOUBT]),
        )

    def _end(
        self, session: Session, mail: Mail, state: DeliveryState, detail: str
    ) -> None:
        has_ended = rows_written(
            session,
            update(Delivery)
            .where(self._is_sent_by_us(mail))
            .values(
                state=state,
                at=func.clock_timestamp(),
                address=mail.address[:255],
                detail=detail[:255],
            ),
        )
        if has_ended and state in _CODES:
            session.add(
                JobError(
                    job_id=self._job.id,
                    position=mail.entry_no,
                    subject=mail.contact_no,
                    code=_CODES[state],
                    detail=detail,
                )
            )
