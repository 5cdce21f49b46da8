"""Every kind of job: its step for the worker, its clean-up for whoever ends it.

The worker runs the steps. A page that cancels a waiting job needs the clean-up too,
so the table stands here, above all features, and not in the worker.
"""

from core.check.check_job import CHECK_DATABASE, run_check
from core.contacts.imports.import_contacts import import_contacts
from core.contacts.imports.request_import import IMPORT_CONTACTS
from core.jobs.run import Kind, Kinds
from core.segments.change_roster import JOB_KINDS, change_roster_as_job
from core.segments.frozen import unfreeze
from core.segments.log_segment import log_segment
from core.segments.request_log import LOG_SEGMENT

KINDS: Kinds = {
    CHECK_DATABASE: Kind(step=run_check, most_at_once=1),
    # Imports take their turns anyway; a second one would only hold a slot meanwhile.
    IMPORT_CONTACTS: Kind(step=import_contacts, most_at_once=1),
    LOG_SEGMENT: Kind(step=log_segment, on_end=unfreeze),
    **{
        kind: Kind(step=change_roster_as_job, on_end=unfreeze)
        for kind in JOB_KINDS.values()
    },
}
