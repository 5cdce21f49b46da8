import pytest
from kombu import pools

from worker import process
from worker.app import app


@pytest.fixture
def worker_environment(own_database, redis_url, tmp_path, monkeypatch):
    """Make this process a worker without Celery's consumer."""
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("SECRET_KEY", "only for tests")
    monkeypatch.setenv("UPLOAD_FOLDER", str(tmp_path))
    monkeypatch.setattr(app.conf, "broker_url", redis_url)
    process.this_process.cache_clear()
    yield
    process.this_process().engine.dispose()
    process.this_process.cache_clear()
    # What Celery does after a fork: forget every connection to the broker.
    pools.reset()
    app._after_fork()
