"""Bundles lead to services that exist and are given; nothing is asked or decided in one."""

import re
import shutil
from pathlib import Path

import pytest

import portal.catalogue
from portal.catalogue.loader import CatalogueErrors, load_catalogue

GOOD = Path(portal.catalogue.__file__).parent
BUNDLE, DEMO = "services/yj-03.toml", "regions/demo.toml"
LEADS_TO = 'bundle = ["zj-04", "bt-01", "bt-02", "jt-01"]'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for file in [*GOOD.glob("*.toml"), *GOOD.glob("*/*.toml")]:
        copy = tmp_path / file.relative_to(GOOD)
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(file, copy)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        (LEADS_TO, 'bundle = ["zj-99"]', "there is no service 'zj-99'"),
        (LEADS_TO, 'bundle = ["zj-04", "zj-04"]', "'zj-04' stands 2 times"),
        (LEADS_TO, 'bundle = ["zj-04", "yj-01"]', "'yj-01' is a bundle itself"),
        (LEADS_TO, "bundle = []", "or it is a bundle of other services"),
        (
            "declarations = []",
            'declarations = [{like = "declarations.truth"}]',
            "nothing is asked in a bundle",
        ),
    ],
)
def test_a_bundle_that_leads_nowhere_or_asks_is_refused(root: Path, old: str, new: str, advice: str) -> None:
    text = (root / BUNDLE).read_text(encoding="utf-8")
    assert old in text
    (root / BUNDLE).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueErrors) as caught:
        load_catalogue(root)
    assert any(problem.file == BUNDLE and advice in problem.advice for problem in caught.value.problems)


def test_a_region_gives_a_bundle_only_with_one_of_its_services(root: Path) -> None:
    text = (root / DEMO).read_text(encoding="utf-8")
    text = re.sub(r'"(zj-04|bt-01|bt-02|jt-01)", ?', "", text)
    (root / DEMO).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueErrors) as caught:
        load_catalogue(root)
    assert any(
        problem.file == DEMO and "yj-03 leads to nothing here" in problem.advice
        for problem in caught.value.problems
    )
