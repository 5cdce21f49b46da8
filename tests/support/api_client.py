"""A program that uses the API over HTTP and does not give up when nobody answers."""

import http.client
import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

PREFIX = "/api/v1"


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    document: Any


class ApiClient:
    """Not for several threads at once: it holds one connection."""

    def __init__(self, address: str, token: str) -> None:
        self._host = urlsplit(address).netloc
        self._headers = {"Authorization": f"Bearer {token}"}
        self._connection: http.client.HTTPConnection | None = None

    def ask(
        self,
        method: str,
        path: str,
        document: object = None,
        *,
        key: str | None = None,
        seconds: float = 60,
    ) -> Answer:
        """One try; OSError or HTTPException when the connection breaks."""
        headers = dict(self._headers)
        if document is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        body = None if document is None else json.dumps(document)
        try:
            connection = self._connection or self._connect(seconds)
            connection.request(method, _full(path), body, headers)
            response = connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if response.will_close:
            self.close()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, json.loads(text) if text else None)

    def insist(
        self,
        method: str,
        path: str,
        document: object = None,
        *,
        key: str | None = None,
        seconds: float = 300,
    ) -> Answer:
        """Ask until somebody answers, as a careful program does: POST needs a key."""
        assert method != "POST" or key, "Without a key it might be done twice."
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self.ask(method, path, document, key=key)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer and answer.status != 503:
                return answer
            assert time.monotonic() < deadline, f"Nobody answers {method} {path}."
            time.sleep(0.1)

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _connect(self, seconds: float) -> http.client.HTTPConnection:
        self._connection = http.client.HTTPConnection(self._host, timeout=seconds)
        return self._connection


def _full(path: str) -> str:
    return path if path.startswith(PREFIX) else PREFIX + path
