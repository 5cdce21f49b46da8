"""Numbers of one line share their other characters; shorter ones come first."""

from core.check.rule import Rule, sql

RULES = (
    Rule(
        "number-series-range",
        "Ending and last used number of a series line follow its starting number, and "
        "the last used one does not pass the end.",
        sql(r"""
            WITH line AS (
                SELECT *,
                    regexp_replace(starting_no, '\d', '', 'g') AS letters,
                    (length(starting_no), starting_no COLLATE "C") AS first,
                    (length(ending_no), ending_no COLLATE "C") AS last,
                    (length(last_no_used), last_no_used COLLATE "C") AS used
                FROM number_series_line
            )
            SELECT format('%s line %s', series_code, line_no)
            FROM line
            WHERE starting_no !~ '\d'
               OR ending_no <> '' AND (
                    regexp_replace(ending_no, '\d', '', 'g') <> letters
                    OR last < first)
               OR last_no_used <> '' AND (
                    regexp_replace(last_no_used, '\d', '', 'g') <> letters
                    OR used < first
                    OR ending_no <> '' AND used > last)
        """),
    ),
)
