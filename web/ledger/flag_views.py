"""Cancel, and let count again: at every list the same two questions and deeds."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from web.ledger.question import Question, ask
from web.permissions import requires


def serve_both_ways(
    blueprint: Blueprint,
    question: Callable[[bool], Question],
    set_canceled: Callable[[bool], ResponseReturnValue],
) -> None:
    """Both are told whether to cancel, and find in the request what is meant."""
    for name, canceled in (("cancel", True), ("uncancel", False)):
        _serve(blueprint, name, question, set_canceled, canceled=canceled)


def _serve(
    blueprint: Blueprint,
    name: str,
    question: Callable[[bool], Question],
    set_canceled: Callable[[bool], ResponseReturnValue],
    *,
    canceled: bool,
) -> None:
    @blueprint.get(f"/{name}", endpoint=f"ask_to_{name}")
    @requires(Permission.EDIT)
    def ask_first() -> ResponseReturnValue:
        return ask(question(canceled))

    @blueprint.post(f"/{name}", endpoint=name)
    @requires(Permission.EDIT)
    def do() -> ResponseReturnValue:
        return set_canceled(canceled)
