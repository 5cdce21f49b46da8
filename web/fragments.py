"""Answers to a page that asks again and again (see static/js/ticker.js)."""

import hashlib
from typing import NamedTuple

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from web.context import crowd

_VERSION = "--version--"


def fragment(template: str, version: str, **values: object) -> ResponseReturnValue:
    """The fragment, or 304 while the page shows this version already.

    The template puts `version` into its own address as `?seen=`. Choose a version
    that is cheap: a counter or a time of the one row that is shown.
    """
    if is_seen(version):
        return unchanged(version)
    return rendered(template, version, **values).answer()


def is_seen(version: str) -> bool:
    """Whether who asks shows this version already. The ticker says it as If-None-Match,
    so that the answer is one that browsers and proxies understand."""
    return request.args.get("seen") == version or version in request.if_none_match


def unchanged(version: str) -> Response:
    return versioned("", version, 304)


def versioned(text: str, version: str, status: int = 200) -> Response:
    response = make_response(text, status)
    response.set_etag(version)
    if seconds := crowd().wait_seconds():
        response.headers["Retry-After"] = str(seconds)
    return response


class LivePart(NamedTuple):
    """A fragment and its version; for whoever may see it, so it can be remembered."""

    html: Markup
    version: str

    def answer(self) -> Response:
        """The fragment, or 304 while the page shows the same already."""
        if is_seen(self.version):
            return unchanged(self.version)
        return versioned(str(self.html), self.version)


def rendered(template: str, version: str, **values: object) -> LivePart:
    # Made by our own template, which has escaped what needs it.
    text = render_template(template, version=version, **values)
    return LivePart(Markup(text), version)  # noqa: S704


def live_part(template: str, **values: object) -> LivePart:
    """Put together from so much that its text is its version.

    Rendered for its page (`{{ part.html }}`) and for asking again alike. No form in
    it: its CSRF token would make every answer a new one."""
    part = rendered(template, _VERSION, **values)
    version = hashlib.sha256(part.html.encode()).hexdigest()[:12]
    return LivePart(part.html.replace(_VERSION, version), version)
