"""Which interaction log entries a deed means, and how a person is told."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from flask import request

from web.layout import number
from web.ledger.entry_filters import LABELS, entry_filters_of, in_words
from web.ledger.question import Hidden

LIST = "/interaction-log-entries"
CRUMBS = [("Interaction Log Entries", LIST)]


class Meant(NamedTuple):
    """Ticked entries, or what the filter of the list finds."""

    ticked: Sequence[str]
    texts: dict[str, str]

    @property
    def filters(self) -> dict[str, object]:
        if self.ticked:
            return {"entry_no": list(self.ticked)}
        return entry_filters_of(self.texts)

    @property
    def hidden(self) -> Hidden:
        if self.ticked:
            return [("entry_no", each) for each in self.ticked]
        return list(self.texts.items())

    @property
    def words(self) -> str:
        """After "entries"."""
        if self.ticked:
            return f"of the {number(len(self.ticked))} ticked"
        named = "; ".join(
            f"{LABELS[name].lower()} {text}"
            for name, text in in_words(self.texts).items()
        )
        return f"with {named}" if named else "of the whole log"

    @property
    def back(self) -> str:
        if len(self.ticked) == 1:
            return f"{LIST}/{self.ticked[0]}"
        return f"{LIST}?{urlencode(self.texts)}" if self.texts else LIST


def meant_entries() -> Meant:
    """By the request, which carries them from the list to the deed."""
    ticked = request.values.getlist("entry_no")
    texts = {name: request.values.get(name, "").strip() for name in LABELS}
    return Meant(
        sorted({each for each in ticked if each.isdecimal() and len(each) < 19}),
        {name: text for name, text in texts.items() if text and "\0" not in text},
    )


def counted_entries(of: int, which: str = "") -> str:
    return f"{number(of)} {which}{'entry' if of == 1 else 'entries'}"
