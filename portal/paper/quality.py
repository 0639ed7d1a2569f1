"""How well a page can be read, by simple measures; people decide, these only say what to look at again.

The thresholds were set on made-up pages and portraits: black print on white, pale, dark, turned, soft and cut
ones. Where a measure is not sure it says nothing.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Final

from PIL import Image, ImageFilter, ImageStat

LOOKED_AT_SIDE: Final = 1000
"""Pixels of the longer side on which everything is measured, so that the thresholds mean the same."""
SMALLEST_SIDE: Final = 400
"""Pixels of the shorter side below which print is hard to read; a two-inch photo has 413."""
DARK_BELOW: Final = 105
"""Brightness (0 to 255) that the paper of a well-lit page always exceeds."""
BLANK_SPREAD: Final = 3.0
"""Standard deviation of brightness below which nothing stands on a page."""
SOFTENED_BY: Final = 1.5
BLURRED_ABOVE: Final = 0.85
"""How much of its edges a picture keeps when it is softened: what was sharp loses most."""
TURNED_SIDE: Final = 300
TURNED_DEGREES: Final = 3
"""A page turned by less reads well."""
MOST_DEGREES: Final = 12
TURNED_GAIN: Final = 1.5
"""How much clearer the lines must stand out at another angle before a page is called turned."""
INK_SHARE: Final = 0.7
"""Ink has less than this share of the brightness of its paper."""
STROKES_AT_EDGE: Final = 10
"""Strokes that meet one edge of the picture: so many mean that lines go on outside."""
EDGES: Final = (3, 7, 11)
"""Pixels from the edge at which strokes are counted: the outermost may be a scanner's frame, and one line may
fall between two letters."""

_SLOPE = ImageFilter.Kernel((3, 3), (0, 0, 0, -1, 0, 1, 0, 0, 0), scale=2, offset=128)


def look_at(image: Image.Image) -> list[str]:
    """Codes of what may make the page hard to read, the most important first."""
    found = ["page_small"] if min(image.size) < SMALLEST_SIDE else []
    grey = image.convert("L")
    grey.thumbnail((LOOKED_AT_SIDE, LOOKED_AT_SIDE))
    variance = ImageStat.Stat(grey).var[0]
    if variance < BLANK_SPREAD**2:
        return [*found, "page_blank"]
    paper = brightness_of_paper(grey)
    if paper < DARK_BELOW:
        found.append("page_dark")
    if _sharpness(grey.filter(ImageFilter.GaussianBlur(SOFTENED_BY))) > BLURRED_ABOVE * _sharpness(grey):
        found.append("page_blurred")
    ink = grey.point([255 if brightness < INK_SHARE * paper else 0 for brightness in range(256)])
    if _is_turned(ink):
        found.append("page_tilted")
    return found + _cut_edges(ink)


def brightness_of_paper(grey: Image.Image) -> int:
    """The brightness that four fifths of the picture stay below: print covers less of a page than paper."""
    most = grey.width * grey.height * 4 // 5
    return next(level for level, below in enumerate(accumulate(grey.histogram())) if below >= most)


def _is_turned(ink: Image.Image) -> bool:
    """Whether lines of print stand out clearly better when the picture is turned a little."""
    small = ink.copy()
    small.thumbnail((TURNED_SIDE, TURNED_SIDE), Image.Resampling.BOX)
    clear = {degrees: _clearness(small.rotate(degrees)) for degrees in range(-MOST_DEGREES, MOST_DEGREES + 1)}
    best = max(clear, key=lambda degrees: clear[degrees])
    return abs(best) >= TURNED_DEGREES and clear[best] > TURNED_GAIN * clear[0]


def _clearness(ink: Image.Image) -> float:
    """How much ink comes and goes from row to row: most where lines of print lie level."""
    rows = ink.resize((1, ink.height), Image.Resampling.BOX).tobytes()
    return sum((below - above) ** 2 for above, below in pairwise(rows)) + 1.0


def _sharpness(grey: Image.Image) -> float:
    """How steeply brightness changes from point to point."""
    return ImageStat.Stat(grey.filter(_SLOPE)).var[0]


def _cut_edges(ink: Image.Image) -> list[str]:
    """The edges that many strokes run into."""
    turned = {
        "page_cut_left": ink,
        "page_cut_right": ink.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "page_cut_top": ink.transpose(Image.Transpose.TRANSPOSE),
        "page_cut_bottom": ink.transpose(Image.Transpose.TRANSVERSE),
    }
    return [code for code, picture in turned.items() if _strokes_at_left(picture) >= STROKES_AT_EDGE]


def _strokes_at_left(ink: Image.Image) -> int:
    lines = [ink.crop((edge, 0, edge + 1, ink.height)).tobytes() for edge in EDGES]
    return max(sum(1 for above, below in pairwise(line) if above < below) for line in lines)
