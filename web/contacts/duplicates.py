from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.contacts.duplicates.find_duplicates import latest_search, request_search
from core.contacts.duplicates.likely_pairs import LikelyPair, Place, likely_pairs
from core.database import transaction
from core.errors import ConflictError
from web.contacts.look_alikes import WHERE, in_words
from web.context import current_actor, engine, nudge
from web.listing import address, given
from web.permissions import requires

blueprint = Blueprint("duplicates", __name__, url_prefix="/duplicates")

SCORES = [("75", "75 and more"), ("90", "90 and more")]
PARTS = ("FIRST", "LAST")
PLACE = WHERE[:3]
"""Where a page begins: behind a name, or behind a pair of that name."""


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show() -> ResponseReturnValue:
    score = given("score").get("score", "")
    least = int(score) if score in dict(SCORES) else 0
    place = given(*PLACE)
    after = Place(*(place.get(name, "")[:100] for name in PLACE))
    with transaction(engine()) as session:
        found = likely_pairs(session, after=after, least=least)
        last_search = latest_search(session)
    following = dict(zip(PLACE, found.next, strict=True)) if found.next else None
    return render_template(
        "contacts/duplicates.html",
        pairs=[(pair, _reasons(pair)) for pair in found.pairs],
        last_search=last_search,
        up_to=found.up_to,
        scores=SCORES,
        least=str(least or ""),
        here=given(*WHERE),
        next=address(**following) if following else None,
        first=address(**dict.fromkeys(PLACE)) if request.args.get("after") else None,
    )


@blueprint.post("/find")
@requires(Permission.EDIT)
def find() -> ResponseReturnValue:
    try:
        with transaction(engine()) as session:
            job = request_search(session, current_actor())
    except ConflictError as error:
        flash(error.detail, "warn")
        running = error.links.get("job")
        here = url_for("contacts.duplicates.show")
        return redirect(f"/jobs/{running}" if running else here, 303)
    nudge().ring(job.public_id)
    return redirect(f"/jobs/{job.public_id}", 303)


def _reasons(pair: LikelyPair) -> str:
    same = {
        "NAME": pair.same_name,
        "EMAIL": pair.same_email,
        "PHONE_NO": pair.same_phone,
        "ADDRESS": pair.same_address,
    }
    whole = [f"{field}-{part}" for field in same if same[field] for part in PARTS]
    return in_words(
        [*whole, *(code for code in pair.search_strings if code not in whole)]
    )
