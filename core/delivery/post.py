"""Hands e-mails over to a mail server, or to a folder where none is to be reached.

Every way it can go wrong is one of four: this recipient is refused for good, is to be
tried later, it cannot be told whether the server took the e-mail, or nothing can be
sent at all just now or ever (RollcallError).
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Protocol

from core.errors import RefusedError, TransientError
from core.settings import MailSettings

PATIENCE_SECONDS = 30
"""For one answer of the server."""

LETTERS_PER_CONNECTION = 200
"""Many servers close one on which much has gone through."""


@dataclass(frozen=True, slots=True)
class Letter:
    message_id: str
    recipients: list[str]
    content: bytes
    "The whole message, its lines ended as on the wire."


class RecipientRefusedError(Exception):
    """The server will never take this e-mail for this recipient."""


class ComeBackLaterError(Exception):
    """The server will not take it now; later it may."""


class InDoubtError(Exception):
    """The connection broke after the e-mail was under way."""


class Post(Protocol):
    def hand_over(self, letter: Letter) -> str:
        """Returning means that the server has taken it; for all, or for all but those
        that the answer names.

        Raises RecipientRefusedError, ComeBackLaterError, InDoubtError; TransientError
        E-MAIL-SERVER and RefusedError E-MAIL-SIGN-IN, E-MAIL-SENDER when it surely has
        not been taken.
        """


@contextmanager
def open_post(settings: MailSettings) -> Iterator[Post]:
    if settings.scheme == "file":
        yield FolderPost(settings)
        return
    post = SmtpPost(settings)
    try:
        yield post
    finally:
        post.close()


class FolderPost:
    def __init__(self, settings: MailSettings) -> None:
        self._folder = settings.folder

    def hand_over(self, letter: Letter) -> str:
        file = self._folder / f"{letter.message_id.partition('@')[0]}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_suffix(".new")
            unfinished.write_bytes(letter.content)
            unfinished.rename(file)
        except OSError as error:
            raise TransientError(
                "E-MAIL-SERVER", f"The mail folder cannot be written: {error.strerror}."
            ) from error
        return ""


class SmtpPost:
    """One connection, made when first needed and again when it is lost."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._sender = parseaddr(settings.sender)[1]
        self._server: smtplib.SMTP | None = None
        self._handed_over = 0

    def close(self) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
        self._server = None
        self._handed_over = 0

    def hand_over(self, letter: Letter) -> str:
        server = self._connected()
        try:
            not_for = self._name_both_ends(server, letter)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._drop()
            raise _unreachable(self._settings, error) from error
        self._give(server, letter)
        self._handed_over += 1
        return not_for

    def _name_both_ends(self, server: smtplib.SMTP, letter: Letter) -> str:
        code, words = server.mail(self._sender)
        if code >= 400:
            self._drop()
            raise _sender_refused(code, words)
        answers = [server.rcpt(each) for each in letter.recipients]
        if any(code == 421 for code, _ in answers):
            self._drop()
            raise TransientError("E-MAIL-SERVER", "The mail server is closing down.")
        if all(code >= 400 for code, _ in answers):
            server.rset()
            _raise_for(*min(answers))
        refused = (
            f"{address}: {_in_words(*answer)}"
            for address, answer in zip(letter.recipients, answers, strict=True)
            if answer[0] >= 400
        )
        return "; ".join(refused)

    def _give(self, server: smtplib.SMTP, letter: Letter) -> None:
        try:
            code, words = server.data(letter.content)
        except smtplib.SMTPDataError as error:
            # Refused before the content was asked for.
            code, words = error.smtp_code, _bytes(error.smtp_error)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._drop()
            raise InDoubtError from error
        if code == 421:
            self._drop()
        if code >= 400:
            _raise_for(code, words)

    def _connected(self) -> smtplib.SMTP:
        if self._handed_over >= LETTERS_PER_CONNECTION:
            self.close()
        if self._server is None:
            try:
                self._server = _connect(self._settings)
            except smtplib.SMTPAuthenticationError as error:
                raise RefusedError(
                    "E-MAIL-SIGN-IN",
                    "The mail server does not accept user and password of MAIL_URL: "
                    f"{_in_words(error.smtp_code, _bytes(error.smtp_error))}",
                ) from error
            except (OSError, smtplib.SMTPException) as error:
                raise _unreachable(self._settings, error) from error
        return self._server

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None
        self._handed_over = 0


def _connect(settings: MailSettings) -> smtplib.SMTP:
    host, port = settings.host, settings.port
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if settings.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
    server.ehlo()
    if settings.scheme == "smtp" and server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    if settings.username:
        _refuse_to_shout(settings, server)
        server.login(settings.username, settings.password)
    return server


def _refuse_to_shout(settings: MailSettings, server: smtplib.SMTP) -> None:
    is_secret = isinstance(server.sock, ssl.SSLSocket)
    if not is_secret and settings.host not in {"localhost", "127.0.0.1", "::1"}:
        server.close()
        raise RefusedError(
            "E-MAIL-SIGN-IN",
            "The mail server offers no encryption, so the password of MAIL_URL was not "
            "sent to it.",
        )


def _unreachable(settings: MailSettings, error: Exception) -> TransientError:
    return TransientError(
        "E-MAIL-SERVER",
        f"The mail server {settings.host}:{settings.port} cannot be reached or broke "
        f"off: {error}",
    )


def _sender_refused(code: int, words: bytes) -> RefusedError | TransientError:
    told = _in_words(code, words)
    if code >= 500:
        detail = f"The mail server does not send for the address of MAIL_FROM: {told}"
        return RefusedError("E-MAIL-SENDER", detail)
    return TransientError("E-MAIL-SERVER", f"The mail server is busy: {told}")


def _raise_for(code: int, words: bytes) -> None:
    told = _in_words(code, words)
    raise RecipientRefusedError(told) if code >= 500 else ComeBackLaterError(told)


def _in_words(code: int, words: bytes) -> str:
    return f"{code} {' '.join(words.decode('utf-8', errors='replace').split())}"


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()
