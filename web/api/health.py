from typing import Annotated

from flask import Response

from core.access.roles import Permission
from core.database import transaction
from core.operations.pulse import Beating
from core.operations.reasons import Severity, reasons
from core.operations.situation import Situation
from web.api import framework
from web.api.framework import kinds
from web.api.framework.fields import Count, Flag
from web.context import engine
from web.operations.now import situation
from web.permissions import requires

blueprint = framework.api_blueprint(
    "health", "Whether all is well; and if not, what holds the jobs up."
)

_SEVERITY = {"type": "string", "enum": [str(severity) for severity in Severity]}

SeverityWord = Annotated[
    str, kinds.Kind(Severity, str, _SEVERITY, _SEVERITY, kinds.EXACT)
]


class ReasonShown(framework.Shown):
    """`stopped`: nothing gets on; `slow`: less than could; `note`: good to know."""

    code: str
    severity: SeverityWord
    title: str
    advice: str


class DiskShown(framework.Shown):
    what: str
    free_bytes: Count
    total_bytes: Count


class HealthShown(framework.Shown):
    reasons: list[ReasonShown]
    "Why it is slow, the worst first; empty when nothing stands in the way."
    workers_alive: Count
    slots: Count
    free_slots: Count
    jobs_waiting: Count
    broker_answers: Flag
    seconds_since_beat: float | None
    seconds_since_sweep: float | None
    schema_found: str | None
    schema_wanted: str | None
    database_bytes: Count
    database_connections: Count
    disks: list[DiskShown]

    @classmethod
    def of_situation(cls, now: Situation) -> "HealthShown":
        database, schema = now.database, now.outside.schema
        return cls.of(
            now,
            reasons=[ReasonShown.of(reason) for reason in reasons(now)],
            workers_alive=len(now.alive),
            jobs_waiting=now.waiting,
            broker_answers=now.outside.broker.answers,
            seconds_since_beat=now.pulses.get(Beating.BEAT),
            seconds_since_sweep=now.pulses.get(Beating.SWEEP),
            schema_found=schema.found,
            schema_wanted=schema.wanted,
            database_bytes=database.bytes,
            database_connections=database.connections,
            disks=[DiskShown.of(disk) for disk in now.disks],
        )


@blueprint.get(
    "/health", summary="Why is it slow?", responses=framework.shows(HealthShown)
)
@requires(Permission.OPERATE)
def show_health() -> Response:
    with transaction(engine()) as session:
        now = situation(session)
    return framework.answer(HealthShown.of_situation(now))
