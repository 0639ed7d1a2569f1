"""A sentence in every language and both voices (self, proxy). A service's words live here, not in gettext."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "easy", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "easy", "en")

UNNAMED = {"zh": "申请人", "easy": "申请人", "en": "the applicant"}
"""What a proxy text calls the person before the name is known."""


class Text(BaseModel):
    """``zh`` and ``en`` are complete; ``easy`` falls back to ``zh`` where that is easy already.

    Where a text says 您 of the person concerned, the ``proxy_`` variants say the same to someone who
    acts for ``{name}``; without them the text is the same in both voices.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, str_min_length=1)

    zh: str
    en: str
    easy: str | None = None
    proxy_zh: str | None = None
    proxy_easy: str | None = None
    proxy_en: str | None = None

    def say(self, language: Language, *, name: str | None = None, is_proxy: bool = False) -> str:
        """The sentence in a language; ``is_proxy`` speaks to someone who acts for ``name``."""
        words = self._self_voice(language)
        if is_proxy:
            words = self._proxy_voice(language) or words
            if "{name}" in words:
                words = words.replace("{name}", name or UNNAMED[language])
        return words

    def by_language(self) -> dict[str, str]:
        """As a frozen fact: every language, since nobody knows yet in which one it is read."""
        return {language: self.say(language) for language in LANGUAGES}

    def _self_voice(self, language: Language) -> str:
        if language == "en":
            return self.en
        return (self.easy if language == "easy" else None) or self.zh

    def _proxy_voice(self, language: Language) -> str | None:
        if language == "en":
            return self.proxy_en
        if language == "easy":
            return self.proxy_easy or (None if self.easy else self.proxy_zh)
        return self.proxy_zh
