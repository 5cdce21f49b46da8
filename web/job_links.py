"""Where the result of a job leads. Steps name what they made; this knows the pages."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Made(NamedTuple):
    name: str
    title: str
    address: str
    "Below / for people and below /api/v1/ for programs."
    page: str = ""
    "The address for people, where it is another one."


MADE = {
    "logged_segment_entry_no": Made(
        "logged_segment", "Logged segment", "logged-segments/{}"
    ),
    "entry_no": Made(
        "interaction_log_entry", "Interaction", "interaction-log-entries/{}"
    ),
    "follow_up_segment_no": Made(
        "follow_up_segment", "Follow-up segment", "segments/{}"
    ),
    "left_behind_segment_no": Made(
        "left_behind_segment", "Segment with the lines left behind", "segments/{}"
    ),
    "restored_segment_no": Made(
        "restored_segment", "Segment that is there again", "segments/{}"
    ),
    "campaign_no": Made("campaign", "Campaign", "campaigns/{}"),
    "contact_no": Made("contact", "Contact", "contacts/{}"),
    "changed_segment_no": Made("segment", "Segment", "segments/{}"),
    "profile_questionnaire": Made(
        "profile_questionnaire",
        "Profile questionnaire",
        "profile-questionnaires/{}",
        page="/setup/profile-questionnaires/{}",
    ),
    "likely_duplicates": Made(
        "likely_duplicates",
        "Pairs of companies that look alike",
        "contact-duplicates",
        page="/contacts/duplicates",
    ),
    "check": Made("check", "Report of the check", "checks/{}"),
    "contact_import": Made("contact_import", "Imported file", "contacts/import/{}"),
}


class ResultLink(NamedTuple):
    title: str
    key: str
    address: str


def links_for_programs(result: Mapping[str, Any] | None) -> dict[str, str]:
    return {
        made.name: f"/api/v1/{made.address.format(key)}" for made, key in _found(result)
    }


def links_for_people(result: Mapping[str, Any] | None) -> list[ResultLink]:
    return [
        ResultLink(made.title, key, (made.page or f"/{made.address}").format(key))
        for made, key in _found(result)
    ]


def _found(result: Mapping[str, Any] | None) -> list[tuple[Made, str]]:
    return [
        (made, str(result[key]))
        for key, made in MADE.items()
        if result and result.get(key) is not None
    ]
