"""Stands between a program and PostgreSQL, and breaks connections at their COMMIT."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

BUFFER = 65_536


class Fate(StrEnum):
    """What becomes of a connection that sends COMMIT."""

    PASSES = "passes"
    CUT_BEFORE = "cut before"
    "The server never hears of it, and rolls back."
    CUT_AFTER = "cut after"
    "The server has committed, but nobody learns of it."
    HELD = "held"
    "As if the program were frozen right there: nothing passes any more."


class Commit:
    """A COMMIT on its way, and whether it ends the work of a job."""

    def __init__(self, *, is_of_work: bool) -> None:
        self.is_of_work = is_of_work


Decide = Callable[[Commit], Fate]


class CuttingProxy:
    def __init__(self, database_url: str, decide: Decide) -> None:
        parts = urlsplit(database_url)
        (folder,) = parse_qs(parts.query)["host"]
        self.decide = decide
        self.fates: list[Fate] = []
        self._server = f"{folder}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = [self._listener]
        self._is_over = Event()
        port = self._listener.getsockname()[1]
        self.url = (
            f"postgresql://{parts.username or 'rollcall'}@127.0.0.1:{port}{parts.path}"
            "?sslmode=disable&gssencmode=disable"
        )
        Thread(target=self._accept, name="proxy", daemon=True).start()

    def close(self) -> None:
        self._is_over.set()
        for each in self._sockets:
            _close(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            self._sockets += [client, server]
            _Connection(self, client, server).start()

    def fate_of(self, commit: Commit) -> Fate:
        fate = self.decide(commit)
        self.fates.append(fate)
        return fate

    def wait_until_over(self) -> None:
        self._is_over.wait()


class _Connection:
    def __init__(
        self, proxy: CuttingProxy, client: socket.socket, server: socket.socket
    ) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._is_of_work = False
        self._is_muted = False

    def start(self) -> None:
        for pump in (self._to_server, self._to_client):
            Thread(target=pump, name="proxy", daemon=True).start()

    def _to_server(self) -> None:
        with suppress(OSError):
            while chunk := self._client.recv(BUFFER):
                if b"rollcall job " in chunk:
                    # The connection was named after the job whose work begins.
                    self._is_of_work = True
                if b"COMMIT" in chunk:
                    if not self._survives_commit(chunk):
                        break
                else:
                    self._server.sendall(chunk)
        self._close()

    def _survives_commit(self, chunk: bytes) -> bool:
        commit = Commit(is_of_work=self._is_of_work)
        self._is_of_work = False
        fate = self._proxy.fate_of(commit)
        if fate == Fate.HELD:
            self._proxy.wait_until_over()
        if fate == Fate.CUT_AFTER:
            self._is_muted = True
        if fate in {Fate.PASSES, Fate.CUT_AFTER}:
            self._server.sendall(chunk)
        return fate in {Fate.PASSES, Fate.CUT_AFTER}

    def _to_client(self) -> None:
        with suppress(OSError):
            while chunk := self._server.recv(BUFFER):
                if self._is_muted:
                    break  # This is the answer to the COMMIT: it was done.
                self._client.sendall(chunk)
        self._close()

    def _close(self) -> None:
        _close(self._client)
        _close(self._server)


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def cutting(database_url: str, decide: Decide) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(database_url, decide)
    try:
        yield proxy
    finally:
        proxy.close()
