"""Looks at a page the way people do: in light and dark, and with axe for those who
do not see it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Look = Callable[[str], None]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def look_with_axe(page: Page, folder: Path) -> Look:
    """`look("home")` keeps a picture in each scheme and refuses every violation."""
    axe = Axe()

    def look(name: str) -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=folder / f"{name}-{scheme}.png", full_page=True)
            violations = axe.run(page).response["violations"]
            assert not violations, _in_words(name, scheme, violations)
        page.emulate_media(color_scheme="light")

    return look


def _in_words(name: str, scheme: str, violations: list[dict[str, Any]]) -> str:
    lines = [f"{name} in {scheme}:"]
    for found in violations:
        lines.append(f"  {found['impact']} {found['id']}: {found['help']}")
        lines += [f"    {node['html'][:160]}" for node in found["nodes"][:3]]
    return "\n".join(lines)
