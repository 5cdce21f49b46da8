"""Whether, and through what, this installation can send e-mail."""

from core.errors import RefusedError
from core.settings import MailSettings, mail_settings_from_environment

NO_ACCOUNT = (
    "No mail server is set, so nothing can be sent. Ask an operator to set MAIL_URL "
    "and MAIL_FROM, or go on without sending."
)


def has_mail_account() -> bool:
    return mail_settings_from_environment() is not None


def mail_account() -> MailSettings:
    """Raise RefusedError E-MAIL-ACCOUNT where there is none."""
    found = mail_settings_from_environment()
    if found is None:
        raise RefusedError("E-MAIL-ACCOUNT", NO_ACCOUNT)
    return found
