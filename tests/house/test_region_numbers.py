"""What a region says is read by somebody: a number that changes nothing misleads whoever sets it.

What services and benefits name is held by `portal check-catalogue`.
"""

from portal.catalogue.checking.local_rules import READ_BY_NAME
from tests.house.sources import portal_modules


def test_what_the_application_asks_for_by_name_is_asked_for() -> None:
    said = "\n".join(
        one.path.read_text(encoding="utf-8") for one in portal_modules() if one.path.name != "local_rules.py"
    )
    assert [name for name in sorted(READ_BY_NAME) if f'"{name}"' not in said] == []
