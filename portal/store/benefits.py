"""Benefits that people get: one row for each amount and time; what was changed stays as it was."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key
from portal.store.types import Encrypted, EncryptedJson

BenefitState = Literal["granted", "stopped", "ended"]
"""``stopped`` may be restored; ``ended`` gave way to another row."""

STATES = ", ".join(f"'{state}'" for state in get_args(BenefitState))
MONTHLY = text("state = 'granted' AND period = 'month'")
YEARLY = text("state = 'granted' AND period = 'year'")


def _once(name: str, *columns: str, where: object) -> Index:
    return Index(f"uq_benefits_{name}", *columns, unique=True, sqlite_where=where, postgresql_where=where)


class BenefitRow(Base):
    """A benefit as somebody gets it. Of a monthly one a person has at most one row that runs, by person file
    and by ID number; of a yearly one, one for each year.

    ``from_on`` and ``to_on`` are the first days of the first and of the last month; where the last comes
    before the first nothing was given.
    """

    __tablename__ = "benefits"
    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("period IN ('month', 'year', 'once')", name="period"),
        CheckConstraint("period <> 'month' OR state = 'granted' OR to_on IS NOT NULL", name="over_has_end"),
        CheckConstraint("(flag IS NULL) = (flagged_on IS NULL)", name="flag_has_day"),
        _once("person", "person_id", "code", where=MONTHLY),
        _once("holder", "holder_index", "code", where=MONTHLY),
        _once("year", "person_id", "code", "year", where=YEARLY),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    holder_name: Mapped[str] = mapped_column(Encrypted("benefits.holder_name"))
    holder_index: Mapped[str | None] = mapped_column(index=True)  # as of ``people.id_number_index``
    region: Mapped[str]
    county: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))  # who decides on it
    service_code: Mapped[str]
    code: Mapped[str]  # of the region's list
    group_code: Mapped[str | None]
    period: Mapped[str]
    amount: Mapped[int | None] = mapped_column(EncryptedJson("benefits.amount"))  # fen for each period
    from_on: Mapped[date | None]  # empty where it began before this portal, or is not monthly
    to_on: Mapped[date | None]
    year: Mapped[int | None]  # for which year, where it is given once a year
    state: Mapped[str]
    decided_on: Mapped[date]
    review_on: Mapped[date | None]
    fading: Mapped[list[list[object]] | None] = (
        mapped_column(  # 渐退: first month, last month, fen, for each stage
            EncryptedJson("benefits.fading")
        )
    )
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)  # brought it about
    changed_by_id: Mapped[int | None] = mapped_column(  # changed or ended it
        ForeignKey("applications.id"), index=True
    )
    flag: Mapped[str | None]  # a code: what happened that it may rest on; nothing stops by itself
    flagged_on: Mapped[date | None]
    created_at: Mapped[datetime]


PAID = text("outcome = 'paid'")


class Payment(Base):
    """What came back of paying a benefit for one month (or its year, or once). It is paid for once, and may
    fail before."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("outcome IN ('paid', 'failed')", name="outcome"),
        Index(
            "uq_payments_paid",
            "benefit_id",
            "paid_for_on",
            unique=True,
            sqlite_where=PAID,
            postgresql_where=PAID,
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    benefit_id: Mapped[int] = mapped_column(ForeignKey("benefits.id"), index=True)
    paid_for_on: Mapped[date]  # the first day of the month or of the year, else the day of the decision
    outcome: Mapped[str]
    amount: Mapped[int] = mapped_column(EncryptedJson("payments.amount"))  # fen
    account_end: Mapped[str] = mapped_column(Encrypted("payments.account_end"))  # the last four characters
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime]
