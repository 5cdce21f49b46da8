"""What a contact is sorted by: one resource below it for every list of codes."""

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy import String, cast, func
from sqlalchemy.orm import Session

from core import vocabulary
from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts import queries
from core.contacts.classification import answers, links
from core.contacts.classification.business_relations import relate
from core.contacts.classification.links import Classification
from core.contacts.classification.models import ContactProfileAnswer
from core.contacts.models import Contact
from core.database import transaction
from web.api import framework
from web.api.framework.fields import (
    Code20,
    Count,
    Key10,
    Key20,
    LineNo,
    LinkToTable,
    Text100,
)
from web.api.framework.models import AddressKey
from web.context import current_actor, engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "contact-classification", "What contacts are sorted by."
)

Add = Callable[[Session, Actor, str, Any], object]


class ClassificationPath(framework.Path):
    no: AddressKey
    code: AddressKey


class ClassificationDraft(framework.Body):
    code: Key10


class ClassificationShown(framework.Shown):
    """`contact_no` is the company's where a person shows what its company has."""

    contact_no: Key20
    code: Key10
    description: Text100


class BusinessRelationDraft(framework.Body):
    code: Key10
    link_to_table: LinkToTable = vocabulary.LinkToTable.BLANK
    no: Code20 = ""


class BusinessRelationShown(ClassificationShown):
    link_to_table: LinkToTable
    no: Code20


def _serve(
    address: str,
    classification: Classification,
    shown: type[ClassificationShown],
    draft: type[framework.Body],
    add: Add,
) -> None:
    noun, plural = classification.master.noun, classification.master.plural
    name = address.replace("-", "_")
    below = f"/contacts/<no>/{address}"

    def show(session: Session, row: Any) -> ClassificationShown:  # noqa: ANN401
        link = row[0]
        owner = session.get_one(Contact, link.contact_id)
        return shown.of(link, contact_no=owner.no, description=row.description)

    @blueprint.get(
        below,
        summary=f"List the {plural} of a contact.",
        responses=framework.lists_of_record(framework.Page[shown]),  # type: ignore[valid-type]
        endpoint=f"list_{name}",
    )
    @requires(Permission.READ_CONTACTS)
    def list_links(path: framework.NoPath, query: framework.ListQuery) -> Response:
        with transaction(engine()) as session:
            contact = queries.contact_found(session, path.no)
            return framework.page(
                session,
                links.link_rows(classification, contact),
                query,
                key=classification.link.code,
                show=lambda row: show(session, row),
            )

    @blueprint.post(
        below,
        summary=f"Give a contact a {noun}.",
        responses=framework.creates(shown),
        endpoint=f"add_{name}",
    )
    @requires(Permission.EDIT)
    def add_link(path: framework.NoPath, body: draft) -> Response:  # type: ignore[valid-type]
        def deed(session: Session, actor: Actor) -> Response:
            add(session, actor, path.no, body)
            code = body.code  # type: ignore[attr-defined]
            contact = queries.contact_found(session, path.no)
            row = links.link_found(session, classification, contact, code)
            answer = show(session, row)
            return framework.created(answer, "contacts", contact.no, address, code)

        return framework.answer_once(deed)

    @blueprint.get(
        f"{below}/<code>",
        summary=f"Show a {noun} of a contact.",
        responses=framework.shows(shown),
        endpoint=f"show_{name}",
    )
    @requires(Permission.READ_CONTACTS)
    def show_link(path: ClassificationPath) -> Response:
        with transaction(engine()) as session:
            contact = queries.contact_found(session, path.no)
            row = links.link_found(session, classification, contact, path.code)
            return framework.answer(show(session, row))

    @blueprint.delete(
        f"{below}/<code>",
        summary=f"Take a {noun} from a contact.",
        responses=framework.deletes(),
        endpoint=f"remove_{name}",
    )
    @requires(Permission.EDIT)
    def remove_link(path: ClassificationPath) -> Response:
        with transaction(engine()) as session:
            contact = queries.lock_contact(session, path.no)
            row = links.link_found(session, classification, contact, path.code)
            framework.require_match(show(session, row))
            links.remove_link(
                session, current_actor(), classification, path.no, path.code
            )
            return framework.no_content()


