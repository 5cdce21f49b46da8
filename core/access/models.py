from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, BigId, Code20, CreatedAt, FlagOn, Moment, Text50, Text80


class User(Base):
    __tablename__ = "app_user"

    id: Mapped[BigId]
    username: Mapped[str] = mapped_column(String(50), unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(20))
    salesperson_code: Mapped[Code20]
    "Default salesperson of what this user creates (SEG-003, SLS-004)."
    active: Mapped[FlagOn]
    session_epoch: Mapped[int] = mapped_column(server_default=text("0"))
    "Raised to end every open session of the user."
    created_at: Mapped[CreatedAt]


class ApiToken(Base):
    __tablename__ = "api_token"

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("app_user.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[Text80]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    "SHA-256 of the token; the token itself is shown once and never stored."
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment | None]
    last_used_at: Mapped[Moment | None]


class SignInAttempt(Base):
    """Failed sign-ins, counted to slow guessing down."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "username", "at"), Index(None, "address", "at"))

    id: Mapped[BigId]
    username: Mapped[Text50]
    address: Mapped[Text50]
    at: Mapped[CreatedAt]


class AuditEvent(Base):
    __tablename__ = "audit_event"

    id: Mapped[BigId]
    at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()"), index=True
    )
    username: Mapped[Text50]
    action: Mapped[Text50]
    subject: Mapped[Text80]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class IdempotencyRecord(Base):
    """The first answer to a POST that carried an Idempotency-Key (promise P4)."""

    __tablename__ = "idempotency_record"

    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
