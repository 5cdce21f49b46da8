from core.check.rule import Rule, sql

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
