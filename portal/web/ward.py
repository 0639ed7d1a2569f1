"""证和待遇: certificates and benefits of a ward, for who guards them by law."""

from __future__ import annotations

from typing import TypeAlias

from flask import Flask

from portal.rules.certificates import number_groups
from portal.usecases.represented import get_represented
from portal.usecases.ward import read_holdings_of_ward
from portal.web.access import actor, applicant
from portal.web.acting_for import PEOPLE, banner_for
from portal.web.benefits import shown
from portal.web.certificates import line_of, rows_of
from portal.web.parts import parts, transaction
from portal.web.rendering import render

Answered: TypeAlias = str | tuple[str, int]


@applicant
def holdings_page(representation_id: int) -> Answered:
    """Nothing of somebody whose identity nobody has seen."""
    with transaction() as db:
        one = get_represented(db, actor(), representation_id)
        held = read_holdings_of_ward(db, actor(), representation_id, parts().region)
    return render(
        "people/holdings.html",
        acting_for=banner_for(one),
        href=f"{PEOPLE}/{representation_id}",
        is_known=held is not None,
        certificates=[
            (line_of(seen), number_groups(seen.row.number), rows_of(seen)) for seen in held.certificates
        ]
        if held
        else [],
        benefits=[shown(one) for one in held.benefits] if held else [],
    )


def register(app: Flask) -> None:
    """Add this front's address."""
    app.add_url_rule(f"{PEOPLE}/<int:representation_id>/holdings", "ward.holdings", holdings_page)
