"""Two contacts side by side, and the deed that makes them one."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.access.roles import Permission
from core.contacts import queries
from core.contacts.fields import CAPTIONS
from core.contacts.merge.pair import Pair, pair_found
from core.contacts.merge.preview import Difference, differences_of, merge_preview
from core.database import transaction
from core.errors import ConflictError, RefusedError
from core.jobs.models import Job
from core.segments.merge_with_targets import Merge, merge_with_targets
from core.vocabulary import CorrespondenceType
from web.contacts.forms import version_of
from web.context import current_actor, engine, nudge
from web.forms import NO_REFUSAL, Refusal, refusal_of, status_of, typed
from web.permissions import requires

blueprint = Blueprint("merge", __name__)

ROWS = {
    "interaction_log_entries": ("Interaction log entries", "stay with their company"),
    "segment_lines": ("Lines of active segments", ""),
    "people": ("People of the company", ""),
    "mailing_groups": ("Mailing groups", "are there already"),
    "industry_groups": ("Industry groups", "are there already"),
    "business_relations": ("Business relations", "are there already"),
    "job_responsibilities": ("Job responsibilities", "are there already"),
    "profile_answers": ("Profile answers", "give way to answers there"),
    "campaign_targets": ("Campaigns aimed at it", "are there already"),
    "comments": ("Comments", ""),
    "separate_contacts": (
        "Contacts kept apart from it",
        "are kept apart there already",
    ),
    "merged_numbers": ("Numbers merged into it before", ""),
}
"""What moves, and what happens to the rows that do not."""


@blueprint.get("/<no>/merge")
@requires(Permission.EDIT)
def show(no: str) -> ResponseReturnValue:
    other_no = request.args.get("with", "").strip()
    if not other_no:
        return _choose(no, "", NO_REFUSAL)
    try:
        return _page(no, other_no, request.args, NO_REFUSAL)
    except (RefusedError, ConflictError) as error:
        return _choose(no, other_no, refusal_of(error)), status_of(error)


@blueprint.post("/<no>/merge")
@requires(Permission.EDIT)
def merge(no: str) -> ResponseReturnValue:
    form = typed()
    other_no = form.get("other_no", "")
    take = [
        name.removeprefix("keep-")
        for name, value in form.items()
        if name.startswith("keep-") and value == "other"
    ]
    try:
        with transaction(engine()) as session:
            done = merge_with_targets(
                session,
                current_actor(),
                Merge(no, other_no, take),
                lambda pair: _refuse_if_changed(pair, form),
            )
    except (RefusedError, ConflictError) as error:
        return _again(no, other_no, form, refusal_of(error)), status_of(error)
    if isinstance(done, Job):
        nudge().ring(done.public_id)
        return redirect(f"/jobs/{done.public_id}", 303)
    flash(f"{other_no.upper()} is merged into {done.no}, and its number leads here.")
    return redirect(url_for("contacts.card.show", no=done.no), 303)


def _refuse_if_changed(pair: Pair, form: dict[str, str]) -> None:
    seen = (form.get("version"), form.get("other_version"))
    if seen != tuple(version_of(contact) for contact in pair):
        raise ConflictError(
            "E-CHANGED",
            "Somebody has changed one of the contacts since you opened this page. "
            "Below is how they are now; look again, then merge.",
        )


def _again(no: str, other_no: str, form: dict[str, str], refusal: Refusal) -> str:
    """Side by side where that is still possible, else the question for the other."""
    try:
        return _page(no, other_no, form, refusal)
    except (RefusedError, ConflictError):
        return _choose(no, other_no, refusal)


def _choose(no: str, other_no: str, refusal: Refusal) -> str:
    with transaction(engine()) as session:
        contact = queries.contact_found(session, no)
        return render_template(
            "contacts/merge_with.html",
            contact=contact,
            other_no=other_no,
            refusal=refusal,
        )


def _page(no: str, other_no: str, form: Mapping[str, str], refusal: Refusal) -> str:
    with transaction(engine()) as session:
        pair = pair_found(session, no, other_no)
        return render_template(
            "contacts/merge.html", **_shown(session, pair, form), refusal=refusal
        )


def _shown(session: Session, pair: Pair, form: Mapping[str, str]) -> dict[str, Any]:
    sides = {row.field: _side(row, form) for row in differences_of(session, pair)}
    take = [field for field, side in sides.items() if side == "other"]
    found = merge_preview(session, pair, take)
    return {
        "kept": pair.kept,
        "other": pair.other,
        "preview": found,
        "differences": [
            (row.field, CAPTIONS[row.field], *_in_words(row), sides[row.field])
            for row in found.differences
        ],
        "moves": [
            (*ROWS[row.name], row.moved, row.left)
            for row in found.moves
            if row.moved or row.left
        ],
        "version": version_of(pair.kept),
        "other_version": version_of(pair.other),
    }


def _side(row: Difference, form: Mapping[str, str]) -> str:
    """Whose value stays. What only the merged contact has would be lost with it."""
    usual = "other" if row.other and not row.kept else "kept"
    return form.get(f"keep-{row.field}") or usual


def _in_words(row: Difference) -> tuple[str, str]:
    if row.field != "correspondence_type":
        return str(row.kept), str(row.other)
    mine, theirs = (
        CorrespondenceType(int(str(value))).name.replace("_", " ").capitalize()
        for value in (row.kept, row.other)
    )
    return mine.replace("Blank", ""), theirs.replace("Blank", "")
