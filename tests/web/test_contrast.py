"""Every pair of text and ground of the style sheet, computed in every theme, and what the sheet weighs."""

import gzip
import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEET = (ROOT / "static/css/main.css").read_text(encoding="utf-8")
THEMES = ["light", "dark", "yellow", "auto"]

# Grounds on which each ink is used. A token that no list names fails the completeness test.
GROUNDS = ["paper", "card", "tint", "error-tint", "caution-tint"]
TEXT = [
    *product(["ink", "link"], GROUNDS),
    *product(["soft", "jade"], ["paper", "card", "tint"]),
    *product(["error"], ["paper", "card", "error-tint"]),
    *product(["caution"], ["paper", "card", "caution-tint"]),
    ("on-jade", "jade"),
]
EDGES = [
    *product(["edge", "jade", "error", "caution", "focus", "deep"], ["paper", "card"]),
    ("jade", "tint"),
    ("error", "error-tint"),
    ("caution", "caution-tint"),
]
DECORATIVE = {"rule"}  # hairlines between parts that stand apart without them
NOT_COLOURS = {"control", "tap", "pad"}


def tokens_of(theme: str) -> dict[str, str]:
    """The colours of one theme; what a theme leaves out it has from the light one."""
    selector = ":root" if theme == "light" else f":root[data-theme={theme}]"
    blocks = dict(re.findall(r"(:root(?:\[data-theme=\w+\])?)\{(.*?)\}", SHEET, re.DOTALL))
    light = dict(re.findall(r"--([\w-]+):([^;}]+)", blocks[":root"]))
    return light | dict(re.findall(r"--([\w-]+):([^;}]+)", blocks[selector]))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of #rgb or #rrggbb."""
    digits = colour.strip().removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_7_to_1_from_its_ground(theme: str, ink: str, ground: str) -> None:
    tokens = tokens_of(theme)
    assert contrast(tokens[ink], tokens[ground]) >= 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_focus_stand_3_to_1_from_their_ground(theme: str, edge: str, ground: str) -> None:
    tokens = tokens_of(theme)
    assert contrast(tokens[edge], tokens[ground]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_focus_outline_or_its_halo_shows_on_every_ground(theme: str, ground: str) -> None:
    tokens = tokens_of(theme)
    assert max(contrast(tokens[ring], tokens[ground]) for ring in ("focus", "halo")) >= 3


def test_focus_on_jade_takes_the_ink_of_jade() -> None:
    assert re.search(r"\.lead\{[^}]*--focus:var\(--on-jade\)", SHEET)


def test_every_colour_token_is_checked() -> None:
    checked = {name for pair in [*TEXT, *EDGES] for name in pair} | {"halo"} | DECORATIVE | NOT_COLOURS
    assert set(tokens_of("light")) == checked


def test_rules_use_tokens_and_no_colours_of_their_own() -> None:
    rules = re.sub(r":root(\[.*?\])?\{.*?\}", "", SHEET, flags=re.DOTALL).split("@media print{")[0]
    assert re.findall(r"#[0-9a-f]{3,6}\b|rgba?\(|hsla?\(", rules) == []


def test_forced_dark_equals_the_dark_of_the_system() -> None:
    assert tokens_of("dark") == tokens_of("auto")


def test_sheet_weighs_at_most_5000_bytes_compressed() -> None:
    assert len(gzip.compress(SHEET.encode(), 6)) <= 5000


def test_enhancement_script_is_under_3_kb() -> None:
    assert (ROOT / "static/js/enhance.js").stat().st_size < 3000


@pytest.mark.parametrize(
    "word",
    [
        ":has(",
        ":is(",
        "@layer",
        "light-dark(",
        "@container",
        "inset:",
        "position:fixed",
        "position:sticky",
        "animation",
        "transition",
    ],
)
def test_sheet_stays_within_chromium_86_and_nothing_moves_or_sticks(word: str) -> None:
    assert word not in SHEET
