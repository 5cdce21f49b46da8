from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import vocabulary
from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts.classification.classify_contacts import request_classification
from core.contacts.classification.models import (
    ProfileQuestionnaire,
    ProfileQuestionnaireLine,
)
from core.contacts.classification.questionnaires import (
    NOUN,
    add_line,
    change_line,
    change_questionnaire,
    create_questionnaire,
    delete_line,
    delete_questionnaire,
    line_found,
    questionnaire_to_change,
)
from core.database import transaction
from core.records import found_record
from web.api import framework
from web.api.framework.fields import (
    ClassField,
    Code10,
    Day,
    Flag,
    Int4,
    Key20,
    LineNo,
    OptionalAmount,
    OptionalLineNo,
    ProfileContactType,
    ProfileLineType,
    Text100,
)
from web.api.framework.models import AddressKey
from web.api.jobs import JobShown, answer_or_start, job_started
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "profile-questionnaires", "Questions about contacts, and their answers."
)


class QuestionnaireChanges(framework.Body):
    description: Text100 = ""
    contact_type: ProfileContactType = vocabulary.ProfileContactType.BLANK
    business_relation_code: Code10 = ""


class QuestionnaireDraft(QuestionnaireChanges):
    code: Key20


class QuestionnaireShown(framework.Shown):
    code: Key20
    description: Text100
    contact_type: ProfileContactType
    business_relation_code: Code10


@framework.filters_on(
    QuestionnaireShown,
    code=ProfileQuestionnaire.code,
    description=ProfileQuestionnaire.description,
)
class QuestionnaireQuery(framework.ListQuery):
    pass


class QuestionnaireLineChanges(framework.Body):
    """An answer belongs to the nearest question above it.

    A question with a `class_field` is answered by the interactions with a contact from
    `starting_date` to `ending_date`: by the answer whose `from_value` and `to_value`
    hold what they come to. With `rating` it is the points of its other answers that
    come to something, see `/ratings`.
    """

    type: ProfileLineType = vocabulary.ProfileLineType.QUESTION
    description: Text100 = ""
    multiple_answers: Flag = False
    class_field: ClassField = vocabulary.ClassField.BLANK
    starting_date: Day = None
    ending_date: Day = None
    from_value: OptionalAmount = None
    to_value: OptionalAmount = None


class QuestionnaireLineDraft(QuestionnaireLineChanges):
    line_no: OptionalLineNo = None


class QuestionnaireLineShown(framework.Shown):
    line_no: Int4
    type: ProfileLineType
    description: Text100
    multiple_answers: Flag
    class_field: ClassField
    starting_date: Day
    ending_date: Day
    from_value: OptionalAmount
    to_value: OptionalAmount


class QuestionnaireLinePath(framework.Path):
    code: AddressKey
    line_no: LineNo


@blueprint.get(
    "/profile-questionnaires",
    responses=framework.lists(framework.Page[QuestionnaireShown]),
)
@requires(Permission.READ)
def list_questionnaires(query: QuestionnaireQuery) -> Response:
    """List profile questionnaires."""
    with transaction(engine()) as session:
        return framework.page(
            session,
            select(ProfileQuestionnaire),
            query,
            key=ProfileQuestionnaire.code,
            show=QuestionnaireShown.of,
        )


@blueprint.post(
    "/profile-questionnaires", responses=framework.creates(QuestionnaireShown)
)
@requires(Permission.EDIT)
def post_questionnaire(body: QuestionnaireDraft) -> Response:
    """Create a profile questionnaire; add its lines next."""
    return framework.answer_once(
        lambda session, _actor: framework.created(
            QuestionnaireShown.of(create_questionnaire(session, body.given())),
            "profile-questionnaires",
            body.code,
        )
    )


@blueprint.get(
    "/profile-questionnaires/<code>", responses=framework.shows(QuestionnaireShown)
)
@requires(Permission.READ)
def show_questionnaire(path: framework.CodePath) -> Response:
    """Show a profile questionnaire."""
    with transaction(engine()) as session:
        found = found_record(session, ProfileQuestionnaire, path.code, NOUN)
        return framework.answer(QuestionnaireShown.of(found))


