"""`celery -A tests.support.tally_worker worker`: a real worker that knows the test kind."""

from core import kinds
from tests.support import tally
from worker.app import app

__all__ = ["app"]

kinds.KINDS = {**kinds.KINDS, **tally.KINDS}
