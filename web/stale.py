"""A form that was opened before somebody else changed what it shows.

It carries what it was filled with, as a short word. Saving compares: nobody's change is
overwritten unseen, and the form comes back with what was typed.
"""

import hashlib
import json
from collections.abc import Mapping

from core.errors import ConflictError

FIELD = "version"


def version_of_values(values: Mapping[str, object]) -> str:
    written = json.dumps(dict(values), sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def refuse_if_stale(form: Mapping[str, str], values: Mapping[str, object]) -> None:
    """`values` are those of the record now, locked. Raise ConflictError E-CHANGED.

    A form without the word is no page of ours, and means what it says.
    """
    now = version_of_values(values)
    if form.get(FIELD, now) != now:
        raise ConflictError(
            "E-CHANGED",
            "Somebody has changed this since you opened it. What you typed is below; "
            "look at it in another window, then save again.",
        )
