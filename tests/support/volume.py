"""Applications by the hundred thousand, for tests and benches of volume: copies of one that was handed in.

Rows go straight into the tables, thousands at a time; into PostgreSQL by COPY, unchecked against other tables
and indexed afterwards, so that a million take minutes. Private columns carry the ciphertext of the one that
is copied, which is bound to its column and so stays readable; each copy has a reference and an ID number of
its own. One unit holds a fifth of everything, the others share the rest by Zipf's law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, islice
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_11_10

from portal import clock
from portal.catalogue.model import Role
from portal.store import Base, Store
from portal.store.applications import Application, ClockPause, Correction, Slip, StepEntry, Submission
from portal.store.office_queue import SearchKey
from portal.store.people import Person
from portal.store.types import Encrypted, EncryptedJson
from portal.store.units import UnitRow
from portal.usecases.demo_people import demo_id_number
from portal.usecases.entitlement import MOST_IN_HAND
from portal.usecases.search_keys import key_index
from portal.usecases.transitions import EPOCH
from tests.support.office import COUNTY, prepare, resident, sign_in_staff, submitted

STEP, ROLE = "acceptance", Role.COUNTY_REVIEWER
OTHER_UNITS = 200
OFFICERS = 50
IN_HAND = 40
"""As many as the officer who is measured has: however long the queue, two hands carry no more."""
CHUNK = 5_000
MANY = 20_000
"""From here on indexes are built afterwards."""
DONE_DAYS = 30
"""Over so many days lies what was done."""

FATES = ("running",) * 10 + ("waiting",) * 3 + ("paused",) * 3 + ("done",) * 4
"""What became of twenty applications of a unit, in turn."""
MULTIPLIER, PRIME = 7_919, 99_999_999_977
"""Spread the numbers of references: the first is prime to the second, a prime, so that none comes twice."""


@dataclass(frozen=True)
class Volume:
    """Who is measured: the token of the officer's session; and what can be asked for."""

    token: str
    officer_id: int
    references: tuple[str, ...]
    """Of applications of the officer's own unit."""
    id_numbers: tuple[str, ...]
    """Of the people whom the same applications are for."""


