"""The databases that tests stand on: empty, of their own, and as durable as they claim."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.postgres import EmptyDatabase, ThrowAwayPostgres

ADD_ACCOUNT = (
    "INSERT INTO accounts (kind, identity_level, preferences, created_at) "
    "VALUES ('resident', 'unproven', '{}', now())"
)


@pytest.fixture
def database(postgres: ThrowAwayPostgres, migrated_postgres: str) -> Iterator[EmptyDatabase]:
    with closing(EmptyDatabase(postgres, migrated_postgres)) as opened:
        yield opened


def connect(database: EmptyDatabase) -> psycopg.Connection:
    return psycopg.connect(database.url.replace("+psycopg", ""), autocommit=True)


def test_each_test_has_the_schema_and_no_applications(db: Session) -> None:
    assert db.execute(text("SELECT count(*) FROM applications")).scalar_one() == 0


@pytest.mark.postgres
def test_a_database_taken_back_has_no_rows_numbers_or_changes_of_the_test_before(
    database: EmptyDatabase,
) -> None:
    with connect(database) as connection:
        for _ in range(2):
            connection.execute(ADD_ACCOUNT)
    database.take_back()
    again = database.url
    with connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (0,)
        assert connection.execute(f"{ADD_ACCOUNT} RETURNING id").fetchone() == (1,)
        connection.execute("ALTER TABLE audit_events DISABLE TRIGGER ALL")
    database.take_back()
    assert database.url != again
    with connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


@pytest.mark.postgres
def test_whoever_forgot_to_leave_is_thrown_out(database: EmptyDatabase) -> None:
    with connect(database) as forgotten:
        forgotten.execute(f"BEGIN; {ADD_ACCOUNT}")
        database.take_back()
        with pytest.raises(psycopg.OperationalError):
            forgotten.execute("SELECT 1")


@pytest.mark.postgres
def test_a_durable_server_keeps_a_committed_row_through_a_crash() -> None:
    server = ThrowAwayPostgres(is_durable=True)
    try:
        address = server.url("postgres").replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (number integer)")
            connection.execute("INSERT INTO kept VALUES (7)")
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
        server.crash()
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT number FROM kept").fetchall() == [(7,)]
    finally:
        server.stop()
