"""Send the e-mails that are owed, one after the other (design §5.4, TRAP-15).

A stepwise job: what was sent stays sent, whatever becomes of the rest. Cancelling it
pauses it, asking again goes on with what is still owed.
"""

from collections.abc import Mapping
from functools import lru_cache

from core.attachments.queries import attachment_facts, content_of
from core.database import transaction
from core.delivery.account import mail_account
from core.delivery.content import content_of_file
from core.delivery.doubt import WORDS_OF_DOUBT
from core.delivery.letter import NoAddressError, letter_of
from core.delivery.mail import Mail
from core.delivery.outbox import Outbox
from core.delivery.post import (
    ComeBackLaterError,
    InDoubtError,
    Post,
    RecipientRefusedError,
    open_post,
)
from core.errors import RollcallError, TransientError
from core.jobs.run import JobRun
from core.jobs.trouble import RETRY_DELAYS_SECONDS
from core.vocabulary import DeliveryState

MOST_TRIES = len(RETRY_DELAYS_SECONDS)
"""So often a recipient's server may ask to come back later: for twenty minutes, which
is longer than those take that turn every stranger away at first."""

CONTENTS_KEPT = 16
"""The same file goes to many; they are not all kept, since lines may have their own."""


def send_mail(run: JobRun) -> Mapping[str, object]:
    """The step of the job kind `send_mail`.

    Raises RefusedError E-MAIL-ACCOUNT, E-MAIL-SIGN-IN, E-MAIL-SENDER (what is owed
    stays owed), TransientError E-MAIL-SERVER, E-MAIL-LATER (the job is tried again).
    """
    account = mail_account()
    outbox = Outbox(run)
    run.progress.phase("sending")
    outbox.doubt_what_others_left()
    how_far = outbox.how_far()
    run.progress.plan(how_far.planned)
    run.progress.done(how_far.done)
    with open_post(account) as post:
        sender = _Sender(run, outbox, post, account.sender)
        for entry_no in outbox.owed():
            run.check()
            sender.send(entry_no)
    if put_off := outbox.count_owed():
        recipients = "1 recipient" if put_off == 1 else f"{put_off} recipients"
        raise TransientError(
            "E-MAIL-LATER",
            f"For {recipients} the mail server asked to come back later.",
        )
    return _described(run, outbox)


class _Sender:
    def __init__(self, run: JobRun, outbox: Outbox, post: Post, sender: str) -> None:
        self._engine = run.session.get_bind().engine
        self._progress = run.progress
        self._outbox = outbox
        self._post = post
        self._from = sender
        self._content = lru_cache(maxsize=CONTENTS_KEPT)(self._read_content)

    def send(self, entry_no: int) -> None:
        mail = self._outbox.take(entry_no)
        if mail is None or self._has_ended(mail):
            self._progress.advance(1)

    def _has_ended(self, mail: Mail) -> bool:
        content = self._content(mail.attachment_id)
        if content is None:
            self._outbox.end(mail, DeliveryState.FAILED, "There is nothing to send.")
            return True
        try:
            not_for = self._post.hand_over(letter_of(mail, self._from, content))
        except (NoAddressError, RecipientRefusedError) as error:
            self._outbox.end(mail, DeliveryState.FAILED, str(error))
        except ComeBackLaterError as error:
            self._outbox.put_off(mail, str(error), most_tries=MOST_TRIES)
            return False
        except InDoubtError:
            self._outbox.end(mail, DeliveryState.IN_DOUBT, WORDS_OF_DOUBT)
        except RollcallError:
            self._outbox.give_back(mail)
            raise
        else:
            detail = f"Refused for {not_for}" if not_for else ""
            self._outbox.end(mail, DeliveryState.SENT, detail)
        return True

    def _read_content(self, attachment_id: int | None) -> bytes | None:
        with transaction(self._engine) as session:
            found = attachment_facts(session, attachment_id)
            if found is None:
                return None
            return content_of_file(found.file_name, content_of(session, found))


def _described(run: JobRun, outbox: Outbox) -> dict[str, object]:
    ended = outbox.ended()
    return {
        **run.job.arguments,
        "sent": ended.get(DeliveryState.SENT, 0),
        "failed": ended.get(DeliveryState.FAILED, 0),
        "in_doubt": ended.get(DeliveryState.IN_DOUBT, 0),
        "withheld": ended.get(DeliveryState.WITHHELD, 0),
    }
