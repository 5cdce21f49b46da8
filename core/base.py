"""The declarative base and the column types every table is built from."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import (
    BigInteger,
    DateTime,
    Identity,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)


BLANK = text("''")
FALSE = text("false")
TRUE = text("true")
ZERO = text("0")

# Blank is a value of the field ('' / 0 / false), as in the reference product.
# NULL is kept for the one thing that is not a value: "inherited" on a segment
# line, and "no date".
Code10 = Annotated[str, mapped_column(String(10), server_default=BLANK)]
Code20 = Annotated[str, mapped_column(String(20), server_default=BLANK)]
Text30 = Annotated[str, mapped_column(String(30), server_default=BLANK)]
Text50 = Annotated[str, mapped_column(String(50), server_default=BLANK)]
Text80 = Annotated[str, mapped_column(String(80), server_default=BLANK)]
Text100 = Annotated[str, mapped_column(String(100), server_default=BLANK)]
Text255 = Annotated[str, mapped_column(String(255), server_default=BLANK)]
Choice = Annotated[int, mapped_column(SmallInteger, server_default=ZERO)]
Flag = Annotated[bool, mapped_column(server_default=FALSE)]
FlagOn = Annotated[bool, mapped_column(server_default=TRUE)]
BigId = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
BigRef = Annotated[int, mapped_column(BigInteger)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[
    datetime, mapped_column(DateTime(timezone=True), server_default=func.now())
]

MONEY = Numeric(18, 2)
"""Local currency, two decimals."""

MINUTES = Numeric(18, 5)
"""Minutes; shown without decimals where whole, never rounded when stored."""

MONEY_IN_ALL = Numeric(38, 2)
"""A sum over any number of rows, each as dear as MONEY allows."""

MINUTES_IN_ALL = Numeric(38, 5)
"""The same of MINUTES."""
