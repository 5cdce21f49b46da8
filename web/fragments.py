"""Answers to a page that asks again and again (see static/js/ticker.js)."""

import hashlib
from typing import NamedTuple

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

_VERSION = "--version--"


def fragment(template: str, version: str, **values: object) -> ResponseReturnValue:
    """The fragment, or 204 while the page shows this version already.

    The template puts `version` into its own address as `?seen=`. Choose a version
    that is cheap: a counter or a time of the one row that is shown.
    """
    if request.args.get("seen") == version:
        return "", 204
    return render_template(template, version=version, **values)


class LivePart(NamedTuple):
    """A fragment that is put together from so much that its text is its version."""

    html: Markup
    version: str

    def answer(self) -> ResponseReturnValue:
        """The fragment, or 204 while the page shows the same already."""
        if request.args.get("seen") == self.version:
            return "", 204
        return str(self.html)


def live_part(template: str, **values: object) -> LivePart:
    """Rendered for its page (`{{ part.html }}`) and for asking again alike. No form in
    it: its CSRF token would make every answer a new one."""
    text = render_template(template, version=_VERSION, **values)
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    # Made by our own template, which has escaped what needs it.
    return LivePart(Markup(text.replace(_VERSION, version)), version)  # noqa: S704
