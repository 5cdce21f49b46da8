from core.check.rule import Rule, sql

# Said once more, in other words than the deeds use.
_MEMBERS = """
    SELECT found.campaign_no,
           CASE WHEN relation.no IS NULL THEN 1 ELSE 0 END AS type,
           coalesce(relation.no, company.no) AS no
    FROM (
        SELECT campaign_no, contact_company_id AS company_id
        FROM interaction_log_entry
        WHERE campaign_target AND NOT postponed AND campaign_no IN (
            SELECT campaign_no FROM campaign_target
        )
        UNION
        SELECT coalesce(
                   line.campaign_no, nullif(segment.campaign_no, ''),
                   template.campaign_no
               ),
               contact.company_id
        FROM segment
        JOIN segment_line AS line ON line.segment_id = segment.id
        JOIN contact ON contact.id = line.contact_id
        LEFT JOIN interaction_template AS template
            ON template.code = line.interaction_template_code
        WHERE added_by <= head AND (removed_by IS NULL OR removed_by > head)
          AND coalesce(
              line.campaign_target, template.campaign_target, segment.campaign_target
          )
    ) AS found
    JOIN contact AS company ON company.id = found.company_id AND company.type = 0
    LEFT JOIN contact_business_relation AS relation
        ON relation.contact_id = company.id AND relation.link_to_table = 1
    WHERE found.campaign_no IN (SELECT campaign_no FROM campaign_target)
"""

RULES = (
    Rule(
        "campaign-target-justified",
        "Every target of a campaign has a line or an interaction that makes it one.",
        sql(f"""
            SELECT format('campaign %s: %s', campaign_no, no)
            FROM (
                SELECT campaign_no, type, no FROM campaign_target
                EXCEPT ({_MEMBERS})
            ) AS unfounded
        """),  # noqa: S608  our own words
    ),
    Rule(
        "campaign-target-complete",
        "An activated campaign has every company as a target that should be one.",
        sql(f"""
            SELECT format('campaign %s: %s', campaign_no, no)
            FROM (
                {_MEMBERS} EXCEPT SELECT campaign_no, type, no FROM campaign_target
            ) AS missing
        """),  # noqa: S608  our own words
    ),
    Rule(
        "campaign-entry-logged-segment",
        "A campaign entry made by a log belongs to a logged segment of the same number.",
        sql("""
            SELECT format('campaign entry %s', entry.entry_no)
            FROM campaign_entry AS entry
            LEFT JOIN logged_segment AS logged
                ON logged.entry_no = entry.logged_segment_entry_no
                AND logged.segment_no = entry.segment_no
            WHERE entry.logged_segment_entry_no IS NOT NULL AND logged.entry_no IS NULL
        """),
    ),
    Rule(
        "campaign-entry-once",
        "A logged segment has at most one campaign entry for each campaign.",
        # Logs of the same number that were undone or deleted have others of their own.
        sql("""
            SELECT format('campaign %s, logged segment %s', campaign_no,
                          logged_segment_entry_no)
            FROM campaign_entry
            WHERE logged_segment_entry_no IS NOT NULL
            GROUP BY campaign_no, logged_segment_entry_no
            HAVING count(*) > 1
        """),
    ),
    Rule(
        "template-default-language",
        "The default language of a template is one that the template has.",
        sql("""
            SELECT format('template %s: %s', template.code, language_code_default)
            FROM interaction_template AS template
            LEFT JOIN interaction_template_language AS language
                ON language.interaction_template_code = template.code
                AND language.language_code = template.language_code_default
            WHERE language_code_default <> '' AND language.language_code IS NULL
        """),
    ),
)
