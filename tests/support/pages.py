"""Reading pages the way a person follows them."""

import re
from html import unescape


def next_page(page: str) -> str:
    """The address behind "Next page"."""
    found = re.search(r'rel="next" href="([^"]+)"', page)
    assert found, "There is no next page."
    return unescape(found[1])


def hidden(page: str, name: str) -> str:
    """What the form on the page remembers in a hidden field."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, f"The page has no hidden field {name}."
    return unescape(found[1])
