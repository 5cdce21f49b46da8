"""What every template may use: the navigation, who is signed in, and how values look."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Flask, current_app, request, url_for
from markupsafe import Markup, escape

from core import clock
from core.access.actor import Actor
from core.access.roles import Permission, allows
from core.kinds import unit_of
from web.identity import known_actor

THIN_SPACE = "\u202f"


class Place(NamedTuple):
    """A page people go to; `words` says what for, and is searched too."""

    title: str
    path: str
    words: str = ""
    permission: Permission = Permission.READ
    paths_within: tuple[str, ...] = ()
    "Pages reached from there whose addresses do not begin with its path."


NAVIGATION = (
    Place("Home", "/", "start active segments"),
    Place("Contacts", "/contacts", "people companies", Permission.READ_CONTACTS),
    Place(
        "Segments",
        "/segments",
        "lists audience",
        paths_within=("/saved-criteria",),
    ),
    Place("Logged Segments", "/logged-segments", "history"),
    Place(
        "Interaction Log Entries",
        "/interaction-log-entries",
        "ledger history create postponed",
        Permission.READ_CONTACTS,
        paths_within=("/interactions", "/postponed-interactions"),
    ),
    Place("Campaigns", "/campaigns"),
    Place("Jobs", "/jobs", "running progress"),
    Place(
        "Operations",
        "/operations",
        "health workers queues slow",
        Permission.OPERATE,
    ),
    Place("Setup", "/setup", "settings templates groups series"),
)


def dress(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset,
        navigation=NAVIGATION,
        kwargs_to_attributes=kwargs_to_attributes,
    )
    app.jinja_env.filters.update(
        number=number,
        counted=counted,
        unit=unit,
        money=money,
        minutes=minutes,
        moment=moment,
        span=span,
        storage=storage,
        word=word,
    )
    app.context_processor(_for_every_page)


def _for_every_page() -> dict[str, object]:
    actor = known_actor()
    return {
        "actor": actor,
        "today": clock.today(),
        "may": lambda permission: _may(actor, permission),
        "is_here": _is_here,
    }


def _may(actor: Actor | None, permission: str) -> bool:
    return actor is not None and allows(actor.role, Permission(permission))


def _is_here(place: Place) -> bool:
    here = request.path
    if place.path == "/":
        return here == "/"
    paths = (place.path, *place.paths_within)
    return any(f"{here}/".startswith(f"{path}/") for path in paths)


@cache
def asset(name: str) -> str:
    """The address of a static file, another one with every release that changes it."""
    content = (Path(current_app.static_folder or "") / name).read_bytes()
    fingerprint = hashlib.sha256(content).hexdigest()[:10]
    return url_for("static", filename=name, v=fingerprint)


def kwargs_to_attributes(keywords: dict[str, object]) -> Markup:
    """Macro keywords as HTML attributes: hx_get="/x" becomes hx-get="/x"."""
    return Markup("").join(
        Markup(' {}="{}"').format(
            name.replace("_", "-"), "" if value is True else value
        )
        for name, value in keywords.items()
        if value is not None and value is not False
    )


def number(value: float | Decimal | None) -> str:
    """1234567 as 1 234 567, with spaces that neither break nor look like signs."""
    return "" if value is None else f"{value:,}".replace(",", THIN_SPACE)


def unit(number_of: int, kind: str) -> str:
    """What so many of the things are called that a job of this kind counts."""
    one, many = unit_of(kind)
    return one if number_of == 1 else many


def counted(number_of: int, kind: str) -> str:
    """1000 of a job that logs as 1 000 lines."""
    return f"{number(number_of)} {unit(number_of, kind)}"


def money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f}".replace(",", THIN_SPACE)


def minutes(value: Decimal | None) -> str:
    """Without decimals where whole."""
    if value is None:
        return ""
    return number(int(value)) if value == int(value) else f"{value.normalize():f}"


def span(seconds: float | None) -> str:
    """90 as 1 min 30 s."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def storage(size: int) -> str:
    """1234567 as 1.2 MB."""
    amount, units = float(size), ["bytes", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    is_whole = amount >= 10 or units[0] == "bytes"
    return f"{amount:.0f} {units[0]}" if is_whole else f"{amount:.1f} {units[0]}"


def word(value: str | None) -> str:
    """A word of the API as a person reads it: hard_copy as Hard copy."""
    return (value or "").replace("_", " ").capitalize()


def moment(value: datetime | date | None) -> Markup:
    """How long ago, with the exact time and zone on hover; a date as it is."""
    if value is None:
        return Markup("")
    if not isinstance(value, datetime):
        return Markup('<time datetime="{0}">{0}</time>').format(value.isoformat())
    exact = f"{value:%Y-%m-%d %H:%M:%S %Z}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.isoformat(timespec="seconds"), escape(exact), _distance(value)
    )


def _distance(value: datetime) -> str:
    seconds = (clock.now() - value).total_seconds()
    if seconds < 0 or seconds > 6 * 86400:
        return f"{value:%Y-%m-%d %H:%M}"
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    if seconds < 86400:
        return f"{seconds // 3600:.0f} h ago"
    return f"{seconds // 86400:.0f} d ago"
