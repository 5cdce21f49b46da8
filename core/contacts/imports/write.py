"""Writing what was recognised: companies first, then the people."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.contacts.imports import final_values
from core.contacts.imports.final_values import Company, Final, OldCompany, differs
from core.contacts.imports.staging_tables import (
    analyze,
    before,
    matches,
    moves,
    numbers,
    rows,
)
from core.contacts.inheritance import PASSED_ON, pass_on
from core.contacts.models import Contact
from core.contacts.neighbours import joining_targets
from core.contacts.salespeople import salesperson_of_new_contacts
from core.setup.models import MarketingSetup
from core.vocabulary import ContactType

_LEAVE_HISTORY = text("""
    UPDATE interaction_log_entry AS entry
    SET contact_id = entry.contact_company_id
    FROM pg_temp.contact_import_move AS move
    WHERE entry.contact_id = move.contact_id AND move.old_company_id IS NOT NULL
""")

_TAKE_HISTORY_ALONG = text("""
    UPDATE interaction_log_entry AS entry
    SET contact_company_id = move.new_company_id
    FROM pg_temp.contact_import_move AS move
    WHERE entry.contact_id = move.contact_id AND move.old_company_id IS NULL
      AND entry.contact_company_id IS NULL
""")

_JOIN_TARGETS = joining_targets("""(
    SELECT array_agg(contact_id) FROM pg_temp.contact_import_move
    WHERE old_company_id IS NULL
)::bigint[]""")


def lock_known(session: Session) -> None:
    """Nobody edits the contacts of the file between comparing and writing. NO KEY, as
    `lock_contact`: a job that writes about them would wait, or each for the other."""
    of_file = select(matches.c.contact_id).where(matches.c.outcome == "known")
    locked = (
        select(Contact.id)
        .where(Contact.id.in_(of_file))
        .order_by(Contact.id)
        .with_for_update(key_share=True)
        .cte("locked")
    )
    session.execute(select(func.count()).select_from(locked))


def mark_changed(
    session: Session, setup: MarketingSetup, mapped: Collection[str]
) -> None:
    """Tell the known contacts that change from those that stay as they are."""
    for kind in ContactType:
        changed = _changed(kind, setup, mapped).subquery()
        session.execute(
            update(matches)
            .where(matches.c.line_no == changed.c.line_no)
            .values(outcome="changed")
        )
    session.execute(
        update(matches).where(matches.c.outcome == "known").values(outcome="unchanged")
    )
    analyze(session, matches)


def write_companies(
    session: Session, setup: MarketingSetup, actor: Actor, mapped: Collection[str]
) -> None:
    """People of the companies that change follow them (CONT-032)."""
    salesperson_code = salesperson_of_new_contacts(session, actor, setup)
    final = final_values.of_new_company(setup, salesperson_code)
    _insert(session, ContactType.COMPANY, final, matches.c.contact_id, _new())
    old = (
        select(Contact.id, *(getattr(Contact, field) for field in PASSED_ON))
        .join(matches, matches.c.contact_id == Contact.id)
        .where(matches.c.type == ContactType.COMPANY, matches.c.outcome == "changed")
    )
    session.execute(insert(before).from_select(list(before.c), old))
    _update(session, ContactType.COMPANY, setup, mapped)
    pass_on(session, setup, before)


def write_people(
    session: Session, setup: MarketingSetup, actor: Actor, mapped: Collection[str]
) -> None:
    salesperson_code = salesperson_of_new_contacts(session, actor, setup)
    final = final_values.of_new_person(setup, salesperson_code)
    source = _new().outerjoin(Company, Company.id == matches.c.company_id)
    _insert(session, ContactType.PERSON, final, matches.c.company_id, source)
    _move_histories(session)
    _update(session, ContactType.PERSON, setup, mapped)


def _new() -> FromClause:
    """Rows of new contacts with the number drawn for those that bring none."""
    return matches.join(rows, rows.c.line_no == matches.c.line_no).outerjoin(
        numbers, numbers.c.line_no == matches.c.line_no
    )


def _insert(
    session: Session,
    kind: ContactType,
    final: Final,
    company_id: ColumnElement[Any],
    source: FromClause,
) -> None:
    values: Final = {
        "id": matches.c.contact_id,
        "no": func.coalesce(rows.c.no, numbers.c.no),
        "no_series": func.coalesce(numbers.c.series_code, ""),
        "type": literal(int(kind)),
        "company_id": company_id,
        **final,
    }
    new = (
        select(*values.values())
        .select_from(source)
        .where(matches.c.type == kind, matches.c.outcome == "new")
        .order_by(matches.c.line_no)
    )
    session.execute(insert(Contact).from_select(list(values), new))


def _update(
    session: Session, kind: ContactType, setup: MarketingSetup, mapped: Collection[str]
) -> None:
    # Compared anew: what a company passed on to a person may differ from its row.
    passed_on = Contact.company_id.in_(select(before.c.id))
    source = (
        _changed(kind, setup, mapped)
        .where(or_(matches.c.outcome == "changed", passed_on))
        .subquery("source")
    )
    values = {
        column.key: column for column in source.c if column.key not in {"id", "line_no"}
    }
    session.execute(
        update(Contact)
        .where(Contact.id == source.c.id)
        .values({**values, "last_modified_at": func.now()})
        .execution_options(synchronize_session=False)
    )


def _changed(
    kind: ContactType, setup: MarketingSetup, mapped: Collection[str]
) -> Select[Any]:
    """Known contacts whose values after the import differ, with those values."""
    final = final_values.of_known(kind, setup, mapped)
    source = matches.join(rows, rows.c.line_no == matches.c.line_no).join(
        Contact, Contact.id == matches.c.contact_id
    )
    if kind == ContactType.PERSON:
        source = source.outerjoin(Company, Company.id == matches.c.company_id)
        source = source.outerjoin(OldCompany, OldCompany.id == Contact.company_id)
    return (
        select(
            Contact.id,
            matches.c.line_no,
            *(value.label(field) for field, value in final.items()),
        )
        .select_from(source)
        .where(
            matches.c.type == kind,
            matches.c.outcome.in_(["known", "changed", "unchanged"]),
            differs(final),
        )
    )


def _move_histories(session: Session) -> None:
    """What was said for the old company stays there (CONT-033)."""
    moved = (
        select(Contact.id, Contact.company_id, matches.c.company_id)
        .join(matches, matches.c.contact_id == Contact.id)
        .where(
            matches.c.type == ContactType.PERSON,
            matches.c.outcome == "changed",
            matches.c.company_id.is_not(None),
            matches.c.company_id.is_distinct_from(Contact.company_id),
        )
    )
    session.execute(insert(moves).from_select(list(moves.c), moved))
    analyze(session, moves)
    session.execute(_LEAVE_HISTORY)
    session.execute(_TAKE_HISTORY_ALONG)
    session.execute(_JOIN_TARGETS)
