"""A segment's lines through its criteria actions, line by line and step by step.

Not as the product does it: every step remembers the lines there were after it, and
going back is looking at an earlier memory.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from tests.oracle.crowd import (
    Adding,
    AddingByHand,
    Crowd,
    Deed,
    Filters,
    GoingBack,
    GoingForward,
    Options,
    Removing,
    RemovingByHand,
    Replacing,
    Replaying,
    Reusing,
    Saving,
)
from tests.oracle.matching import matching

STEP = 10_000
ADD, REDUCE, REFINE = 1, 2, 3


@dataclass(frozen=True)
class Chosen:
    """What a criteria action says, and what is saved of it."""

    kind: int
    filters: Filters
    options: Options


def kept(kind: int, filters: Filters, options: Options) -> Chosen:
    """A table without a condition is no filter; an Add has nothing to do with entire
    companies, and the others with nothing else (CRIT-031)."""
    asked = {table: fields for table, fields in filters.items() if fields}
    if kind == ADD:
        return Chosen(kind, asked, replace(options, entire_companies=False))
    return Chosen(kind, asked, Options(entire_companies=options.entire_companies))


@dataclass(frozen=True)
class Step:
    chosen: Chosen
    lines: tuple[int, ...]
    "The lines there were after it, by identity."
    changed: int


@dataclass(frozen=True)
class Place:
    no: int
    contact: int
    own_campaign: str | None = None


@dataclass
class Roster:
    crowd: Crowd
    steps: list[Step] = field(default_factory=list)
    head: int = 0
    places: dict[int, Place] = field(default_factory=dict)
    saved: dict[str, list[Chosen]] = field(default_factory=dict)
    born: int = 0
    "How many lines there ever were; gives each its identity."

    def lines(self) -> list[Place]:
        """Those in force, in the order of their numbers."""
        return sorted(
            (self.places[each] for each in self._in_force()), key=lambda line: line.no
        )

    def contacts(self) -> list[int]:
        return [line.contact for line in self.lines()]

    # --- the deeds --------------------------------------------------------------------

    def do(self, deed: Deed) -> int | None:  # noqa: C901  (one case per deed)
        """How many lines it changed, where the product says so."""
        match deed:
            case Adding():
                return self.add(deed)
            case Removing():
                return self.remove(deed)
            case AddingByHand():
                self.add_by_hand(deed)
            case RemovingByHand():
                self.remove_by_hand(deed)
            case Replacing():
                self.replace(deed)
            case GoingBack():
                self.head -= 1
            case GoingForward():
                self.head += 1
            case Saving():
                self.saved[deed.code] = [each.chosen for each in self._done()]
            case Replaying():
                return self.replay(deed)
            case Reusing():
                return self.reuse(deed)
        return None

    def can(self, deed: Deed) -> bool:
        """Whether there is anything to do it with."""
        match deed:
            case RemovingByHand() | Replacing():
                return bool(self._in_force())
            case GoingBack():
                return self.head > 0
            case GoingForward():
                return self.head < len(self.steps)
            case Saving():
                return self.head > 0 and deed.code not in self.saved
            case Replaying():
                return deed.code in self.saved
        return True

    def add(self, adding: Adding) -> int:
        wanted = to_add(self.crowd, self.contacts(), adding.filters, adding.options)
        chosen = kept(ADD, adding.filters, adding.options)
        return self._append(chosen, [(contact, None) for contact in wanted])

    def remove(self, removing: Removing) -> int:
        going = to_remove(self.crowd, self.contacts(), removing)
        kind = REFINE if removing.keeps_what_matches else REDUCE
        chosen = kept(kind, removing.filters, removing.options)
        number = self._take_out(
            chosen,
            [each for each in self._in_force() if self.places[each].contact in going],
        )
        self._reset_if_empty(wanted=removing.resets)
        return number

    def add_by_hand(self, adding: AddingByHand) -> None:
        self._append(self._only(ADD, adding.contact), [(adding.contact, None)])

    def remove_by_hand(self, removing: RemovingByHand) -> None:
        self._remove_one(self._line_at(removing.place))
        self._reset_if_empty(wanted=removing.resets)

    def replace(self, replacing: Replacing) -> None:
        """The new contact takes the number, the old line goes to the end (LINE-001)."""
        gone = self._line_at(replacing.place)
        old = self.places[gone]
        self._remove_one(gone)
        self.places[gone] = replace(old, no=self._last_no() + STEP)
        chosen = self._only(ADD, replacing.contact)
        self._append(chosen, [(replacing.contact, None)], first_no=old.no)

    def replay(self, replaying: Replaying) -> int:
        return sum(
            self._again(chosen, resets=replaying.resets)
            for chosen in self.saved[replaying.code]
        )

    def reuse(self, reusing: Reusing) -> int:
        """A line for every entry, whoever it is and wherever he stands (FUP-020)."""
        condition = {"logged_segment_entry_no": [str(reusing.logged_segment)]}
        chosen = Chosen(
            ADD,
            {"interaction_log_entry": condition},
            Options(allow_existing_contacts=True),
        )
        return self._append(chosen, logged_lines(self.crowd, reusing.logged_segment))

    # --- what they are made of --------------------------------------------------------

    def _done(self) -> list[Step]:
        return self.steps[: self.head]

    def _in_force(self) -> tuple[int, ...]:
        return self.steps[self.head - 1].lines if self.head else ()

    def _line_at(self, place: int) -> int:
        """The identity of the line at that place, counted around."""
        ordered = sorted(self._in_force(), key=lambda each: self.places[each].no)
        return ordered[place % len(ordered)]

    def _only(self, kind: int, contact: int) -> Chosen:
        filters = {"contact": {"no": [self.crowd.contacts[contact].no]}}
        return Chosen(kind, filters, Options())

    def _last_no(self) -> int:
        return max((place.no for place in self.places.values()), default=0)

    def _remove_one(self, line: int) -> None:
        self._take_out(self._only(REDUCE, self.places[line].contact), [line])

    def _append(
        self,
        chosen: Chosen,
        wanted: Collection[tuple[int, str | None]],
        first_no: int | None = None,
    ) -> int:
        no = self._last_no() + STEP if first_no is None else first_no
        self._forget_ahead()
        new = range(self.born, self.born + len(wanted))
        for line, (contact, campaign) in zip(new, wanted, strict=True):
            self.places[line] = Place(no, contact, campaign)
            no += STEP
        self.born += len(wanted)
        self._next(Step(chosen, (*self._in_force(), *new), len(wanted)))
        return len(wanted)

    def _take_out(self, chosen: Chosen, going: Collection[int]) -> int:
        self._forget_ahead()
        left = tuple(each for each in self._in_force() if each not in going)
        self._next(Step(chosen, left, len(going)))
        return len(going)

    def _next(self, step: Step) -> None:
        self.steps.append(step)
        self.head += 1

    def _forget_ahead(self) -> None:
        del self.steps[self.head :]
        known = {line for step in self.steps for line in step.lines}
        self.places = {line: at for line, at in self.places.items() if line in known}

    def _reset_if_empty(self, *, wanted: bool) -> None:
        """LINE-072: more than one action, and nobody is left."""
        if wanted and self.head > 1 and not self._in_force():
            self.steps, self.places, self.head = [], {}, 0

    def _again(self, chosen: Chosen, *, resets: bool) -> int:
        if chosen.kind == ADD:
            return self.add(Adding(chosen.filters, chosen.options))
        keeps = chosen.kind == REFINE
        return self.remove(Removing(keeps, chosen.filters, chosen.options, resets))


def to_add(
    crowd: Crowd, there: Collection[int], filters: Filters, options: Options
) -> list[int]:
    """CRIT-010…014, in the order of the rules."""
    chosen = matching(crowd, filters)
    if options.expand_companies:
        chosen |= {
            each.id
            for each in crowd.contacts.values()
            for match in chosen
            if each.company is not None
            and each.company == crowd.contacts[match].company
        }
    if options.allow_related_companies:
        companies = {crowd.contacts[each].company for each in chosen}
        chosen |= {company for company in companies if company is not None}
    if not options.ignore_exclusion:
        chosen = {each for each in chosen if not crowd.contacts[each].is_excluded}
    if not options.allow_existing_contacts:
        chosen -= set(there)
    return sorted(chosen, key=lambda each: _order(crowd, each))


def to_remove(
    crowd: Crowd, there: Collection[int], removing: Removing
) -> frozenset[int]:
    """The contacts whose lines go: CRIT-020…022, CRIT-024, CRIT-027."""
    candidates = set(there)
    if removing.options.entire_companies:
        companies = {crowd.contacts[each].company for each in there} - {None}
        candidates |= {
            each.id for each in crowd.contacts.values() if each.company in companies
        }
    meant = candidates & matching(crowd, removing.filters)
    if removing.options.entire_companies:
        companies = {crowd.contacts[each].company for each in meant} - {None}
        meant |= {
            each.id for each in crowd.contacts.values() if each.company in companies
        }
    if removing.keeps_what_matches:
        return frozenset(set(there) - meant)
    return frozenset(meant)


def logged_lines(crowd: Crowd, logged_segment: int) -> list[tuple[int, str | None]]:
    """FUP-010: contact and own campaign of each entry, where the contact still is."""
    return [
        (entry.contact, None if entry.campaign == crowd.campaign else entry.campaign)
        for entry in sorted(crowd.entries, key=lambda entry: entry.no)
        if entry.logged_segment == logged_segment and entry.contact is not None
    ]


def _order(crowd: Crowd, contact: int) -> tuple[object, ...]:
    """CRIT-014: company name, company number, companies before people, name, number."""
    somebody = crowd.contacts[contact]
    company = crowd.contacts[somebody.company] if somebody.company else None
    return (
        _as_sorted(company.name) if company else "",
        company.no if company else "",
        not somebody.is_company,
        _as_sorted(somebody.name),
        somebody.no,
    )


def _as_sorted(name: str) -> str:
    """Whatever the case, an accent right behind its letter."""
    return unicodedata.normalize("NFD", name.casefold())
