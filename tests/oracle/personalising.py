"""What personalising lines does to what they show, said line by line."""

from dataclasses import dataclass, replace

from core.vocabulary import CorrespondenceType
from tests.oracle.model import Line, Row, lines_in_force, show
from tests.oracle.world import Own, World

OF_TEMPLATE = (
    "interaction_group_code",
    "cost",
    "duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
    "correspondence_type",
    "language_code",
    "subject",
    "attachment_id",
)
BLANK = int(CorrespondenceType.BLANK)


@dataclass(frozen=True)
class Wish:
    line_nos: frozenset[int]
    values: Own
    handed_back: frozenset[str]


def is_refused(world: World, wish: Wish) -> bool:
    """A language is chosen for what a template says (LINE-052)."""
    return bool(wish.values.get("language_code")) and any(
        not _wished_template(world, line, wish)
        for line in lines_in_force(world)
        if line.no in wish.line_nos
    )


def after(world: World, wish: Wish) -> dict[int, Row]:
    """What each line then shows, by line number."""
    return {
        line.no: show(world, _changed(world, line, wish))
        for line in lines_in_force(world)
    }


def _changed(world: World, line: Line, wish: Wish) -> Line:
    if line.no not in wish.line_nos:
        return line
    own = dict(line.own)
    language = wish.values.get("language_code")
    if language is not None and language != show(world, line)["language_code"]:
        _let_go(own, "subject", "attachment_id")
    if "interaction_template_code" in {*wish.values, *wish.handed_back}:
        _take_template(world, line, own, _wished_template(world, line, wish))
    _let_go(own, *wish.handed_back)
    own.update(wish.values)
    if own.get("interaction_template_code") == world.header.template:
        _let_go(own, "interaction_template_code")
    return replace(line, own=own)


def _wished_template(world: World, line: Line, wish: Wish) -> str:
    if "interaction_template_code" in wish.handed_back:
        return world.header.template
    shown = show(world, line)["interaction_template_code"]
    return str(wish.values.get("interaction_template_code", shown))


def _take_template(world: World, line: Line, own: dict[str, object], code: str) -> None:
    before = show(world, line)["interaction_template_code"]
    if code == before:
        return
    travels = own.get("correspondence_type")
    _let_go(own, *OF_TEMPLATE)  # LINE-041
    template = world.templates.get(code)
    if template is None:
        return
    is_own = code != world.header.template
    if world.header.campaign or (is_own and template.campaign):  # LINE-046
        _let_go(own, "campaign_no")
    if not is_own:
        if before:
            _let_go(own, "description")
        return
    if before and template.description:  # LINE-044
        own["description"] = template.description
    if travels is not None and _nobody_says_how(world, line, code):  # LINE-045
        own["correspondence_type"] = travels


def _nobody_says_how(world: World, line: Line, code: str) -> bool:
    header, template = world.header, world.templates[code]
    if header.ignores_contact and header.correspondence != BLANK:
        return False
    if template.ignores_contact or template.correspondence != BLANK:
        return False
    return world.contacts[line.contact].correspondence == BLANK


def _let_go(own: dict[str, object], *names: str) -> None:
    for name in names:
        own.pop(name, None)
