from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, Code20, Flag, FlagOn, Text100


class NumberSeries(Base):
    __tablename__ = "number_series"
    __table_args__ = (
        CheckConstraint("default_nos OR manual_nos", name="some_way_in"),  # NOS-009
    )

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    description: Mapped[Text100]
    default_nos: Mapped[FlagOn]
    manual_nos: Mapped[Flag]
    date_order: Mapped[Flag]


class NumberSeriesLine(Base):
    __tablename__ = "number_series_line"
    __table_args__ = (CheckConstraint("increment_by >= 1", name="step_forward"),)

    series_code: Mapped[str] = mapped_column(
        String(20),
        ForeignKey("number_series.code", ondelete="CASCADE"),
        primary_key=True,
    )
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starting_date: Mapped[date | None]
    starting_no: Mapped[str] = mapped_column(String(20))
    ending_no: Mapped[Code20]
    warning_no: Mapped[Code20]
    increment_by: Mapped[int] = mapped_column(server_default=text("1"))
    last_no_used: Mapped[Code20]
    last_date_used: Mapped[date | None]
    open: Mapped[FlagOn]


class NumberSeriesRelationship(Base):
    """Series that may be used instead of another one (NOS-010)."""

    __tablename__ = "number_series_relationship"

    code: Mapped[str] = mapped_column(
        String(20),
        ForeignKey("number_series.code", ondelete="CASCADE"),
        primary_key=True,
    )
    series_code: Mapped[str] = mapped_column(
        String(20),
        ForeignKey("number_series.code", ondelete="CASCADE"),
        primary_key=True,
    )
