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


def shown(page: str, name: str) -> str:
    """What the field on the page is filled with, or its choice stands on."""
    found = re.search(rf'<(input|select) id="{name}"[^>]*>', page)
    assert found, f"The page has no field {name}."
    tag, field = found[1], found[0]
    if tag == "select":
        field = page[found.end() : page.index("</select>", found.end())]
        field = next(line for line in field.splitlines() if " selected" in line)
    value = re.search(r'value="([^"]*)"', field)
    return unescape(value[1]) if value else ""
