"""The databases that tests stand on: empty, of their own, and as durable as they claim."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.postgres import ThrowAwayPostgres


def test_each_test_has_the_schema_and_no_applications(db: Session) -> None:
    assert db.execute(text("SELECT count(*) FROM applications")).scalar_one() == 0


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
