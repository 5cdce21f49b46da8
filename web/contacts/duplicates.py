from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.access.roles import Permission
from core.contacts.duplicates import LEAST, Place, likely_pairs
from core.database import transaction
from web.context import engine
from web.listing import address, given
from web.permissions import requires

blueprint = Blueprint("duplicates", __name__, url_prefix="/duplicates")

SCORES = [("60", "60 and more"), ("75", "75 and more"), ("90", "90 and more")]
PLACE = ("after", "left", "right")
"""Where a page begins: behind a name, or behind a pair of that name."""


@blueprint.get("")
@requires(Permission.READ_CONTACTS)
def show() -> ResponseReturnValue:
    score = given("score").get("score", "")
    least = int(score) if score in dict(SCORES) else LEAST
    place = given(*PLACE)
    after = Place(*(place.get(name, "")[:100] for name in PLACE))
    with transaction(engine()) as session:
        found = likely_pairs(session, after=after, least=least)
    following = dict(zip(PLACE, found.next, strict=True)) if found.next else None
    return render_template(
        "contacts/duplicates.html",
        pairs=found.pairs,
        up_to=found.up_to,
        scores=SCORES,
        least=str(least),
        next=address(**following) if following else None,
        first=address(**dict.fromkeys(PLACE)) if request.args.get("after") else None,
    )
