"""A mail server that can be told to misbehave, on a port of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port

TAKEN = "250 OK"


@dataclass
class Mailbox:
    """What arrived, and what to answer: to a recipient, to a content."""

    received: list[Envelope] = field(default_factory=list)
    to_recipient: Callable[[str], str] = lambda address: TAKEN
    to_content: Callable[[Envelope], str] = lambda envelope: TAKEN

    @property
    def letters(self) -> list[EmailMessage]:
        return [_parsed(envelope) for envelope in self.received]

    @property
    def addresses(self) -> list[str]:
        return [address for each in self.received for address in each.rcpt_tos]

    async def handle_RCPT(  # noqa: N802  as aiosmtpd calls it
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: Any,
    ) -> str:
        answer = self.to_recipient(address)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802  the same
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self.to_content(envelope)
        if answer == TAKEN:
            self.received.append(envelope)
        return answer


def _parsed(envelope: Envelope) -> EmailMessage:
    content = envelope.content
    assert isinstance(content, bytes)
    found = message_from_bytes(content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, str]]:
    """The mailbox and the MAIL_URL that leads to it."""
    mailbox = Mailbox()
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


SENDER = "Rollcall Golf <golf@example.com>"
"""Behind From: in every test."""