@blueprint.patch(
    "/profile-questionnaires/<code>", responses=framework.changes(QuestionnaireShown)
)
@requires(Permission.EDIT)
def patch_questionnaire(
    path: framework.CodePath, body: QuestionnaireChanges
) -> Response:
    """Change a profile questionnaire."""
    with transaction(engine()) as session:
        found = questionnaire_to_change(session, path.code)
        framework.require_match(QuestionnaireShown.of(found))
        change_questionnaire(session, found, body.given())
        return framework.answer(QuestionnaireShown.of(found))


@blueprint.delete("/profile-questionnaires/<code>", responses=framework.deletes())
@requires(Permission.EDIT)
def remove_questionnaire(path: framework.CodePath) -> Response:
    """Delete a profile questionnaire that no contact has answered."""
    with transaction(engine()) as session:
        found = questionnaire_to_change(session, path.code)
        framework.require_match(QuestionnaireShown.of(found))
        delete_questionnaire(session, path.code)
        return framework.no_content()


@blueprint.post(
    "/profile-questionnaires/<code>/classify", responses=framework.starts(JobShown)
)
@requires(Permission.EDIT)
def classify(path: framework.CodePath) -> Response:
    """Promise a job that answers the automatic questions for every contact anew."""
    return answer_or_start(
        lambda session, actor: job_started(
            session, request_classification(session, actor, path.code)
        )
    )


@blueprint.get(
    "/profile-questionnaires/<code>/lines",
    responses=framework.lists_of_record(framework.Page[QuestionnaireLineShown]),
)
@requires(Permission.READ)
def list_questionnaire_lines(
    path: framework.CodePath, query: framework.ListQuery
) -> Response:
    """List the questions and answers, each answer below its question."""
    line = ProfileQuestionnaireLine
    with transaction(engine()) as session:
        found_record(session, ProfileQuestionnaire, path.code, NOUN)
        return framework.page(
            session,
            select(line).where(line.questionnaire_code == path.code),
            query,
            key=line.line_no,
            show=QuestionnaireLineShown.of,
        )


@blueprint.post(
    "/profile-questionnaires/<code>/lines",
    responses=framework.creates(QuestionnaireLineShown),
)
@requires(Permission.EDIT)
def post_questionnaire_line(
    path: framework.CodePath, body: QuestionnaireLineDraft
) -> Response:
    """Add a question or an answer; without a line number it goes to the end."""
    draft = body.given()
    line_no = draft.pop("line_no", None)

    def add(session: Session, _actor: Actor) -> Response:
        line = add_line(session, path.code, draft, line_no=line_no)
        return framework.created(
            QuestionnaireLineShown.of(line),
            *("profile-questionnaires", path.code, "lines", line.line_no),
        )

    return framework.answer_once(add)


@blueprint.get(
    "/profile-questionnaires/<code>/lines/<int:line_no>",
    responses=framework.shows(QuestionnaireLineShown),
)
@requires(Permission.READ)
def show_questionnaire_line(path: QuestionnaireLinePath) -> Response:
    """Show a question or an answer."""
    with transaction(engine()) as session:
        line = line_found(session, path.code, path.line_no)
        return framework.answer(QuestionnaireLineShown.of(line))


@blueprint.patch(
    "/profile-questionnaires/<code>/lines/<int:line_no>",
    responses=framework.changes(QuestionnaireLineShown),
)
@requires(Permission.EDIT)
def patch_questionnaire_line(
    path: QuestionnaireLinePath, body: QuestionnaireLineChanges
) -> Response:
    """Change a question or an answer."""
    with transaction(engine()) as session:
        questionnaire_to_change(session, path.code)
        line = line_found(session, path.code, path.line_no)
        framework.require_match(QuestionnaireLineShown.of(line))
        change_line(session, line, body.given())
        return framework.answer(QuestionnaireLineShown.of(line))


@blueprint.delete(
    "/profile-questionnaires/<code>/lines/<int:line_no>", responses=framework.deletes()
)
@requires(Permission.EDIT)
def remove_questionnaire_line(path: QuestionnaireLinePath) -> Response:
    """Delete a question or an answer that no contact has given."""
    with transaction(engine()) as session:
        questionnaire_to_change(session, path.code)
        line = line_found(session, path.code, path.line_no)
        framework.require_match(QuestionnaireLineShown.of(line))
        delete_line(session, line)
        return framework.no_content()
