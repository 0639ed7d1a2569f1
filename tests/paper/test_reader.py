"""What the reading process makes of files: good ones anew, hard ones with remarks, hostile ones never."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from tempfile import TemporaryFile

import pikepdf
import pytest
from PIL import Image, ImageFilter

from portal.gateways import paper as gateway
from portal.gateways.paper import Paper, read_paper
from portal.paper.quality import look_at
from portal.paper.shapes import LONGEST_SIDE, MOST_PAGES, Fault
from tests.support import papers


def read(content: bytes) -> tuple[Paper, list[bytes]]:
    parts: list[bytes] = []
    with TemporaryFile() as file:
        file.write(content)
        found = read_paper(file, parts.insert)
    return found, parts


def fault_of(content: bytes) -> Fault:
    with pytest.raises(Fault) as raised:
        read(content)
    return raised.value


def picture(part: bytes) -> Image.Image:
    return Image.open(BytesIO(part), formats=("JPEG",))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_photo_is_made_anew_as_a_jpeg(kind: str) -> None:
    found, (whole,) = read(papers.encoded(papers.page((900, 1200)), kind))
    assert (found.media_type, found.pages, found.size) == ("image/jpeg", 1, len(whole))
    assert found.quality == ((),)
    assert found.pictures == ((900, 1200),)
    assert picture(whole).size == (900, 1200)


def test_photo_loses_place_camera_and_remarks_and_stands_upright() -> None:
    content = papers.photo_with_place()
    assert b"SecretCamera" in content
    assert b"SecretComment" in content
    _found, (whole,) = read(content)
    assert picture(whole).size == (600, 900)
    assert not picture(whole).getexif()
    assert b"Secret" not in whole


def test_heic_of_a_phone_becomes_an_upright_jpeg() -> None:
    found, (whole,) = read(papers.heic())
    assert found.media_type == "image/jpeg"
    assert picture(whole).size == (48, 64)
    assert b"Secret" not in whole


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "CMYK"])
def test_every_way_to_write_colours_is_read(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    content = papers.encoded(papers.page((600, 800)).convert(mode), "JPEG" if kind == "TIFF" else kind)
    _found, (whole,) = read(content)
    assert picture(whole).convert("L").getextrema()[1] > 240


def test_what_one_sees_through_is_laid_on_white() -> None:
    clear = Image.new("RGBA", (500, 500), (0, 0, 0, 0))
    _found, (whole,) = read(papers.encoded(clear, "PNG"))
    assert picture(whole).convert("L").getextrema() == (255, 255)


def test_large_photo_is_kept_in_a_decent_size() -> None:
    _found, (whole,) = read(papers.encoded(papers.page((8000, 6000)), quality=50))
    assert max(picture(whole).size) == LONGEST_SIDE


def test_pdf_is_kept_with_an_image_of_each_page() -> None:
    found, (whole, *images) = read(papers.pdf(3))
    assert (found.media_type, found.pages, len(images)) == ("application/pdf", 3, 3)
    assert whole.startswith(b"%PDF-")
    assert all(min(picture(image).size) > 1000 for image in images)
    assert found.pictures == tuple(picture(image).size for image in images)


def test_scripted_pdf_loses_what_acts_and_keeps_its_print() -> None:
    found, (whole, image) = read(papers.scripted_pdf())
    assert found.notes == ("file_was_active",)
    assert len(look_at(picture(image))) == 0
    with pikepdf.open(BytesIO(whole)) as kept:
        assert not kept.attachments
        everything = b"".join(one.unparse(resolved=True) for one in kept.objects)
        everything += b"".join(
            one.read_raw_bytes()
            for one in kept.objects
            if isinstance(one, pikepdf.Stream) and "/Width" not in one
        )
    assert b"Secret" not in everything
    for key in (b"/JavaScript", b"/Launch", b"/OpenAction", b"/AA", b"/XFA", b"/EmbeddedFile"):
        assert key not in everything


def test_harmless_pdf_is_not_called_active() -> None:
    assert read(papers.pdf(1))[0].notes == ()


def test_photo_inside_a_pdf_loses_its_place() -> None:
    photo, out = BytesIO(papers.photo_with_place()), BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(300, 200))
        image = pikepdf.Stream(made, photo.getvalue())
        image.update({"/Type": "/XObject", "/Width": 900, "/Height": 600, "/BitsPerComponent": 8})
        image.Subtype, image.ColorSpace = pikepdf.Name.Image, pikepdf.Name.DeviceGray
        image.Filter = pikepdf.Name.DCTDecode
        made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=image))
        made.pages[0].Contents = pikepdf.Stream(made, b"q 300 0 0 200 0 0 cm /P Do Q")
        made.save(out)
    assert b"SecretCamera" in out.getvalue()
    _found, (whole, shown) = read(out.getvalue())
    assert b"Secret" not in whole
    assert "page_blank" not in look_at(picture(shown))


def test_polyglot_keeps_nothing_but_its_picture() -> None:
    found, (whole,) = read(papers.polyglot())
    assert found.media_type == "image/jpeg"
    assert b"Secret" not in whole
    assert b"PK\x03\x04" not in whole


def test_moving_picture_is_kept_still_and_says_so() -> None:
    found, (whole,) = read(papers.animation())
    assert found.notes == ("file_was_moving",)
    assert getattr(picture(whole), "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"", "file_empty"),
        (lambda: papers.photo()[:20_000], "file_truncated"),
        (lambda: papers.encoded(papers.page(), "PNG")[:9_000], "file_truncated"),
        (lambda: papers.pdf()[:30_000], "file_truncated"),
        (lambda: b"\xff\xd8\xff" + bytes(1000), "file_damaged"),
        (lambda: b"\0\0\0\x18ftypheic" + bytes(100), "file_damaged"),
        (lambda: b"%PDF-1.7 nothing at all startxref", "file_damaged"),
        (papers.locked_pdf, "file_encrypted"),
        (papers.bomb, "file_too_many_pixels"),
        (lambda: b"PK\x03\x04" + bytes(100), "file_unknown_kind"),
        (lambda: b"GIF89a" + bytes(100), "file_unknown_kind"),
        (lambda: b"<html><script>alert(1)</script>", "file_unknown_kind"),
        (lambda: b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "file_too_large"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_taken_says_why(content, code: str) -> None:
    assert fault_of(content()).code == code


def test_pdf_of_two_hundred_pages_says_how_many_it_has_and_may_have() -> None:
    out = BytesIO()
    with pikepdf.new() as made:
        for _ in range(200):
            made.add_blank_page()
        made.save(out)
    fault = fault_of(out.getvalue())
    assert (fault.code, fault.params) == ("file_too_many_pages", {"count": 200, "max": MOST_PAGES})


@pytest.mark.parametrize(
    "greedy",
    [
        "bytearray(2 * 1024**3)",
        "open('/dev/null'), [open('/dev/null') for _ in range(20)]",
        "reader.answer(__import__('io').BytesIO(PHOTO), __import__('io').BytesIO()); os.fork()",
    ],
)
def test_reading_process_gets_no_more_than_its_limits(greedy: str) -> None:
    code = (
        "import os, sys; from portal.paper import reader; PHOTO = sys.stdin.buffer.read();"
        f"os.getuid() or os.setuid(65534); reader.take_limits(); {greedy}"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], input=papers.photo(), capture_output=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].split(b":")[0] in (b"MemoryError", b"OSError", b"BlockingIOError")


def test_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "WALL_SECONDS", 0.01)
    assert fault_of(papers.photo()).code == "file_too_heavy"


def test_too_many_files_at_once_are_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "PATIENCE_SECONDS", 0.01)
    with gateway.AT_ONCE, gateway.AT_ONCE:
        assert fault_of(papers.photo()).code == "file_reader_busy"


PAGE = papers.page()


@pytest.mark.parametrize(
    ("picture", "codes"),
    [
        (PAGE, []),
        (papers.portrait(), []),
        (PAGE.rotate(2, fillcolor=255), []),
        (PAGE.rotate(90, expand=True), []),
        (PAGE.filter(ImageFilter.GaussianBlur(1)), []),
        (papers.page(paper=140, ink=30), []),
        (papers.page(paper=90, ink=10), ["page_dark"]),
        (PAGE.filter(ImageFilter.GaussianBlur(4)), ["page_blurred"]),
        (PAGE.rotate(7, fillcolor=255), ["page_tilted"]),
        (PAGE.crop((0, 0, 700, 1754)), ["page_cut_right"]),
        (PAGE.crop((300, 0, 1240, 1754)), ["page_cut_left"]),
        (PAGE.rotate(90, expand=True).crop((0, 500, 1754, 1240)), ["page_cut_top"]),
        (Image.new("L", papers.A4, 245), ["page_blank"]),
        (papers.page((300, 400)), ["page_small"]),
    ],
    ids=range(14),
)
def test_quality_is_told_only_where_it_is_in_doubt(picture: Image.Image, codes: list[str]) -> None:
    assert look_at(picture) == codes
