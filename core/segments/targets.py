"""Who a campaign is aimed at: its target group (TGT-001…031, DEC-03).

A company is a member exactly while the campaign is activated and at least one line in
force, or one interaction that was not postponed, names the campaign and is a target. A
canceled interaction counts like any other (LSEG-006). So the group is reckoned anew
from what is there, once after each change, and never kept up line by line (TRAP-07).

Logging changes no group and needs none of this: each target line becomes an entry of
the same campaign and company, or stays behind as the line it was (TGT-031).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext, suppress

from sqlalchemy import (
    ColumnElement,
    Select,
    SmallInteger,
    Subquery,
    and_,
    case,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from core.campaigns.models import Campaign, CampaignTarget
from core.contacts.classification.models import ContactBusinessRelation
from core.contacts.models import Contact
from core.database import undone_when_raising
from core.interactions.models import InteractionLogEntry
from core.jobs.models import OPEN_STATES_SQL, Job
from core.segments.bulk import every_row_meant, give_hash_memory
from core.segments.live import is_live
from core.segments.models import Segment, SegmentLine, is_personal
from core.segments.resolve import OwnTemplate, campaign_of_line, target_of_line
from core.vocabulary import CampaignTargetType, ContactType, LinkToTable

DECIDE_ON_TARGETS = frozenset(
    {"campaign_no", "campaign_target", "interaction_template_code"}
)
"""Whether a line is a target, and of which campaign, hangs on these, be they the
line's own or the header's."""

ACTIVATE_CAMPAIGN = "activate_campaign"
"""The kind of job that fills the group of a campaign, named by its argument."""

_LOCK = 0x54677473  # Any number nobody else uses.
_WATCHED = "segments whose target groups are watched"
_EVERY_SEGMENT = None


@contextmanager
def keeping_targets(
    session: Session, segment: Segment, contact_nos: Collection[str] | None = None
) -> Iterator[None]:
    """For every change of a segment that may add or take a target: afterwards the
    groups of the activated campaigns concerned are right again. A group that lost its
    last member is gone, and with it the activation (TGT-010).

    Concerned are the campaigns that the segment named before or names now. Its end waits
    for the job that activates one of these, and for whoever holds one of these while
    waiting for another. A change made of
    several ones is wrapped as a whole, and two segments are never changed one after the
    other: the groups are reckoned once, at its end. Whoever changes but a few lines
    names their contacts, and only the companies of these are looked at.
    """
    watched: set[int | None] = session.info.setdefault(_WATCHED, set())
    if not watched.isdisjoint({segment.id, _EVERY_SEGMENT}):
        yield
        return
    # Also while no campaign is activated: one may be when the change ends.
    before = campaigns_of(session, segment)
    with _watching(watched, segment.id):
        yield
    session.flush()  # The groups are read from what was done.
    named = before | campaigns_of(session, segment)
    refresh_targets(session, _held_for_certain(session, named), contact_nos)


@contextmanager
def keeping_all_targets(session: Session) -> Iterator[None]:
    """The same for a change of contacts or of the ledger that may move a company into
    any group or out of it. It reckons the groups of all activated campaigns, and so
    waits for every job that activates one, whichever it is; those that it already holds
    meanwhile keep changes of their segments waiting."""
    watched: set[int | None] = session.info.setdefault(_WATCHED, set())
    with _watching(watched, _EVERY_SEGMENT):
        yield
    session.flush()
    refresh_targets(session, _held_for_certain(session))


@contextmanager
def _watching(watched: set[int | None], what: int | None) -> Iterator[None]:
    watched.add(what)
    try:
        yield
    finally:
        watched.discard(what)


def admit_to_targets(session: Session, campaign_no: str, contact_no: str) -> None:
    """After an interaction with the contact was logged as a target of the campaign: if
    the campaign is activated, the contact's company is a member now (INT-027)."""
    session.flush()
    held = _held_for_certain(session, {campaign_no})
    refresh_targets(session, held, [contact_no])


def refresh_targets(
    session: Session,
    campaign_nos: Collection[str],
    contact_nos: Collection[str] | None = None,
) -> None:
    """Reckon the groups of these campaigns, which are held, anew, in one statement;
    with `contact_nos` only whether the companies of these contacts are members.
    Campaigns that are not activated stay so."""
    if not campaign_nos:
        return
    activated = activated_campaigns(session) & set(campaign_nos)
    if activated:
        write_targets(session, activated, _companies_of(session, contact_nos))


