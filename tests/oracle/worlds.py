"""Random worlds, small ones: every value comes from a handful, so that they collide."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

from hypothesis import strategies as st

from core.segments.models import OVERRIDES
from tests.oracle.header_changes import Change
from tests.oracle.personalising import Wish
from tests.oracle.world import (
    NO_DATE,
    Adding,
    Asker,
    Content,
    Header,
    Leftover,
    Own,
    Person,
    Range,
    Removing,
    Template,
    World,
)

SEGMENT_NO = "SM00001"
CAMPAIGNS = ("CP1", "CP2", "CP3")
SALESPEOPLE = ("BC", "JR")
BLOCKED_SALESPERSON = "TD"
TEMPLATES = ("ABS", "BUS", "GOLF")
GROUPS = ("LETTER", "MEETING")
LANGUAGES = ("DEU", "ENU", "FRA")
ADDRESSES = ("HOME", "VAC")
VANISHED = "GONE"
"""A code that something points at although its record was deleted."""
VANISHED_CONTACT = 999

dates = st.dates(date(2026, 5, 1), date(2026, 5, 8))
choices = st.integers(0, 2)
cost = st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("8.00"), Decimal("12.50")])
duration = st.sampled_from([Decimal(0), Decimal(1), Decimal("30.00000")])
ANOTHER_LOG = 1_000_077
"""Above all numbers that the product gives logged segments itself in a run."""

attachments = st.sampled_from([None, 1, 2, 3])
emails = st.sampled_from(["", "a@example.com"])
flags = st.booleans()
rarely = st.integers(0, 9).map(lambda number: number == 7)


def one_of(*codes: str) -> st.SearchStrategy[str]:
    return st.sampled_from(codes)


@st.composite
def worlds(draw, *, may_be_troubled: bool = True) -> World:
    """Half are in order, so that there is much to log; half have every trouble."""
    is_troubled = may_be_troubled and draw(flags)
    gone = (VANISHED,) if is_troubled else ()
    # Blanks that keep a line from being logged do not keep it from being edited.
    blanks = gone if may_be_troubled else ("",)
    templates = {code: draw(template(code)) for code in TEMPLATES}
    people = draw(contacts(is_troubled=is_troubled))
    return World(
        contacts=people,
        templates=templates,
        campaigns=frozenset(CAMPAIGNS),
        languages=LANGUAGES,
        groups=GROUPS,
        salespeople=dict.fromkeys(SALESPEOPLE, False) | {BLOCKED_SALESPERSON: True},
        header=draw(header(gone)),
        contents=draw(st.dictionaries(one_of(*LANGUAGES), contents())),
        actions=draw(actions(people, blanks)),
        steps_back=int(draw(rarely)),
        leftovers=draw(leftovers()),
        was_logged_before=is_troubled and draw(rarely),
        numbers=draw(numbers(is_troubled=is_troubled)),
        asker=draw(askers(is_troubled=is_troubled)),
        wants_follow_up=draw(flags),
        skips=draw(flags),
    )


@st.composite
def template(draw, code: str) -> Template:
    rows = draw(st.dictionaries(one_of(*LANGUAGES), attachments, max_size=2))
    return Template(
        code=code,
        description=draw(one_of("", f"About {code}")),
        group=draw(one_of("", *GROUPS)),
        cost=draw(cost),
        duration=draw(duration),
        flow=draw(choices),
        initiated_by=draw(choices),
        campaign=draw(one_of("", *CAMPAIGNS)),
        target=draw(flags),
        response=draw(flags),
        correspondence=draw(choices),
        ignores_contact=draw(flags),
        language=draw(one_of("", *LANGUAGES)),
        attachments=rows,
    )


@st.composite
def header(draw, gone: tuple[str, ...]) -> Header:
    troubles = ("", *gone) if gone and draw(rarely) else ()
    return Header(
        no=SEGMENT_NO,
        description=draw(one_of("Spring mailing", *troubles[:1])),
        campaign=draw(one_of("", *CAMPAIGNS, *troubles)),
        salesperson=draw(one_of("", *SALESPEOPLE) if gone else one_of(*SALESPEOPLE)),
        date=draw(st.none() | dates if troubles else dates),
        template=draw(one_of(*TEMPLATES, *troubles)),
        group=draw(one_of("", *GROUPS)),
        cost=draw(cost),
        duration=draw(duration),
        flow=draw(choices),
        initiated_by=draw(choices),
        target=draw(flags),
        response=draw(flags),
        correspondence=draw(choices),
        ignores_contact=draw(flags),
        language=draw(one_of("", *LANGUAGES)),
        subject=draw(one_of("", "Spring is here")),
        sends_word_docs=draw(flags),
    )


def contents() -> st.SearchStrategy[Content]:
    return st.builds(
        Content, subject=one_of("", "Hello", "Hallo"), attachment=attachments
    )


@st.composite
def contacts(draw, *, is_troubled: bool) -> dict[int, Person]:
    company = draw(person(1, company=1, is_company=True, is_troubled=is_troubled))
    people = {1: company}
    for number in range(2, draw(st.integers(2, 5)) + 1):
        of = draw(st.sampled_from([None, 1]))
        people[number] = draw(
            person(number, company=of, is_company=False, is_troubled=is_troubled)
        )
    return people


@st.composite
def person(
    draw, number: int, *, company: int | None, is_company: bool, is_troubled: bool
) -> Person:
    addresses = draw(st.dictionaries(one_of(*ADDRESSES), emails))
    return Person(
        id=number,
        no=f"CT{number:04}",
        company=company,
        is_company=is_company,
        email=draw(emails),
        salesperson=draw(one_of("", *SALESPEOPLE, *((VANISHED,) * is_troubled))),
        language=draw(one_of("", *LANGUAGES)),
        correspondence=draw(choices),
        is_privacy_blocked=is_troubled and draw(rarely),
        addresses=addresses,
        ranges=draw(ranges(sorted(addresses))),
    )


@st.composite
def ranges(draw, addresses: list[str]) -> tuple[Range, ...]:
    if not addresses:
        return ()
    firsts = draw(st.lists(dates, max_size=3, unique=True))
    return tuple(
        Range(
            first,
            draw(st.none() | st.dates(first, date(2026, 5, 9))),
            draw(st.sampled_from(addresses)),
        )
        for first in firsts
    )


@st.composite
def actions(
    draw, people: dict[int, Person], gone: tuple[str, ...]
) -> tuple[Adding | Removing, ...]:
    """The first one adds; later ones add more, or take out lines that are there."""
    taken: list[Adding | Removing] = []
    there: set[int] = set()
    places = 0
    for number in range(draw(st.integers(1, 4))):
        if number and there and draw(flags):
            gone_places = draw(
                st.sets(st.sampled_from(sorted(there)), min_size=1, max_size=3)
            )
            taken.append(Removing(frozenset(gone_places)))
            there -= gone_places
            continue
        added = draw(st.lists(line(people, gone), min_size=2, max_size=6))
        taken.append(Adding(tuple(added)))
        there |= set(range(places + 1, places + len(added) + 1))
        places += len(added)
    return tuple(taken)


@st.composite
def line(draw, people: dict[int, Person], gone: tuple[str, ...]) -> tuple[int, Own]:
    contact = draw(st.sampled_from(sorted(people)))
    if VANISHED in gone and draw(rarely):
        contact = VANISHED_CONTACT
    if draw(flags):
        return contact, {}
    addresses = people[contact].addresses if contact in people else {}
    return contact, draw(own_values(sorted(addresses), gone))


def own_values(addresses: list[str], gone: tuple[str, ...]) -> st.SearchStrategy[Own]:
    """Any of the values a line may set itself, blanks among them."""
    trouble = ("", *gone) if gone else ()
    optional: dict[str, st.SearchStrategy[object]] = {
        "interaction_template_code": one_of(*TEMPLATES, *trouble),
        "description": one_of("", "Mine", "About BUS"),
        "date": st.just(NO_DATE) | dates if gone else dates,
        "campaign_no": one_of("", *CAMPAIGNS, *gone),
        "salesperson_code": one_of(*SALESPEOPLE, BLOCKED_SALESPERSON, *trouble),
        "interaction_group_code": one_of("", *GROUPS),
        "cost": cost,
        "duration": duration,
        "information_flow": choices,
        "initiated_by": choices,
        "campaign_target": flags,
        "campaign_response": flags,
        "correspondence_type": choices,
        "language_code": one_of("", *LANGUAGES),
        "subject": one_of("", "My subject"),
        "contact_alt_address_code": one_of("", *addresses),
        "evaluation": st.integers(0, 5),
        "time_of_interaction": st.just(time(9, 30)),
        "attempt_failed": flags,
        "contact_via": one_of("", "555-0100"),
        "attachment_id": st.sampled_from([0, 4]),
    }
    few = st.sets(st.sampled_from(sorted(optional)), max_size=4)
    return few.flatmap(
        lambda names: st.fixed_dictionaries(
            {name: optional[name] for name in sorted(names)}
        )
    )


@st.composite
def leftovers(draw) -> tuple[Leftover, ...]:
    campaigns = draw(st.lists(one_of(*CAMPAIGNS), unique=True, max_size=2))
    registers = st.sampled_from([None, ANOTHER_LOG])
    return tuple(Leftover(campaign, draw(registers)) for campaign in campaigns)


def numbers(*, is_troubled: bool) -> st.SearchStrategy[tuple[str, ...] | str]:
    enough: tuple[str, ...] = ("SM00002", "SM00003")
    if not is_troubled:
        return st.just(enough)
    faults = ("E-SERIES-SETUP", "E-SERIES-NONE")
    return st.sampled_from([*[enough] * 6, *[enough[:1]] * 2, *faults])


def askers(*, is_troubled: bool) -> st.SearchStrategy[Asker]:
    own = ["", *SALESPEOPLE] * 4
    if is_troubled:
        own += [BLOCKED_SALESPERSON, VANISHED]
    return st.builds(
        Asker,
        username=one_of("anna", "ben"),
        salesperson=one_of(*own),
        work_date=dates,
    )


@st.composite
def editable_worlds(draw) -> World:
    """A world in order, as choosing the header's template leaves it: with the content
    of that template, and no line that calls it its own."""
    world: World = draw(worlds(may_be_troubled=False))
    template = world.templates[world.header.template]
    contents = {
        language: Content("", attachment)
        for language, attachment in template.attachments.items()
    }
    actions = tuple(_followed(action, template) for action in world.actions)
    return replace(world, contents=contents, actions=actions, steps_back=0)


def _followed(action: Adding | Removing, of_header: Template) -> Adding | Removing:
    if isinstance(action, Removing):
        return action
    return Adding(
        tuple(
            (
                contact,
                {
                    name: value
                    for name, value in own.items()
                    if (name, value) != ("interaction_template_code", of_header.code)
                },
            )
            for contact, own in action.lines
        )
    )


@st.composite
def changes(draw) -> Change:
    """One or two fields, or another template, as a page or a program would send it."""
    possible: dict[str, st.SearchStrategy[object]] = {
        "description": one_of("", "Summer mailing"),
        "campaign_no": one_of("", *CAMPAIGNS),
        "salesperson_code": one_of("", *SALESPEOPLE),
        "date": st.none() | dates,
        "interaction_group_code": one_of("", *GROUPS),
        "unit_cost": cost,
        "unit_duration": duration,
        "information_flow": choices,
        "initiated_by": choices,
        "campaign_target": flags,
        "campaign_response": flags,
        "subject_default": one_of("", "Summer is here"),
        "correspondence_type_default": choices,
        "ignore_contact_corres_type": flags,
        "language_code_default": one_of("", *LANGUAGES),
        "send_word_docs_as_attmt": flags,
    }
    if draw(st.integers(0, 3)) == 0:
        values: dict[str, object] = {
            "interaction_template_code": draw(one_of(*TEMPLATES))
        }
    else:
        names = draw(st.sets(st.sampled_from(sorted(possible)), min_size=1, max_size=2))
        values = {name: draw(possible[name]) for name in sorted(names)}
    return Change(values, draw(flags))


@st.composite
def wishes(draw) -> Wish:
    """Values for some lines or all; another template more often than not."""
    values = dict(draw(own_values([], ())))
    for name in ("contact_alt_address_code", "attachment_id"):
        values.pop(name, None)
    if values.get("salesperson_code") == BLOCKED_SALESPERSON:
        values.pop("salesperson_code")
    if draw(flags):
        values["interaction_template_code"] = draw(one_of("", *TEMPLATES))
    handed_back = draw(st.sets(st.sampled_from(sorted(OVERRIDES)), max_size=2))
    places = draw(st.sets(st.integers(1, 12)) | st.just(set(range(1, 25))))
    return Wish(
        line_nos=frozenset(10_000 * place for place in places),
        values=values,
        handed_back=frozenset(handed_back - values.keys()),
    )
