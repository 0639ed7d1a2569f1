"""The reader of a helper's pages hears who is meant."""

import pytest

from portal.catalogue.texts import Language
from tests.support.pages import read_page
from tests.support.proxy_voice import ProxyReader


@pytest.mark.parametrize(
    ("language", "said", "is_meant"),
    [
        ("zh", "您的姓名", True),
        ("zh", "您的残疾人证到哪一天？", False),
        ("zh", "最晚2026年11月24日告诉您下一步。", True),
        ("zh", "有结果告诉您。您住在哪里？", False),
        ("easy", "您是谁", False),
        ("easy", "怎么找到您", False),
        ("en", "Your name", True),
        ("en", "What is your disability?", False),
    ],
)
def test_only_what_is_said_of_the_helper_passes(language: Language, said: str, is_meant: bool) -> None:
    reader = ProxyReader(language)
    reader(read_page("http://localhost/", f"<html><body><main><p>{said}</p></main></body></html>", "zh-CN"))
    assert reader.found == (set() if is_meant else {said})
