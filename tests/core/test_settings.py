import pytest

from core.settings import (
    SettingMissingError,
    mail_settings_from_environment,
    settings_from_environment,
)

REQUIRED = {
    "DATABASE_URL": "postgresql://here/rollcall",
    "REDIS_URL": "redis://here/0",
    "SECRET_KEY": "only for tests",
    "UPLOAD_FOLDER": "/uploads",
}


@pytest.mark.parametrize(("given", "seconds"), [("", 0.8), ("0", 0), ("0.5", 0.5)])
def test_live_pages_share_what_is_younger_than_their_fastest_rate(given, seconds):
    read = settings_from_environment(REQUIRED | {"LIVE_SECONDS": given})

    assert read.live_seconds == seconds


@pytest.mark.parametrize("given", ["1", "-0.1", "nan", "soon"])
def test_a_memory_that_outlasts_the_fastest_rate_is_refused(given):
    with pytest.raises(SettingMissingError, match="LIVE_SECONDS"):
        settings_from_environment(REQUIRED | {"LIVE_SECONDS": given})


def test_a_mail_server_is_named_in_one_address():
    read = mail_settings_from_environment(
        {"MAIL_URL": "smtp://me:p%40ss@mail.example:587", "MAIL_FROM": "N <n@x.com>"}
    )

    assert (read.scheme, read.host, read.port) == ("smtp", "mail.example", 587)
    assert (read.username, read.password) == ("me", "p@ss")
    assert mail_settings_from_environment({"MAIL_URL": ""}) is None


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://x", "smtp://", "smtp://x:secret@h:port", "file://"],
)
def test_a_mail_server_that_is_not_understood_is_refused_without_its_password(url):
    mail = {"MAIL_URL": url, "MAIL_FROM": "n@x.com"}

    with pytest.raises(SettingMissingError, match="MAIL_URL") as refused:
        settings_from_environment(REQUIRED | mail)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("sender", ["", "News", "News <n@m\u00fcnchen.de>"])
def test_a_sender_without_a_plain_address_is_refused(sender):
    mail = {"MAIL_URL": "smtp://mail.example", "MAIL_FROM": sender}

    with pytest.raises(SettingMissingError, match="MAIL_FROM"):
        settings_from_environment(REQUIRED | mail)
