"""The table of pages is whole, and what is remembered of earlier runs is neither too much nor too little."""

from itertools import combinations
from pathlib import Path

import pytest
from pages.remembered import CHECKS, ROOT, Remembered, content_of
from pages.table import EVERY_SETTING, LOOKS, PAGES, drawings, rows
from support import Stage
from werkzeug.routing import MapAdapter

NO_PAGES = {
    "/static/<path:name>",
    "/healthz",
    "/robots.txt",
    "/sitemap.xml",
    "/account/applications",  # leads to /account
    "/account/notices/<int:notice_id>/text",
    "/account/notices/<int:notice_id>/<form>",  # a PDF
    "/documents/<key>/<int:page>",  # an image
    "/documents/<key>/file",
    "/desk/letters/<int:delivery_id>/file",
    "/desk/visits/<token>/documents/<key>/<int:page>",
    "/desk/visits/<token>/documents/<key>/file",
    "/desk/visits/<token>/letters/<int:notice_id>/file",
    "/office/letters/<int:delivery_id>/file",
    "/office/exports/<int:export_id>/file",
    "/inspect/<int:inspection_id>/audit.jsonl",
    "/desk/offline/worker.js",
    "/desk/start",  # leads to the list with which the work begins
    "/office/start",
    "/staff",  # leads to where the post works
    "/sign-in/platform",  # leads to the platform, where there is one
}


def test_every_page_of_the_portal_is_in_the_table(addresses: MapAdapter) -> None:
    drawn = {rule.rule for rule in addresses.map.iter_rules() if "GET" in (rule.methods or ())}
    assert drawn - NO_PAGES - {page.route for page in PAGES} == set()


def test_no_two_lines_of_the_table_have_one_name() -> None:
    names = [page.name for page in PAGES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_all_pairs_of_settings_meet_on_some_page() -> None:
    met = {pair for row in rows() for pair in combinations(row.settings.items(), 2)}
    for one, other in combinations(EVERY_SETTING, 2):
        for pair in ((a, b) for a in EVERY_SETTING[one] for b in EVERY_SETTING[other]):
            assert ((one, pair[0]), (other, pair[1])) in met


def test_full_product_has_every_page_under_every_choice() -> None:
    names = [f"{drawing.name} {look.name}" for drawing in drawings() for look in LOOKS]
    assert len(set(names)) == len(names) == len(PAGES) * 3 * 3 * 4 * 3 * 2 * 2


def test_each_version_of_a_page_is_looked_at_under_all_its_looks() -> None:
    usual, for_elders = drawings()[:2]
    assert (usual.elder, for_elders.elder) == ("0", "1")
    assert usual.looks == LOOKS + for_elders.looks
    assert len(LOOKS) == len(for_elders.looks)


class Shelf(Stage):
    """What a stage keeps, without a portal."""

    def __init__(self) -> None:
        self._made = {}

    def submitted(self, **wishes: str) -> dict[str, str]:  # type: ignore[override]
        return dict(wishes)


def test_page_is_shown_what_its_line_wishes_for_whichever_came_first() -> None:
    shelf = Shelf()
    alone = shelf.the("submitted", "long", answers="LONG")
    acted_for = shelf.the("submitted", "long", answers="LONG", acting="proxy")
    assert acted_for == {"answers": "LONG", "acting": "proxy"}
    assert shelf.the("submitted", "long", acting="proxy", answers="LONG") is acted_for
    assert shelf.the("submitted", "long", answers="LONG") is alone


def test_what_is_good_is_remembered_by_the_next_run(tmp_path: Path) -> None:
    Remembered(tmp_path, "project").add("drawing", "content")
    again = Remembered(tmp_path, "project")
    assert again.is_good("drawing")
    assert again.is_good_content("content")
    assert not again.is_good("another")
    assert not again.is_good_content("other content")


def test_what_is_bad_is_looked_at_again(tmp_path: Path) -> None:
    kept = Remembered(tmp_path, "project")
    kept.add("drawing", "content", {"dark-18": ["too wide"]})
    assert not kept.is_good("drawing")
    assert not kept.is_good_content("content")


def test_of_a_changed_project_only_the_same_content_is_still_good(tmp_path: Path) -> None:
    Remembered(tmp_path, "before").add("drawing", "content")
    now = Remembered(tmp_path, "now")
    assert not now.is_good("drawing")
    assert now.is_good_content("content")


def test_checks_that_a_verdict_depends_on_are_files_of_the_project() -> None:
    assert [name for name in CHECKS if not (ROOT / name).exists()] == []


def test_report_says_how_far_it_is_and_what_is_wrong(tmp_path: Path) -> None:
    kept = Remembered(tmp_path, "project")
    kept.add("good", "content")
    kept.add("bad", "other", {"dark-18": ["too wide"], "dark-22": ["too wide"]})
    report = kept.report(["good", "bad", "open"], 10, "axe-core 4")
    assert "18 of 30 rows are good, 2 are not; 10 are still to be checked." in report
    assert "## bad dark-18, dark-22\n\n```\ntoo wide" in report


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("<p>收件号1234</p>", "<p>收件号5678</p>", True),
        (
            '<input type="hidden" name="csrf_token" value="a">',
            '<input type="hidden" name="csrf_token" value="b">',
            True,
        ),
        ("<p>同意</p>", "<p>不同意</p>", False),
        ('<input type="text" value="a">', '<input type="text" value="b">', False),
        ('<link href="/static/a.b1.css">', '<link href="/static/a.b2.css">', False),
        (
            '<html data-size="18"><a href="/?elder=1">长辈版</a>',
            '<html data-size="18" data-elder="" class="large"><a href="/?elder=0">关闭长辈版</a>',
            True,
        ),
        ('<html lang="zh-CN"><p class="large">', '<html lang="zh-CN"><p>', False),
    ],
)
def test_a_page_is_the_same_but_for_tokens_digits_and_the_switch_for_elders(
    one: str, other: str, is_same: bool
) -> None:
    assert (content_of(one) == content_of(other)) is is_same
