from itertools import product

from sqlalchemy import SmallInteger, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY

from core.check.rule import Rule, sql
from core.setup.duplicate_search_strings import code_of
from core.vocabulary import SearchedField, SearchedPart

_STRINGS = [(code_of(*key), *key) for key in product(SearchedField, SearchedPart)]
_CODES, _FIELDS, _PARTS = zip(*_STRINGS, strict=True)

RULES = (
    Rule(
        "contact-company",
        "The company of a person is a contact that exists and is a company.",
        sql("""
            SELECT format('contact %s', person.no)
            FROM contact AS person
            LEFT JOIN contact AS company
                ON company.id = person.company_id AND company.type = 0
            WHERE person.company_id IS NOT NULL AND company.id IS NULL
        """),
    ),
    Rule(
        "company-of-itself",
        "A company belongs to itself, a person never does.",
        sql("""
            SELECT format('contact %s', no)
            FROM contact
            WHERE (type = 0) <> (company_id IS NOT DISTINCT FROM id)
        """),
    ),
    Rule(
        "minor-is-blocked",
        "A minor without parental consent is blocked for privacy.",
        sql("""
            SELECT format('contact %s', no)
            FROM contact
            WHERE minor AND NOT parental_consent_received AND NOT privacy_blocked
        """),
    ),
    Rule(
        "mailing-group-contact",
        "Every member of a mailing group is a contact that exists.",
        sql("""
            SELECT format('group %s: contact with id %s', link.code, link.contact_id)
            FROM contact_mailing_group AS link
            LEFT JOIN contact ON contact.id = link.contact_id
            WHERE contact.id IS NULL
        """),
    ),
    Rule(
        "merged-number",
        "No contact has the number of one that was merged.",
        sql("""
            SELECT format('contact %s', contact.no)
            FROM contact JOIN merged_contact ON merged_contact.no = contact.no
        """),
    ),
    Rule(
        "campaign-target-contact",
        "A campaign is aimed at no contact that was merged.",
        sql("""
            SELECT format('campaign %s: contact %s', target.campaign_no, target.no)
            FROM campaign_target AS target
            JOIN merged_contact ON merged_contact.no = target.no AND target.type = 1
        """),
    ),
    Rule(
        "likely-duplicate-contact",
        "Both contacts that look like each other exist.",
        sql("""
            SELECT format('contacts with the ids %s and %s', contact_id, other_id)
            FROM likely_duplicate AS pair
            LEFT JOIN contact AS one ON one.id = pair.contact_id
            LEFT JOIN contact AS other ON other.id = pair.other_id
            WHERE one.id IS NULL OR other.id IS NULL
        """),
    ),
    Rule(
        "duplicate-search-string-code",
        "The code of a duplicate search string says its field and its part.",
        sql(
            """
            SELECT format('duplicate search string %s', code)
            FROM duplicate_search_string
            WHERE (code, field, part) NOT IN (
                SELECT * FROM unnest(:codes, :fields, :parts))
            """,
            bindparam("codes", _CODES, type_=ARRAY(Text)),
            bindparam("fields", _FIELDS, type_=ARRAY(SmallInteger)),
            bindparam("parts", _PARTS, type_=ARRAY(SmallInteger)),
        ),
    ),
    Rule(
        "contact-ids",
        "The next contact gets an id that no contact has.",
        sql("""
            SELECT format('contact %s has id %s', contact.no, contact.id)
            FROM contact, contact_id_seq AS given
            WHERE contact.id > given.last_value
               OR contact.id = given.last_value AND NOT given.is_called
        """),
    ),
)
