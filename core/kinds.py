"""Every kind of job: its step for the worker, its clean-up for whoever ends it.

The worker runs the steps. A page that cancels a waiting job needs the clean-up too,
so the table stands here, above all features, and not in the worker.
"""

from core.check.check_job import CHECK_DATABASE, request_check_again, run_check
from core.contacts.classification.classify_contacts import (
    CLASSIFY_CONTACTS,
    classify_contacts,
    request_classification_again,
)
from core.contacts.duplicates.find_duplicates import (
    FIND_DUPLICATES,
    find_duplicates,
    request_search_again,
)
from core.contacts.imports.import_contacts import import_contacts
from core.contacts.imports.request_import import IMPORT_CONTACTS, request_import_again
from core.contacts.merge_jobs import MERGE_CONTACTS
from core.delivery.doubt import doubt_when_ended
from core.delivery.request import SEND_MAIL, request_mail_again
from core.delivery.send_mail import send_mail
from core.jobs.run import ROWS, Kind, Kinds, Unit
from core.ledger.cancel_campaign_entry import (
    CANCEL_CAMPAIGN_ENTRY,
    UNCANCEL_CAMPAIGN_ENTRY,
    request_campaign_entry_canceled_again,
    set_campaign_entry_canceled_as_job,
)
from core.ledger.cancel_entries import (
    CANCEL_ENTRIES,
    UNCANCEL_ENTRIES,
    request_entries_canceled_again,
    set_entries_canceled_as_job,
)
from core.ledger.cancel_log import (
    CANCEL_LOGGED_SEGMENT,
    UNCANCEL_LOGGED_SEGMENT,
    request_log_canceled_again,
    set_log_canceled_as_job,
)
from core.ledger.delete_campaign_entries import (
    DELETE_CANCELED_CAMPAIGN_ENTRIES,
    delete_canceled_campaign_entries_as_job,
    request_campaign_entries_deleted,
)
from core.ledger.delete_canceled import (
    DELETE_CANCELED_ENTRIES,
    DELETE_CANCELED_LOGGED_SEGMENTS,
    delete_canceled_entries_as_job,
    delete_canceled_logs_as_job,
    request_entries_deleted,
    request_logs_deleted,
)
from core.ledger.evaluate_entries import (
    EVALUATE_ENTRIES,
    evaluate_entries_as_job,
    request_evaluation_again,
)
from core.ledger.undo_log import UNDO_LOG, request_undo_again, undo_log_as_job
from core.segments.activate_campaign import activate_campaign_as_job, request_activation
from core.segments.apply_mailing_group import (
    APPLY_MAILING_GROUP,
    apply_mailing_group_as_job,
    request_application_again,
)
from core.segments.change_roster import (
    JOB_KINDS,
    change_roster_as_job,
    request_change_again,
)
from core.segments.follow_up_later import (
    FOLLOW_UP_LOGGED_SEGMENT,
    drop_unfilled,
    follow_up_logged_segment_as_job,
    request_follow_up_again,
)
from core.segments.frozen import unfreeze
from core.segments.log_segment import log_segment
from core.segments.merge_with_targets import merge_contacts_as_job, request_merge_again
from core.segments.personalise_many import (
    PERSONALISE_LINES,
    personalise_lines_as_job,
    request_personalisation_again,
)
from core.segments.request_log import LOG_SEGMENT, request_log_again
from core.segments.reuse_criteria import (
    REUSE_CRITERIA,
    request_criteria_again,
    reuse_criteria_as_job,
)
from core.segments.reuse_logged_segment import (
    REUSE_LOGGED_SEGMENT,
    request_reuse_again,
    reuse_logged_segment_as_job,
)
from core.segments.targets import ACTIVATE_CAMPAIGN
from core.vocabulary import ActionKind

RULES = Unit("rule", "rules")
LINES = Unit("line", "lines")
ENTRIES = Unit("entry", "entries")
CONTACTS = Unit("contact", "contacts")
STEPS = Unit("step", "steps")
QUESTIONS = Unit("question", "questions")
MAILS = Unit("e-mail", "e-mails")
# Both are read to find the companies that are targets.
LINES_AND_INTERACTIONS = Unit("line or interaction", "lines and interactions")
# An undone log cancels the ones and restores the others.
ENTRIES_AND_LINES = Unit("entry or line", "entries and lines")

_ROSTER = {
    ActionKind.ADD_CONTACTS: CONTACTS,
    ActionKind.REDUCE_CONTACTS: LINES,
    ActionKind.REFINE_CONTACTS: LINES,
}

