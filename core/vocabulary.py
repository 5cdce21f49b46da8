"""The closed enumerations of the field. The numbers are stored; 0 is blank."""

from enum import IntEnum


class ContactType(IntEnum):
    COMPANY = 0
    PERSON = 1


class SalutationType(IntEnum):
    FORMAL = 0
    INFORMAL = 1


class NamePart(IntEnum):
    """What a placeholder of a salutation formula stands for (CONT-059)."""

    BLANK = 0
    JOB_TITLE = 1
    FIRST_NAME = 2
    MIDDLE_NAME = 3
    SURNAME = 4
    INITIALS = 5
    COMPANY_NAME = 6


class SearchedField(IntEnum):
    """Fields of a company that may tell it to be one we have already (CONT-058)."""

    NAME = 1
    NAME_2 = 2
    ADDRESS = 3
    ADDRESS_2 = 4
    CITY = 5
    POST_CODE = 6
    PHONE_NO = 7
    MOBILE_PHONE_NO = 8
    EMAIL = 9
    HOME_PAGE = 10


class SearchedPart(IntEnum):
    FIRST = 0
    LAST = 1


class LinkToTable(IntEnum):
    """Where a business relation's number comes from."""

    BLANK = 0
    CUSTOMER = 1
    VENDOR = 2
    BANK_ACCOUNT = 3
    EMPLOYEE = 4


class RelationSummary(IntEnum):
    """What a contact and its company are to us, all in all (CONT-056)."""

    CUSTOMER = 1
    VENDOR = 2
    BANK_ACCOUNT = 3
    EMPLOYEE = 4
    NONE = 100
    OTHER = 101
    MULTIPLE = 102


class CampaignTargetType(IntEnum):
    CUSTOMER = 0
    CONTACT = 1


class ProfileContactType(IntEnum):
    """Whom a profile questionnaire is about; blank is everybody."""

    BLANK = 0
    COMPANIES = 1
    PEOPLE = 2


class ProfileLineType(IntEnum):
    QUESTION = 0
    ANSWER = 1


class ClassField(IntEnum):
    """What answers a question: something of the interactions with a contact, or the
    points that its other answers give; blank: a person."""

    BLANK = 0
    INTERACTION_QUANTITY = 1
    INTERACTIONS_PER_YEAR = 2
    AVERAGE_COST = 3
    AVERAGE_DURATION = 4
    RATING = 5


class CorrespondenceType(IntEnum):
    BLANK = 0
    HARD_COPY = 1
    EMAIL = 2


class InformationFlow(IntEnum):
    BLANK = 0
    OUTBOUND = 1
    INBOUND = 2


class InitiatedBy(IntEnum):
    BLANK = 0
    US = 1
    THEM = 2


class Evaluation(IntEnum):
    BLANK = 0
    VERY_POSITIVE = 1
    POSITIVE = 2
    NEUTRAL = 3
    NEGATIVE = 4
    VERY_NEGATIVE = 5


class DeliveryStatus(IntEnum):
    """What an entry shows of its delivery; blank is nothing to deliver, or delivered."""

    BLANK = 0
    IN_PROGRESS = 1
    ERROR = 2


class DeliveryState(IntEnum):
    """How far the e-mail of an interaction log entry has come; blank: it owes none."""

    BLANK = 0
    OWED = 1
    SENDING = 2
    SENT = 3
    FAILED = 4
    IN_DOUBT = 5
    WITHHELD = 6


class WizardAction(IntEnum):
    BLANK = 0
    OPEN = 1
    IMPORT = 2
    MERGE = 3


class ActionKind(IntEnum):
    """What a criteria action does to a segment's lines."""

    ADD_CONTACTS = 1
    REDUCE_CONTACTS = 2
    REFINE_CONTACTS = 3


class LineAttachmentKind(IntEnum):
    """Where the attachment of a segment line comes from; blank is no attachment."""

    BLANK = 0
    INHERITED = 1
    UNIQUE = 2
