"""The target group of a campaign as a list, and how large it is or would be."""

from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from core.campaigns.models import CampaignTarget
from core.contacts.classification.models import ContactBusinessRelation
from core.contacts.models import Contact
from core.segments.bulk import give_hash_memory
from core.segments.change_roster import AT_ONCE
from core.segments.count_contacts import is_more_than
from core.segments.targets import members, rows_behind
from core.vocabulary import CampaignTargetType, LinkToTable


class GroupSize(NamedTuple):
    """Companies in a target group, or that would be in it."""

    targets: int
    customers: int
    "Of these, those that are known as customers."


TARGET_KEY: tuple[InstrumentedAttribute[Any], ...] = (
    CampaignTarget.type,
    CampaignTarget.no,
)
"""Unique in a group: customers first, then by number. Served by the primary key."""


def size_of_group(
    session: Session, no: str, *, at_most: int | None = None
) -> GroupSize:
    """With `at_most`, each number is counted no further than one past it."""
    group = select(CampaignTarget.type).where(CampaignTarget.campaign_no == no)
    customers = group.where(CampaignTarget.type == int(CampaignTargetType.CUSTOMER))
    counts = select(_counted(group, at_most), _counted(customers, at_most))
    return GroupSize(*session.execute(counts).one())


def size_if_activated(
    session: Session, no: str, *, at_once: int = AT_ONCE
) -> GroupSize | None:
    """What activating the campaign now would make of its group; None where so many
    lines and interactions are behind it that only a job should read them all."""
    if is_more_than(session, at_once, rows_behind([no])):
        return None
    give_hash_memory(session)
    kind = members([no]).c.type
    customers = func.count().filter(kind == int(CampaignTargetType.CUSTOMER))
    return GroupSize(*session.execute(select(func.count(kind), customers)).one())


def target_rows(no: str) -> Select[Any]:
    """Rows of CampaignTarget, contact_no and contact_name: the company that is meant,
    itself or as the customer it is. Page them by TARGET_KEY."""
    relation, company = ContactBusinessRelation, aliased(Contact, name="company")
    is_customer = CampaignTarget.type == int(CampaignTargetType.CUSTOMER)
    columns: tuple[Any, ...] = (
        CampaignTarget,
        func.coalesce(company.no, Contact.no, "").label("contact_no"),
        func.coalesce(company.name, Contact.name, "").label("contact_name"),
    )
    return (
        select(*columns)
        .outerjoin(
            relation,
            and_(
                is_customer,
                relation.link_to_table == int(LinkToTable.CUSTOMER),
                relation.no == CampaignTarget.no,
            ),
        )
        .outerjoin(company, company.id == relation.contact_id)
        .outerjoin(Contact, and_(~is_customer, Contact.no == CampaignTarget.no))
        .where(CampaignTarget.campaign_no == no)
    )


def _counted(rows: Select[Any], at_most: int | None) -> ScalarSelect[int]:
    limit = None if at_most is None else at_most + 1
    return (
        select(func.count()).select_from(rows.limit(limit).subquery()).scalar_subquery()
    )
