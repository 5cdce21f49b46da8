"""Which lines of a segment a page is about: the ones that were ticked, or all that the
filter of the list leaves. It travels in addresses and forms under the same names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from core.segments.line_list import LineFilter
from core.segments.models import OVERRIDES

FILTERS = {
    "contact": "Contact",
    "personal": "Lines",
    "own": "Own value of",
    "salesperson_code": "Salesperson",
    "interaction_template_code": "Template",
}
BLANK = "-"
"""Chosen for lines that show no salesperson or no template."""

CHOSEN = "chosen"
MATCHING = "matching"


@dataclass(frozen=True, slots=True)
class LineChoice:
    which: LineFilter
    filters: Mapping[str, str]
    "In force when the lines were chosen; blank where lines were ticked."
    line_nos: Sequence[int] | None = None

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The choice as fields of a form."""
        if self.line_nos is None:
            return [("scope", MATCHING), *self.filters.items()]
        ticked = [("line", str(line_no)) for line_no in self.line_nos]
        return [("scope", CHOSEN), *ticked]


def line_filter(filters: Mapping[str, str]) -> LineFilter:
    """What is no field of a line does not narrow the list."""
    own = filters.get("own", "")
    return LineFilter(
        personal_only="personal" in filters,
        contact=filters.get("contact", ""),
        own=own if own in OVERRIDES else "",
        salesperson_code=_code(filters.get("salesperson_code")),
        interaction_template_code=_code(filters.get("interaction_template_code")),
    )


def line_choice(form: MultiDict[str, str]) -> LineChoice:
    if form.get("scope") == CHOSEN:
        numbers = sorted(
            {
                int(text)
                for text in form.getlist("line")
                if text.isdecimal() and len(text) < 19
            }
        )
        return LineChoice(LineFilter(line_nos=numbers), {}, numbers)
    filters = {
        name: text
        for name in FILTERS
        if (text := form.get(name, "").strip()) and "\0" not in text
    }
    return LineChoice(line_filter(filters), filters)


def sample_of(choice: LineChoice, limit: int) -> LineFilter:
    return replace(choice.which, limit=limit)


def _code(text: str | None) -> str | None:
    if text is None:
        return None
    return "" if text == BLANK else text.upper()
