"""A row that is deleted is looked for wherever it may be named: by an index, never by reading a table."""

from collections.abc import Iterator

from sqlalchemy import Table, UniqueConstraint

from portal.store.base import Base

DELETED = {"applications", "people", "representations", "sessions"}
"""Drafts go by themselves, with who was only named in them; sessions are swept away every night."""


def first_columns(table: Table) -> Iterator[str]:
    """The columns by which a row of the table is found whatever else stands in it."""
    yield next(iter(table.primary_key.columns)).name
    for one in table.constraints:
        if isinstance(one, UniqueConstraint):
            yield next(iter(one.columns)).name
    for index in table.indexes:
        if index.dialect_options["postgresql"].get("where") is None:
            yield next(iter(index.columns)).name


def test_whatever_names_a_row_that_may_be_deleted_is_found_by_it() -> None:
    tables = Base.metadata.sorted_tables
    assert {table.name for table in tables} > DELETED
    slow = [
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in DELETED and column.name not in set(first_columns(table))
    ]
    assert slow == []
