"""Many rows of a table as one cell: what belongs to one application comes with its own row.

Each row that is fetched by itself lets another thread of the process go first, and waits for its turn again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, LargeBinary, String, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

Read = Callable[[Any], Any]


class GatheredRows(TypeDecorator[list[list[Any]]]):
    """Each row as a list of its columns; no list where there are no rows."""

    impl = String
    cache_ok = False

    def __init__(self, columns: tuple[InstrumentedAttribute[Any], ...]) -> None:
        super().__init__()
        self._columns = columns

    def result_processor(self, dialect: Dialect, coltype: object) -> Read:
        reads = [
            (place, _read_of(column, dialect))
            for place, column in enumerate(self._columns)
            if _is_binary(column)
        ]

        def read(written: Any) -> list[list[Any]]:
            rows: list[list[Any]] = json.loads(written) if isinstance(written, str) else written or []
            for row in rows:
                for place, in_clear in reads:
                    # A cell without anything is an empty text on SQLite.
                    row[place] = in_clear(bytes.fromhex(row[place])) if row[place] else None
            return rows

        return read


def _read_of(column: InstrumentedAttribute[Any], dialect: Dialect) -> Read:
    return column.type.dialect_impl(dialect).result_processor(dialect, None) or (lambda cell: cell)


def _is_binary(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> bool:
    kind = column.type
    return isinstance(kind.impl if isinstance(kind, TypeDecorator) else kind, LargeBinary)


class Gathered(FunctionElement[list[list[Any]]]):
    """Columns of texts and bytes, in no order of their rows. It stands alone in a subquery that says which
    rows are meant."""

    name = "gathered"
    inherit_cache = False

    def __init__(self, *columns: InstrumentedAttribute[Any]) -> None:
        super().__init__(*columns)
        self.type = GatheredRows(columns)


@compiles(Gathered, "sqlite")
def _on_sqlite(element: Gathered, compiler: SQLCompiler, **how: Any) -> str:
    cells = [
        f"hex({words})" if _is_binary(column) else words
        for column in element.clauses
        for words in [compiler.process(column, **how)]
    ]
    return f"json_group_array(json_array({', '.join(cells)}))"


@compiles(Gathered, "postgresql")
def _on_postgresql(element: Gathered, compiler: SQLCompiler, **how: Any) -> str:
    cells = [
        f"encode({words}, 'hex')" if _is_binary(column) else words
        for column in element.clauses
        for words in [compiler.process(column, **how)]
    ]
    return f"json_agg(json_build_array({', '.join(cells)}))"
