"""PDFs: kept without anything that acts by itself, with an image of each page for looking at."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf
import pypdfium2

from portal.paper.images import as_jpeg, plain
from portal.paper.quality import look_at
from portal.paper.shapes import LONGEST_PAGE_SIDE, MOST_PAGES, Fault, Made

ACTING: Final = ("/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/PA")
"""Keys of a PDF behind which something may start, wherever they stand."""
TELLING: Final = ("/Metadata", "/PieceInfo", "/LastModified")
"""Keys behind which programs keep who, when and where."""
MOVING_PARTS: Final = {"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"}
"""Annotations that are no print: they play, or carry a file."""
END: Final = b"startxref"
ENDS_WITHIN: Final = 8192
"""Every PDF ends so; one that does not would be mended into empty pages."""
DEEPEST: Final = 40
"""Levels of containers inside one object; more is built to hurt."""


def read_pdf(content: bytes) -> Made:
    """The PDF made anew, and an image of each page. Raises Fault."""
    if END not in content[-ENDS_WITHIN:]:
        raise Fault("file_truncated")
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as opened:
            pages = len(opened.pages)
            if not pages:
                raise Fault("file_damaged")
            if pages > MOST_PAGES:
                raise Fault("file_too_many_pages", count=pages, max=MOST_PAGES)
            has_acted = _make_still(opened)
            whole = _written(opened)
    except pikepdf.PasswordError as wrong:
        raise Fault("file_encrypted") from wrong
    except (pikepdf.PikepdfError, ValueError, RuntimeError) as wrong:
        raise Fault("file_damaged") from wrong
    images, pictures, quality = _images_of(whole)
    notes = ["file_was_active"] if has_acted else []
    return Made("application/pdf", pages, [whole, *images], pictures, quality, notes)


def _written(opened: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    opened.save(
        out, encryption=False, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True
    )
    return out.getvalue()


def _make_still(opened: pikepdf.Pdf) -> bool:
    """Take out what acts by itself, and what tells of the author; whether anything acted."""
    has_acted = False
    del opened.docinfo
    for one in opened.objects:
        for container in _containers(one, 0):
            has_acted |= _still(container)
            for key in TELLING:
                _drop(container, key)
        if isinstance(one, pikepdf.Stream):
            _forget_place(one)
    for page in opened.pages:
        annotations = page.obj.get("/Annots")
        if isinstance(annotations, pikepdf.Array):
            kept = [one for one in annotations if not _is_moving(one)]
            has_acted |= len(kept) < len(annotations)
            page.obj.Annots = pikepdf.Array(kept)
    return has_acted


def _still(container: Any) -> bool:
    """One dictionary without what acts in it. /A means an action only where it says which one (/S)."""
    found = [_drop(container, key) for key in ACTING]
    action = container.get("/A")
    if isinstance(action, pikepdf.Dictionary) and "/S" in action and "/URI" not in action:
        found.append(_drop(container, "/A"))
    elif isinstance(action, pikepdf.Dictionary):
        _drop(container, "/A")  # an address to go to acts only when it is pressed: no alarm, but no door
    if "/S" in container and "/Next" in container:
        found.append(_drop(container, "/Next"))
    return any(found)


def _drop(container: Any, key: str) -> bool:
    if key not in container:
        return False
    del container[key]
    return True


def _containers(one: Any, depth: int) -> Iterator[Any]:
    """Dictionaries and streams in an object, those written inside others too, but not what it points to."""
    if depth > DEEPEST:
        raise Fault("file_damaged")
    if isinstance(one, pikepdf.Stream | pikepdf.Dictionary):
        yield one
        inner = [value for _key, value in one.items()]
    elif isinstance(one, pikepdf.Array):
        inner = list(one)
    else:
        return
    for value in inner:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _containers(value, depth + 1)


def _is_moving(annotation: Any) -> bool:
    return not isinstance(annotation, pikepdf.Dictionary) or str(annotation.get("/Subtype")) in MOVING_PARTS


def _forget_place(stream: pikepdf.Stream) -> None:
    """A photo inside a PDF keeps what the phone wrote behind it, the place too: take that out."""
    if stream.get("/Subtype") != "/Image" or stream.get("/Filter") not in ("/DCTDecode", ["/DCTDecode"]):
        return
    photo = stream.read_raw_bytes()
    bare = without_remarks(photo)
    if len(bare) < len(photo):
        stream.write(bare, filter=pikepdf.Name.DCTDecode)


def without_remarks(jpeg: bytes) -> bytes:
    """A JPEG without its APP1 segments (EXIF, XMP) and comments; as it is where they make no sense."""
    kept, place = [jpeg[:2]], 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF and jpeg[place + 1] != 0xDA:
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4])
        if jpeg[place + 1] not in (0xE1, 0xFE):
            kept.append(jpeg[place:end])
        place = end
    return b"".join([*kept, jpeg[place:]]) if place < len(jpeg) else jpeg


def _images_of(whole: bytes) -> tuple[list[bytes], list[tuple[int, int]], list[list[str]]]:
    """An image of each page as it is kept, how large it is, and what may make it hard to read."""
    images: list[bytes] = []
    pictures: list[tuple[int, int]] = []
    quality: list[list[str]] = []
    try:
        with pypdfium2.PdfDocument(whole) as document:
            for page in document:
                scale = LONGEST_PAGE_SIDE / max(*page.get_size(), 1)
                picture = plain(page.render(scale=scale).to_pil())
                images.append(as_jpeg(picture))
                pictures.append(picture.size)
                quality.append(look_at(picture))
                page.close()
    except pypdfium2.PdfiumError as wrong:
        raise Fault("file_damaged") from wrong
    return images, pictures, quality
