"""The types of API fields. A model that uses them validates, shows and documents."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated

from core import vocabulary
from web.api.framework import kinds

Key10 = Annotated[str, kinds.key(10)]
Key20 = Annotated[str, kinds.key(20)]
OptionalKey20 = Annotated[str, kinds.optional_key(20)]
Code10 = Annotated[str, kinds.code(10)]
Code20 = Annotated[str, kinds.code(20)]
Text30 = Annotated[str, kinds.text(30)]
Text50 = Annotated[str, kinds.text(50)]
Text80 = Annotated[str, kinds.text(80)]
Text100 = Annotated[str, kinds.text(100)]
Text255 = Annotated[str, kinds.text(255)]

Money = Annotated[Decimal, kinds.MONEY]
Minutes = Annotated[Decimal, kinds.MINUTES]
Percent = Annotated[Decimal, kinds.PERCENT]
Count = Annotated[int, kinds.whole(0, 2**63 - 1)]
Int4 = Annotated[int, kinds.whole(0, 2**31 - 1)]
LineNo = Annotated[int, kinds.whole(1, 2**31 - 1)]
EntryNo = Annotated[int, kinds.whole(1, 2**63 - 1)]
OptionalAmount = Annotated[Decimal | None, kinds.optional(kinds.MONEY)]
OptionalCount = Annotated[int | None, kinds.optional(kinds.whole(0, 2**63 - 1))]
OptionalLineNo = Annotated[int | None, kinds.optional(kinds.whole(1, 2**31 - 1))]
Step = Annotated[int, kinds.whole(1, 2**31 - 1)]

Day = Annotated[date | None, kinds.DAY]
TimeOfDay = Annotated[time | None, kinds.TIME_OF_DAY]
Moment = Annotated[datetime | None, kinds.MOMENT]
Flag = Annotated[bool, kinds.FLAG]

CampaignTargetType = Annotated[
    vocabulary.CampaignTargetType, kinds.words(vocabulary.CampaignTargetType)
]
ClassField = Annotated[vocabulary.ClassField, kinds.words(vocabulary.ClassField)]
ContactType = Annotated[vocabulary.ContactType, kinds.words(vocabulary.ContactType)]
CorrespondenceType = Annotated[
    vocabulary.CorrespondenceType, kinds.words(vocabulary.CorrespondenceType)
]
NamePart = Annotated[vocabulary.NamePart, kinds.words(vocabulary.NamePart)]
LinkToTable = Annotated[vocabulary.LinkToTable, kinds.words(vocabulary.LinkToTable)]
ProfileContactType = Annotated[
    vocabulary.ProfileContactType, kinds.words(vocabulary.ProfileContactType)
]
ProfileLineType = Annotated[
    vocabulary.ProfileLineType, kinds.words(vocabulary.ProfileLineType)
]
InformationFlow = Annotated[
    vocabulary.InformationFlow, kinds.words(vocabulary.InformationFlow)
]
LineAttachmentKind = Annotated[
    vocabulary.LineAttachmentKind, kinds.words(vocabulary.LineAttachmentKind)
]
InitiatedBy = Annotated[vocabulary.InitiatedBy, kinds.words(vocabulary.InitiatedBy)]
Evaluation = Annotated[vocabulary.Evaluation, kinds.words(vocabulary.Evaluation)]
SomeEvaluation = Annotated[
    vocabulary.Evaluation, kinds.words(vocabulary.Evaluation, may_be_blank=False)
]
DeliveryStatus = Annotated[
    vocabulary.DeliveryStatus, kinds.words(vocabulary.DeliveryStatus)
]
DeliveryState = Annotated[
    vocabulary.DeliveryState, kinds.words(vocabulary.DeliveryState)
]
RelationSummary = Annotated[
    vocabulary.RelationSummary, kinds.words(vocabulary.RelationSummary)
]
SearchedField = Annotated[
    vocabulary.SearchedField, kinds.words(vocabulary.SearchedField)
]
SearchedPart = Annotated[vocabulary.SearchedPart, kinds.words(vocabulary.SearchedPart)]
SalutationType = Annotated[
    vocabulary.SalutationType, kinds.words(vocabulary.SalutationType)
]
WizardAction = Annotated[vocabulary.WizardAction, kinds.words(vocabulary.WizardAction)]
