"""Steps that show, ask the household and work numbers out: what is said by half is refused with its place."""

from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

import portal.catalogue
from portal.catalogue.loader import CatalogueErrors, load_catalogue

GZ = "services/gz-01.toml"
SPOILT = [
    (GZ, 'shows = [{step = "plan"}]\n', 'shows = [{step = "plans"}]\n', "shows.step", "earlier step"),
    (GZ, 'shows = [{step = "plan"}]\n', "", "steps[agreement]", "what the household is shown"),
    (
        GZ,
        'witnesses = ["visitor_1", "visitor_2", "told_on"]',
        'witnesses = ["visitor_1"]',
        "steps[agreement].witnesses",
        "name the fields with the two",
    ),
    (
        GZ,
        'notice = "N18"\nasks = ["visitor_1", "visitor_2", "told_on"]',
        'notice = "N18"\nasks = []',
        "steps[agreement].outcomes[decline].asks",
        "of staff who write the answer down",
    ),
    (
        GZ,
        'id = "queue"\nkind = "suspend"',
        'id = "queue"\nkind = "withdraw"',
        "steps[decision].outcomes[queue]",
        "only the household can withdraw",
    ),
    (
        GZ,
        'worked_out = {rule = "total", group = "plan_items", of = "cost"}',
        'worked_out = {rule = "total", group = "plan_items", of = "price"}',
        "steps[plan].fields[plan_cost].worked_out.of",
        "column of the group",
    ),
    (
        GZ,
        'worked_out = {rule = "score", of = "priority", numbers = "retrofit"}',
        'worked_out = {rule = "score", of = "priority", numbers = "renewal"}',
        "parameters",
        "renewal_weight_alone",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "advice"), SPOILT, ids=[f"{row[3]}-{row[4]}" for row in SPOILT]
)
def test_what_is_said_by_half_is_refused_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, place: str, advice: str
) -> None:
    own = Path(portal.catalogue.__file__).parent
    root = tmp_path / "catalogue"
    copytree(own, root, ignore=ignore_patterns("*.py", "__pycache__", "national"))
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueErrors) as caught:
        load_catalogue(root)
    said = [(one.path, one.advice) for one in caught.value.problems]
    assert any(place in path and advice in words for path, words in said), said
