"""Tables one job works in. They end with its transaction, however it ends, and no two
jobs see each other's."""

from typing import Any

from sqlalchemy import Column, MetaData, Table


def temporary_table(name: str, metadata: MetaData, *columns: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        *columns,
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
