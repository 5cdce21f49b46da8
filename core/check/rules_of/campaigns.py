from core.check.rule import Rule, sql

RULES = (
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
        "A segment has at most one campaign entry for each campaign.",
        # With two of them a log would write every line twice.
        sql("""
            SELECT format('campaign %s, segment %s', campaign_no, segment_no)
            FROM campaign_entry
            WHERE segment_no <> ''
            GROUP BY campaign_no, segment_no
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
