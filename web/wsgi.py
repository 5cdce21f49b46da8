"""What a web server runs: gunicorn web.wsgi:app. Loaded after the fork, once a process."""

import logging

from core.database import make_engine
from core.settings import settings_from_environment
from web.app import create_app
from web.nudge import BrokerNudge

logging.basicConfig(
    level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
)

settings = settings_from_environment()
app = create_app(
    settings, make_engine(settings.database_url), BrokerNudge(settings.redis_url)
)
