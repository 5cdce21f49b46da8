"""What a web server runs: gunicorn web.wsgi:app. Loaded after the fork, once a process."""

from core import diagnostics
from core.database import make_engine
from core.settings import settings_from_environment
from web.app import create_app
from web.nudge import BrokerNudge

settings = settings_from_environment()
diagnostics.set_up(settings.log_format)
app = create_app(
    settings, make_engine(settings.database_url), BrokerNudge(settings.redis_url)
)
