"""Criteria actions as sentences: "Add Salesperson JR, city contains Oslo"."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.segments.models import SavedCriteriaAction, SegmentAction
from core.vocabulary import ActionKind
from web.segments.filter_words import filters_in_words

Action = SegmentAction | SavedCriteriaAction | Row[Any]

EVERYBODY = "Everybody"

DONE = {
    ActionKind.ADD_CONTACTS: "Added",
    ActionKind.REDUCE_CONTACTS: "Took out",
    ActionKind.REFINE_CONTACTS: "Kept only",
}
TO_DO = {
    ActionKind.ADD_CONTACTS: "Add",
    ActionKind.REDUCE_CONTACTS: "Take out",
    ActionKind.REFINE_CONTACTS: "Keep only",
}

OPTIONS = {
    "allow_existing_contacts": "also those already in the segment",
    "expand_companies": "with all people of their companies",
    "allow_related_companies": "with their companies",
    "ignore_exclusion": "also those marked to be excluded",
    "entire_companies": "whole companies",
}


class Words(NamedTuple):
    """Of one action."""

    done: str
    to_do: str
    criteria: str
    options: str

    def sentence(self) -> str:
        """What the action did."""
        told = f"{self.done} {self.criteria[:1].lower()}{self.criteria[1:]}"
        return ", ".join(filter(None, [told, self.options]))


def actions_in_words(session: Session, actions: Sequence[Action]) -> list[Words]:
    """One statement, however many actions."""
    sentences = filters_in_words(session, *(action.filters for action in actions))
    return [
        Words(
            DONE[ActionKind(action.kind)],
            TO_DO[ActionKind(action.kind)],
            sentence or EVERYBODY,
            options_in_words(action),
        )
        for action, sentence in zip(actions, sentences, strict=True)
    ]


def steps_by_code(
    session: Session, actions: Sequence[SavedCriteriaAction]
) -> dict[str, list[Words]]:
    """What saved criteria do, step by step."""
    found: dict[str, list[Words]] = {}
    spoken = actions_in_words(session, actions)
    for action, words in zip(actions, spoken, strict=True):
        found.setdefault(action.code, []).append(words)
    return found


def options_in_words(action: Action) -> str:
    chosen: Iterable[str] = (
        words for name, words in OPTIONS.items() if getattr(action, name)
    )
    return ", ".join(chosen)
