"""A photo among the papers of the demonstration: drawn, of nobody, taken in as anybody's would be."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Final

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from portal.catalogue.evidence_pages import UPLOAD, files_of, page_of, way_of
from portal.catalogue.model import Definition
from portal.gateways.files import FileStore
from portal.gateways.scanner import Scanner
from portal.store.applications import Application
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page
from portal.usecases.document_bytes import measure, take_in
from portal.usecases.own_documents import begin_document, finish_document

PHOTO: Final = "photo"
"""The thing of a service that is proved by it."""
_SIZE: Final = (826, 1158)  # two inches, 35 mm by 49 mm, at 600 dots an inch
_PAPER, _HAIR, _SKIN, _COAT = (255, 255, 255), (58, 58, 66), (226, 196, 172), (74, 96, 122)


@dataclass(frozen=True)
class PhotoBox:
    """Where the photo goes: who looks through it, who keeps it."""

    files: FileStore
    scanner: Scanner

    def hand_in(self, db: Session, actor: Actor, definition: Definition, application: Application) -> None:
        """Put the photo into a draft; nothing where the service asks for none."""
        evidence = next((one for one in definition.service.evidence if one.id == PHOTO), None)
        if evidence is None:
            return
        reference = application.reference
        with TemporaryFile() as file:
            _draw(file)
            document = begin_document(db, actor, reference, PHOTO, *measure(file))
            paper, verdict = take_in(self.files, self.scanner, document.key, file, evidence.accepts)
        finish_document(db, actor, document.key, paper, verdict)
        save_page(
            db,
            actor,
            reference,
            page_of(PHOTO),
            {way_of(PHOTO): UPLOAD, files_of(PHOTO): [document.key]},
        )


def _draw(file: IO[bytes]) -> None:
    """Head and shoulders before white, without a face."""
    image = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    width, height = _SIZE
    draw.ellipse((width * 0.27, height * 0.14, width * 0.73, height * 0.62), fill=_HAIR)
    draw.rectangle((width * 0.42, height * 0.58, width * 0.58, height * 0.8), fill=_SKIN)
    draw.ellipse((width * 0.31, height * 0.22, width * 0.69, height * 0.66), fill=_SKIN)
    draw.ellipse((width * 0.08, height * 0.72, width * 0.92, height * 1.5), fill=_COAT)
    image.save(file, "PNG")
