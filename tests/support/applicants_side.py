"""Which use cases there are on the applicant's side, read from the source: what asks a door of that side, or
speaks for a person."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

from portal.rules.acting import Act
from portal.usecases import applications

USECASES = Path(applications.__file__).parent
DOORS = frozenset(
    {
        *("get_own", "reach", "require_act", "require_letter", "refuse_act", "side_of", "for_whom"),
        *("get_representation", "get_represented", "get_person_acted_for"),
    }
)
"""Who asks one of these acts on the applicant's side."""


def use_cases() -> dict[str, frozenset[str]]:
    """Every public use case that somebody on the applicant's side may call, as the source says, and which
    acts it asks for by name."""
    found: dict[str, frozenset[str]] = {}
    for file in sorted(USECASES.glob("*.py")):
        source = file.read_text(encoding="utf-8")
        knows_voices = file.stem == "voices" or "from portal.usecases.voices import" in source
        functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
        asked = {one.name: _doors_of(one) for one in functions}
        helpers = {one.name: one for one in functions if one.name.startswith("_")}
        for _round in range(3):  # what a helper of the module asks, its callers ask
            for one in functions:
                called = _called_in(one) & helpers.keys()
                asked[one.name] = asked[one.name].union(*(asked[name] for name in called))
        for one in functions:
            parameters = {each.arg: _kind(each) for each in (*one.args.args, *one.args.kwonlyargs)}
            is_opened = "application" in parameters  # whoever calls has opened it
            speaks = parameters.get("voice") == "Voice" and knows_voices
            asks = parameters.get("actor") == "Actor" and bool(asked[one.name])
            if one.name[0] != "_" and one.name not in DOORS and not is_opened and (speaks or asks):
                found[one.name] = asked[one.name]
    return found


def _kind(parameter: ast.arg) -> str:
    return parameter.annotation.id if isinstance(parameter.annotation, ast.Name) else ""


def _called_in(function: ast.FunctionDef) -> set[str]:
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {one.id for one in calls if isinstance(one, ast.Name)}


def _doors_of(function: ast.FunctionDef) -> frozenset[str]:
    """The doors that it asks, and the acts that it names at them."""
    doors: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DOORS:
            named = [one.value for one in node.args if isinstance(one, ast.Constant)]
            doors |= {node.func.id, *(str(one) for one in named if one in get_args(Act))}
    return frozenset(doors)
