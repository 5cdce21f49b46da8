"""What keeps the other rules true while nobody looks."""

from itertools import chain

from sqlalchemy import MetaData, Text, bindparam, make_url
from sqlalchemy.dialects.postgresql import ARRAY

from core import models
from core.check.rule import Rule, sql


def expected_guards(metadata: MetaData) -> list[str]:
    """The names of all constraints and indexes of the schema."""
    preparer = make_url("postgresql://").get_dialect()().identifier_preparer
    tables = metadata.tables.values()
    constraints = chain.from_iterable(table.constraints for table in tables)
    indexes = chain.from_iterable(table.indexes for table in tables)
    names = [
        *(preparer.format_constraint(constraint) for constraint in constraints),
        *(preparer.format_index(index) for index in indexes),
    ]
    return sorted(name for name in names if name)


RULES = (
    Rule(
        "guards-in-place",
        "Every constraint and index of the schema is there and valid.",
        # A dump restored over broken rows leaves out the constraint and goes on.
        sql(
            """
            SELECT guard
            FROM unnest(:expected) AS guard
            EXCEPT
            SELECT conname FROM pg_constraint
            WHERE convalidated AND connamespace = CAST('public' AS regnamespace)
            EXCEPT
            SELECT index.relname
            FROM pg_index
            JOIN pg_class AS index ON index.oid = pg_index.indexrelid
            WHERE pg_index.indisvalid
              AND index.relnamespace = CAST('public' AS regnamespace)
            """,
            bindparam("expected", expected_guards(models.metadata), type_=ARRAY(Text)),
        ),
    ),
)
