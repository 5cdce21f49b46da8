"""Every rule, in the order in which a broken one explains the next."""

from core.check.rules_of import (
    access,
    attachments,
    campaigns,
    codes,
    contacts,
    deliveries,
    guards,
    interactions,
    jobs,
    numbering,
    segments,
)

RULES = (
    *guards.RULES,
    *access.RULES,
    *numbering.RULES,
    *codes.RULES,
    *contacts.RULES,
    *campaigns.RULES,
    *segments.RULES,
    *interactions.RULES,
    *attachments.RULES,
    *deliveries.RULES,
    *jobs.RULES,
)
