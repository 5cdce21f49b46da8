"""The names both sides of the broker must agree on. `web` never imports `worker`."""

RUN_JOB = "rollcall.run_job"
SWEEP = "rollcall.sweep"

JOBS_QUEUE = "jobs"
JOBS_THAT_SEND = "send"
"""A queue of job rows, so that they can be paused apart from the others. Workers are rung
for all rows through one queue of the broker."""

HOUSEKEEPING_QUEUE = "housekeeping"

BROKER_KEY_PREFIX = "rollcall:"
"""Put before every key in the broker, so that it can be shared."""
