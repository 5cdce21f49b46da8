"""A program that knows the documents and nothing else: it speaks JSON, never SQL."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from core.jobs.monitor import Terms
from core.jobs.runner import Outcome, run_job
from core.kinds import KINDS

PREFIX = "/api/v1/"

Json = dict[str, Any]


class Program:
    def __init__(self, client: FlaskClient, engine: Engine) -> None:
        self._client = client
        self._engine = engine

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        address = path if path.startswith("/") else PREFIX + path
        return self._client.open(address, method=method, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def post(self, path: str, fields: object = None, **options: Any) -> TestResponse:
        return self.ask("POST", path, json=fields or {}, **options)

    def patch(self, path: str, fields: object, **options: Any) -> TestResponse:
        return self.ask("PATCH", path, json=fields, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.ask("DELETE", path, **options)

    def read(self, path: str) -> Json:
        return _expected(self.get(path), 200)

    def items(self, path: str) -> list[Json]:
        found: list[Json] = self.read(path)["items"]
        return found

    def create(self, path: str, **fields: object) -> Json:
        return _expected(self.post(path, fields), 201)

    def change(self, path: str, **fields: object) -> Json:
        return _expected(self.patch(path, fields), 200)

    def do(self, path: str, **fields: object) -> Json:
        return _expected(self.post(path, fields), 200)

    def remove(self, path: str) -> None:
        answer = self.delete(path)
        assert answer.status_code == 204, answer.json

    def series(self, code: str, first: str, **values: object) -> str:
        """A number series of one line; fields of the line begin with `line_`."""
        of_line = {
            name.removeprefix("line_"): value
            for name, value in values.items()
            if name.startswith("line_")
        }
        of_series = {
            name: value
            for name, value in values.items()
            if not name.startswith("line_")
        }
        self.create("number-series", code=code, **of_series)
        self.create(f"number-series/{code}/lines", starting_no=first, **of_line)
        return code

    def company(self, no: str, **fields: object) -> str:
        self.create("contacts", no=no, **{"name": f"Company {no}"} | fields)
        return no

    def person(self, no: str, **fields: object) -> str:
        self.create(
            "contacts", no=no, type="person", **{"name": f"Person {no}"} | fields
        )
        return no

    def template(self, code: str, **fields: object) -> str:
        """A template without correspondence type, so that the contact's counts."""
        self.create(
            "interaction-templates",
            code=code,
            **{"description": code.title(), "correspondence_type_default": None}
            | fields,
        )
        return code

    def segment(self, **fields: object) -> str:
        """The number of a new segment."""
        no: str = self.create("segments", **{"description": "Spring"} | fields)["no"]
        return no

    def line(self, segment_no: str, contact_no: str, **own: object) -> Json:
        """Add the contact by hand, with these own values."""
        return self.create(f"segments/{segment_no}/lines", contact_no=contact_no, **own)

    def attach(self, record: str, name: str, content: bytes) -> Json:
        """Upload the file to a template's or segment's language, or to a line."""
        file = {"file": (BytesIO(content), name)}
        return _expected(self.ask("PUT", f"{record}/attachment", data=file), 200)

    def lines(self, segment_no: str) -> list[Json]:
        return self.items(f"segments/{segment_no}/lines?limit=1000")

    def contacts_of(self, segment_no: str) -> list[str]:
        return [line["contact_no"] for line in self.lines(segment_no)]

    def promise_log(self, segment_no: str, **options: object) -> Json:
        """Press Log, and leave the job to whoever comes."""
        return _expected(self.post(f"segments/{segment_no}/log", options), 202)

    def run(self, job: Mapping[str, Any]) -> Json:
        """Be the worker until the job has ended; the job as it reads afterwards."""
        terms = Terms("conformance", lease_seconds=15, heartbeat_seconds=0.5)
        outcome: str = Outcome.SUCCEEDED
        while outcome != Outcome.NOTHING_TO_DO:
            found = self.read(f"jobs/{job['id']}")
            if found["finished_at"]:
                break
            outcome = run_job(self._engine, KINDS, terms, UUID(job["id"]))
        return found

    def log(self, segment_no: str, **options: object) -> Json:
        """Press Log and wait: the finished job, which must have succeeded."""
        job = self.run(self.promise_log(segment_no, **options))
        assert job["state"] == "succeeded", job["problem"]
        return job

    def fail_to_log(self, segment_no: str, **options: object) -> Json:
        """Press Log and wait for the refusal: the problem of the failed job."""
        job = self.run(self.promise_log(segment_no, **options))
        assert job["state"] == "failed", job
        problem: Json = job["problem"]
        return problem


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def _expected(answer: TestResponse, status: int) -> Json:
    assert answer.status_code == status, (answer.status_code, answer.json)
    return answer.json or {}
