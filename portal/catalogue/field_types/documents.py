"""Files that prove something: the answer is the list of their keys, in the order in which they are read.

The keys are the portal's own, never typed; the files themselves are kept elsewhere (``usecases/documents``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from portal.catalogue.field_types.base import FieldContext, FieldOptions, FieldType, Labels
from portal.catalogue.field_types.normalise import FieldError
from portal.catalogue.texts import Language

MOST_DOCUMENTS = 20
"""In one application (rules.md 10.0.3)."""
THING = "thing"
"""The label under which the name of the thing proved is found: 户口簿."""

_KEY = re.compile(r"[0-9a-f]{32}")
_NAMES = {"zh": "{thing}第{number}份", "easy": "{thing}第{number}份", "en": "{thing}, file {number}"}
_THING = {"zh": "文件", "easy": "文件", "en": "Files"}


class DocumentsType(FieldType[list[str]]):
    """Keys of documents, once each."""

    holds = (list,)
    raw_limit = 32
    required_code = "required_documents"

    @property
    def empty(self) -> list[str]:
        return []

    def parse(self, raw: Sequence[str], options: FieldOptions) -> list[str]:
        return [self.read(text, options)[0] for text in dict.fromkeys(self.texts(raw, options))]

    def read(self, text: str, options: FieldOptions) -> list[str]:
        if not _KEY.fullmatch(text):
            raise FieldError(self.shape_code)
        return [text]

    def is_held(self, value: object) -> bool:
        return isinstance(value, list) and all(isinstance(key, str) and _KEY.fullmatch(key) for key in value)

    def check(self, value: list[str], options: FieldOptions, context: FieldContext) -> list[FieldError]:
        most = options.max_count or MOST_DOCUMENTS
        return [FieldError("file_too_many", max=most)] if len(value) > most else []

    def say(
        self, value: list[str], language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        """户口簿第1份、户口簿第2份; the thing's name is ``labels["thing"]``."""
        thing = labels.get(THING, _THING[language])
        names = [document_name(thing, number, language) for number in range(1, len(value) + 1)]
        return ("; " if language == "en" else "、").join(names)


def document_name(thing: str, number: int, language: Language) -> str:
    """户口簿第2份: the name that the system gives, the same for everybody who speaks of it."""
    return _NAMES[language].format(thing=thing, number=number)
