import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from core.contacts.field_rules import text_trouble

addresses = st.one_of(
    st.emails(),
    st.from_regex(
        r"[a-zA-Z0-9._+-]{1,70}@[a-z0-9.-]{1,20}\.[a-z]{2,5}", fullmatch=True
    ),
).filter(lambda address: len(address) <= 80 and ";" not in address)


@given(addresses)
def test_an_address_is_judged_as_its_library_judges_it(address):
    try:
        validate_email(address, check_deliverability=False, globally_deliverable=False)
        is_valid = "." in address.rpartition("@")[2]
    except EmailNotValidError:
        is_valid = False

    assert (text_trouble("email", address) is None) == is_valid


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("email", "a@example.com;"),
        ("email", "a@example.com, b@example.com"),
        ("email_2", "a@example.com;b@example.com"),
        ("email", "anna@localhost"),
        ("phone_no", "0800-CALL"),
        ("city", "a\tb"),
        ("name", "\ud800"),
        ("territory_code", "x" * 11),
        ("no", "A/1"),
        ("no", ".."),
    ],
)
def test_what_a_field_does_not_hold(field, text):
    assert text_trouble(field, text)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("email", "a@example.com; müller@exämple.de"),
        ("email", "info@mail.firm.example"),
        ("no", "A.1-%?#"),
        ("phone_no", "+44 (0)20 7946-0000 #12"),
        ("name", "שלום \u200f محمد"),
    ],
)
def test_what_a_field_holds(field, text):
    assert text_trouble(field, text) is None
