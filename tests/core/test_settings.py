import pytest

from core.settings import SettingMissingError, settings_from_environment

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
