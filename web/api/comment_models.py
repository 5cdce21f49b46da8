"""Comments travel alike, whatever they are about."""

from typing import Protocol

from web.api import framework
from web.api.framework.fields import Day, EntryNo, Text50, Text255


class CommentShown(framework.Shown):
    comment_no: EntryNo
    date: Day
    comment: Text255
    written_by: Text50

    @classmethod
    def of_comment(cls, comment: "Numbered") -> "CommentShown":
        return cls.of(comment, comment_no=comment.id)


class Numbered(Protocol):
    @property
    def id(self) -> int: ...
