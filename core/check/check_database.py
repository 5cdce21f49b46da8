"""Verify every reference and invariant of the database, rule by rule.

Foreign keys on bulk tables would cost more than the bulk work (ADR 0006), and most of
what must be true spans several rows. So the truth is verified afterwards, in set-based
queries: by operators, by cron, and by tests after everything that was done to them.

Each rule is one statement and so sees one moment; work that goes on meanwhile can make
no rule fail. Nothing is locked, and no transaction holds old rows back for long.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from core.check.rule import Rule
from core.check.rules import RULES

KEYS_NAMED = 20


@dataclass(frozen=True, slots=True)
class Finding:
    rule: Rule
    broken: int
    "How many rows break the rule."
    keys: Sequence[str]
    "The first of them."
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    findings: Sequence[Finding]

    @property
    def is_sound(self) -> bool:
        return not self.broken

    @property
    def broken(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.broken]

    def as_document(self) -> dict[str, object]:
        return {
            "sound": self.is_sound,
            "seconds": round(sum(finding.seconds for finding in self.findings), 1),
            "rules": [_as_document(finding) for finding in self.findings],
        }


def _as_document(finding: Finding) -> dict[str, object]:
    return {
        "name": finding.rule.name,
        "sentence": finding.rule.sentence,
        "broken": finding.broken,
        "keys": list(finding.keys),
        "seconds": round(finding.seconds, 3),
    }


def _nobody(_number: int, _rule: Rule) -> None:
    pass


def check_database(
    session: Session,
    *,
    rules: Sequence[Rule] = RULES,
    keys: int = KEYS_NAMED,
    before_each: Callable[[int, Rule], None] = _nobody,
) -> Report:
    """Ask for the offenders of every rule. `before_each` hears how many were asked."""
    findings = []
    for number, rule in enumerate(rules):
        before_each(number, rule)
        findings.append(_finding(session, rule, keys))
    return Report(findings)


def _finding(session: Session, rule: Rule, keys: int) -> Finding:
    offender = rule.offenders.cte("offender")
    (key,) = offender.c
    # The shorter first, so that line 20000 comes before line 100000.
    in_order = select(key).order_by(func.length(key), key)
    first = in_order.limit(keys).scalar_subquery()
    began = time.monotonic()
    broken, named = session.execute(
        select(
            select(func.count()).select_from(offender).scalar_subquery(),
            cast(func.array(first), ARRAY(Text)),
        )
    ).one()
    return Finding(rule, broken, named, time.monotonic() - began)
