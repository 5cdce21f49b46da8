"""What was measured, as lines for a person, each with its target."""

import platform
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import psutil
from sqlalchemy import text

from core.database import transaction
from tests.bench.product import Product

MEGABYTE = 1_000_000


@dataclass
class Report:
    lines: list[str] = field(default_factory=list)

    def heading(self, words: str) -> None:
        self.say(f"\n{words}")

    def say(self, line: str) -> None:
        self.lines.append(line)
        print(line, flush=True)  # noqa: T201  printing is its purpose

    def seconds(self, what: str, values: list[float], rows: int) -> None:
        """A median with its spread, and what it makes per second."""
        spread = f"{min(values):.2f}-{max(values):.2f}"
        rate = f"{rows / median(values):,.0f} rows/s"
        self.say(f"  {what:<46}{median(values):>9.2f} s   {spread:<14} {rate}")

    def target(self, what: str, found: str, limit: str, *, is_met: bool) -> None:
        verdict = "reached" if is_met else "MISSED"
        self.say(f"  {what:<46}{found:>11}   target {limit:<10} {verdict}")

    def ratio(self, what: str, value: float, limit: float) -> None:
        self.target(what, f"{value:.2f}", f"<= {limit}", is_met=value <= limit)

    def milliseconds(self, what: str, values: list[float], limit: float) -> None:
        middle = 1000 * median(values)
        self.target(what, f"{middle:.1f} ms", f"<= {limit} ms", is_met=middle <= limit)
        self.say(
            f"    p95 {1000 * p95(values):.1f} ms, longest {1000 * max(values):.1f} ms,"
            f" {len(values)} times"
        )


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def describe_machine(report: Report, product: Product) -> None:
    with transaction(product.engine) as session:
        server = session.execute(text("SHOW server_version")).scalar_one()
        settings = {
            name: session.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("shared_buffers", "max_wal_size", "fsync")
        }
    memory = psutil.virtual_memory().total / 2**30
    report.heading("Machine")
    report.say(
        f"  {psutil.cpu_count()} cores of {_processor()}, {memory:.0f} GB of memory,"
        f" {platform.system()} {platform.release()}"
    )
    report.say(
        f"  PostgreSQL {server} ("
        + ", ".join(f"{name} {value}" for name, value in settings.items())
        + f"), Python {platform.python_version()}"
    )
    load = psutil.getloadavg()[0]
    report.say(f"  load average before the run: {load:.1f}")


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    if not about.exists():
        return platform.processor() or platform.machine()
    names = [line for line in about.read_text().splitlines() if "model name" in line]
    return names[0].partition(":")[2].strip() if names else platform.machine()
