"""Photos and scans: read for what they are, made anew upright, without place, camera or anything behind."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.paper.quality import look_at
from portal.paper.shapes import JPEG_QUALITY, LONGEST_SIDE, Fault, Made

MOST_PIXELS: Final = {"JPEG": 220_000_000, "PNG": 60_000_000, "HEIF": 60_000_000}
"""The largest phones make photos of 200 million pixels; a JPEG is read smaller at once, others are not."""
PHONES_SECOND_PICTURES: Final = {"MPO", "HEIF"}
"""Phones put previews and depth beside the photo: nothing is lost when they are left out."""
NOT_MADE_SMALLER: Final = {"1", "P", "PA", "I", "I;16", "I;16B", "I;16L"}
"""Ways to keep a picture in which points cannot be mixed, or not well."""

Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())
pi_heif.register_heif_opener(thumbnails=False)
pi_heif.options.DECODE_THREADS = 1


def read_image(content: bytes, kind: str) -> Made:
    """The photo made anew as a JPEG. Raises Fault."""
    try:
        with Image.open(BytesIO(content), formats=(kind,)) as opened:
            if opened.width * opened.height > MOST_PIXELS[kind]:
                raise Fault("file_too_many_pixels")
            frames = getattr(opened, "n_frames", 1)
            is_moving = frames > 1 and opened.format not in PHONES_SECOND_PICTURES
            opened.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
            ImageOps.exif_transpose(opened, in_place=True)
            if opened.mode not in NOT_MADE_SMALLER:  # the large picture is copied as seldom as can be
                opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            made = plain(opened)
    except UnidentifiedImageError as wrong:
        raise Fault("file_damaged") from wrong
    except Image.DecompressionBombError as wrong:
        raise Fault("file_too_many_pixels") from wrong
    except (OSError, SyntaxError, ValueError, EOFError) as wrong:
        # Pillow says that a file ends too early in the words of an OSError, and in no other way.
        raise Fault("file_truncated" if "truncated" in str(wrong) else "file_damaged") from wrong
    made.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    notes = ["file_was_moving"] if is_moving else []
    return Made("image/jpeg", 1, [as_jpeg(made)], [made.size], [look_at(made)], notes)


def plain(image: Image.Image) -> Image.Image:
    """Grey or coloured, on white where one could see through, and nothing but the picture."""
    if image.mode.startswith("I"):  # 16 bits a point
        image = image.convert("I").point(lambda brightness: brightness / 256).convert("L")
    if image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info:
        seen_through = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(seen_through)
        image = paper
    flat = image.convert("L" if image.mode in ("1", "L") else "RGB")
    flat.info.clear()
    return flat


def as_jpeg(image: Image.Image) -> bytes:
    """The picture as a file."""
    out = BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()
