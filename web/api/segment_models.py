"""Segments and their lines, as they travel."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, JsonValue

from core import vocabulary
from core.errors import Fault, RefusedError
from core.segments.actions import ActionOptions
from core.segments.change_roster import AT_ONCE
from core.segments.line_list import LineFilter
from core.segments.models import OVERRIDES
from core.segments.personalise_lines import Personalisation
from core.segments.personalise_many import LinesChange
from web.api import framework
from web.api.framework import kinds
from web.api.framework.fields import (
    Code10,
    Code20,
    CorrespondenceType,
    Count,
    Day,
    Evaluation,
    Flag,
    InformationFlow,
    InitiatedBy,
    Key20,
    LineAttachmentKind,
    Minutes,
    Money,
    OptionalCount,
    OptionalKey20,
    Text80,
    Text100,
    TimeOfDay,
)
from web.api.framework.models import AddressKey, AddressNumber

NOTHING = Decimal(0)

Action = Literal["add_contacts", "reduce_contacts", "refine_contacts"]
MOST_LINES_NAMED = AT_ONCE
"""Whoever means more lines says what they have in common."""

LineNumber = Annotated[int, kinds.whole(1, 2**63 - 1)]

ATTACHMENT = "attachment_no"
"""What people call the number of an attachment."""

OWN_VALUES = tuple(
    ATTACHMENT if name == "attachment_id" else name for name in OVERRIDES
)
"""The fields in which a line may have a value of its own, by the names of the API."""


class SegmentChanges(framework.Body):
    description: Text100 = ""
    campaign_no: Code20 = ""
    salesperson_code: Code20 = ""
    date: Day = None
    interaction_template_code: Code10 = ""
    interaction_group_code: Code10 = ""
    unit_cost: Money = NOTHING
    unit_duration: Minutes = NOTHING
    information_flow: InformationFlow = vocabulary.InformationFlow.BLANK
    initiated_by: InitiatedBy = vocabulary.InitiatedBy.BLANK
    campaign_target: Flag = False
    campaign_response: Flag = False
    correspondence_type_default: CorrespondenceType = (
        vocabulary.CorrespondenceType.BLANK
    )
    ignore_contact_corres_type: Flag = False
    language_code_default: Code10 = ""
    subject_default: Text100 = ""
    send_word_docs_as_attmt: Flag = False


class SegmentPatch(SegmentChanges):
    update_lines: Flag = True
    apply_to_lines: Flag = True
    create_language: Flag = True
    "Whether a default language without content gets some."

    def given(self) -> Any:  # noqa: ANN401  (SegmentChanges)
        return self.model_dump(
            exclude_unset=True,
            exclude={"update_lines", "apply_to_lines", "create_language"},
        )


class SegmentDraft(SegmentChanges):
    """`date` is accepted and replaced: a new segment starts on the work date."""

    no: OptionalKey20 = ""
    no_series: Code20 = ""

    def given(self) -> Any:  # noqa: ANN401  (SegmentChanges)
        return self.model_dump(exclude_unset=True, exclude={"no", "no_series"})


class SegmentShown(framework.Shown):
    no: Key20
    description: Text100
    campaign_no: Code20
    salesperson_code: Code20
    date: Day
    interaction_template_code: Code10
    interaction_group_code: Code10
    unit_cost: Money
    unit_duration: Minutes
    information_flow: InformationFlow
    initiated_by: InitiatedBy
    campaign_target: Flag
    campaign_response: Flag
    correspondence_type_default: CorrespondenceType
    ignore_contact_corres_type: Flag
    language_code_default: Code10
    subject_default: Text100
    attachment_no: OptionalCount
    "Of the content in the default language."
    send_word_docs_as_attmt: Flag
    no_series: Code20
    no_of_lines: Count
    cost: Money
    duration: Minutes
    personal_lines: Count
    no_of_criteria_actions: Count
    job: Text100
    "The address of the unfinished job that has frozen the segment."
    logged_segment_entry_no: OptionalCount
    "Of an earlier segment of this number; while it is there this one is never logged."

    @classmethod
    def of_row(cls, row: Any) -> "SegmentShown":  # noqa: ANN401  (segment_rows)
        job = row.job_public_id
        return cls.of(
            row[0],
            no_of_lines=row.no_of_lines,
            cost=row.cost,
            duration=row.duration,
            personal_lines=row.personal_lines,
            no_of_criteria_actions=row.no_of_criteria_actions,
            attachment_no=row.attachment_id,
            job=framework.location("jobs", str(job)) if job else "",
            logged_segment_entry_no=row.logged_segment_entry_no,
        )


class TotalsShown(framework.Shown):
    no_of_lines: Count
    personal_lines: Count
    cost: Money
    duration: Minutes


class LinePath(framework.Path):
    no: AddressKey
    line_no: AddressNumber


class LineChanges(framework.Body):
    """Own values of a line. A blank is a value; `inherit` hands fields back."""

    interaction_template_code: Code10 = ""
    description: Text100 = ""
    date: Day = None
    campaign_no: Code20 = ""
    salesperson_code: Code20 = ""
    interaction_group_code: Code10 = ""
    cost: Money = NOTHING
    duration: Minutes = NOTHING
    information_flow: InformationFlow = vocabulary.InformationFlow.BLANK
    initiated_by: InitiatedBy = vocabulary.InitiatedBy.BLANK
    campaign_target: Flag = False
    campaign_response: Flag = False
    correspondence_type: CorrespondenceType = vocabulary.CorrespondenceType.BLANK
    language_code: Code10 = ""
    subject: Text100 = ""
    contact_alt_address_code: Code10 = ""
    evaluation: Evaluation = vocabulary.Evaluation.BLANK
    time_of_interaction: TimeOfDay = None
    attempt_failed: Flag = False
    contact_via: Text80 = ""

    def given(self) -> Any:  # noqa: ANN401  (LineChanges)
        return self.model_dump(exclude_unset=True, include=set(OVERRIDES))


class LineDraft(LineChanges):
    contact_no: Key20


class LinePersonalisation(LineChanges):
    inherit: list[str] = Field(default=[])

    def given_back(self) -> list[str]:
        """The names of `inherit` as the core has them."""
        return [_in_core(name) for name in self.inherit]


def _in_core(name: str) -> str:
    return "attachment_id" if name == ATTACHMENT else name


class LinePatch(LinePersonalisation):
    contact_no: Key20 = ""


OwnField = Annotated[str, kinds.one_of(OWN_VALUES)]


class LinesMatching(framework.Body):
    """The filters of the list of lines, under the same names. What is not named does
    not narrow; null looks for lines that show none."""

    contact: Text100 = ""
    personal: Flag = False
    own: OwnField = ""
    salesperson_code: Code20 = ""
    interaction_template_code: Code10 = ""


def line_filter_of(given: "LinesMatching | LineQuery") -> LineFilter:
    named = given.model_fields_set
    return LineFilter(
        personal_only=given.personal,
        contact=given.contact,
        own=_in_core(given.own),
        salesperson_code=given.salesperson_code
        if "salesperson_code" in named
        else None,
        interaction_template_code=given.interaction_template_code
        if "interaction_template_code" in named
        else None,
    )


class LineQuery(framework.ListQuery):
    """`personal=true` shows only lines with own values, `own` those with an own value
    of this field, `contact` part of the contact's number or name. The codes are those
    that the lines show."""

    personal: bool = False
    contact: Text100 = ""
    own: OwnField = ""
    salesperson_code: Code20 = ""
    interaction_template_code: Code10 = ""


class LinesPatch(LinePersonalisation):
    """Which lines, by `lines` or by `filter`, and their new own values."""

    lines: list[LineNumber] = Field(default=[], max_length=MOST_LINES_NAMED)
    filter: LinesMatching | None = None
    expected: OptionalCount = None
    "Lines you were told would change; another number is refused."

    def change(self) -> LinesChange:
        if (self.filter is None) != ("lines" in self.model_fields_set):
            detail = "Say which lines are meant: either lines or filter."
            raise RefusedError(
                "E-FIELD", detail, faults=(Fault("E-FIELD", detail, "lines"),)
            )
        wanted = Personalisation(self.given(), self.given_back())
        if self.filter is not None:
            return LinesChange(line_filter_of(self.filter), wanted, self.expected)
        numbers = sorted(set(self.lines))
        expected = len(numbers) if self.expected is None else self.expected
        return LinesChange(LineFilter(line_nos=numbers), wanted, expected)


class PersonalisedShown(framework.Shown):
    lines_changed: Count
    no_of_lines: Count
    personal_lines: Count
    cost: Money
    duration: Minutes


class LineShown(framework.Shown):
    line_no: Count
    contact_no: Code20
    contact_name: Text100
    contact_company_no: Code20
    contact_company_name: Text100
    contact_phone_no: Text80
    contact_mobile_phone_no: Text80
    contact_email: Text80
    interaction_template_code: Code10
    description: Text100
    date: Day
    campaign_no: Code20
    salesperson_code: Code20
    interaction_group_code: Code10
    cost: Money
    duration: Minutes
    information_flow: InformationFlow
    initiated_by: InitiatedBy
    campaign_target: Flag
    campaign_response: Flag
    correspondence_type: CorrespondenceType
    language_code: Code10
    subject: Text100
    contact_alt_address_code: Code10
    evaluation: Evaluation
    time_of_interaction: TimeOfDay
    attempt_failed: Flag
    contact_via: Text80
    attachment_no: OptionalCount
    attachment_kind: LineAttachmentKind
    "Inherited from the segment's content, or unique to the line."
    personal: list[str]
    "The fields in which the line has a value of its own."

    @classmethod
    def of_row(cls, row: Any) -> "LineShown":  # noqa: ANN401  (shown_lines)
        return cls.of(
            row,
            attachment_no=row.attachment_id,
            personal=[
                ATTACHMENT if name == "attachment_id" else name for name in row.personal
            ],
        )


class ResetAnswer(framework.Query):
    """LINE-072: whether criteria are cleared when the segment becomes empty."""

    reset_when_empty: bool = True


class ChoiceBody(framework.Body):
    """Which contacts, and how; see `filters` of the criteria list for examples."""

    filters: dict[str, dict[str, JsonValue]] = Field(
        default={},
        examples=[{"contact": {"salesperson_code": ["JR"], "no": {"from": "C0100"}}}],
    )
    allow_existing_contacts: Flag = False
    expand_companies: Flag = False
    allow_related_companies: Flag = False
    ignore_exclusion: Flag = False
    entire_companies: Flag = False

    def options(self) -> ActionOptions:
        return ActionOptions(
            allow_existing_contacts=self.allow_existing_contacts,
            expand_companies=self.expand_companies,
            allow_related_companies=self.allow_related_companies,
            ignore_exclusion=self.ignore_exclusion,
            entire_companies=self.entire_companies,
        )


class CriteriaBody(ChoiceBody):
    reset_when_empty: Flag = True
    expected: OptionalCount = None
    "Lines you were told would come or go; another number is refused."


class CountBody(ChoiceBody):
    action: Action = "add_contacts"


class CountShown(framework.Shown):
    """What the action would do now. Of an addition matching = excluded + already_in +
    would_change, in contacts; of the others all numbers are lines."""

    action: str
    matching: Count
    excluded: Count
    "Left out because they are marked to be excluded from segments."
    already_in: Count
    "Left out because they are on a line already."
    would_change: Count
    "Lines that would come or go."
    no_of_lines: Count
    "Lines of the segment now."


class CriteriaShown(framework.Shown):
    """How contacts were chosen, or are chosen again."""

    action_no: Count
    action: str
    filters: dict[str, Any]
    no_of_filters: Count
    "Tables that have a condition."
    allow_existing_contacts: Flag
    expand_companies: Flag
    allow_related_companies: Flag
    ignore_exclusion: Flag
    entire_companies: Flag

    @classmethod
    def of(cls, record: Any, **computed: object) -> Self:  # noqa: ANN401
        return super().of(record, no_of_filters=len(record.filters), **computed)


class ChoiceShown(CriteriaShown):
    """A criteria action without what it did."""

    in_force: Flag


class ActionShown(ChoiceShown):
    lines_changed: Count
    created_by: Text80
