"""A new 本人联系单 for who is signed in: asked first, then shown once with its two numbers, never kept."""

from __future__ import annotations

from flask import request

from portal.usecases.own_slips import list_own_slips, renew_own_slips
from portal.web.access import actor
from portal.web.parts import parts, reading, transaction
from portal.web.qr import draw_qr
from portal.web.rendering import render
from portal.web.voice_doors import Door

ON_THE_WEB = "/voice"


def slip_page(door: Door) -> tuple[str, int]:
    """What a new one does to the one before; after ``renew`` the new one itself."""
    if request.form.get("step") == "renew":
        before = {int(one) for one in request.form.getlist("before") if one.isdecimal() and len(one) < 19}
        with transaction() as db:
            slips = [(one.number, one.code) for one in renew_own_slips(db, actor(), before)]
        where = parts().settings.base_url.rstrip("/") + ON_THE_WEB
        return render(
            "voices/own_slip.html", 200, door=door, slips=slips, where=where, drawing=draw_qr(where)
        )
    with reading() as db:
        before = {one.id for one in list_own_slips(db, actor())}
    return render("voices/own_slip.html", 200, door=door, slips=[], live_ids=sorted(before))
