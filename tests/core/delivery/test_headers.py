"""Whatever people call things, every header line is one that mailboxes take."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.delivery.headers import address_line, header_line, wire_address

WORDS = st.text(max_size=120).filter(lambda text: "\0" not in text)
ENCODED = re.compile(r"=\?[^?]*\?[bqBQ]\?([^?]*)\?=")


def read(line: str, name: str) -> str:
    message = message_from_bytes(f"{line}\r\nbody".encode("ascii"), policy=compat32)
    return str(make_header(decode_header(message[name])))


def assert_takeable(line: str) -> None:
    assert line.endswith("\r\n")
    for part in line[:-2].split("\r\n"):
        assert len(part) <= 998
    for word in ENCODED.finditer(line):
        assert word.group(1), "an empty encoded word"
        assert len(word.group()) <= 75


@given(text=WORDS)
def test_a_subject_comes_back_as_it_was(text):
    text = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    line = header_line("Subject", text)

    assert_takeable(line)
    assert " ".join(read(line, "Subject").split()) == " ".join(text.split())


@given(name=WORDS)
def test_a_name_never_reaches_beyond_its_header(name):
    line = address_line("To", "c@example.com", name)

    assert_takeable(line)
    message = message_from_bytes(f"{line}\r\nbody".encode("ascii"), policy=default)
    assert list(message.keys()) == ["To"]
    assert message["To"].addresses[0].addr_spec == "c@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "Einladung zur Gr\u00fcndungsfeier unseres neuen B\u00fcros in M\u00fcnchen am ersten Mai 2026",
        "\u65b0\u3057\u3044\u30ab\u30bf\u30ed\u30b0\u306e\u3054\u6848\u5185" * 6,
        "Golf \U0001f3cc " * 12,
        "line\r\nBcc: everybody@example.com",
        "=?utf-8?q?looks_encoded?=",
    ],
)
def test_subjects_that_broke_elsewhere(text):
    line = header_line("Subject", text)

    assert_takeable(line)
    assert read(line, "Subject").split() == text.split()
    assert "\r\nBcc" not in line


def test_an_address_goes_in_ascii_or_not_at_all():
    assert wire_address("post@b\u00fccher.example") == "post@xn--bcher-kva.example"
    assert wire_address("zo\u00eb@example.com") is None
    assert wire_address("nobody") is None
