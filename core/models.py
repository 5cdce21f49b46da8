"""Every table, imported once: whoever opens a session needs them all mapped."""

from core.access import models as access
from core.attachments import models as attachments
from core.base import Base
from core.campaigns import models as campaigns
from core.contacts import models as contacts
from core.contacts.classification import models as classification
from core.interactions import models as interactions
from core.jobs import models as jobs
from core.numbering import models as numbering
from core.operations import models as operations
from core.segments import models as segments
from core.setup import models as setup

metadata = Base.metadata

__all__ = [
    "access",
    "attachments",
    "campaigns",
    "classification",
    "contacts",
    "interactions",
    "jobs",
    "metadata",
    "numbering",
    "operations",
    "segments",
    "setup",
]
