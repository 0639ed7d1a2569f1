"""In which way something is shown that staff still have to see: on the receipt, and where one follows it."""

from __future__ import annotations

from portal.catalogue.evidence_pages import UPLOAD
from portal.catalogue.model import Definition, Evidence
from portal.catalogue.texts import Language
from portal.letters import words


def way_words(evidence: Evidence, way: str, language: Language) -> str:
    """The way as the applicant chose it; what was sent as a file, or is known, has its original seen once."""
    if way == UPLOAD:
        return words.FILE_HERE.say(language)
    chosen = next((one for one in evidence.alternatives if one.way == way), None)
    return (chosen.label if chosen is not None else words.ORIGINAL).say(language)


def find_evidence_of(definition: Definition, evidence_id: str) -> Evidence | None:
    """What has to be proved, by its id."""
    return next((one for one in definition.service.evidence if one.id == evidence_id), None)
