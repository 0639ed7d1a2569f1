"""A row is looked for wherever it may be named: by an index, never by reading a table."""

from collections.abc import Collection, Iterator

from sqlalchemy import Table, UniqueConstraint

from portal.store.base import Base

DELETED = {"applications", "people", "representations", "sessions"}
"""Drafts go by themselves, with who was only named in them; sessions are swept away every night."""


FOUND_WITH_ITS_APPLICATION = {"consultations.entry_id", "corrections.entry_id"}
"""Asked for together with the application, which has an index of its own."""


def first_columns(table: Table) -> Iterator[str]:
    """The columns by which a row of the table is found whatever else stands in it."""
    yield next(iter(table.primary_key.columns)).name
    for one in table.constraints:
        if isinstance(one, UniqueConstraint):
            yield next(iter(one.columns)).name
    for index in table.indexes:
        first = next(iter(index.columns)).name
        where = index.dialect_options["postgresql"].get("where")
        if where is None or str(where) == f"{first} IS NOT NULL":
            yield first


def found_by_reading(named: Collection[str]) -> set[str]:
    """The columns that name a row of these tables and have no index."""
    tables = Base.metadata.sorted_tables
    assert {table.name for table in tables} >= set(named)
    return {
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in named and column.name not in set(first_columns(table))
    }


def test_whatever_names_a_row_that_may_be_deleted_is_found_by_it() -> None:
    assert found_by_reading(DELETED) == set()


def test_whatever_names_a_visit_of_a_step_is_found_by_it() -> None:
    """Copies, more days, notices given up: asked for by the visit whenever an application is opened."""
    assert found_by_reading({"step_entries"}) == FOUND_WITH_ITS_APPLICATION
