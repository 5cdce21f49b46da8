"""What cancelling, reviving, evaluating and deleting have in common, whatever is meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from core.errors import RefusedError
from core.segments.change_roster import AT_ONCE as AT_ONCE  # noqa: PLC0414  (as offered)


@dataclass(frozen=True, slots=True)
class Change:
    """How the flag shall stand, why, and what the user was told."""

    canceled: bool
    reason: str = ""
    "In the words of the user, for the audit trail."
    expected: int | None = None
    "Entries the user was told would change; another number is refused."
    remove_attachments: bool = False
    "Asked of entries that are canceled: those only one of them has go (INT-061)."

    def as_arguments(self) -> dict[str, object]:
        return {
            "canceled": self.canceled,
            "reason": self.reason,
            "expected": self.expected,
            "remove_attachments": self.remove_attachments,
        }

    @classmethod
    def of_arguments(cls, arguments: Mapping[str, Any]) -> Self:
        return cls(
            canceled=arguments["canceled"],
            reason=arguments["reason"],
            expected=arguments["expected"],
            # Jobs that waited while the product was upgraded do not have it.
            remove_attachments=arguments.get("remove_attachments", False),
        )

    @property
    def verb(self) -> str:
        """For the names of jobs and audit rows."""
        return "cancel" if self.canceled else "uncancel"

    def refuse_unless_expected(self, number: int) -> None:
        refuse_unless(
            number, self.expected, "be canceled" if self.canceled else "count"
        )


def refuse_unless_meant(filters: Mapping[str, object], expected: int | None) -> None:
    """RefusedError E-FILTER where nothing narrows what is meant and nobody has counted
    it: a filter that got lost on the way would mean everything."""
    if not filters and expected is None:
        raise RefusedError(
            "E-FILTER",
            "Without a filter all entries would change. Name a filter, or say in "
            "“expected” how many entries you mean.",
        )


def refuse_unless(number: int, expected: int | None, fate: str) -> None:
    """RefusedError E-COUNT when another number was promised; all is undone then."""
    if expected not in {None, number}:
        raise RefusedError(
            "E-COUNT",
            f"{number:,} entries would {fate} now; it was {expected:,} when you "
            "looked. Nothing was changed: look again and repeat.",
        )
