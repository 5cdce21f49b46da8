"""What a resource of the API is made of. Import the package, use what is listed here.

See web/api/campaigns.py for a resource that uses most of it.
"""

from web.api.framework.answers import (
    answer,
    answer_once,
    created,
    location,
    no_content,
    require_match,
)
from web.api.framework.blueprint import (
    api_blueprint,
    changes,
    creates,
    deletes,
    does,
    lists,
    lists_of_record,
    shows,
    starts,
)
from web.api.framework.filters import ListQuery, filtered, filters_on
from web.api.framework.models import (
    Body,
    CodePath,
    EntryNoPath,
    NoPath,
    Path,
    Query,
    Shown,
)
from web.api.framework.paging import (
    Page,
    page,
    page_of,
    place_cursor,
    read_place,
    rows_of_page,
)

__all__ = [
    "Body",
    "CodePath",
    "EntryNoPath",
    "ListQuery",
    "NoPath",
    "Page",
    "Path",
    "Query",
    "Shown",
    "answer",
    "answer_once",
    "api_blueprint",
    "changes",
    "created",
    "creates",
    "deletes",
    "does",
    "filtered",
    "filters_on",
    "lists",
    "lists_of_record",
    "location",
    "no_content",
    "page",
    "page_of",
    "place_cursor",
    "read_place",
    "require_match",
    "rows_of_page",
    "shows",
    "starts",
]
