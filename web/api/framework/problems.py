"""What a refusal looks like to a program; web/errors.py makes it, this documents it."""

from pydantic import BaseModel, ConfigDict

MEDIA_TYPE = "application/problem+json"


class ProblemFault(BaseModel):
    """One of several things that are wrong: on a field or on a line."""

    model_config = ConfigDict(extra="forbid")

    code: str
    detail: str
    field: str = ""
    line_no: int = 0


class Problem(BaseModel):
    """What went wrong (RFC 9457). `code` is stable; `detail` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[ProblemFault] = []
    links: dict[str, str] = {}
