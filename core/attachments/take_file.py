"""Taking a file in: its size limited, its kind known, its bytes kept once."""

import hashlib
from typing import IO

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.attachments.kinds import MEDIA_TYPES, extension_of
from core.attachments.models import Attachment, AttachmentContent
from core.errors import Fault, RefusedError

MOST_BYTES = 10 * 1024 * 1024
"""Ten megabytes: what most mail servers still take."""

_LONGEST_NAME = 255
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def take_file(
    session: Session, actor: Actor, stream: IO[bytes], file_name: str
) -> Attachment:
    """A new attachment with what the stream holds. Whoever takes it in makes an owner
    point at it in the same transaction.

    Raises RefusedError E-ATTACHMENT-KIND, E-ATTACHMENT-SIZE, E-ATTACHMENT-EMPTY, all
    on the field `file`.
    """
    name = _clean_name(file_name)
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _refused(
            "E-ATTACHMENT-SIZE",
            f"The file has more than {MOST_BYTES // 1024**2} MB. Choose a smaller one.",
        )
    if not content:  # ATT-005
        raise _refused("E-ATTACHMENT-EMPTY", "The file is empty. Choose another.")
    attachment = Attachment(
        sha256=_keep(session, content),
        file_name=name,
        read_only=False,
        created_by=actor.username,
    )
    session.add(attachment)
    session.flush()  # Its owner carries its number.
    return attachment


def _keep(session: Session, content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    row = {"sha256": sha256, "size": len(content), "content": content}
    keep = insert(AttachmentContent).values(row)
    # An update that changes nothing, so that bytes which are there already are held:
    # nobody may drop them before this attachment has come to be (see discard.py).
    session.execute(
        keep.on_conflict_do_update(
            index_elements=["sha256"], set_={"size": keep.excluded.size}
        )
    )
    return sha256


def _clean_name(file_name: str) -> str:
    """Browsers may send a path, and programs anything; the last part is kept, of a
    length and in letters that every system takes."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(c for c in last if c.isprintable())
    name = printable.translate(_NOT_IN_NAMES).strip(" .")
    extension = extension_of(name)
    if extension not in MEDIA_TYPES:
        raise _refused(
            "E-ATTACHMENT-KIND",
            f"A file of this kind cannot be attached: {name or 'it has no name'}. "
            f"Its name must end in one of {', '.join(sorted(MEDIA_TYPES))}.",
        )
    stem = name[: -len(extension) - 1]
    return f"{stem[: _LONGEST_NAME - len(extension) - 1]}.{extension}"


def _refused(code: str, detail: str) -> RefusedError:
    return RefusedError(code, detail, faults=(Fault(code, detail, field="file"),))
