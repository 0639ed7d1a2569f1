"""What services say alike is written once: ``like = "steps.intake"`` takes a part of ``shared/``; the keys
beside it change it or add to it. In a list, a part that is nothing but ``like`` may take a shared list.

A service that was read is whole: what is pinned, checked and shown knows nothing of likeness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.catalogue.problems import Problem

LIKE = "like"
CITATIONS = "citations"
SOURCE = "zh"
"""The language in which a text is first written; the others say the same."""

Shared = Mapping[str, Mapping[str, Any]]
"""By the name of its file in ``shared/`` and its own name, each part that services may take."""


@dataclass
class Likeness:
    """Takes the parts that one file asks for, and lists what is wrong with its asking."""

    file: str
    shared: Shared
    problems: list[Problem] = field(default_factory=list)

    def whole(self, raw: dict[str, Any]) -> dict[str, Any]:
        """The file with every shared part in its place, and the shared citations that it names."""
        expanded: dict[str, Any] = self._expand(raw, "", ())
        own = expanded.get(CITATIONS, {})
        common = self.shared.get(CITATIONS, {})
        named = {cite for cite in _cites(expanded) if cite not in own and cite in common}
        if named:
            expanded[CITATIONS] = {**own, **{cite: common[cite] for cite in sorted(named)}}
        return expanded

    def _expand(self, part: Any, path: str, trail: tuple[str, ...]) -> Any:
        if isinstance(part, list):
            return [
                one for place, raw in enumerate(part) for one in self._members(raw, f"{path}[{place}]", trail)
            ]
        if not isinstance(part, dict):
            return part
        own = {key: self._expand(value, f"{path}.{key}".lstrip("."), trail) for key, value in part.items()}
        name = own.pop(LIKE, None)
        if name is None:
            return own
        base = self._shared_part(name, path, trail)
        return _merged(base, own) if isinstance(base, dict) else own

    def _members(self, raw: Any, path: str, trail: tuple[str, ...]) -> list[Any]:
        if isinstance(raw, dict) and set(raw) == {LIKE}:
            taken = self._shared_part(raw[LIKE], path, trail)
            return taken if isinstance(taken, list) else [taken]
        return [self._expand(raw, path, trail)]

    def _shared_part(self, name: Any, path: str, trail: tuple[str, ...]) -> Any:
        room, _, key = str(name).partition(".")
        part = self.shared.get(room, {}).get(key)
        if part is None:
            advice = f"there is no shared part {name!r}; name one of shared/{room}.toml"
        elif name in trail:
            advice = f"{name!r} is like itself; remove one `like`"
        else:
            return self._expand(part, path, (*trail, str(name)))
        self.problems.append(Problem(self.file, f"{path}.{LIKE}".lstrip("."), advice))
        return {}


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """What ``own`` says counts; tables are joined key by key, lists and words are replaced. A sentence that
    is said anew is another one: easy-read, English and the proxy's voice of the shared one are not its."""
    if SOURCE in own and SOURCE in base and own[SOURCE] != base[SOURCE]:
        return own
    merged = dict(base)
    for key, value in own.items():
        before = merged.get(key)
        merged[key] = (
            _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
        )
    return merged


def _cites(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "cite" and isinstance(value, str):
                yield value
            else:
                yield from _cites(value)
    elif isinstance(part, list):
        for one in part:
            yield from _cites(one)
