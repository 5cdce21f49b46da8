"""`make soak`: what takes too long for every change.

    python -m tests.soak [--kills 300] [--jobs 20] [--lines 100000] [--browsers 200]
                         [--seed N]

Kills processes at random instants while people log, then lets many tabs watch many
large logs. The seed is printed first and repeats the run. Ends with status 1 when a
promise was broken or a target missed. `--kills 0` or `--jobs 0` leaves a part out.
"""

import argparse
import sys
from random import SystemRandom

from tests.bench.product import started_product
from tests.bench.report import Report, describe_machine
from tests.soak.load import Load
from tests.support.installation import CONTACTS, installed
from tests.support.logging_in_a_storm import LEASE_SECONDS, log_in_a_storm


def main() -> None:
    options = _options()
    report = Report()
    report.say(f"SOAK_SEED={options.seed}")
    if options.kills:
        _storm(report, options.kills, options.seed)
    is_reached = _load(report, options) if options.jobs else True
    sys.exit(not is_reached)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=20)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--browsers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    return parser.parse_args()


def _storm(report: Report, kills: int, seed: int) -> None:
    report.heading(f"{kills} processes and connections killed while people log")
    with installed(contacts=CONTACTS, lease_seconds=LEASE_SECONDS) as installation:
        report.say(f"  {log_in_a_storm(installation, seed=seed, kills=kills)}")


def _load(report: Report, options: argparse.Namespace) -> bool:
    with started_product() as product:
        describe_machine(report, product)
        report.heading(
            f"{options.jobs} logs of {options.lines:,} lines, "
            f"{options.browsers} tabs that ask as live pages do"
        )
        load = Load(product, jobs=options.jobs, lines=options.lines)
        return load.measure(report, browsers=options.browsers, seed=options.seed)


if __name__ == "__main__":
    main()
