"""Every kind of job: its step for the worker, its clean-up for whoever ends it.

The worker runs the steps. A page that cancels a waiting job needs the clean-up too,
so the table stands here, above all features, and not in the worker.
"""

from core.jobs.run import Kinds

KINDS: Kinds = {}