def activated_campaigns(session: Session) -> set[str]:
    return set(session.scalars(select(Campaign.no).where(Campaign.activated)))


def campaigns_of(session: Session, segment: Segment) -> set[str]:
    """The campaigns that lines of the segment name, in force or not. All plain lines
    have the header's, so only personal ones are read."""
    own = (
        select(campaign_of_line())
        .select_from(SegmentLine)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .outerjoin(
            OwnTemplate, OwnTemplate.code == SegmentLine.interaction_template_code
        )
        .where(SegmentLine.segment_id == segment.id, is_personal())
        .distinct()
    )
    return {segment.campaign_no, *session.scalars(own)} - {""}


def members(
    campaign_nos: Collection[str], company_ids: Collection[int] | None = None
) -> Subquery:
    """campaign_no, type, no: the rows of `campaign_target` that should be there.

    Of people their companies count; who has none is no member. A company that is a
    customer stands there under the customer's number (TGT-002). With `company_ids` the
    rows of these companies.
    """
    of_lines, of_entries = _is_one_of(company_ids)
    found = union(
        _of_plain_lines(campaign_nos).where(of_lines),
        _of_personal_lines(campaign_nos).where(of_lines),
        _of_entries(campaign_nos).where(of_entries),
    ).subquery("found")
    company, relation = aliased(Contact, name="company"), ContactBusinessRelation
    is_customer = relation.no.is_not(None)
    return (
        select(
            found.c.campaign_no,
            cast(
                case(
                    (is_customer, literal(int(CampaignTargetType.CUSTOMER))),
                    else_=literal(int(CampaignTargetType.CONTACT)),
                ),
                SmallInteger,
            ).label("type"),
            func.coalesce(relation.no, company.no).label("no"),
        )
        .join(company, company.id == found.c.company_id)
        .outerjoin(
            relation,
            (relation.contact_id == company.id)
            & (relation.link_to_table == int(LinkToTable.CUSTOMER)),
        )
        .where(company.type == int(ContactType.COMPANY))
        .subquery("member")
    )


def rows_behind(campaign_nos: Collection[str]) -> Select[int | None]:
    """The lines and interactions from which the groups of these campaigns come. Plan:
    the branches of `members` one after the other, ended with the last row asked for."""
    found = union_all(
        _of_plain_lines(campaign_nos),
        _of_personal_lines(campaign_nos),
        _of_entries(campaign_nos),
    ).subquery("found")
    return select(found.c.company_id)


def wait_for_changes(session: Session) -> None:
    """Until this transaction ends no change ends. Those that end after it look at the
    groups of the campaigns that it has activated, or promised to activate; whatever
    ended before is there to be read.

    It waits for changes that reckon groups at their end, never for a job, and all who
    change a segment wait for it: what is done until the end has to be little. Who needs
    a campaign too holds it before (see `_held_for_certain`).
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _held_for_certain(session: Session, named: set[str] | None = None) -> set[str]:
    """Of the campaigns named, or of all, those whose groups are followed. They are held,
    and no other is activated, until the transaction ends.

    Everybody holds campaigns first, in the order of their numbers, and takes the lock
    of `wait_for_changes` after: a job may hold a campaign for minutes, and whoever
    waited for it with the lock in hand would hold up all who activate another, and
    behind them everybody. So what turns out to have been activated or promised in
    between is not waited for either, but all is let go and begun anew. The lock is
    taken when the work is done: nobody waits for somebody's million lines, only for
    groups that are reckoned.
    """
    while True:
        with suppress(_FollowedInBetweenError), undone_when_raising(session):
            held = _followed_campaigns(session, named)
            _hold(session, held)
            session.execute(
                text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": _LOCK}
            )
            followed = _followed_campaigns(session, named)
            if not followed <= held:
                raise _FollowedInBetweenError
            return followed


class _FollowedInBetweenError(Exception):
    """Going back to before the attempt gives all its locks back."""


def _hold(session: Session, campaign_nos: set[str]) -> None:
    """One after the other: two that each take away the last but one line of a company
    would otherwise each see the other's."""
    if campaign_nos:
        session.execute(
            select(Campaign.no)
            .where(Campaign.no.in_(campaign_nos))
            .order_by(Campaign.no)
            .with_for_update(key_share=True)
        )


