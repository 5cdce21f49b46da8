"""What an e-mail carries: an attachment as the body, or as a file (DLV-004).

Made once for all who get the same: to make it of a page of 20 kB or a file of 1 MB takes
fifty to a hundred times as long as to put the lines above it that differ.
"""

from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32

from inscriptis import get_text

from core.attachments.kinds import ContentKind, kind_of, media_type_of
from core.delivery.headers import LINE_END

_POLICY = compat32.clone(linesep=LINE_END)


def content_of_file(file_name: str, content: bytes) -> bytes:
    """Header lines about the content, and the content; what stands above them is the
    letter's own."""
    is_page = kind_of(file_name) is ContentKind.HTML
    part = _page(content) if is_page else _with_file(file_name, content)
    return part.as_bytes(policy=_POLICY)


def _page(content: bytes) -> MIMEMultipart:
    page = _decoded(content)
    part = MIMEMultipart("alternative")
    # For whoever reads without HTML; the last one is what most mailboxes show.
    part.attach(MIMEText(get_text(page), "plain", "utf-8"))
    part.attach(MIMEText(page, "html", "utf-8"))
    return part


def _with_file(file_name: str, content: bytes) -> MIMEMultipart:
    part = MIMEMultipart("mixed")
    part.attach(MIMEText("", "plain", "utf-8"))
    file = MIMEBase(*media_type_of(file_name).split("/"))
    file.set_payload(content)
    encode_base64(file)
    file.add_header(
        "Content-Disposition", "attachment", filename=("utf-8", "", file_name)
    )
    part.attach(file)
    return part


def _decoded(page: bytes) -> str:
    try:
        return page.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What editors wrote before; it knows every byte but five.
        return page.decode("cp1252", errors="replace")
