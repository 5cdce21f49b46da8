"""The interaction template of e-mail drafts, which Marketing Setup names. A draft is
written afresh, so its template brings no attachment in its default language: neither
when it is chosen nor afterwards (BCT-SET-22)."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.base import Base
from core.errors import Fault, RefusedError
from core.setup.models import MarketingSetup


def has_attachment(session: Session, code: str) -> bool:
    """In its default language."""
    template = Base.metadata.tables["interaction_template"].c
    language = Base.metadata.tables["interaction_template_language"].c
    found = exists().where(
        template.code == code,
        language.interaction_template_code == template.code,
        language.language_code == template.language_code_default,
        language.attachment_id.is_not(None),
    )
    return bool(session.scalar(select(found)))


def refuse_attachment_of_drafts(session: Session, code: str, field: str) -> None:
    """For whoever has just changed the template `code`, within that transaction: raise
    RefusedError E-FIELD at `field` where drafts would come with an attachment now."""
    # Held, so that nobody makes it the template of drafts at the same moment.
    named = select(MarketingSetup.email_draft_template_code).with_for_update(read=True)
    if session.scalar(named) == code and has_attachment(session, code):
        detail = (
            f"Marketing Setup names interaction template {code} for e-mail drafts, so "
            "its default language has no attachment. Attach the file to another "
            "language, or name another template there first."
        )
        raise RefusedError("E-FIELD", detail, faults=(Fault("E-FIELD", detail, field),))
