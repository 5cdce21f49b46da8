"""A person's name and its parts (CONT-010)."""

from collections.abc import Mapping
from typing import NamedTuple

PART_LENGTH = 30


class NameParts(NamedTuple):
    first_name: str
    middle_name: str
    surname: str


def split_name(name: str) -> NameParts:
    words = [word for word in name.split(" ") if word]
    surname = words.pop() if len(words) > 1 else ""
    middle_name = words.pop() if len(words) > 1 else ""
    return NameParts(
        " ".join(words)[:PART_LENGTH], middle_name[:PART_LENGTH], surname[:PART_LENGTH]
    )


def parts_agreeing(name: str, parts: Mapping[str, str]) -> NameParts | None:
    """The parts the name falls into, if those that are given besides are among them:
    then the name stands, and tells the others."""
    given = {part: text for part, text in parts.items() if text}
    split = split_name(name)
    agree = all(getattr(split, part) == text for part, text in given.items())
    return split if name and given and agree else None


def joined_name(first_name: str, middle_name: str, surname: str) -> str:
    return " ".join(part for part in (first_name, middle_name, surname) if part)
