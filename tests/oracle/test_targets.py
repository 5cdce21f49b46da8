"""Target groups against a second opinion: after every change the group of an activated
campaign is what one reads off its lines and interactions one by one (DEC-03)."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from core.campaigns.models import CampaignTarget
from core.contacts.change_contact import change_contact
from core.contacts.classification.business_relations import relate
from core.contacts.classification.links import BUSINESS_RELATIONS, remove_link
from core.contacts.classification.models import (
    BusinessRelation,
    ContactBusinessRelation,
)
from core.contacts.models import Contact
from core.errors import RollcallError
from core.interactions.models import (
    InteractionLogEntry,
    InteractionTemplate,
    LoggedSegment,
)
from core.ledger.cancel_log import set_log_canceled
from core.ledger.change import Change
from core.ledger.delete_canceled import delete_canceled_entries
from core.ledger.undo_log import undo_log
from core.segments.actions import ActionOptions
from core.segments.activate_campaign import activate_campaign, deactivate_campaign
from core.segments.change_line import change_line
from core.segments.change_roster import RosterChange, change_roster
from core.segments.change_segment import change_segment
from core.segments.delete_segment import delete_segment
from core.segments.follow_up_later import follow_up_logged_segment
from core.segments.go_back import go_back, go_forward
from core.segments.models import Segment, SegmentLine
from core.segments.one_line import add_line, remove_line, replace_contact
from core.segments.reuse_logged_segment import reuse_logged_segment
from core.vocabulary import ActionKind, LinkToTable
from tests import factories
from tests.core.segments.logging import log
from tests.oracle.database import scratch

pytestmark = pytest.mark.timeout(0)

ACTOR = factories.actor()
CAMPAIGNS = ("CP1", "CP2")
TEMPLATES = ("AIMED", "PLAIN")
CONTACTS = ("K1", "K2", "P1", "P2", "P3")
"""Two companies, a person of each, and one who has none."""

positions = st.integers(0, 5)
contacts = st.sampled_from(CONTACTS)
kinds = st.sampled_from(list(ActionKind))
campaigns = st.sampled_from(("", *CAMPAIGNS))
own_values = st.fixed_dictionaries(
    {},
    optional={
        "campaign_no": campaigns,
        "campaign_target": st.booleans(),
        "interaction_template_code": st.sampled_from(TEMPLATES),
    },
)
inherited = st.sets(st.sampled_from(["campaign_no", "campaign_target"]), max_size=1)


@dataclass(frozen=True)
class Deed:
    name: str
    values: tuple[Any, ...] = ()


def deed(name: str, *values: st.SearchStrategy[Any]) -> st.SearchStrategy[Deed]:
    return st.tuples(*values).map(lambda given_values: Deed(name, given_values))


deeds = st.one_of(
    deed("add", contacts),
    deed("add", contacts),
    deed("roster", kinds, st.lists(contacts, min_size=1, max_size=2)),
    deed("take out", positions),
    deed("replace", positions, contacts),
    deed("personalise", positions, own_values, inherited),
    deed("personalise", positions, own_values, inherited),
    deed("header", own_values, st.booleans()),
    deed("back"),
    deed("forward"),
    deed("delete"),
    deed("log", st.booleans()),
    deed("activate", st.sampled_from(CAMPAIGNS)),
    deed("activate", st.sampled_from(CAMPAIGNS)),
    deed("deactivate", st.sampled_from(CAMPAIGNS)),
    deed("customer", st.sampled_from(["K1", "K2"])),
    deed("no customer", st.sampled_from(["K1", "K2"])),
    deed("other segment"),
    deed("reuse log", positions),
    deed("reuse log", positions),
    deed("follow up later", positions),
    deed("undo", positions),
    deed("delete log", positions),
    deed("join", st.sampled_from(["K1", "K2", ""])),
)


AIMED = [Deed("add", ("K1",)), Deed("activate", ("CP1",))]
LOGGED = [Deed("add", ("P3",)), Deed("log", (False,))]


@given(steps=st.lists(deeds, min_size=4, max_size=10))
@example(steps=[*AIMED, Deed("reuse log", (0,))])
@example(steps=[*AIMED, Deed("follow up later", (0,)), Deed("header", ({}, True))])
@example(steps=[*AIMED, Deed("log", (True,)), Deed("undo", (1,)), Deed("back")])
@example(steps=[*AIMED, Deed("log", (False,)), Deed("delete log", (1,))])
@example(steps=[*LOGGED, *AIMED, Deed("join", ("K2",))])
def test_a_group_is_what_its_lines_and_interactions_say(engine, steps):
    with scratch(engine) as session:
        desk = Desk(session)
        for step in steps:
            before = {no: desk.group(no) for no in CAMPAIGNS}

            desk.do(step)

            for no in CAMPAIGNS:
                is_kept = bool(before[no]) or step == Deed("activate", (no,))
                if step == Deed("deactivate", (no,)):
                    is_kept = False
                expected = desk.members_one_by_one(no) if is_kept else set()
                assert desk.group(no) == expected, (no, step)


class Desk:
    """Two open segments, of which one is worked on, and one that was logged."""

    def __init__(self, session):
        self.session = session
        factories.marketing_setup(session)
        factories.salesperson(session, "JR")
        session.add(BusinessRelation(code="CUST"))
        for no in CAMPAIGNS:
            factories.campaign(session, no)
        factories.template(session, "AIMED", campaign_target=True, campaign_no="CP2")
        factories.template(session, "PLAIN")
        first, second = (factories.company(session, no=no) for no in ("K1", "K2"))
        for no, company in (("P1", first), ("P2", second), ("P3", None)):
            factories.person(session, company, no=no)
        self.nos = [self.new_segment(campaign_target=False), self.new_segment()]
        for no in ("K1", "P2", "P3"):
            self.add(no)
        log(session, ACTOR, self.segment)
        session.expire_all()
        self.nos[0] = self.new_segment()

    def new_segment(self, *, campaign_target=True):
        made = factories.segment(
            self.session,
            ACTOR,
            description="Spring",
            salesperson_code="JR",
            interaction_template_code="PLAIN",
            campaign_no="CP1",
            campaign_target=campaign_target,
        )
        return made.no

    @property
    def segment(self):
        found = select(Segment).where(Segment.no == self.nos[0])
        return self.session.scalars(found).one()

    def do(self, step):
        """What is refused changes nothing."""
        try:
            with self.session.begin_nested():
                getattr(self, step.name.replace(" ", "_"))(*step.values)
        except RollcallError:
            self.session.expire_all()

    def add(self, contact):
        add_line(self.session, ACTOR, self.segment, contact)

    def roster(self, kind, numbers):
        filters = {"contact": {"no": numbers}}
        change = RosterChange(kind, filters, ActionOptions())
        change_roster(self.session, ACTOR, self.nos[0], change)

    def take_out(self, position):
        if (line_no := self.line_no(position)) is not None:
            remove_line(self.session, ACTOR, self.segment, line_no)

    def replace(self, position, contact):
        if (line_no := self.line_no(position)) is not None:
            replace_contact(self.session, ACTOR, self.segment, line_no, contact)

    def personalise(self, position, values, inherit):
        if (line_no := self.line_no(position)) is not None:
            change_line(
                self.session,
                self.segment,
                line_no,
                values,
                inherit=inherit - values.keys(),
            )

    def header(self, values, to_lines):
        change_segment(
            self.session,
            self.segment,
            values,
            update_lines=to_lines,
            apply_to_lines=to_lines,
        )

    def back(self):
        go_back(self.session, self.segment)

    def forward(self):
        go_forward(self.session, self.segment)

    def delete(self):
        delete_segment(self.session, self.segment)
        self.nos[0] = self.new_segment()

    def log(self, create_follow_up):
        result = log(
            self.session, ACTOR, self.segment, create_follow_up=create_follow_up
        )
        self.session.expire_all()
        follow_up = result.get("follow_up_segment_no")
        self.nos[0] = follow_up or self.new_segment()

    def activate(self, no):
        activate_campaign(self.session, ACTOR, no)

    def deactivate(self, no):
        deactivate_campaign(self.session, ACTOR, no)

    def customer(self, company):
        relate(
            self.session,
            ACTOR,
            company,
            "CUST",
            link_to_table=LinkToTable.CUSTOMER,
            no=f"CUST-{company}",
        )

    def no_customer(self, company):
        remove_link(self.session, ACTOR, BUSINESS_RELATIONS, company, "CUST")

    def reuse_log(self, position):
        if (log_no := self.log_no(position)) is not None:
            reuse_logged_segment(self.session, ACTOR, self.nos[0], log_no, confirm=True)

    def follow_up_later(self, position):
        if (log_no := self.log_no(position)) is not None:
            made = follow_up_logged_segment(self.session, ACTOR, log_no)
            self.nos[0] = made.segment.no

    def undo(self, position):
        if (log_no := self.log_no(position)) is not None:
            done = undo_log(self.session, ACTOR, log_no)
            if done.follow_up_taken_away and done.follow_up_segment_no in self.nos:
                place = self.nos.index(done.follow_up_segment_no)
                self.nos[place] = done.segment_no

    def delete_log(self, position):
        if (log_no := self.log_no(position)) is not None:
            set_log_canceled(self.session, ACTOR, log_no, Change(canceled=True))
            filters = {"logged_segment_entry_no": [str(log_no)]}
            delete_canceled_entries(self.session, ACTOR, filters)

    def join(self, company):
        change_contact(self.session, ACTOR, "P3", {"company_no": company})

    def log_no(self, position):
        numbers = select(LoggedSegment.entry_no).order_by(LoggedSegment.entry_no)
        found = self.session.scalars(numbers).all()
        return found[position % len(found)] if found else None

    def other_segment(self):
        self.nos.reverse()

    def line_no(self, position):
        numbers = sorted(
            line.line_no
            for line in self.live_lines()
            if line.segment_id == self.segment.id
        )
        return numbers[position] if position < len(numbers) else None

    def live_lines(self):
        self.session.expire_all()
        heads = {each.id: each.head for each in self.session.scalars(select(Segment))}
        return [
            line
            for line in self.session.scalars(select(SegmentLine))
            if line.added_by <= heads[line.segment_id]
            and (line.removed_by is None or line.removed_by > heads[line.segment_id])
        ]

    def group(self, campaign_no):
        group = select(CampaignTarget.no).where(
            CampaignTarget.campaign_no == campaign_no
        )
        return set(self.session.scalars(group))

    def members_one_by_one(self, campaign_no):
        return {self.name_of(each) for each in self.companies(campaign_no)}

    def companies(self, campaign_no):
        by_id = {each.id: each for each in self.session.scalars(select(Contact))}
        templates = {
            each.code: each
            for each in self.session.scalars(select(InteractionTemplate))
        }
        headers = {each.id: each for each in self.session.scalars(select(Segment))}
        for line in self.live_lines():
            header = headers[line.segment_id]
            own = templates.get(line.interaction_template_code)
            campaign = line.campaign_no
            if campaign is None:
                campaign = header.campaign_no or (own.campaign_no if own else "")
            is_target = line.campaign_target
            if is_target is None:
                is_target = (own or header).campaign_target
            company = by_id[line.contact_id].company_id
            if campaign == campaign_no and is_target and company:
                yield by_id[company]
        for entry in self.session.scalars(select(InteractionLogEntry)):
            is_meant = entry.campaign_no == campaign_no and entry.campaign_target
            if is_meant and entry.contact_company_id:
                yield by_id[entry.contact_company_id]

    def name_of(self, company):
        relation = self.session.get(ContactBusinessRelation, (company.id, "CUST"))
        return relation.no if relation else company.no
