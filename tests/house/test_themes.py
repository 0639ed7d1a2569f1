"""A theme changes colours and nothing else, a size the letters of the root and nothing else: browser tests
measure shapes in one theme, and once what two sizes leave as it is, and trust in this."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
COLOUR = re.compile(r"#[0-9a-f]{3}(?:[0-9a-f]{3})?")
COLOUR_SCHEME = "color-scheme"


def rules_of(sheet: Path) -> list[tuple[str, str]]:
    """Selector and declarations of every rule that holds declarations."""
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [(selector.strip(), body) for selector, body in re.findall(r"([^{};]+)\{([^{}]*)\}", css)]


def declarations(body: str) -> dict[str, str]:
    return {
        name.strip(): value.strip()
        for name, _, value in (one.partition(":") for one in body.split(";"))
        if name.strip()
    }


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_rules_of_a_theme_name_the_root_alone_and_give_its_tokens_other_colours(sheet: Path) -> None:
    for selector, body in rules_of(sheet):
        if "data-theme" not in selector:
            continue
        assert re.fullmatch(r":root\[data-theme=\w+\]", selector), selector
        for name, value in declarations(body).items():
            is_colour = name.startswith("--") and COLOUR.fullmatch(value)
            assert is_colour or name == COLOUR_SCHEME, f"{selector}: {name}: {value}"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_rules_of_a_size_give_the_root_other_letters_and_nothing_else(sheet: Path) -> None:
    for selector, body in rules_of(sheet):
        if "data-size" in selector:
            named = [one for one in selector.split(",") if "data-size" in one]
            assert all(re.fullmatch(r'\[data-size="\d+"\]', one) for one in named), selector
            assert list(declarations(body)) == ["font-size"], selector


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_what_the_system_prefers_changes_only_the_theme_that_follows_it(sheet: Path) -> None:
    css = sheet.read_text(encoding="utf-8")
    assert css.count("prefers-color-scheme") == len(
        re.findall(r"@media[^{]*prefers-color-scheme[^{]*\{\s*:root\[data-theme=auto\]\{[^{}]*\}\s*\}", css)
    )


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_colours_of_a_theme_stand_where_only_a_colour_can(sheet: Path) -> None:
    """So that another colour in their place moves nothing."""
    tokens = {
        name
        for one in SHEETS
        for selector, body in rules_of(one)
        if "data-theme" in selector
        for name in declarations(body)
        if name.startswith("--")
    }
    assert tokens
    takes_colours = re.compile(
        r"--[\w-]+|color|fill|stroke|background(-color)?|box-shadow"
        r"|(border|outline|text-decoration)(-(top|right|bottom|left))?(-color)?"
    )
    for selector, body in rules_of(sheet):
        for name, value in declarations(body).items():
            if tokens & {f"--{used}" for used in re.findall(r"var\(--([\w-]+)", value)}:
                assert takes_colours.fullmatch(name), f"{selector}: {name}: {value}"


def test_scripts_do_not_look_at_the_theme() -> None:
    for script in sorted((ROOT / "static/js").glob("*.js")):
        assert "theme" not in script.read_text(encoding="utf-8"), script.name
