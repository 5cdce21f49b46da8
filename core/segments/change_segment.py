"""Change the header, and say what that means for the lines.

A line inherits whatever it does not set itself, so a change of the header is one
row. What the question "update the lines?" decides is only this:

* yes: lines that follow the header's template drop their own value of the field;
* no: they keep what they showed, pinned as their own value.

Lines with a template of their own are not the header's to change (INV-017): what
they had inherited is pinned on them first. They are few, and found by the partial
index over personal lines.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import cast

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from core.attachments.discard import discard_unreferenced
from core.errors import FaultList
from core.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from core.segments.actions import has_lines
from core.segments.changes import SegmentChanges
from core.segments.default_language import choose_default_language
from core.segments.held_attachments import held_attachments
from core.segments.known_codes import refuse_unknown_codes
from core.segments.models import (
    GIVEN_BY_TEMPLATE,
    Segment,
    SegmentLanguage,
    SegmentLine,
)
from core.segments.pin import drop_own, follows_template, has_own_template, pin
from core.segments.targets import DECIDE_ON_TARGETS, keeping_targets

LINE_FIELD: Mapping[str, str] = {
    "description": "description",
    "campaign_no": "campaign_no",
    "salesperson_code": "salesperson_code",
    "date": "date",
    "interaction_group_code": "interaction_group_code",
    "unit_cost": "cost",
    "unit_duration": "duration",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "campaign_target": "campaign_target",
    "campaign_response": "campaign_response",
    "subject_default": "subject",
}
"""Header field to the line field that inherits it (SEG-015)."""

_DECIDES: Mapping[str, tuple[str, ...]] = {
    "correspondence_type_default": ("correspondence_type",),
    "ignore_contact_corres_type": ("correspondence_type",),
    "language_code_default": ("language_code", "subject"),
}
"""Header field to the line fields it has a say in (LINE-020, LINE-030). A line's own
value stands above it whatever the answer (SEG-015, SEG-017), but for SEG-016."""

_SHARED_WITH_OWN_TEMPLATE = (
    "description",
    "campaign_no",
    "salesperson_code",
    "date",
    "correspondence_type_default",
    "ignore_contact_corres_type",
)
"""What even a line with its own template takes from the header."""

_FROM_TEMPLATE = (
    "interaction_group_code",
    "unit_cost",
    "unit_duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
    "correspondence_type_default",
    "ignore_contact_corres_type",
    "language_code_default",
)
"""Header fields a template fills (SEG-026)."""

_PINNED_WITH_TEMPLATE = (
    "interaction_template_code",
    "description",
    "campaign_no",
    *GIVEN_BY_TEMPLATE,
)


def change_segment(
    session: Session,
    segment: Segment,
    changes: SegmentChanges,
    *,
    update_lines: bool = True,
    apply_to_lines: bool = True,
    create_language: bool = True,
) -> None:
    """Apply the named changes to the locked segment.

    `update_lines` answers the question of SEG-012 for every field but the
    template, `apply_to_lines` the one of SEG-023 for the template, `create_language`
    the one of LANG-010. All default to yes, as in the reference product. Raises
    RefusedError with every fault.
    """
    wanted = cast("Mapping[str, object]", changes)
    _refuse(session, segment, wanted)
    concerns_targets = not DECIDE_ON_TARGETS.isdisjoint(wanted) and has_lines(
        session, segment
    )
    with keeping_targets(session, segment) if concerns_targets else nullcontext():
        template_code = changes.get("interaction_template_code")
        if template_code and template_code != segment.interaction_template_code:
            _choose_template(session, segment, template_code, to_lines=apply_to_lines)
        rest = dict(wanted)
        rest.pop("interaction_template_code", None)
        language = rest.pop("language_code_default", segment.language_code_default)
        is_new_language = language != segment.language_code_default
        if is_new_language:
            _pin_others(
                session, segment, "language_code_default", to_lines=update_lines
            )
            choose_default_language(
                session, segment, str(language), create_language=create_language
            )
        for name, value in rest.items():
            # What was said of the subject holds for the content of the new language too.
            is_said_of_content = is_new_language and name == "subject_default"
            if is_said_of_content or getattr(segment, name) != value:
                _change_field(session, segment, name, value, to_lines=update_lines)
        if "campaign_no" in wanted and not segment.campaign_no:  # SEG-019
            for name in ("campaign_target", "campaign_response"):
                if getattr(segment, name):
                    _pin_others(session, segment, name, to_lines=update_lines)
                    setattr(segment, name, False)
    session.flush()  # Reads of resolved lines follow in the same transaction.


def fields_given_up(
    session: Session, segment: Segment, changes: SegmentChanges
) -> Mapping[str, str]:
    """The line fields in which a yes ends own values, by the header field that is
    changed."""
    found = {name: LINE_FIELD[name] for name in changes if name in LINE_FIELD}
    language = changes.get("language_code_default", segment.language_code_default)
    if _type_reaches_lines(
        session, segment, changes.get("correspondence_type_default"), language
    ):
        found["correspondence_type_default"] = "correspondence_type"
    return found


def _type_reaches_lines(
    session: Session, segment: Segment, value: object, language: str
) -> bool:
    """SEG-016: a type that is not blank, where there is something to send."""
    if not value:
        return False
    content = session.get(SegmentLanguage, (segment.id, language))
    return content is not None and content.attachment_id is not None


def _refuse(session: Session, segment: Segment, wanted: Mapping[str, object]) -> None:
    faults = FaultList()
    refuse_unknown_codes(session, wanted, faults)
    if segment.interaction_template_code and not wanted.get(
        "interaction_template_code", "unchanged"
    ):
        faults.add(
            "interaction_template_code",
            "E-FIELD",
            "The interaction template cannot be taken away again. Choose another.",
        )
    faults.refuse_if_any()


def _change_field(
    session: Session, segment: Segment, name: str, value: object, *, to_lines: bool
) -> None:
    _pin_others(session, segment, name, to_lines=to_lines)
    line_field = LINE_FIELD.get(name)
    if name == "correspondence_type_default" and _type_reaches_lines(
        session, segment, value, segment.language_code_default
    ):
        line_field = "correspondence_type"
    if to_lines and line_field:
        which: ColumnElement[bool] = follows_template(segment)
        showing: Mapping[str, object] = {}
        if name == "subject_default":
            # Personalised subjects and those of other languages survive (SEG-018).
            which = and_(which, SegmentLine.subject == segment.subject_default)
            showing = {"language_code": segment.language_code_default}
        drop_own(session, segment, line_field, which, showing=showing)
    setattr(segment, name, value)
    if name == "subject_default":
        _change_subject_of_content(session, segment)
    session.flush()  # The next field's lines are resolved against this value.


def _pin_others(
    session: Session, segment: Segment, name: str, *, to_lines: bool
) -> None:
    """Keep a change of the header away from the lines it is not meant for."""
    of_line = (LINE_FIELD[name],) if name in LINE_FIELD else _DECIDES.get(name)
    if of_line is None:
        return
    others = has_own_template(segment)
    if name not in _SHARED_WITH_OWN_TEMPLATE:
        # A template of their own speaks for the others; who has none takes even this
        # from the header, and is not the header's to change either.
        others = and_(others, SegmentLine.interaction_template_code == "")
    pin(session, segment, of_line, others)
    if not to_lines:
        pin(session, segment, of_line, follows_template(segment))


def _change_subject_of_content(session: Session, segment: Segment) -> None:
    """The content in the default language carries the default subject (SEG-018)."""
    session.execute(
        update(SegmentLanguage)
        .where(
            SegmentLanguage.segment_id == segment.id,
            SegmentLanguage.language_code == segment.language_code_default,
        )
        .values(subject=segment.subject_default)
    )


def _choose_template(
    session: Session, segment: Segment, code: str, *, to_lines: bool
) -> None:
    own = SegmentLine.interaction_template_code
    _hold_languages_of_template(session, code)
    if to_lines:
        everywhere = literal(value=True)
        # What a line's template had brought goes with it (LINE-044).
        drop_own(session, segment, "description", _is_of_own_template())
        drop_own(session, segment, "interaction_template_code", everywhere)
    else:
        others = has_own_template(segment)
        pin(session, segment, ("campaign_no", "correspondence_type"), others)
        # Lines that take everything from the header, or will from now on.
        of_header = or_(follows_template(segment), own.in_(("", code)))
        pin(session, segment, _PINNED_WITH_TEMPLATE, of_header)
    template = session.get_one(InteractionTemplate, code)
    segment.campaign_no = template.campaign_no or segment.campaign_no
    for name in _FROM_TEMPLATE:
        setattr(segment, name, getattr(template, name))
    segment.subject_default = ""
    segment.interaction_template_code = code
    # Lines that had the new template already follow the header from now on.
    drop_own(session, segment, "interaction_template_code", own == code)
    _rebuild_languages(session, segment)
    session.flush()


def _is_of_own_template() -> ColumnElement[bool]:
    """The line says what its own template brought, word for word."""
    template = InteractionTemplate
    return (
        exists()
        .where(
            template.code == SegmentLine.interaction_template_code,
            template.description == SegmentLine.description,
            template.description != "",
        )
        .correlate(SegmentLine)
    )


def _hold_languages_of_template(session: Session, code: str) -> None:
    """Their attachments are about to be pointed at from here as well."""
    of_template = InteractionTemplateLanguage
    session.execute(
        select(of_template.language_code)
        .where(of_template.interaction_template_code == code)
        .with_for_update(read=True)
    )


def _rebuild_languages(session: Session, segment: Segment) -> None:
    """One language row per row of the template, with the same attachment. Nobody can
    change what is in it, and whoever replaces it does so for himself (LANG-020)."""
    of_template = InteractionTemplateLanguage
    held = held_attachments(session, segment)
    session.execute(
        delete(SegmentLanguage).where(SegmentLanguage.segment_id == segment.id)
    )
    session.execute(
        insert(SegmentLanguage).from_select(
            ["segment_id", "language_code", "description", "attachment_id"],
            select(
                literal(segment.id),
                of_template.language_code,
                of_template.description,
                of_template.attachment_id,
            ).where(
                of_template.interaction_template_code
                == segment.interaction_template_code
            ),
        )
    )
    discard_unreferenced(session, held)
