"""An e-mail as it goes over the wire: the lines that differ above what all get."""

from email.utils import format_datetime, parseaddr

from core.delivery.headers import (
    LINE_END,
    address_line,
    addresses_line,
    header_line,
    sender_line,
    wire_address,
)
from core.delivery.mail import Mail
from core.delivery.post import Letter


class NoAddressError(Exception):
    """The contact has no address that e-mail can be sent to."""


def letter_of(mail: Mail, sender: str, content: bytes) -> Letter:
    """Raise NoAddressError."""
    recipients = _recipients(mail)
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message_id = f"{mail.message_id}@{domain}"
    to = (
        address_line("To", recipients[0], mail.contact_name)
        if len(recipients) == 1
        else addresses_line("To", recipients)
    )
    reply_to = wire_address(mail.reply_to) if mail.reply_to else None
    head = "".join(
        [
            sender_line(sender),
            to,
            address_line("Reply-To", reply_to) if reply_to else "",
            header_line("Subject", mail.subject),
            f"Date: {format_datetime(mail.at)}{LINE_END}",
            f"Message-ID: <{message_id}>{LINE_END}",
        ]
    )
    return Letter(message_id, recipients, head.encode("ascii") + content)


def _recipients(mail: Mail) -> list[str]:
    given = [part.strip() for part in mail.address.split(";") if part.strip()]
    if not given:
        raise NoAddressError("The contact has no e-mail address.")
    found: list[str] = []
    for address in given:
        on_the_wire = wire_address(address)
        if on_the_wire is None:
            raise NoAddressError(f"{address} is no address that mail servers take.")
        found.append(on_the_wire)
    return found
