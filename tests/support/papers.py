"""Made-up pages and files for tests of uploads: good ones, hard ones and hostile ones."""

from __future__ import annotations

from base64 import b85decode
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image, ImageDraw, ImageFont

A4 = (1240, 1754)
LINE = "880000 household register example line of print with many words in it"


def page(size: tuple[int, int] = A4, *, paper: int = 255, ink: int = 20, margin: float = 0.1) -> Image.Image:
    """A page of print, in grey."""
    made = Image.new("L", size, paper)
    draw = ImageDraw.Draw(made)
    font = ImageFont.load_default(size[0] // 45)
    left, top, step = round(size[0] * margin), round(size[1] * abs(margin)), size[0] // 24
    for row in range(top, size[1] - top, step):
        draw.text((left, row), LINE, fill=ink, font=font)
    return made


def portrait() -> Image.Image:
    """A two-inch photo on white: a head and shoulders in soft colours."""
    made = Image.new("RGB", (413, 579), "white")
    draw = ImageDraw.Draw(made)
    draw.ellipse((30, 380, 380, 800), fill=(40, 60, 110))
    draw.ellipse((120, 120, 295, 350), fill=(220, 180, 150))
    draw.ellipse((115, 100, 300, 220), fill=(30, 25, 20))
    draw.ellipse((160, 230, 180, 242), fill=(20, 20, 20))
    draw.ellipse((235, 230, 255, 242), fill=(20, 20, 20))
    draw.line((180, 305, 235, 305), fill=(150, 60, 60), width=6)
    return made


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The image as a file."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo() -> bytes:
    """A good photo of a page, as a JPEG."""
    return encoded(page(), quality=85)


def photo_with_place() -> bytes:
    """A photo that says where it was taken, who made it, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 1.0), 3: "E", 4: (120.0, 9.0, 1.0)})
    return encoded(page((900, 600)), exif=exif, comment=b"SecretComment")


def animation() -> bytes:
    """A PNG that moves."""
    frames = [page((600, 800), paper=brightness) for brightness in (255, 200)]
    return encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])


def bomb() -> bytes:
    """A PNG of some kilobytes that unpacks to 400 million points."""
    return encoded(Image.new("1", (20_000, 20_000)), "PNG")


def pdf(pages: int = 2, **options: Any) -> bytes:
    """A PDF of printed pages; ``options`` are those of ``pikepdf.Pdf.save``."""
    out = BytesIO()
    small = page((620, 877))
    made = BytesIO()
    small.save(made, "PDF", save_all=True, append_images=[small] * (pages - 1), resolution=75)
    with pikepdf.open(made) as opened:
        opened.save(out, **options)
    return out.getvalue()


def locked_pdf() -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="owner", user="user"))


def scripted_pdf() -> bytes:
    """A PDF that would run a script, start a program, send a form, and brings a file along."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf(1))) as made:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('SecretScript')")
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="SecretProgram.exe", Next=script)
        made.Root.OpenAction = made.make_indirect(script)
        made.Root.AA = pikepdf.Dictionary(WC=launch)
        made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA="SecretForm")
        made.attachments["SecretProgram.exe"] = b"MZ SecretProgram"
        page = made.pages[0].obj
        page.AA = pikepdf.Dictionary(O=script)
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=launch
        )
        attached = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9]
        )
        page.Annots = pikepdf.Array([made.make_indirect(link), attached])
        made.docinfo["/Author"] = "SecretAuthor"
        made.save(out)
    return out.getvalue()


def polyglot() -> bytes:
    """A photo that is a web page and an archive as well."""
    return photo() + b"<html><script>alert('SecretScript')</script>PK\x03\x04SecretArchive"


def heic() -> bytes:
    """A small photo as phones make them: on its side, with the name of the camera. Written down, because what
    reads such files cannot make them."""
    return b85decode(_HEIC)


_HEIC = (
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0005VZDn*}000000000XXk=`10000000000aA{+700000000000000000000G-+&a"
    "V*mgE07O6l0ssL300001>;M4(00000002M$0ssI200Jxk0RR9100000J^%m!IB98aW&i*H00062000$fZf0cy000000RRAKc4ILB"
    "0000LX>Mj^0ssI300IC2MR;ju000004sdC7Z2$lO00031009SSaB^?}008D`aAR)(004Gqc4I>U18@KU0FVFx0000U@BsY%`1k+-"
    "4+CHT0RR|40Sp2E{{wIU00RJ!0009300RIXx&lC90096hLID8-Z~y=U0FVFx0{{R603M(qfd!W8<fgf}2xu@M00096AOHXZ03l)k"
    "0RRR>0l{;?i2wiq6Ju{|a&BX6cmM$a4FCp!0000KX>)L8000000000$0000$0000eV{Bn?0000$000010000m000010000000002"
    "|NsB+000020000GaA|mH000000|*ER00009X>xCL0{{R38EJ5BVE_OC000000RRC8fdT^sgoXeB02*m>Wo7^X0000001jhhb7KGk"
    "009620001nZDe6|0000yC;_in3C6@}%Iug0{^$PsOG0o7Az`${8Pe}MUkC2obfY_@3s78EVJd%Ztfrp+Lh<QW55M=MJ!-CV00006"
    "MR;ju002!*04e|g00;mA0S^EI0000D0000c0TKWM0000100sa600000Q)OdvWpqPfZDn#{000"
)
