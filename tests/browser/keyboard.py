"""Moving about without a mouse."""

import pytest
from playwright.sync_api import Page


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus, or its label, begins with these words."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).innerText"
        )
        if focused and focused.startswith(words):
            return
    pytest.fail(f"Tab does not lead to {words}.")