def fill(store: Store, count: int) -> Volume:
    """``count`` applications at the county's acceptance; the same for the same count."""
    with store.transaction() as db:
        prepare(db)
        officer, token = sign_in_staff(db, "measured", ROLE, COUNTY)
        others = [sign_in_staff(db, f"colleague-{n}", ROLE, COUNTY)[0].signed_in_id for n in range(OFFICERS)]
        template = submitted(db, resident(db))
        assert officer.account_id is not None
        copies = Copies(db, template, count, officer.account_id, tuple(others))
        copies.units()
        copies.write()
    own = range(0, count, 5)
    shown = own[:: max(1, len(own) // 500)]
    return Volume(
        token,
        officer.account_id,
        tuple(reference_of(n) for n in shown),
        tuple(id_number_of(n) for n in shown),
    )


def reference_of(number: int) -> str:
    digits = f"{(number + 1) * MULTIPLIER % PRIME:011d}"
    return digits + str(mod_11_10.calc_check_digit(digits))


def id_number_of(number: int) -> str:
    born_on = date(1930, 1, 1) + timedelta(days=number // 1000 % 30_000)
    return demo_id_number(born_on, number)


class Copies:
    """The copies of one application, table by table."""

    def __init__(
        self, db: Session, template: Application, count: int, officer_id: int, colleagues: tuple[int, ...]
    ) -> None:
        self._db = db
        self._count = count
        self._officer_id, self._colleagues = officer_id, colleagues
        self._chance = Random(count)
        self._today = clock.today()
        self._id = template.id
        self._person = self._row(Person, "id", template.person_id)
        self._application = self._row(Application, "id", template.id)
        self._submission = self._row(Submission, "application_id", template.id)
        self._entry = self._row(StepEntry, "application_id", template.id)
        self._slip = self._row(Slip, "application_id", template.id)
        self._first_person = int(self._person["id"]) + 1

    def units(self) -> None:
        """Further counties, each with the places and the telephone of the first."""
        unit = self._row(UnitRow, "code", COUNTY)
        self._insert(UnitRow, ({**unit, "code": _other_unit(n)} for n in range(OTHER_UNITS)))

    def write(self) -> None:
        weights = [1 / rank for rank in range(1, OTHER_UNITS + 1)]
        homes = self._chance.choices(range(OTHER_UNITS), weights, k=self._count)
        units = [COUNTY if n % 5 == 0 else _other_unit(homes[n]) for n in range(self._count)]
        self._insert(Person, (self._person_of(n) for n in range(self._count)))
        self._insert(Application, (self._application_of(n) for n in range(self._count)))
        self._insert(Submission, (self._submission_of(n) for n in range(self._count)))
        self._insert(Slip, ({**self._slip, "application_id": self._nth(n)} for n in range(self._count)))
        self._insert(StepEntry, (self._entry_of(n, units[n]) for n in range(self._count)))
        waiting = [n for n in range(self._count) if _fate(n) in ("waiting", "paused")]
        self._insert(ClockPause, (self._pause_of(n) for n in waiting))
        self._insert(Correction, (self._correction_of(n) for n in waiting if _fate(n) == "waiting"))
        self._insert(SearchKey, self._keys())
        self._count_on()

    def _nth(self, number: int) -> int:
        return self._id + 1 + number

    def _person_of(self, number: int) -> dict[str, Any]:
        index = key_index(self._db, "id_number", id_number_of(number))
        return {**self._person, "id": self._first_person + number, "id_number_index": index}

    def _application_of(self, number: int) -> dict[str, Any]:
        is_done = _fate(number) == "done"
        state = {"waiting": "returned", "done": "not_accepted"}.get(_fate(number), "in_review")
        return {
            **self._application,
            "id": self._nth(number),
            "reference": reference_of(number),
            "start_key": f"volume-{number}",
            "person_id": self._first_person + number,
            "subject_id_index": key_index(self._db, "id_number", id_number_of(number)),
            "state": state,
            "closed_at": self._application["changed_at"] if is_done else None,
        }

    def _submission_of(self, number: int) -> dict[str, Any]:
        return {**self._submission, "id": self._nth(number), "application_id": self._nth(number)}

    def _entry_of(self, number: int, unit: str) -> dict[str, Any]:
        fate, place = _fate(number), number // 5
        is_done = fate == "done"
        due_on = self._today + timedelta(days=(place * 7) % 43 - 13)
        holder = self._holder_of(unit, fate, place)
        claimed_at = self._entry["opened_at"] if holder else None
        return {
            **self._entry,
            "id": self._nth(number),
            "application_id": self._nth(number),
            "seq": 1,
            "step": STEP,
            "role": ROLE,
            "unit_code": unit,
            "lane": "running" if is_done else fate,
            "claimed_by_id": holder,
            "claimed_at": claimed_at,
            "returned_at": claimed_at if holder == self._officer_id and not is_done else None,
            "due_on": due_on,
            "urgency": (due_on - EPOCH).days,
            "closed_at": self._closed_at(number) if is_done else None,
            "outcome": "not_ours" if is_done else None,
        }

    def _closed_at(self, number: int) -> datetime:
        """Spread over the last ``DONE_DAYS``, the first ones longest ago."""
        opened_at: datetime = self._entry["opened_at"]
        return opened_at - timedelta(days=DONE_DAYS) * ((self._count - number) / self._count)

    def _holder_of(self, unit: str, fate: str, place: int) -> int | None:
        """Whoever has it: of the unit's running ones the first are the officer's, a third are colleagues', as
        long as their hands are not full."""
        if unit != COUNTY:
            return None
        if fate == "done":
            return self._officer_id if place < len(FATES) * 10 else self._colleagues[place % OFFICERS]
        turn, within = divmod(place, len(FATES))
        running = turn * FATES.count("running") + within
        if fate == "running" and running < IN_HAND:
            return self._officer_id
        if fate == "running" and running >= 3 * OFFICERS * MOST_IN_HAND:
            return None
        return self._colleagues[place % OFFICERS] if place % 3 == 0 else None

    def _pause_of(self, number: int) -> dict[str, Any]:
        reason = "correction" if _fate(number) == "waiting" else "assessment"
        return {
            "entry_id": self._nth(number),
            "from_on": self._today,
            "to_on": None,
            "until_on": None,
            "reason": reason,
        }

    def _correction_of(self, number: int) -> dict[str, Any]:
        return {
            "application_id": self._nth(number),
            "entry_id": self._nth(number),
            "asked_by_id": self._colleagues[0],
            "asked_at": clock.now(),
            "due_on": self._today + timedelta(days=20),
            "is_due_provisional": False,
        }

    def _keys(self) -> Iterator[dict[str, Any]]:
        names = [key_index(self._db, "name", f"示例{n}") for n in range(5_000)]
        for number in range(self._count):
            own = {"application_id": self._nth(number)}
            index = key_index(self._db, "id_number", id_number_of(number))
            yield {**own, "kind": "id_number", "value_index": index}
            yield {**own, "kind": "name", "value_index": names[number % len(names)]}

    def _row(self, table: type[Base], column: str, value: object) -> dict[str, Any]:
        """The row as it lies in the database, private columns unread."""
        plain = _plain(table)
        return dict(self._db.execute(sa.select(plain).where(plain.c[column] == value)).mappings().one())

    def _insert(self, table: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
        left = iter(rows)
        if self._db.get_bind().dialect.name == "postgresql":
            self._copy(_plain(table), left)
            return
        while some := list(islice(left, CHUNK)):
            self._db.execute(sa.insert(_plain(table)), some)

    def _copy(self, table: sa.TableClause, rows: Iterator[Mapping[str, Any]]) -> None:
        """Triggers rest meanwhile, and with them the look at the table that a foreign key names."""
        first = next(rows, None)
        if first is None:
            return
        connection = self._db.connection()
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        binders = [table.c[name].type.dialect_impl(connection.dialect) for name in first]
        bound = [one.bind_processor(connection.dialect) for one in binders]
        names = list(first)
        raw = connection.connection.driver_connection
        assert raw is not None
        into = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
        indexes = self._take_down_indexes(table)
        with raw.cursor() as cursor, cursor.copy(into) as copy:
            for row in chain([first], rows):
                values = (row[name] for name in names)
                copy.write_row([bind(one) if bind else one for bind, one in zip(bound, values, strict=True)])
        for statement in indexes:
            connection.execute(sa.text(statement))
        connection.execute(sa.text("SET LOCAL session_replication_role = origin"))

    def _take_down_indexes(self, table: sa.TableClause) -> list[str]:
        """How to build them again: to build one at the end takes less than to keep it while rows come."""
        if self._count < MANY:
            return []
        found = self._db.execute(_INDEXES, {"name": table.name}).all()
        for name, _statement in found:
            self._db.execute(sa.text(f"DROP INDEX {name}"))
        return [statement for _name, statement in found]

    def _count_on(self) -> None:
        """Let PostgreSQL number what comes after from behind the copies."""
        if self._db.get_bind().dialect.name != "postgresql":
            return
        for table in (Person, Application, Submission, StepEntry):
            name = table.__tablename__
            self._db.execute(
                sa.text(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
                )
            )


def _fate(number: int) -> str:
    """What became of it: the same share of everything in every unit."""
    return FATES[number // 5 % len(FATES)]


def _other_unit(number: int) -> str:
    return f"county_{number:03d}"


def _plain(table: type[Base]) -> sa.TableClause:
    """The table with its private columns as the bytes that they are."""
    is_private = (Encrypted, EncryptedJson)
    return sa.table(
        table.__tablename__,
        *(
            sa.column(one.name, sa.LargeBinary() if isinstance(one.type, is_private) else one.type)
            for one in table.__table__.columns
        ),
    )


_INDEXES = sa.text(
    """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = to_regclass(:name)
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    """
)
"""Those that are no constraint."""
