"""`make bench`: what a million lines cost, against the least they could cost.

    python -m tests.bench [--lines 1000000] [--rounds 3]

Everything is measured in one run on the product as `rollcall up` starts it. What counts
are the ratios: the copies they are made against are taken between the logs, so that
both see the same machine.
"""

import argparse
from statistics import median

from tests.bench import measure, roster, world
from tests.bench.product import Product, started_product
from tests.bench.report import MEGABYTE, Report, describe_machine

EXECUTEMANY_ROWS = 20_000
ONE_BY_ONE_ROWS = 1_000
HEADER_CHANGES = 20


def main() -> None:
    options = _options()
    report = Report()
    with started_product() as product:
        describe_machine(report, product)
        report.heading(f"A segment of {options.lines:,} lines")
        world.prepare(product, options.lines)
        _measure(report, product, options.lines, options.rounds)
        roster.measure_roster(report, product, options.lines, options.rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _measure(report: Report, product: Product, lines: int, rounds: int) -> None:
    twin = measure.TwinOfLedger(product)
    small = _one_log(product, lines // 10, create_follow_up=False)
    logs: dict[bool, list[measure.MeasuredJob]] = {False: [], True: []}
    copies = []
    for number in range(rounds):
        for create_follow_up in (False, True):
            is_last = number == rounds - 1 and create_follow_up
            no = world.new_segment(product, lines)
            if number == 0 and not create_follow_up:
                _measure_pages(report, product, no)
            found = measure.log_segment(product, no, create_follow_up=create_follow_up)
            logs[create_follow_up].append(found)
            copies.append(twin.copy())
            if is_last:
                _measure_baselines(report, twin, lines)
            world.forget_logs(product)
    _tell_ratios(report, lines, logs, copies)
    _tell_the_rest(report, lines, small, logs[False] + logs[True])


def _one_log(
    product: Product, lines: int, *, create_follow_up: bool
) -> measure.MeasuredJob:
    no = world.new_segment(product, lines)
    found = measure.log_segment(product, no, create_follow_up=create_follow_up)
    world.forget_logs(product)
    return found


def _measure_pages(report: Report, product: Product, no: str) -> None:
    path = f"/segments/{no}"
    changes = [
        measure.ask(product, "PATCH", path, {"description": f"Spring mailing {n}"})
        for n in range(HEADER_CHANGES)
    ]
    report.milliseconds("change of the header (PATCH)", changes, 50)
    for what, question in (
        ("the preflight", f"{path}/preflight"),
        ("the totals", f"{path}/totals"),
    ):
        seconds = median(measure.ask(product, "GET", question) for _ in range(5))
        report.say(f"  for information: {what:<29}{1000 * seconds:>8.1f} ms")


def _measure_baselines(report: Report, twin: measure.TwinOfLedger, lines: int) -> None:
    many = lines / EXECUTEMANY_ROWS * twin.executemany(EXECUTEMANY_ROWS)
    single = lines / ONE_BY_ONE_ROWS * twin.one_by_one(ONE_BY_ONE_ROWS)
    report.heading("The same entries from Python, extrapolated from a sample")
    for what, seconds, rows in (
        ("executemany", many, EXECUTEMANY_ROWS),
        ("one object and one commit each", single, ONE_BY_ONE_ROWS),
    ):
        report.say(f"  {what:<46}{seconds:>9.1f} s   from {rows:,} rows")


def _tell_ratios(
    report: Report,
    lines: int,
    logs: dict[bool, list[measure.MeasuredJob]],
    copies: list[float],
) -> None:
    report.heading("From the request to the finished job, over HTTP")
    plain, with_follow_up = ([log.seconds for log in logs[it]] for it in (False, True))
    report.seconds("log", plain, lines)
    report.seconds("log with follow-up", with_follow_up, lines)
    report.seconds("INSERT INTO twin SELECT * FROM the entries", copies, lines)
    report.ratio("log : copy", median(plain) / median(copies), 1.8)
    report.ratio(
        "log with follow-up : copy", median(with_follow_up) / median(copies), 1.9
    )


def _tell_the_rest(
    report: Report,
    lines: int,
    small: measure.MeasuredJob,
    logs: list[measure.MeasuredJob],
) -> None:
    report.heading("While it runs")
    report.milliseconds("answer to the request", [log.submit for log in logs], 150)
    polls = [seconds for log in logs for seconds in log.polls]
    report.milliseconds("answer to a look at the job", polls, 15)
    largest = max(log.worker_bytes for log in logs) / MEGABYTE
    report.target(
        "memory of the worker at work",
        f"{largest:.0f} MB",
        "<= 200 MB",
        is_met=largest <= 200,
    )
    report.say(f"    {small.worker_bytes / MEGABYTE:.0f} MB with {lines // 10:,} lines")


if __name__ == "__main__":
    main()
