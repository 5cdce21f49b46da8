"""The fields of a contact, in the groups the rules speak of."""

from core.contacts.models import Contact, ContactAltAddress

CODES = (
    "no",
    "company_no",
    "post_code",
    "country_region_code",
    "territory_code",
    "salesperson_code",
    "language_code",
    "salutation_code",
    "organizational_level_code",
    "search_name",
)
"Kept in upper case, as the reference product keeps codes."

NAME_PARTS = ("first_name", "middle_name", "surname")
PERSON_ONLY = (*NAME_PARTS, "initials", "job_title", "organizational_level_code")

ADDRESS_IDENTITY = ("address", "address_2", "post_code", "city")
"Two addresses are the same when these are."
ADDRESS_BLOCK = (*ADDRESS_IDENTITY, "county")

PROPAGATED_COMMUNICATION = ("phone_no", "mobile_phone_no", "email", "home_page")
COMMUNICATION = (*PROPAGATED_COMMUNICATION, "correspondence_type")

INHERITED = {
    "inherit_salesperson": "salesperson_code",
    "inherit_territory": "territory_code",
    "inherit_country_region": "country_region_code",
    "inherit_language": "language_code",
}
"Flag of Marketing Setup to the field a person takes from the company."

CAPTIONS = {
    "no": "No.",
    "type": "Type",
    "company_no": "Company No.",
    "company_name": "Company Name",
    "name": "Name",
    "name_2": "Name 2",
    "first_name": "First Name",
    "middle_name": "Middle Name",
    "surname": "Surname",
    "initials": "Initials",
    "job_title": "Job Title",
    "search_name": "Search Name",
    "address": "Address",
    "address_2": "Address 2",
    "city": "City",
    "post_code": "Post Code",
    "county": "County",
    "country_region_code": "Country/Region Code",
    "phone_no": "Phone No.",
    "mobile_phone_no": "Mobile Phone No.",
    "email": "E-Mail",
    "email_2": "E-Mail 2",
    "home_page": "Home Page",
    "territory_code": "Territory Code",
    "salesperson_code": "Salesperson Code",
    "language_code": "Language Code",
    "correspondence_type": "Correspondence Type",
    "salutation_code": "Salutation Code",
    "organizational_level_code": "Organizational Level Code",
    "exclude_from_segment": "Exclude from Segment",
    "privacy_blocked": "Privacy Blocked",
    "minor": "Minor",
    "parental_consent_received": "Parental Consent Received",
    "code": "Code",
}


def _text_lengths(*tables: type[Contact] | type[ContactAltAddress]) -> dict[str, int]:
    return {
        column.key: length
        for table in tables
        for column in table.__table__.columns
        if (length := getattr(column.type, "length", None))
    }


TEXT_LENGTHS = {
    **_text_lengths(ContactAltAddress, Contact),
    "company_no": 20,
    "company_name": 100,
}
"The longest text each field holds."
