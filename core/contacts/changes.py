"""What may be given or changed on contacts, by the names the API uses."""

from typing import TypedDict

from core.vocabulary import ContactType, CorrespondenceType


class ContactChanges(TypedDict, total=False):
    """Blank is '' or false. `no` counts only when the contact is created, and
    `company_name` only where `company_no` is not given."""

    no: str
    type: ContactType
    company_no: str
    company_name: str
    name: str
    name_2: str
    first_name: str
    middle_name: str
    surname: str
    initials: str
    job_title: str
    search_name: str
    address: str
    address_2: str
    city: str
    post_code: str
    county: str
    country_region_code: str
    phone_no: str
    mobile_phone_no: str
    email: str
    email_2: str
    home_page: str
    territory_code: str
    salesperson_code: str
    language_code: str
    correspondence_type: CorrespondenceType
    salutation_code: str
    organizational_level_code: str
    exclude_from_segment: bool
    privacy_blocked: bool
    minor: bool
    parental_consent_received: bool


class AltAddressChanges(TypedDict, total=False):
    company_name: str
    address: str
    address_2: str
    city: str
    post_code: str
    county: str
    country_region_code: str
    phone_no: str
    mobile_phone_no: str
    email: str
