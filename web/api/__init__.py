"""Every resource of the API. Each has a `blueprint`; append yours and it is served."""

from web.api import document, masters

RESOURCES = (
    document,
    masters,
)
