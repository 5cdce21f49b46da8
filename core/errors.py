"""The kinds of trouble, told apart by what the reader can do about it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: on a field, or on a line of a segment or a file."""

    code: str
    detail: str
    field: str | None = None
    line_no: int | None = None


class RollcallError(Exception):
    """A refusal in words a user may read. `code` is stable, from the catalogue."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        faults: tuple[Fault, ...] = (),
        links: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.faults = faults
        self.links = links or {}


class NotFoundError(RollcallError):
    """There is no such record. 404."""


class MergedError(NotFoundError):
    """The record became part of another one, which `links` names. 404 for programs."""


class ForbiddenError(RollcallError):
    """The user's role does not allow it. 403."""


class ConflictError(RollcallError):
    """The state of the record does not allow it now (frozen, already logged). 409."""


class RefusedError(RollcallError):
    """A rule of the business is broken. 422. `faults` names every field or line."""


class TransientError(RollcallError):
    """Trouble that passes by itself. 503, or the job is tried again."""


@dataclass
class FaultList:
    """Collects every fault of one input, so that the user sees all at once."""

    faults: list[Fault] = field(default_factory=list)

    def add(self, field_name: str, code: str, detail: str) -> None:
        self.faults.append(Fault(code=code, detail=detail, field=field_name))

    def refuse_if_any(self) -> None:
        """Raise RefusedError with all faults; the first gives code and headline."""
        if self.faults:
            first = self.faults[0]
            raise RefusedError(first.code, first.detail, faults=tuple(self.faults))
