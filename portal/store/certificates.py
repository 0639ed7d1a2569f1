"""Certificates: one row for each card that was issued here, or entered because it is from before this portal,
and what happened to it since (rules.md 2.2-2.5)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.store.applications import Application
from portal.store.base import Base, Key
from portal.store.people import Person
from portal.store.types import Encrypted, EncryptedJson

IN_FORCE = text("cancelled_on IS NULL")
"""A lost or expired one is still the person's certificate, until another replaces it or it is cancelled."""


class Certificate(Base):
    """A certificate as issued. One person has at most one in force, by person file and by ID number.

    ``holder_index`` is that of ``people.id_number_index``: who proves to be the holder finds it, whoever
    applied for it. Of a card that was entered nobody here knows the day of issue and the generation.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint("valid_to_on > issued_on", name="term"),
        CheckConstraint("generation IN (2, 3)", name="generation"),
        CheckConstraint("(application_id IS NULL) = (entered_by_id IS NOT NULL)", name="issued_or_entered"),
        CheckConstraint("(cancelled_on IS NULL) = (cancel_reason IS NULL)", name="cancelled_has_reason"),
        CheckConstraint(
            "(moved_on IS NULL) = (moved_source IS NULL) AND (moved_on IS NULL) = (transfer_by_on IS NULL)"
            " AND (moved_on IS NULL) = (transfer_end_on IS NULL)",
            name="moved_has_days",
        ),
        CheckConstraint("replaced_by_id IS NULL OR cancelled_on IS NOT NULL", name="replaced_is_cancelled"),
        *(
            Index(
                f"uq_certificates_{name}",
                column,
                unique=True,
                sqlite_where=IN_FORCE,
                postgresql_where=IN_FORCE,
            )
            for name, column in (("person", "person_id"), ("holder", "holder_index"))
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # drawn at random; stands in addresses
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), unique=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), index=True)
    holder_name: Mapped[str] = mapped_column(Encrypted("certificates.holder_name"))  # as on the card
    holder_index: Mapped[str] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(Encrypted("certificates.number"))
    number_index: Mapped[str] = mapped_column(index=True)
    components: Mapped[list[tuple[str, int]]] = mapped_column(EncryptedJson("certificates.components"))
    category: Mapped[str] = mapped_column(Encrypted("certificates.category"))
    grade: Mapped[int] = mapped_column(EncryptedJson("certificates.grade"))
    issued_on: Mapped[date | None]
    valid_to_on: Mapped[date]
    issuer_unit: Mapped[str] = mapped_column(ForeignKey("units.code"))
    generation: Mapped[int | None]
    frozen_on: Mapped[date | None]
    moved_on: Mapped[date | None]  # since when the household registration is elsewhere, not transferred yet
    moved_source: Mapped[str | None]  # a code of ``usecases.moved_cards.SOURCES``
    transfer_by_on: Mapped[date | None]  # as its holder was told: later it is frozen
    transfer_end_on: Mapped[date | None]  # as its holder was told: later its unit decides
    lost_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str | None]  # a code of ``labels.CANCEL_REASONS``
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    application: Mapped[Application | None] = relationship(foreign_keys=application_id)
    entered_by: Mapped[Application | None] = relationship(foreign_keys=entered_by_id)

    @property
    def spoken_through(self) -> Application:
        """The application through which its holder is written to: what issued it, or where it was entered."""
        found = self.application or self.entered_by
        if found is None:
            raise LookupError("a certificate without an application")
        return found
