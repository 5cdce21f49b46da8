"""The connection an attempt works on, marked so that others can find and end it."""

from typing import cast

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session


def mark_connection(connection: Connection, job_id: int) -> psycopg.Connection:
    """Name the connection for the length of its transaction; return the driver's."""
    connection.execute(
        text(
            "SELECT set_config('application_name', :name, true),"
            # A killed worker's statement of minutes ends when the server notices that
            # nobody listens any more, instead of running on for nothing.
            " set_config('client_connection_check_interval', '1s', true)"
        ),
        {"name": _name(job_id)},
    )
    return cast("psycopg.Connection", connection.connection.driver_connection)


def end_work_of(session: Session, job_id: int) -> None:
    """End the connections of attempts whose lease has lapsed.

    A frozen worker still holds its locks, and the next attempt would wait for them for
    ever. It could not commit anyway: the fence refuses all attempts but the latest.
    """
    session.execute(
        text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = :name AND usename = current_user"
            " AND datname = current_database()"
        ),
        {"name": _name(job_id)},
    )


def _name(job_id: int) -> str:
    return f"rollcall job {job_id}"
