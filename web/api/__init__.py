"""Every resource of the API. Each has a `blueprint`; append yours and it is served."""

from web.api import (
    campaigns,
    document,
    interaction_groups,
    interaction_log_entries,
    interaction_templates,
    jobs,
    logged_segments,
    marketing_setup,
    masters,
    number_series,
    salespeople,
    segment_criteria,
    segment_lines,
    segment_log,
    segments,
)

RESOURCES = (
    campaigns,
    document,
    interaction_groups,
    interaction_log_entries,
    interaction_templates,
    jobs,
    logged_segments,
    marketing_setup,
    masters,
    number_series,
    salespeople,
    segment_criteria,
    segment_lines,
    segment_log,
    segments,
)
