"""Questions that are asked before nearly every page: put into words once, answered with plain rows.

What SQLAlchemy does around a question (its words looked up, a context, a result that may be read in many
ways) takes five times as long as a small question itself, and every row that is fetched lets another thread
of the process go first. So these are asked of the driver, and many rows can come as one (``gathered``).
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from portal.store.database import plainly

Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class _InWords:
    """A question in the words of one database, and how its rows are read."""

    words: str
    fixed: dict[str, Any]  # what is compared with and never changes
    order: tuple[str, ...] | None  # of the values, where the driver takes them by place
    make: Callable[..., Any]
    readers: tuple[tuple[int, Reader], ...]

    def ask(self, connection: Connection, values: dict[str, Any]) -> list[Any]:
        given = {**self.fixed, **values}
        told: Any = given if self.order is None else tuple([given[name] for name in self.order])
        cursor = connection.connection.cursor()
        try:
            # Who counts or logs what a database is asked hears of these too.
            connection.engine.dispatch.before_cursor_execute(
                connection, cursor, self.words, told, None, False
            )
            cursor.execute(self.words, told)
            return [self._read(row) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def _read(self, row: Sequence[Any]) -> Any:
        cells = list(row)
        for place, read in self.readers:
            cells[place] = read(cells[place])
        return self.make(cells)


class Prepared:
    """One question with ``bindparam`` places, for rows that nobody is going to change."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement

    def ask(self, db: Session, /, **values: Any) -> list[Any]:
        """The rows, with the columns by their names. Sees what this session has changed.

        Raises what SQLAlchemy raises.
        """
        connection = plainly(db)
        dialect = connection.dialect
        try:
            return self._in_words_of(dialect).ask(connection, values)
        except dialect.loaded_dbapi.Error:
            # Once more the long way: it knows what each driver's errors mean, and which lines are dead.
            return list(connection.execute(self._statement, values).all())

    def _in_words_of(self, dialect: Dialect) -> _InWords:
        known: dict[Prepared, _InWords] = dialect.portal_prepared  # type: ignore[attr-defined]
        if (found := known.get(self)) is None:
            found = known[self] = self._put_into_words(dialect)
        return found

    def _put_into_words(self, dialect: Dialect) -> _InWords:
        compiled = self._statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        columns = self._statement.selected_columns
        readers = [
            (place, read)
            for place, column in enumerate(columns)
            if (read := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]
        return _InWords(
            words=str(compiled),
            fixed=dict(compiled.params),
            order=tuple(compiled.positiontup) if compiled.positiontup is not None else None,
            make=_row_of(columns.keys()),
            readers=tuple(readers),
        )


def _row_of(columns: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    """Makes rows whose cells go by the names of their columns."""
    made: Any = namedtuple("Found", columns)  # type: ignore[misc]  # only the statement knows their names
    return cast(Callable[[Sequence[Any]], Any], made._make)
