"""What beat sends, and how often. It is a metronome: a beat too many does no harm."""

from core.task_names import SWEEP

SWEEP_SECONDS = 3.0

# No expiry: it would compare the clocks of two hosts, and a worker whose clock is fast
# would throw every sweep away.
SCHEDULE = {"sweep": {"task": SWEEP, "schedule": SWEEP_SECONDS}}
