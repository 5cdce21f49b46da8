"""What Prometheus reads: counts of this web, and the truth of the database.

Requests are counted by each process for itself; the folder PROMETHEUS_MULTIPROC_DIR is
where the processes of one web put their counts together. Everything about jobs, queues
and workers comes from the database, so it does not matter which web is asked.
"""

import hmac
import time
from collections.abc import Iterator
from importlib.metadata import version
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.database import transaction
from core.operations.job_totals import BUCKETS_SECONDS, ended_jobs, lines_per_second
from core.operations.pulse import Beating
from core.operations.situation import Situation
from core.operations.workers import WorkerState
from web.context import broker, engine, settings
from web.operations.now import situation

blueprint = Blueprint("metrics", __name__)

REQUESTS = Counter(
    "rollcall_http_requests",
    "Requests answered.",
    ["method", "route", "status"],
    registry=None,
)
REQUEST_SECONDS = Histogram(
    "rollcall_http_request_seconds",
    "How long an answer took.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=None,
)


def count_requests(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_count)


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    # By route and not by address: as many series as there are routes.
    route = str(request.url_rule or "unknown")
    REQUESTS.labels(request.method, route, response.status_code).inc()
    took = time.perf_counter() - g.began
    REQUEST_SECONDS.labels(request.method, route).observe(took)
    return response


@blueprint.get("/metrics")
def show() -> ResponseReturnValue:
    """For whoever sends the token, and for programs on this machine."""
    if not (_has_token() or _is_from_this_machine()):
        words = "Send METRICS_TOKEN as a bearer token, or ask from this machine.\n"
        return Response(words, 403, mimetype="text/plain")
    registry = CollectorRegistry()
    if settings().prometheus_multiproc_dir:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUESTS)
        registry.register(REQUEST_SECONDS)
    registry.register(_FromDatabase())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _has_token() -> bool:
    token = settings().metrics_token
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(sent.encode(), token.encode())


def _is_from_this_machine() -> bool:
    # A proxy on this machine asks for somebody else, and says so.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


class _FromDatabase(Collector):
    def collect(self) -> Iterator[Metric]:
        info = GaugeMetricFamily(
            "rollcall_info", "Always 1; the version is a label.", labels=["version"]
        )
        info.add_metric([version("rollcall")], 1)
        yield info
        try:
            with transaction(engine()) as session:
                found = list(_families(session, situation(session)))
        except SQLAlchemyError:
            yield _gauge("rollcall_database_up", "Whether the database answers.", 0)
            yield _gauge(
                "rollcall_broker_up",
                "Whether the broker answers.",
                broker().facts().answers,
            )
            return
        yield _gauge("rollcall_database_up", "Whether the database answers.", 1)
        yield from found


def _families(session: Session, now: Situation) -> Iterator[Metric]:
    yield from _jobs(session, now)
    yield from _queues(now)
    yield from _workers(now)
    yield from _pulses(now)
    yield _gauge(
        "rollcall_broker_up",
        "Whether the broker answers.",
        now.outside.broker.answers,
    )
    yield _gauge("rollcall_database_bytes", "Size of the database.", now.database.bytes)
    yield _gauge(
        "rollcall_database_connections",
        "Connections to the database server.",
        now.database.connections,
    )
    yield _gauge(
        "rollcall_lock_waits",
        "Sessions that have waited for a lock for longer than a second.",
        len(now.lock_waits),
    )


def _jobs(session: Session, now: Situation) -> Iterator[Metric]:
    unfinished = GaugeMetricFamily(
        "rollcall_jobs", "Unfinished jobs.", labels=["kind", "state"]
    )
    for queue in now.queues:
        for kind in queue.kinds:
            unfinished.add_metric([kind.kind, "waiting"], kind.waiting)
            unfinished.add_metric([kind.kind, "running"], kind.running)
    yield unfinished
    ended = CounterMetricFamily(
        "rollcall_jobs_ended", "Jobs that came to an end.", labels=["kind", "state"]
    )
    took = HistogramMetricFamily(
        "rollcall_job_seconds",
        "From the first attempt of a job to its end.",
        labels=["kind", "state"],
    )
    for row in ended_jobs(session):
        ended.add_metric([row.kind, row.state], row.number)
        buckets = [
            (f"{float(end)}", float(getattr(row, f"within_{end}")))
            for end in BUCKETS_SECONDS
        ]
        took.add_metric(
            [row.kind, row.state],
            [*buckets, ("+Inf", float(row.number))],
            float(row.seconds),
        )
    yield ended
    yield took
    speed = GaugeMetricFamily(
        "rollcall_job_lines_per_second",
        "How fast the running jobs of a kind get on.",
        labels=["kind"],
    )
    for kind_name, rate in lines_per_second(session).items():
        speed.add_metric([kind_name], rate)
    yield speed


def _queues(now: Situation) -> Iterator[Metric]:
    depth = GaugeMetricFamily(
        "rollcall_queue_depth", "Jobs due and not begun.", labels=["queue"]
    )
    oldest = GaugeMetricFamily(
        "rollcall_queue_oldest_seconds",
        "For how long the oldest waiting job has been due.",
        labels=["queue"],
    )
    paused = GaugeMetricFamily(
        "rollcall_queue_paused", "1 while the queue is paused.", labels=["queue"]
    )
    for queue in now.queues:
        depth.add_metric([queue.name], queue.waiting)
        oldest.add_metric([queue.name], queue.oldest_seconds or 0)
        paused.add_metric([queue.name], queue.paused_at is not None)
    yield from (depth, oldest, paused)


def _workers(now: Situation) -> Iterator[Metric]:
    silent = GaugeMetricFamily(
        "rollcall_worker_silent_seconds",
        "For how long a worker has not been heard of.",
        labels=["worker"],
    )
    memory = GaugeMetricFamily(
        "rollcall_worker_memory_bytes",
        "Resident memory of a worker and its children.",
        labels=["worker"],
    )
    for worker in now.workers:
        if worker.state is not WorkerState.STOPPED:
            silent.add_metric([worker.name], worker.silent_seconds)
            memory.add_metric([worker.name], worker.process.memory_bytes)
    yield from (silent, memory)
    yield _gauge("rollcall_workers_alive", "Workers that live.", len(now.alive))
    yield _gauge("rollcall_slots", "Slots of the workers that take jobs.", now.slots)
    yield _gauge("rollcall_slots_free", "Slots that are free.", now.free_slots)


def _pulses(now: Situation) -> Iterator[Metric]:
    about = {
        Beating.BEAT: "Seconds since beat has sent its last message.",
        Beating.SWEEP: "Seconds since a worker has last looked for unkept promises.",
    }
    for name, seconds in now.pulses.items():
        yield _gauge(f"rollcall_{name}_lag_seconds", about[name], seconds)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)
