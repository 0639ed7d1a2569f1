"""The commands of whoever writes services, and docs/writing-a-service.md followed to its end."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

import portal.catalogue
from portal.catalogue.differences import differences
from portal.catalogue.element_words import NAMES
from portal.catalogue.loader import CatalogueErrors, definition_hash, load_catalogue
from portal.catalogue.skeleton import MARK
from portal.cli import main
from portal.usecases.definitions import find_definition_by_start, store_definition
from tests.support.any_service import Walker

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

OWN = Path(portal.catalogue.__file__).parent
DEMO = load_catalogue().regions["demo"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("PORTAL_ENV", "demo")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "var"))

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(arguments)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A copy of the catalogue that a test may write into."""
    copy = tmp_path / "catalogue"
    shutil.copytree(OWN, copy, ignore=shutil.ignore_patterns("__pycache__", "*.py", "national"))
    return copy


def test_newcomer_makes_fills_in_checks_and_walks_a_service(run: Run, catalogue: Path, db: Session) -> None:
    status, said, _ = run("new-service", "ZJ-08", "--folder", str(catalogue / "services"))
    file = catalogue / "services/zj-08.toml"
    assert (status, MARK in said) == (0, True)
    with pytest.raises(CatalogueErrors, match="write your own words"):
        load_catalogue(catalogue)
    file.write_text(file.read_text(encoding="utf-8").replace(MARK, ""), encoding="utf-8")
    region = catalogue / "regions/demo.toml"
    given = region.read_text(encoding="utf-8")
    region.write_text(given.replace("services = [", 'services = ["zj-08",', 1), encoding="utf-8")
    read = load_catalogue(catalogue)
    definition = read.definition("zj-08", "demo")
    walker = Walker(db, definition, read.regions["demo"], "self")
    walker.furnish()
    walker.every_outcome()
    steps = definition.service.steps
    assert walker.met == {(step.id, outcome.id) for step in steps for outcome in step.outcomes}


@pytest.mark.parametrize(
    ("code", "words"), [("zj-01", "exists already"), ("zj", "two letters"), ("../x", "two letters")]
)
def test_code_that_is_taken_or_none_is_refused_in_a_sentence(
    run: Run, tmp_path: Path, code: str, words: str
) -> None:
    status, _, wrong = run("new-service", code, "--folder", str(tmp_path))
    assert status == 1
    assert words in wrong
    assert not list(tmp_path.glob("*.toml"))


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "办事材料"), ("easy", "要交什么"), ("en", "Documents")]
)
def test_preview_says_guide_every_page_in_order_and_steps(run: Run, language: str, words: str) -> None:
    status, said, _ = run("preview", "zj-01", "--language", language)
    assert status == 0
    assert words in said
    definition = load_catalogue().definition("zj-01", "demo")
    places = [said.index(f"[{page.id}]") for page in definition.pages]
    assert places == sorted(places)
    for step in definition.service.steps:
        assert step.name.say(language) in said  # type: ignore[arg-type]


def test_preview_of_what_is_not_given_is_refused(run: Run) -> None:
    assert run("preview", "zz-99")[0] == 1


def test_unverified_lists_statements_with_their_citation_and_no_verified_one(run: Run) -> None:
    status, said, _ = run("unverified")
    assert status == 0
    assert "zj-01 新办残疾人证" in said
    citations = [one for service in load_catalogue().services.values() for one in service.citations.values()]
    unverified = {f"{one.title}{one.article}" for one in citations if one.status == "unverified"}
    local = {
        one.source
        for region in load_catalogue().regions.values()
        for one in (*region.parameters, *region.rules, *region.limits)
        if one.status == "unverified"
    }
    assert local
    unverified |= local
    listed = [line.rpartition("[")[2].removesuffix("]") for line in said.splitlines() if line[:2] == "  "]
    assert listed
    assert set(listed) <= unverified
    assert local <= set(listed)
    assert said.endswith(f"{len(listed)} statement(s) rest on what is unverified.\n")


def test_export_has_one_row_an_element_and_the_same_in_both_files(run: Run, tmp_path: Path) -> None:
    assert run("export-catalogue", str(tmp_path / "out"))[0] == 0
    for language in ("zh", "easy", "en"):
        written = (tmp_path / f"out/catalogue-{language}.csv").read_bytes()
        assert written.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(written.decode("utf-8-sig").splitlines(keepends=True)))
        assert len({(row["code"], row["element"]) for row in rows}) == len(rows)
        assert {row["code"] for row in rows} == {code.upper() for code in DEMO.services}
        assert {row["element"] for row in rows} <= set(NAMES)
        page = (tmp_path / f"out/catalogue-{language}.html").read_text(encoding="utf-8")
        assert len(BeautifulSoup(page, "lxml").select("tbody tr")) == len(rows)


def test_export_that_cannot_be_written_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, _, wrong = run("export-catalogue", str(tmp_path / "file"))
    assert (status, "cannot be written" in wrong) == (1, True)


def test_same_definition_has_no_differences() -> None:
    definition = load_catalogue().definition("zj-01", "demo")
    assert differences(definition, definition) == []


def test_what_changes_for_people_is_named_once_with_its_place(catalogue: Path) -> None:
    old = load_catalogue().definition("kf-04", "demo")
    file = catalogue / "services/kf-04.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace('pages = ["guardian.young", "activities", "need"]', 'pages = ["activities", "need"]')
    text = text.replace("max_length = 2000", "max_length = 900")
    text = text.replace('label.zh = "转介，告诉本人找谁"', 'label.zh = "告诉本人找谁"')
    file.write_text(text, encoding="utf-8")
    found = differences(old, load_catalogue(catalogue).definition("kf-04", "demo"))
    assert [line.split("(")[0] for line in found if "removed" in line] == [
        f"page {page.id}: removed " for page in old.pages if page.id == "guardian-young"
    ] + [
        f"question {page.id}/{one.id}: removed "
        for page in old.pages
        for one in page.fields
        if page.id == "guardian-young"
    ]
    assert "question need/xq_need.max_length: 2000 -> 900" in found
    outcomes = [line.split(":")[0] for line in found if line.startswith("outcome ")]
    assert outcomes == ["outcome decision/refer.label"]


def test_stored_form_is_found_by_the_start_of_its_hash(db: Session) -> None:
    definition = load_catalogue().definition("zj-01", "demo")
    digest = store_definition(db, definition)
    assert find_definition_by_start(db, "zj-01", "demo", digest[:8]) == definition
    assert find_definition_by_start(db, "zj-02", "demo", digest[:8]) is None
    assert find_definition_by_start(db, "zj-01", "demo", "%") is None


def test_diff_compares_the_newest_stored_form_with_the_file(run: Run) -> None:
    assert run("init")[0] == 0
    assert run("diff-service", "zj-01") == (0, "Nothing changes.\n", "")
    digest = definition_hash(load_catalogue().definition("zj-01", "demo"))
    assert run("diff-service", "zj-01", digest[:10], "stored")[:2] == (0, "Nothing changes.\n")
    status, _, wrong = run("diff-service", "zj-01", "ffffffffffffffffff")
    assert (status, "no single stored form" in wrong) == (1, True)
