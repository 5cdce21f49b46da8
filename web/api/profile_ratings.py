from typing import Annotated, Any

from flask import Response
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.access.roles import Permission
from core.contacts.classification.models import ProfileRating
from core.contacts.classification.questionnaires import line_found
from core.contacts.classification.ratings import (
    add_rating,
    change_rating,
    rated_question,
    rating_found,
    rating_rows,
)
from core.database import transaction
from web.api import framework
from web.api.framework import kinds
from web.api.framework.fields import Int4, Key20, LineNo, Text100
from web.api.framework.models import AddressKey
from web.api.profile_questionnaires import QuestionnaireLinePath
from web.context import engine
from web.permissions import requires

blueprint = framework.api_blueprint(
    "profile ratings", "Points that answers give to a question they answer together."
)

Points = Annotated[int, kinds.whole(-1_000_000, 1_000_000)]


class RatingChanges(framework.Body):
    points: Points = 0


class RatingDraft(RatingChanges):
    """The answer stands in any questionnaire."""

    answer_questionnaire_code: Key20
    answer_line_no: LineNo


class RatingShown(framework.Shown):
    answer_questionnaire_code: Key20
    answer_line_no: Int4
    question: Text100
    answer: Text100
    points: Points


class RatingPath(framework.Path):
    code: AddressKey
    line_no: LineNo
    answer_code: AddressKey
    answer_line_no: LineNo


RATINGS = "/profile-questionnaires/<code>/lines/<int:line_no>/ratings"
RATING = f"{RATINGS}/<answer_code>/<int:answer_line_no>"


@blueprint.get(
    RATINGS, responses=framework.lists_of_record(framework.Page[RatingShown])
)
@requires(Permission.READ)
def list_ratings(path: QuestionnaireLinePath, query: framework.ListQuery) -> Response:
    """List the answers that give points to a question."""
    rating = ProfileRating
    with transaction(engine()) as session:
        line_found(session, path.code, path.line_no)
        return framework.page(
            session,
            rating_rows(path.code, path.line_no),
            query,
            key=(rating.answer_questionnaire_code, rating.answer_line_no),
            show=_of_row,
        )


@blueprint.post(RATINGS, responses=framework.creates(RatingShown))
@requires(Permission.EDIT)
def post_rating(path: QuestionnaireLinePath, body: RatingDraft) -> Response:
    """Let an answer give points to a question whose `class_field` is `rating`."""

    def add(session: Session, _actor: Actor) -> Response:
        question = rated_question(session, path.code, path.line_no)
        rating = add_rating(
            session,
            question,
            body.answer_questionnaire_code,
            body.answer_line_no,
            body.points,
        )
        return framework.created(
            _shown(session, rating),
            *("profile-questionnaires", path.code, "lines", path.line_no, "ratings"),
            *(rating.answer_questionnaire_code, rating.answer_line_no),
        )

    return framework.answer_once(add)


@blueprint.get(RATING, responses=framework.shows(RatingShown))
@requires(Permission.READ)
def show_rating(path: RatingPath) -> Response:
    """Show how many points an answer gives to a question."""
    with transaction(engine()) as session:
        question = line_found(session, path.code, path.line_no)
        rating = rating_found(session, question, path.answer_code, path.answer_line_no)
        return framework.answer(_shown(session, rating))


@blueprint.patch(RATING, responses=framework.changes(RatingShown))
@requires(Permission.EDIT)
def patch_rating(path: RatingPath, body: RatingChanges) -> Response:
    """Change how many points an answer gives."""
    with transaction(engine()) as session:
        question = rated_question(session, path.code, path.line_no)
        rating = rating_found(session, question, path.answer_code, path.answer_line_no)
        framework.require_match(_shown(session, rating))
        if "points" in body.model_fields_set:
            change_rating(rating, body.points)
        return framework.answer(_shown(session, rating))


@blueprint.delete(RATING, responses=framework.deletes())
@requires(Permission.EDIT)
def remove_rating(path: RatingPath) -> Response:
    """Let an answer give no points to a question any more."""
    with transaction(engine()) as session:
        question = rated_question(session, path.code, path.line_no)
        rating = rating_found(session, question, path.answer_code, path.answer_line_no)
        framework.require_match(_shown(session, rating))
        session.delete(rating)
        return framework.no_content()


def _shown(session: Session, rating: ProfileRating) -> RatingShown:
    session.flush()
    row = session.execute(
        rating_rows(rating.questionnaire_code, rating.line_no).where(
            ProfileRating.answer_questionnaire_code == rating.answer_questionnaire_code,
            ProfileRating.answer_line_no == rating.answer_line_no,
        )
    ).one()
    return _of_row(row)


def _of_row(row: Any) -> RatingShown:  # noqa: ANN401  (of rating_rows)
    return RatingShown.of(row[0], question=row.question, answer=row.answer)
