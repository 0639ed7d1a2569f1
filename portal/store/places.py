"""Places of the whole country, and the words by which each is found."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.store.base import Base, Key


class NationalPlace(Base):
    """A province, city, county or township by its official code; one that was abolished stays, retired."""

    __tablename__ = "national_places"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    level: Mapped[str]
    parent: Mapped[str | None] = mapped_column(index=True)
    retired_on: Mapped[date | None]


class PlaceName(Base):
    """A word for a place: its name, the name without its kind (上城 for 上城区), a name it had before."""

    __tablename__ = "national_place_names"
    __table_args__ = (UniqueConstraint("code", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("national_places.code"))
    name: Mapped[str]