KINDS: Kinds = {
    CHECK_DATABASE: Kind(
        run_check, request_again=request_check_again, most_at_once=1, unit=RULES
    ),
    # Imports take their turns anyway; a second one would only hold a slot meanwhile.
    IMPORT_CONTACTS: Kind(
        import_contacts, request_again=request_import_again, most_at_once=1
    ),
    FIND_DUPLICATES: Kind(
        find_duplicates, request_again=request_search_again, unit=STEPS
    ),
    LOG_SEGMENT: Kind(log_segment, unfreeze, request_log_again, unit=LINES),
    PERSONALISE_LINES: Kind(
        personalise_lines_as_job, unfreeze, request_personalisation_again, unit=LINES
    ),
    CANCEL_LOGGED_SEGMENT: Kind(
        set_log_canceled_as_job, request_again=request_log_canceled_again, unit=ENTRIES
    ),
    UNCANCEL_LOGGED_SEGMENT: Kind(
        set_log_canceled_as_job, request_again=request_log_canceled_again, unit=ENTRIES
    ),
    CANCEL_CAMPAIGN_ENTRY: Kind(
        set_campaign_entry_canceled_as_job,
        request_again=request_campaign_entry_canceled_again,
        unit=ENTRIES,
    ),
    UNCANCEL_CAMPAIGN_ENTRY: Kind(
        set_campaign_entry_canceled_as_job,
        request_again=request_campaign_entry_canceled_again,
        unit=ENTRIES,
    ),
    CANCEL_ENTRIES: Kind(
        set_entries_canceled_as_job,
        request_again=request_entries_canceled_again,
        unit=ENTRIES,
    ),
    UNCANCEL_ENTRIES: Kind(
        set_entries_canceled_as_job,
        request_again=request_entries_canceled_again,
        unit=ENTRIES,
    ),
    EVALUATE_ENTRIES: Kind(
        evaluate_entries_as_job,
        request_again=request_evaluation_again,
        unit=ENTRIES,
    ),
    DELETE_CANCELED_ENTRIES: Kind(
        delete_canceled_entries_as_job,
        request_again=request_entries_deleted,
        unit=ENTRIES,
    ),
    DELETE_CANCELED_LOGGED_SEGMENTS: Kind(
        delete_canceled_logs_as_job, request_again=request_logs_deleted, unit=ENTRIES
    ),
    DELETE_CANCELED_CAMPAIGN_ENTRIES: Kind(
        delete_canceled_campaign_entries_as_job,
        request_again=request_campaign_entries_deleted,
        unit=ENTRIES,
    ),
    UNDO_LOG: Kind(
        undo_log_as_job, request_again=request_undo_again, unit=ENTRIES_AND_LINES
    ),
    **{
        JOB_KINDS[action]: Kind(
            change_roster_as_job, unfreeze, request_change_again, unit=unit
        )
        for action, unit in _ROSTER.items()
    },
    REUSE_CRITERIA: Kind(
        reuse_criteria_as_job, unfreeze, request_criteria_again, unit=LINES
    ),
    REUSE_LOGGED_SEGMENT: Kind(
        reuse_logged_segment_as_job, unfreeze, request_reuse_again, unit=CONTACTS
    ),
    FOLLOW_UP_LOGGED_SEGMENT: Kind(
        follow_up_logged_segment_as_job,
        drop_unfilled,
        request_follow_up_again,
        unit=CONTACTS,
    ),
    ACTIVATE_CAMPAIGN: Kind(
        activate_campaign_as_job,
        request_again=request_activation,
        unit=LINES_AND_INTERACTIONS,
    ),
    CLASSIFY_CONTACTS: Kind(
        classify_contacts, request_again=request_classification_again, unit=QUESTIONS
    ),
    MERGE_CONTACTS: Kind(merge_contacts_as_job, request_again=request_merge_again),
    # One at a time, so that mail for hours never holds all slots of the workers.
    SEND_MAIL: Kind(
        send_mail,
        doubt_when_ended,
        request_mail_again,
        most_at_once=1,
        unit=MAILS,
        is_stepwise=True,
    ),
    APPLY_MAILING_GROUP: Kind(
        apply_mailing_group_as_job, unfreeze, request_application_again, unit=LINES
    ),
}


def unit_of(kind: str) -> Unit:
    """Also of a kind that this version does not know any more."""
    known = KINDS.get(kind)
    return known.unit if known else ROWS


def is_stepwise(kind: str) -> bool:
    known = KINDS.get(kind)
    return known is not None and known.is_stepwise