def _followed_campaigns(session: Session, named: set[str] | None) -> set[str]:
    """Those that are activated and those that a job is about to activate, as they are
    at one moment. The job holds its campaign until its end."""
    promised = select(Job.arguments["campaign_no"].astext).where(
        Job.kind == ACTIVATE_CAMPAIGN, text(OPEN_STATES_SQL)
    )
    activated = select(Campaign.no).where(Campaign.activated)
    followed = set(session.scalars(activated.union(promised)))
    return followed if named is None else followed & named


def write_targets(
    session: Session,
    campaign_nos: Collection[str],
    company_ids: Collection[int] | None = None,
) -> None:
    """Make the groups of these campaigns what they should be, activated or not.

    Plan: plain lines come from the segments of the campaigns, the others from the
    index over personal lines, interactions from the one over campaigns; each half is
    hashed once against the contacts. For a few companies everything starts from the
    companies, by their indexes.
    """
    give_hash_memory(session)
    target = CampaignTarget
    member = select(members(campaign_nos, company_ids)).cte("member")
    is_member = (
        select(literal(1))
        .where(
            member.c.campaign_no == target.campaign_no,
            member.c.type == target.type,
            member.c.no == target.no,
        )
        .exists()
    )
    gone = (
        delete(target)
        .where(
            target.campaign_no.in_(campaign_nos), ~is_member, _names_one_of(company_ids)
        )
        .cte("gone")
    )
    statement = (
        insert(target)
        .from_select(["campaign_no", "type", "no"], select(member))
        .on_conflict_do_nothing()
        .add_cte(gone)
    )
    with every_row_meant(session) if company_ids is None else nullcontext():
        session.execute(statement)


def _companies_of(
    session: Session, contact_nos: Collection[str] | None
) -> Collection[int] | None:
    if contact_nos is None:
        return None
    found = session.scalars(
        select(Contact.company_id).where(Contact.no.in_(contact_nos))
    )
    return {company_id for company_id in found if company_id is not None}


def _is_one_of(
    company_ids: Collection[int] | None,
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The companies of lines, and of interactions."""
    if company_ids is None:
        return true(), true()
    return (
        Contact.company_id.in_(company_ids),
        InteractionLogEntry.contact_company_id.in_(company_ids),
    )


def _names_one_of(company_ids: Collection[int] | None) -> ColumnElement[bool]:
    """The rows of the group by which these companies may be known."""
    if company_ids is None:
        return true()
    target, relation = CampaignTarget, ContactBusinessRelation
    customers = select(relation.no).where(
        relation.contact_id.in_(company_ids),
        relation.link_to_table == int(LinkToTable.CUSTOMER),
    )
    contacts = select(Contact.no).where(Contact.id.in_(company_ids))
    return or_(
        and_(target.type == int(CampaignTargetType.CUSTOMER), target.no.in_(customers)),
        and_(target.type == int(CampaignTargetType.CONTACT), target.no.in_(contacts)),
    )


def _of_plain_lines(campaign_nos: Collection[str]) -> Select[str, int | None]:
    return (
        select(Segment.campaign_no.label("campaign_no"), Contact.company_id)
        .join(SegmentLine, SegmentLine.segment_id == Segment.id)
        .join(Contact, Contact.id == SegmentLine.contact_id)
        .where(
            Segment.campaign_no.in_(campaign_nos),
            Segment.campaign_target,
            is_live(),
            is_personal().is_not(True),
            Contact.company_id.is_not(None),
        )
    )


def _of_personal_lines(
    campaign_nos: Collection[str],
) -> Select[str, int | None]:
    return (
        select(campaign_of_line(), Contact.company_id)
        .select_from(SegmentLine)
        .join(Segment, Segment.id == SegmentLine.segment_id)
        .join(Contact, Contact.id == SegmentLine.contact_id)
        .outerjoin(
            OwnTemplate, OwnTemplate.code == SegmentLine.interaction_template_code
        )
        .where(
            is_personal(),
            is_live(),
            campaign_of_line().in_(campaign_nos),
            target_of_line(),
            Contact.company_id.is_not(None),
        )
    )


def _of_entries(campaign_nos: Collection[str]) -> Select[str, int | None]:
    entry = InteractionLogEntry
    return select(entry.campaign_no, entry.contact_company_id).where(
        entry.campaign_no.in_(campaign_nos),
        entry.campaign_no != "",  # as the partial index says
        entry.campaign_target,
        ~entry.postponed,
        entry.contact_company_id.is_not(None),
    )