def _adds(classification: Classification) -> Add:
    return lambda session, actor, no, body: links.add_link(
        session, actor, classification, no, body.code
    )


for _address, _classification in (
    ("mailing-groups", links.MAILING_GROUPS),
    ("industry-groups", links.INDUSTRY_GROUPS),
    ("job-responsibilities", links.JOB_RESPONSIBILITIES),
):
    _serve(
        _address,
        _classification,
        ClassificationShown,
        ClassificationDraft,
        _adds(_classification),
    )
_serve(
    "business-relations",
    links.BUSINESS_RELATIONS,
    BusinessRelationShown,
    BusinessRelationDraft,
    lambda session, actor, no, body: relate(
        session, actor, no, body.code, link_to_table=body.link_to_table, no=body.no
    ),
)


# --- profile answers ---------------------------------------------------------------


class ProfileAnswerPath(framework.Path):
    no: AddressKey
    questionnaire_code: AddressKey
    line_no: LineNo


class ProfileAnswerDraft(framework.Body):
    questionnaire_code: Key20
    line_no: LineNo


class ProfileAnswerShown(framework.Shown):
    questionnaire_code: Key20
    line_no: Count
    question: Text100
    answer: Text100

    @classmethod
    def of_row(cls, row: Any) -> "ProfileAnswerShown":  # noqa: ANN401  (answer_rows)
        return cls.of(row[0], question=row.question or "", answer=row.description)


# One key of two columns, so that the pages of all lists work alike.
_KEY = func.concat(
    ContactProfileAnswer.questionnaire_code,
    "/",
    func.lpad(cast(ContactProfileAnswer.line_no, String), 10, "0"),
    type_=String,
)


@blueprint.get(
    "/contacts/<no>/profile-answers",
    responses=framework.lists_of_record(framework.Page[ProfileAnswerShown]),
)
@requires(Permission.READ_CONTACTS)
def list_profile_answers(
    path: framework.NoPath, query: framework.ListQuery
) -> Response:
    """List what a contact answered."""
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        return framework.page(
            session,
            answers.answer_rows(contact),
            query,
            key=_KEY,
            show=ProfileAnswerShown.of_row,
        )


@blueprint.post(
    "/contacts/<no>/profile-answers", responses=framework.creates(ProfileAnswerShown)
)
@requires(Permission.EDIT)
def give_answer(path: framework.NoPath, body: ProfileAnswerDraft) -> Response:
    """Record an answer of a contact."""

    def deed(session: Session, actor: Actor) -> Response:
        code, line_no = body.questionnaire_code, body.line_no
        answers.give_answer(session, actor, path.no, code, line_no)
        contact = queries.contact_found(session, path.no)
        row = answers.answer_found(session, contact, code, line_no)
        return framework.created(
            ProfileAnswerShown.of_row(row),
            *("contacts", contact.no, "profile-answers", code, line_no),
        )

    return framework.answer_once(deed)


@blueprint.get(
    "/contacts/<no>/profile-answers/<questionnaire_code>/<int:line_no>",
    responses=framework.shows(ProfileAnswerShown),
)
@requires(Permission.READ_CONTACTS)
def show_answer(path: ProfileAnswerPath) -> Response:
    """Show an answer of a contact."""
    with transaction(engine()) as session:
        contact = queries.contact_found(session, path.no)
        row = answers.answer_found(
            session, contact, path.questionnaire_code, path.line_no
        )
        return framework.answer(ProfileAnswerShown.of_row(row))


@blueprint.delete(
    "/contacts/<no>/profile-answers/<questionnaire_code>/<int:line_no>",
    responses=framework.deletes(),
)
@requires(Permission.EDIT)
def withdraw_answer(path: ProfileAnswerPath) -> Response:
    """Take back an answer of a contact."""
    with transaction(engine()) as session:
        contact = queries.lock_contact(session, path.no)
        row = answers.answer_found(
            session, contact, path.questionnaire_code, path.line_no
        )
        framework.require_match(ProfileAnswerShown.of_row(row))
        answers.withdraw_answer(
            session,
            current_actor(),
            path.no,
            path.questionnaire_code,
            path.line_no,
        )
        return framework.no_content()
