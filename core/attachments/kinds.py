"""Which files may be attached, and as what they are handed out."""

from enum import StrEnum

NEUTRAL = "application/octet-stream"
"""A browser keeps such a file and does not try to show it."""

MEDIA_TYPES = {
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gif": "image/gif",
    # Somebody else's page must never run as one of ours.
    "htm": NEUTRAL,
    "html": NEUTRAL,
    "ics": "text/calendar",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Every extension that is taken. Nothing that runs by being opened."""


class ContentKind(StrEnum):
    """What a file is to an interaction (ATT-004)."""

    WORD = "word"
    HTML = "html"
    OTHER = "other"


_KINDS = {
    "doc": ContentKind.WORD,
    "docx": ContentKind.WORD,
    "htm": ContentKind.HTML,
    "html": ContentKind.HTML,
}


def extension_of(file_name: str) -> str:
    """In small letters and without the dot; blank where there is none."""
    stem, dot, extension = file_name.rpartition(".")
    return extension.lower() if stem and dot else ""


def kind_of(file_name: str) -> ContentKind:
    return _KINDS.get(extension_of(file_name), ContentKind.OTHER)


def media_type_of(file_name: str) -> str:
    return MEDIA_TYPES.get(extension_of(file_name), NEUTRAL)
