from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.models import Salesperson
from core.contacts.salespeople import (
    NOUN,
    add_salesperson,
    change_salesperson,
    delete_salesperson,
)
from core.interactions.statistics import totals_of_salesperson
from web.api.salespeople import (
    SalespersonChanges,
    SalespersonDraft,
    SalespersonShown,
)
from web.records import Column, Input, Records, pages_for


def _create(session: Session, _: Actor, draft: Any) -> Salesperson:  # noqa: ANN401
    return add_salesperson(session, draft)


def _change(_: Session, __: Actor, found: Salesperson, changes: Any) -> None:  # noqa: ANN401
    change_salesperson(found, changes)


def _delete(session: Session, _: Actor, code: str) -> None:
    delete_salesperson(session, code)


def _details(session: Session, found: Salesperson) -> dict[str, object]:
    totals = totals_of_salesperson(session, found.code)
    return {
        "totals": totals,
        "with_averages": True,
        "creates_for": f"/interactions/new?{urlencode({'salesperson_code': found.code})}"
        if not (found.blocked or found.privacy_blocked)
        else "",
    }


blueprint = pages_for(
    Records(
        title="Salespeople",
        noun=NOUN,
        about="Who contacts the contacts. Users, contacts and segments name one.",
        address="/setup/salespeople",
        model=Salesperson,
        shown=SalespersonShown,
        draft=SalespersonDraft,
        changes=SalespersonChanges,
        description="name",
        columns=(
            Column("code", "Code", "code"),
            Column("name", "Name"),
            Column("job_title", "Job title"),
            Column("email", "E-mail"),
            Column("phone_no", "Phone"),
            Column("blocked", "Blocked", "flag"),
        ),
        inputs=(
            Input("code", "Code", longest=20, required=True, only_new=True),
            Input("name", "Name", longest=50),
            Input("job_title", "Job title", longest=30),
            Input("email", "E-mail", "email", longest=80),
            Input("phone_no", "Phone", longest=30),
            Input(
                "blocked",
                "Blocked",
                "check",
                hint="No longer offered. What names this salesperson stays as it is.",
            ),
            Input(
                "privacy_blocked",
                "Blocked for privacy",
                "check",
                hint="Takes no new contact either.",
            ),
        ),
        create=_create,
        change=_change,
        delete=_delete,
        more="records/totals.html",
        details=_details,
    )
)
