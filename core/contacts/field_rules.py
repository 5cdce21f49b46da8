"""What a single field may hold, whoever fills it: a form, a program or a file."""

import re
from collections.abc import Mapping
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from core.contacts.fields import CAPTIONS, CODES, TEXT_LENGTHS
from core.errors import FaultList

# Letters of any script; digits, signs and spaces are what numbers are made of.
_LETTER = re.compile(r"[^\W\d_]")
# Control characters never belong in a one-line field, and PostgreSQL refuses NUL;
# a lone surrogate cannot be written as UTF-8 at all.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

# Letters, digits and a few signs, parted by single dots: never a matter of debate.
_PLAIN_LOCAL_PART = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*")

_PHONES = ("phone_no", "mobile_phone_no")


def tidied(field: str, text: str) -> str:
    """The text as it is kept: without blanks around it, codes in upper case."""
    text = text.strip()
    return text.upper() if field in CODES else text


def check_texts(changes: Mapping[str, object], faults: FaultList) -> None:
    """Add a fault for every text that breaks a rule of its field."""
    for field, value in changes.items():
        if isinstance(value, str) and value:
            detail = text_trouble(field, value)
            if detail:
                faults.add(field, "E-FIELD", detail)


def text_trouble(field: str, text: str) -> str | None:
    """What is wrong with this text in this field, in words; None when all is well."""
    caption = CAPTIONS[field]
    longest = TEXT_LENGTHS[field]
    if len(text) > longest:
        return f"{caption} has {len(text)} characters; it holds at most {longest}."
    if _UNPRINTABLE.search(text):
        return f"{caption} contains a line break or another control character."
    if field == "no" and ("/" in text or not text.strip(".")):
        return (
            f"{caption} must not contain a slash or be made of dots: it names a page."
        )
    if field in _PHONES and _LETTER.search(text):
        return f"{caption} must not contain letters: {text}"
    if field == "email":
        return email_trouble(caption, text.split(";"))
    if field == "email_2":
        return email_trouble(caption, [text])
    return None


def email_trouble(caption: str, addresses: list[str]) -> str | None:
    for address in addresses:
        reason = _why_no_address(address.strip())
        if reason:
            return f"{caption} is not a valid address: {address.strip()}. {reason}"
    return None


def _why_no_address(address: str) -> str | None:
    local, _, domain = address.rpartition("@")
    if _PLAIN_LOCAL_PART.fullmatch(local):
        # Nearly every address of a large file: only its domain needs a close look.
        return _why_no_domain(domain)
    return _verdict(address)


@lru_cache(maxsize=10_000)
def _why_no_domain(domain: str) -> str | None:
    return _verdict(f"x@{domain}")


def _verdict(address: str) -> str | None:
    try:
        # Addresses inside a company's own network are fine too; no name server is
        # asked, since a contact is not wrong because a network is down.
        found = validate_email(
            address, check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError as error:
        return str(error)
    if "." not in found.domain:
        return "The part after the @-sign should have a period."
    return None
