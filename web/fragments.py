"""Answers to a page that asks again and again (see static/js/ticker.js)."""

from flask import render_template, request
from flask.typing import ResponseReturnValue


def fragment(template: str, version: str, **values: object) -> ResponseReturnValue:
    """The fragment, or 204 while the page shows this version already.

    The template puts `version` into its own address as `?seen=`. Choose a version
    that is cheap: a counter or a time of the one row that is shown.
    """
    if request.args.get("seen") == version:
        return "", 204
    return render_template(template, version=version, **values)
