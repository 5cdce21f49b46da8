"""Codes name records that exist.

Only where a code in use keeps its record from being deleted: one rule for each such
use. A salesperson or a campaign may be deleted under an open segment, for example; the
log finds the gap and names it.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Text, cast, func, select

from core import models
from core.base import Base
from core.campaigns import campaigns
from core.campaigns.models import Campaign
from core.campaigns.statuses import CAMPAIGN_STATUSES
from core.check.rule import Rule
from core.contacts import salespeople
from core.contacts.classification import masters as classification
from core.contacts.models import Salesperson
from core.interactions import templates
from core.interactions.groups import INTERACTION_GROUPS
from core.interactions.models import InteractionTemplate
from core.numbering import series
from core.numbering.models import NumberSeries
from core.references import Use
from core.setup.masters import LANGUAGES, SALUTATIONS, TERRITORIES, Master

MASTERS: Sequence[Master] = (
    TERRITORIES,
    LANGUAGES,
    SALUTATIONS,
    INTERACTION_GROUPS,
    CAMPAIGN_STATUSES,
    classification.MAILING_GROUPS,
    classification.INDUSTRY_GROUPS,
    classification.BUSINESS_RELATIONS,
    classification.JOB_RESPONSIBILITIES,
    classification.ORGANIZATIONAL_LEVELS,
)


def protected() -> Iterator[tuple[str, type[Base], Sequence[Use]]]:
    yield series.NOUN, NumberSeries, series.USES
    yield salespeople.NOUN, Salesperson, salespeople.USES
    yield templates.NOUN, InteractionTemplate, templates.USES
    yield campaigns.NOUN, Campaign, campaigns.USES
    for master in MASTERS:
        yield master.noun, master.model, master.uses


def _names_a_record(noun: str, model: type[Base], use: Use) -> Rule:
    table = models.metadata.tables[use.table]
    column = table.c[use.column]
    (key,) = models.metadata.tables[model.__tablename__].primary_key
    row = [table.c["no"]] if "no" in table.c else list(table.primary_key)
    has_record = select(key).where(key == column).exists()
    return Rule(
        f"{use.table}-{use.column}".replace("_", "-"),
        f"Every {noun} that {use.nouns} refer to exists.",
        select(
            func.format(
                f"{use.table} %s: {noun} %s",
                func.concat_ws(" / ", *(cast(part, Text) for part in row)),
                column,
            ).label("key")
        ).where(column != "", ~has_record),
    )


RULES = tuple(
    _names_a_record(noun, model, use)
    for noun, model, uses in protected()
    for use in uses
)
