"""Who is in a segment: adding a million contacts, taking half of them out, going back
and forward, counting, and looking at pages of the lines."""

from base64 import urlsafe_b64encode
from statistics import median

from tests.bench import measure, world
from tests.bench.product import Product
from tests.bench.report import Report
from tests.support.api_client import ApiClient

HALF = {"contact": {"language_code": ["DEU", "ENU"]}}
"""Every second contact. What is expected is said with it, as the page does."""

THREE_PREDICATES = {
    "contact": {
        "salesperson_code": world.SALESPEOPLE[:2],
        "type": "company",
        "city": {"contains": "4"},
    }
}

TIMES = 11


def measure_roster(report: Report, product: Product, lines: int, rounds: int) -> None:
    report.heading(f"Who is in a segment of {lines:,} lines, over HTTP")
    twin = measure.Twin(product, "segment_line", "line_twin")
    adds, copies, half = [], [], {"reduce": [], "refine": []}
    for _ in range(rounds):
        world.forget_segments(product)
        no = _empty_segment(product)
        everybody = {
            "filters": {"contact": {"no": {"to": f"K{lines:08}"}}},
            "expected": lines,
        }
        adds.append(_job(product, no, "add-contacts", everybody))
        copies.append(twin.copy())
        for verb, seconds in half.items():
            change = {"filters": HALF, "expected": lines // 2}
            seconds.append(_job(product, no, f"{verb}-contacts", change))
            _move(product, no, "go-back")
    report.seconds("add them by a filter", adds, lines)
    report.seconds("INSERT INTO twin SELECT * FROM the lines", copies, lines)
    report.ratio("add : copy", median(adds) / median(copies), 1.5)
    report.seconds("take out half of them", half["reduce"], lines // 2)
    report.seconds("keep only half of them", half["refine"], lines // 2)
    _measure_moves(report, product, no)
    _measure_looks(report, product, no, lines)


def _measure_moves(report: Report, product: Product, no: str) -> None:
    """From and to a step that took half of the lines out, which lies ahead."""
    moves = {"go-forward": [], "go-back": []}
    for _ in range(TIMES):
        for move, seconds in moves.items():
            seconds.append(_move(product, no, move))
    report.milliseconds("Go Back", moves["go-back"], 50)
    report.milliseconds("Go Forward", moves["go-forward"], 50)


def _measure_looks(report: Report, product: Product, no: str, lines: int) -> None:
    deep = urlsafe_b64encode(f"[{lines * 9_000}]".encode()).decode().rstrip("=")
    for what, address in (
        ("the first 50 lines", f"/segments/{no}/lines"),
        ("50 lines after nine tenths of them", f"/segments/{no}/lines?cursor={deep}"),
    ):
        found = [measure.ask(product, "GET", address) for _ in range(TIMES)]
        report.milliseconds(what, found, 50)
    empty = _empty_segment(product)
    question = {"action": "add_contacts", "filters": THREE_PREDICATES}
    found = [
        measure.ask(product, "POST", f"/segments/{empty}/count", question)
        for _ in range(TIMES)
    ]
    report.milliseconds("count by three conditions", found, 300)
    ten_thousand = {
        "filter": {"contact": "K0000"},
        "description": "Ours",
        "expected": 9_999,
    }
    address = f"/segments/{no}/lines"
    found = [measure.ask(product, "PATCH", address, ten_thousand) for _ in range(3)]
    report.say(f"  personalise 9,999 lines {1000 * median(found):>33.1f} ms")


def _empty_segment(product: Product) -> str:
    client = ApiClient(product.address, product.token)
    answer = client.ask("POST", "/segments", {"description": "Bench"})
    client.close()
    assert answer.status == 201, answer.document
    no: str = answer.document["no"]
    return no


def _job(product: Product, no: str, verb: str, document: object) -> float:
    world.at_rest(product)
    return measure.run_job(product, f"/segments/{no}/{verb}", document).seconds


def _move(product: Product, no: str, verb: str) -> float:
    return measure.ask(product, "POST", f"/segments/{no}/{verb}", {})
