"""Two hundred open tabs: each looks at a page and asks again as ticker.js does."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from random import Random
from threading import Event, Thread
from typing import Self
from urllib.parse import urlsplit

ASKS_AGAIN_AT = re.compile(r'hx-get="([^"]+)"\s+hx-trigger="tick')
FOR_EVER = ("/jobs?tab=running", "/")
"""Pages that go on asking when there is nothing to see any more."""

UNCHANGED = (204, 304)


@dataclass
class Polls:
    seconds: list[float] = field(default_factory=list)
    unchanged: int = 0
    errors: list[str] = field(default_factory=list)


class Browsers(Thread):
    """Runs until the block it is used for ends; then `polls` tells what was seen."""

    def __init__(
        self,
        address: str,
        cookie: str,
        pages: Sequence[str],
        *,
        number: int,
        seed: int,
        rate_seconds: float = 2,
    ) -> None:
        super().__init__(name="browsers", daemon=True)
        self.polls = Polls()
        self._host = urlsplit(address).netloc
        self._cookie = cookie
        self._pages = pages
        self._number = number
        self._random = Random(seed)
        self._rate_seconds = rate_seconds
        self._is_over = Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._is_over.set()
        self.join()

    def run(self) -> None:
        asyncio.run(self._browse())

    async def _browse(self) -> None:
        tabs = [
            self._tab(self._pages[number % len(self._pages)])
            for number in range(self._number)
        ]
        await asyncio.gather(*tabs)

    async def _tab(self, page: str) -> None:
        # Nobody opens two hundred tabs at the same instant.
        await asyncio.sleep(self._random.uniform(0, self._rate_seconds))
        connection = _Connection(self._host, self._cookie)
        try:
            await self._watch(connection, page)
        except (OSError, EOFError) as trouble:
            self.polls.errors.append(f"{page}: {trouble!r}")
        finally:
            connection.close()

    async def _watch(self, connection: "_Connection", page: str) -> None:
        ask = await self._open(connection, page)
        while not self._is_over.is_set():
            await asyncio.sleep(max(self._rate_seconds, connection.calm_seconds))
            if ask is None:
                # The job has ended and its page has stopped asking: look elsewhere.
                ask = await self._open(connection, self._random.choice(FOR_EVER))
                continue
            began = time.perf_counter()
            status, text = await connection.get(ask)
            self.polls.seconds.append(time.perf_counter() - began)
            if status in UNCHANGED:
                self.polls.unchanged += 1
            elif status == 200:
                ask = _asks_again_at(text)
            else:
                self.polls.errors.append(f"{ask}: {status}")

    async def _open(self, connection: "_Connection", page: str) -> str | None:
        status, text = await connection.get(page)
        if status != 200:
            self.polls.errors.append(f"{page}: {status}")
        return _asks_again_at(text)


class _Connection:
    """Kept open as browsers do, and opened anew when the server has let go of it."""

    def __init__(self, host: str, cookie: str) -> None:
        self._host = host
        self._head = f"Host: {host}\r\nCookie: {cookie}\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.calm_seconds = 0.0
        "How long the last answer asked to wait, as ticker.js does."

    async def get(self, address: str) -> tuple[int, str]:
        if self._streams is not None:
            try:
                return await self._ask(*self._streams, address)
            except (EOFError, ConnectionError):
                self.close()
        name, _, port = self._host.partition(":")
        self._streams = await asyncio.open_connection(name, int(port))
        return await self._ask(*self._streams, address)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str
    ) -> tuple[int, str]:
        writer.write(f"GET {address} HTTP/1.1\r\n{self._head}\r\n".encode())
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head.split(maxsplit=2)[1])
        fields = dict(
            line.lower().split(": ", 1) for line in head.splitlines()[1:] if line
        )
        self.calm_seconds = float(fields.get("retry-after", "0"))
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        if fields.get("connection") == "close":
            self.close()
        return status, body.decode()


def _asks_again_at(page: str) -> str | None:
    found = ASKS_AGAIN_AT.search(page)
    return unescape(found[1]) if found else None
