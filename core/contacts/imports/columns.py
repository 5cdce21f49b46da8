"""Which column of a file fills which field of a contact."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from core.contacts.changes import ContactChanges
from core.contacts.fields import CAPTIONS
from core.errors import FaultList

FIELDS = tuple(
    field
    for field in CAPTIONS
    if field == "company_name"
    or (field in ContactChanges.__optional_keys__ and field != "search_name")
)
"Every field a file can fill, in the order of the contact card."

_OTHER_NAMES = {
    "number": "no",
    "contactno": "no",
    "contactnumber": "no",
    "id": "no",
    "contacttype": "type",
    "kind": "type",
    "company": "company_name",
    "organisation": "company_name",
    "organization": "company_name",
    "companynumber": "company_no",
    "fullname": "name",
    "contactname": "name",
    "givenname": "first_name",
    "forename": "first_name",
    "lastname": "surname",
    "familyname": "surname",
    "title": "job_title",
    "position": "job_title",
    "street": "address",
    "address1": "address",
    "addressline1": "address",
    "addressline2": "address_2",
    "town": "city",
    "zip": "post_code",
    "zipcode": "post_code",
    "postcode": "post_code",
    "postalcode": "post_code",
    "state": "county",
    "region": "county",
    "country": "country_region_code",
    "countrycode": "country_region_code",
    "phone": "phone_no",
    "phonenumber": "phone_no",
    "telephone": "phone_no",
    "tel": "phone_no",
    "mobile": "mobile_phone_no",
    "mobileno": "mobile_phone_no",
    "mobilephone": "mobile_phone_no",
    "cell": "mobile_phone_no",
    "mail": "email",
    "emailaddress": "email",
    "website": "home_page",
    "web": "home_page",
    "url": "home_page",
    "territory": "territory_code",
    "salesperson": "salesperson_code",
    "language": "language_code",
    "salutation": "salutation_code",
    "correspondence": "correspondence_type",
    "excluded": "exclude_from_segment",
    "blocked": "privacy_blocked",
    "parentalconsent": "parental_consent_received",
}

_LETTERS = re.compile(r"[^a-z0-9]+")

Mapping = list[str | None]
"For each column the field it fills; None: the column is ignored."


def proposed_mapping(header: Sequence[str]) -> Mapping:
    """The field each column seems to mean. The first of two equal columns wins."""
    mapping: Mapping = []
    for name in header:
        field = _KNOWN_NAMES.get(_plain(name))
        mapping.append(None if field in mapping else field)
    return mapping


def unknown_columns(header: Sequence[str], mapping: Mapping) -> list[str]:
    return [name for name, field in zip(header, mapping, strict=True) if field is None]


def check_mapping(header: Sequence[str], mapping: Mapping) -> None:
    """Refuse a mapping that cannot say who the contacts are."""
    faults = FaultList()
    if len(mapping) != len(header):
        detail = f"The file has {len(header)} columns; {len(mapping)} were mapped."
        faults.add("mapping", "E-CSV-COLUMN", detail)
    chosen = [field for field in mapping if field is not None]
    for field, times in Counter(chosen).items():
        if field not in FIELDS:
            detail = f"There is no field {field} on a contact."
            faults.add("mapping", "E-CSV-COLUMN", detail)
        elif times > 1:
            detail = f"{CAPTIONS[field]} is filled by {times} columns; choose one."
            faults.add("mapping", "E-CSV-COLUMN", detail)
    if not {"no", "name", "first_name", "surname"} & set(chosen):
        faults.add(
            "mapping",
            "E-CSV-COLUMN",
            "No column says who the contacts are. Choose a column for Name, for "
            "First Name and Surname, or for No.",
        )
    faults.refuse_if_any()


def refuse_unknown_columns(header: Sequence[str], mapping: Mapping) -> None:
    faults = FaultList()
    for name in unknown_columns(header, mapping):
        faults.add(
            "file",
            "E-CSV-COLUMN",
            f"The column “{name}” is no field of a contact. Rename it, or ask for "
            "unknown columns to be ignored.",
        )
    faults.refuse_if_any()


def _plain(name: str) -> str:
    """Only the letters and digits, so that E-Mail, e_mail and Email are the same."""
    without_accents = unicodedata.normalize("NFKD", name.casefold())
    return _LETTERS.sub("", without_accents)


_KNOWN_NAMES: dict[str, str] = {
    **_OTHER_NAMES,
    **{_plain(field): field for field in FIELDS},
    **{_plain(CAPTIONS[field]): field for field in FIELDS},
}
