"""The words of one notice: what is always said, and what is said only where the facts are so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import Field as Setting

from portal.catalogue.conditions import Condition
from portal.catalogue.model.base import Code, Frozen
from portal.catalogue.texts import Text

USUAL: Mapping[str, Any] = MappingProxyType(
    {
        "state": "",
        "step_kind": "",
        "is_deemed": False,
        "is_death": False,
        "is_home_visit": False,
        "is_late": False,
        "collect_way": "unknown",
        "event": "",
        "to_show": "",
    }
)
"""Facts that choose between words without being said themselves, and what holds where they are not given."""


class NoticeLine(Text):
    """A line that is said only where ``when`` holds of the frozen facts; always where it is empty."""

    when: Condition | None = None


class NoticeVariant(Frozen):
    """Other words in place of the usual ones, where ``when`` holds of the frozen facts."""

    when: Condition
    title: Text | None = None
    result: Text | None = None
    sms: Text | None = None


class Notice(Frozen):
    """The words of one notice (rules.md 10.0.5); ``{placeholders}`` are checked against ``needs``."""

    key: str = Setting(pattern=r"^N[0-9]{2}$")
    title: Text
    result: Text  # the result in one sentence
    next: tuple[NoticeLine, ...] = ()  # what next and by when
    law: tuple[str, ...] = ()  # citation keys
    has_remedies: bool = False
    sms: Text | None = None
    needs: tuple[Code, ...] = ()
    variants: tuple[NoticeVariant, ...] = ()  # the first that holds replaces what it has words for

    def said_of(self, facts: Mapping[str, Any]) -> Notice:
        """The notice with the words that fit these facts, and no others."""
        known = {**USUAL, **facts}
        chosen = next((one for one in self.variants if one.when.holds(known)), None)
        words: dict[str, Any] = {
            "next": tuple(line for line in self.next if line.when is None or line.when.holds(known)),
            "variants": (),
        }
        if chosen is not None:
            words |= {
                name: text
                for name in ("title", "result", "sms")
                if (text := getattr(chosen, name)) is not None
            }
        return self.model_copy(update=words)

    def tells_of(self, event: str) -> bool:
        """Whether it has words of its own for what has happened; nothing out of the ordinary is ``""``."""
        return not event or any(one.when.holds({"event": event}) for one in self.variants)

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Every text with its place, variants included."""
        yield from (("title", self.title), ("result", self.result))
        if self.sms is not None:
            yield "sms", self.sms
        yield from ((f"next[{place}]", line) for place, line in enumerate(self.next))
        for place, variant in enumerate(self.variants):
            for name in ("title", "result", "sms"):
                if (text := getattr(variant, name)) is not None:
                    yield f"variants[{place}].{name}", text

    def conditions(self) -> Iterator[tuple[str, Condition]]:
        """Every condition on the facts, with its place."""
        for place, line in enumerate(self.next):
            if line.when is not None:
                yield f"next[{place}].when", line.when
        for place, variant in enumerate(self.variants):
            yield f"variants[{place}].when", variant.when
