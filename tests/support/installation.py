"""Everything that production runs, for tests that break it: real, ours, and small."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import Engine, text

from core import task_names
from core.access.actor import Actor
from core.access.models import User
from core.access.tokens import create_token
from core.commands.seed import seed
from core.database import make_engine, transaction
from core.embedded import broker, postgres
from core.migrations.run import migrate
from tests.factories import WORK_DATE
from tests.support.api_client import ApiClient
from tests.support.folders import reachable_folder
from tests.support.keeper import FORGETFUL
from tests.support.ports import free_port
from tests.support.programs import Program

CONTACTS = 40_000
USERNAME, SALESPERSON = "anna", "AB"
QUEUES = {name for key, name in vars(task_names).items() if key.endswith("_QUEUE")}

MANY_CONTACTS = text(
    "INSERT INTO contact (id, no, type, name, salesperson_code, company_id)"
    " SELECT n, 'C' || lpad(n::text, 7, '0'), 0, 'Company ' || n, :salesperson, n"
    " FROM generate_series(1, :contacts) n"
)
NEXT_CONTACT = text(
    "SELECT setval(pg_get_serial_sequence('contact', 'id'), max(id)) FROM contact"
)


class Installation:
    """A database, a broker, web, workers and beat.

    Whatever a test did to it, `heal` brings everything back that is dead or frozen,
    as a process manager would. A lease outlasts every pause of a busy machine: tests
    that wait for its end let it lapse themselves, or ask for a shorter one.
    """

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 2,
        concurrency: int = 2,
        lease_seconds: float = 600,
        heartbeat_seconds: float = 0.2,
    ) -> None:
        self.folder = folder
        self.database = postgres.start(folder / "postgres", FORGETFUL)
        self.broker = broker.start(folder / "broker")
        self.database_url = self.database.url()
        self.redis_url = self.broker.url()
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.engine: Engine = make_engine(self.database_url)
        self.environment = {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": "only for tests",
            "UPLOAD_FOLDER": str(folder),
            "SECURE_COOKIES": "no",
            "LEASE_SECONDS": str(lease_seconds),
            "HEARTBEAT_SECONDS": str(heartbeat_seconds),
        }
        self.web = self._web()
        self.workers = [
            self.worker(f"worker-{number}", concurrency=concurrency)
            for number in range(1, workers + 1)
        ]
        self.beat = self.another_beat("beat")
        self.token = ""

    @property
    def programs(self) -> list[Program]:
        return [self.web, *self.workers, self.beat]

    def start(self, *, contacts: int) -> None:
        migrate(self.database_url)
        self._fill(contacts)
        for program in self.programs:
            program.start()
        for program in self.programs:
            program.wait_until_ready()

    def stop(self) -> None:
        for program in self.programs:
            program.end()
        self.engine.dispose()
        self.database.process.send_signal(signal.SIGCONT)
        postgres.stop(self.database)
        self.broker.process.send_signal(signal.SIGCONT)
        broker.stop(self.broker)

    def heal(self) -> None:
        """Start again what is gone, and wake what is frozen. Does not wait."""
        if not self.database.is_running():
            self.start_database()
        if not self.broker.is_running():
            self.start_broker()
        self.broker.process.send_signal(signal.SIGCONT)
        for program in self.programs:
            if program.is_running():
                program.send(signal.SIGCONT)
            else:
                program.start()

    def start_database(self) -> None:
        self.database.process.wait()
        self.database = postgres.start(self.folder / "postgres", FORGETFUL)

    def start_broker(self) -> None:
        self.broker.process.wait()
        self.broker = broker.start(self.folder / "broker")

    def client(self) -> ApiClient:
        return ApiClient(self.address, self.token)

    def worker(
        self,
        name: str,
        *,
        application: str = "worker.app",
        concurrency: int = 2,
        **environment: str,
    ) -> Program:
        """One more worker; whoever asks for it starts and ends it."""
        command = [
            *("celery", "-A", application, "worker", "-Q", ",".join(sorted(QUEUES))),
            *("--concurrency", str(concurrency), "-l", "INFO"),
            *("--without-gossip", "--without-mingle"),
        ]
        return self._program(name, command, " ready.", **environment)

    def another_beat(self, name: str) -> Program:
        schedule = str(self.folder / f"{name}-schedule")
        command = ["celery", "-A", "worker.app", "beat", "-l", "INFO"]
        return self._program(name, [*command, "--schedule", schedule], "maxinterval")

    def _web(self) -> Program:
        command = [
            *("gunicorn", "web.wsgi:app", "--bind", f"127.0.0.1:{self.port}"),
            *("--workers", "2", "--threads", "8", "--no-control-socket"),
        ]
        program = self._program("web", command)
        program.is_ready = self._answers
        return program

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.address}/health/ready", timeout=5) as answer:  # noqa: S310  our own http address
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def _program(
        self, name: str, command: list[str], ready: str = "", **environment: str
    ) -> Program:
        return Program(
            name,
            command,
            {**self.environment, **environment},
            self.folder / f"{name}.log",
            ready,
        )

    def _fill(self, contacts: int) -> None:
        with transaction(self.engine) as session:
            seed(session)
            values = {"contacts": contacts, "salesperson": SALESPERSON}
            session.execute(MANY_CONTACTS, values)
            session.execute(NEXT_CONTACT)
            session.execute(text("ANALYZE contact"))
            user = User(
                username=USERNAME,
                password_hash="",
                role="administrator",
                salesperson_code=SALESPERSON,
            )
            session.add(user)
            session.flush()
            self.token = create_token(
                session, self._actor(user), name="tests", days=None
            ).secret

    def _actor(self, user: User) -> Actor:
        return Actor(user.id, user.username, user.role, SALESPERSON, WORK_DATE)


@contextmanager
def installed(*, contacts: int, **options: float) -> Iterator[Installation]:
    with reachable_folder() as folder:
        installation = Installation(folder, **options)  # type: ignore[arg-type]
        try:
            installation.start(contacts=contacts)
            yield installation
        finally:
            installation.stop()
