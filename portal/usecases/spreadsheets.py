"""Tables as files for spreadsheet programs: CSV and XLSX, with nothing that they would carry out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final, Literal

import xlsxwriter

Form = Literal["csv", "xlsx"]
FORMS: Final[tuple[Form, ...]] = ("xlsx", "csv")
MEDIA_TYPES: Final[dict[Form, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DANGEROUS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What makes a spreadsheet program take a cell for a formula, at its beginning; some take wide signs too."""
WIDTH: Final = 22
"""Of a column, in characters."""


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet program would carry out; blanks hide nothing."""
    is_dangerous = text.startswith(DANGEROUS) or text.lstrip(" \u3000").startswith(DANGEROUS)
    return f"'{text}" if is_dangerous else text


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark at the beginning, without which some programs read another encoding."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in (head, *rows):
        writer.writerow([safe_cell(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet, its first row a heading that stays in sight. Every cell is text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": False}) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True})
        for column, cell in enumerate(head):
            sheet.write_string(0, column, safe_cell(cell), bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, safe_cell(cell))
        sheet.set_column(0, max(0, len(head) - 1), WIDTH)
        sheet.freeze_panes(1, 0)
    return out.getvalue()
