"""Header lines of an e-mail, as RFC 5322 and RFC 2047 want them.

The standard library's modern policy folds some subjects into an empty encoded word,
for which mailboxes turn mail away; its older `Header` does not.
"""

from email.header import Header
from email.utils import parseaddr, quote

from email_validator import EmailNotValidError, validate_email

LINE_END = "\r\n"

LONGEST_WORD = 75
"""Of an encoded word (RFC 2047). `Header` would take 76, the longest line, for it."""


def header_line(name: str, text: str) -> str:
    """`name: text`, folded and encoded where needed; line breaks in it become blanks."""
    return f"{name}: {_encoded(' '.join(text.split()), name)}{LINE_END}"


def address_line(name: str, address: str, person: str = "") -> str:
    """`name: person <address>`. The address has been checked."""
    if not person:
        return f"{name}: {address}{LINE_END}"
    shown = " ".join(person.split())
    words = f'"{quote(shown)}"' if _is_plain(shown) else _encoded(shown, name)
    # On a line of its own, so that no line grows too long.
    return f"{name}: {words}{LINE_END} <{address}>{LINE_END}"


def addresses_line(name: str, addresses: list[str]) -> str:
    return f"{name}: " + f",{LINE_END} ".join(addresses) + LINE_END


def sender_line(sender: str) -> str:
    person, address = parseaddr(sender)
    return address_line("From", address, person)


def wire_address(address: str) -> str | None:
    """As mail servers of any age take it, its domain in ASCII; None where that is not
    possible."""
    try:
        found = validate_email(
            address, check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError:
        return None
    return found.ascii_email


def _is_plain(text: str) -> bool:
    # What looks like an encoded word would be taken for one.
    return text.isascii() and text.isprintable() and "=?" not in text


def _encoded(text: str, name: str) -> str:
    charset = "us-ascii" if _is_plain(text) else "utf-8"
    header = Header(text, charset, maxlinelen=LONGEST_WORD, header_name=name)
    return header.encode(linesep=LINE_END)
