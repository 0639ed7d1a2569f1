"""The checks would be worth nothing if they let faults pass: each is shown one fault it must find."""

import html5lib
import pytest
from flask import Flask, Response, redirect, request

from tests.support.client import CheckingClient, check_policy
from tests.support.pages import HOSTILE_TEXT, faults, read_page
from tests.support.strict_html import StrictParser

STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; " \
    "frame-ancestors 'none'; base-uri 'none'"  # fmt: skip

GOOD = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title} - 一窗通办</title></head><body>
<a href="#main">跳到正文</a>
<nav aria-label="主要"><a href="/apply">我要办事</a> <a href="/">首页</a></nav>
<main id="main"><h1>申请人信息</h1>{main}</main></body></html>"""

FORM = """<form method="post" action="/save" novalidate><input type="hidden" name="csrf_token" value="t">
<label for="name">姓名</label><p id="name-hint">和身份证一样。</p>
<input id="name" name="name" value="王小明" aria-describedby="name-hint">
<fieldset><legend>您用轮椅吗？</legend>
<input type="radio" id="chair-yes" name="wheelchair" value="yes"><label for="chair-yes">用轮椅</label>
<input type="radio" id="chair-no" name="wheelchair" value="no"><label for="chair-no">不用轮椅</label>
</fieldset>
<fieldset><legend>怎样联系您</legend>
<input type="checkbox" id="way-text" name="way" value="text" checked><label for="way-text">发短信</label>
<input type="checkbox" id="way-post" name="way" value="post"><label for="way-post">寄信</label>
</fieldset>
<label for="village">村</label><select id="village" name="village"><option value="">请选</option>
<option value="3">东村</option></select>
<label for="remark">还有什么</label><textarea id="remark" name="remark"></textarea>
<button name="action" value="continue">保存并继续</button>
<button name="action" value="leave">保存并离开</button></form>"""


def page(main: str = FORM, title: str = "第2部分，共6部分：申请人信息 - 新办残疾人证") -> str:
    return GOOD.format(main=main, title=title)


def faults_of(source: str) -> list[str]:
    return faults(read_page("http://localhost/apply", source))


def test_a_page_as_it_must_be_has_no_faults() -> None:
    assert faults_of(page()) == []


@pytest.mark.parametrize(
    ("main", "said"),
    [
        ("<p>没有结束的段落</div>", "HTML error"),
        ("<h1>又一个</h1>", "2 h1"),
        ("<h3>跳过一级</h3>", "h3 after h1"),
        ("<h2> </h2>", "empty h2"),
        ('<label for="x">申请人信息</label><input id="x" name="x">', "says again"),
        ('<p id="a">一</p><p id="a">二</p>', "stands twice"),
        ('<input name="x" form="f">', "no label"),
        ('<label for="x"> </label><input id="x" name="x">', "no label"),
        ('<label for="x">名</label><input id="x" name="x" placeholder="王小明">', "placeholder"),
        ('<label for="x">名</label><input id="x" name="x" aria-describedby="gone">', "points nowhere"),
        ('<label for="gone">名</label>', "points nowhere"),
        ('<a href="#gone">去那里</a>', "nowhere"),
        ('<form method="post"><button>交</button></form>', "without CSRF"),
        ('<form><input type="hidden" name="csrf_token" value="t"><button>找</button></form>', "GET form"),
        ("<form></form>", "without a button"),
        ('<p style="color:red">红</p>', "inline style"),
        ('<p onclick="x()">点</p>', "inline onclick"),
        ("<script>x()</script>", "no place"),
        ('<img src="https://elsewhere.example/a.png" alt="">', "another host"),
        ('<a href="/a">详情</a><a href="/b">详情</a>', "of one name"),
        ('<a href="/a">点击这里</a>', "点击这里"),
        ('<a href="/a"></a>', "nothing to say"),
        ('<img src="/a.png">', "without alt"),
        ("<svg></svg>", "neither decorative nor named"),
        ("<table><tr><td>一</td></tr></table>", "without caption"),
        ("<table><caption>表</caption><tr><th>一</th></tr></table>", "without scope"),
        (f"<p>{HOSTILE_TEXT}</p>", "became markup"),
        ("<p>&amp;lt;b&gt;</p>", "escaped twice"),
        ('<p tabindex="3">三</p>', "order of its own"),
        ("<button disabled>交</button>", "disabled"),
        ('<label for="x">名</label><input id="x" name="x" autofocus>', "takes the focus"),
        ('<input type="radio" name="r" id="r"><label for="r">是</label>', "fieldset and legend"),
        ("<main></main>", "2 main"),
        ('<p lang="中文">中</p>', "not a language tag"),
    ],
)
def test_a_fault_in_a_page_is_found_and_named(main: str, said: str) -> None:
    assert any(said in fault for fault in faults_of(page(main))), faults_of(page(main))


@pytest.mark.parametrize(
    ("title", "said"),
    [("别的", "does not contain the h1"), ("申请人信息 - 一窗通办 - 别处", "name of the site")],
)
def test_a_title_that_does_not_name_its_page_is_a_fault(title: str, said: str) -> None:
    source = page(title=title).replace("别处 - 一窗通办", "别处")
    assert any(said in fault for fault in faults_of(source))


def test_an_english_page_marked_as_chinese_is_a_fault() -> None:
    assert any("html lang" in fault for fault in faults(read_page("http://localhost/", page(), "en")))


@pytest.mark.parametrize(
    "policy",
    [
        "",
        STRICT.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
        STRICT.replace("img-src 'self'", "img-src *"),
        STRICT.replace("base-uri 'none'", "base-uri *"),
        STRICT.replace("; frame-ancestors 'none'", ""),
    ],
)
def test_a_loose_policy_is_refused(policy: str) -> None:
    with pytest.raises(AssertionError):
        check_policy(policy, "/")


@pytest.fixture
def small_client() -> CheckingClient:
    app = Flask(__name__)
    sent: list[list[tuple[str, str]]] = []

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = STRICT
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    app.add_url_rule("/apply", view_func=page, endpoint="apply")
    app.add_url_rule("/broken", view_func=lambda: page("<p>坏</b></p>"), endpoint="broken")
    app.add_url_rule("/fails", view_func=lambda: ("", 500), endpoint="fails")
    app.add_url_rule("/sent", view_func=lambda: page(f"<p>{sent[-1]}</p>"), endpoint="sent")

    @app.post("/save")
    def save() -> Response:
        sent.append(list(request.form.items(multi=True)))
        return redirect("/sent", 303)  # type: ignore[return-value]

    return CheckingClient(app)


def test_submitting_sends_what_is_rendered_with_the_fields_filled_in(small_client: CheckingClient) -> None:
    small_client.get("/apply")
    small_client.submit(
        "保存并继续", {"姓名": "李四", "您用轮椅吗？": "用轮椅", "way": ["寄信"], "村": "东村"}
    )
    assert small_client.path == "/sent"
    assert small_client.one("main p").get_text() == str(
        [("csrf_token", "t"), ("name", "李四"), ("wheelchair", "yes"), ("way", "post"), ("village", "3"),
         ("remark", ""), ("action", "continue")]
    )  # fmt: skip


def test_submitting_untouched_sends_what_is_rendered(small_client: CheckingClient) -> None:
    small_client.get("/apply")
    small_client.submit("保存并离开")
    assert small_client.one("main p").get_text() == str(
        [("csrf_token", "t"), ("name", "王小明"), ("way", "text"), ("village", ""), ("remark", ""),
         ("action", "leave")]
    )  # fmt: skip


def test_choosing_what_is_not_offered_is_refused(small_client: CheckingClient) -> None:
    small_client.get("/apply")
    with pytest.raises(AssertionError, match="does not offer"):
        small_client.submit("保存并继续", {"wheelchair": "maybe"})


def test_a_field_that_is_not_there_cannot_be_filled(small_client: CheckingClient) -> None:
    small_client.get("/apply")
    with pytest.raises(AssertionError, match="no single field"):
        small_client.submit("保存并继续", {"电话": "1"})


def test_a_broken_page_fails_whoever_fetches_it(small_client: CheckingClient) -> None:
    with pytest.raises(AssertionError, match="HTML error"):
        small_client.get("/broken")


def test_an_answer_of_500_fails_even_where_it_is_expected(small_client: CheckingClient) -> None:
    with pytest.raises(AssertionError, match="500"):
        small_client.get("/fails", expect=500)


def test_an_unexpected_status_fails(small_client: CheckingClient) -> None:
    with pytest.raises(AssertionError, match="expected 404"):
        small_client.get("/apply", expect=404)


@pytest.mark.parametrize(
    "source",
    [
        page(),
        page(HOSTILE_TEXT),
        '<p class="a" class="b">twice',
        '<p class=a id=\'b\' title="&amp;" TITLE="c">',
        '<p a="b"c="d"><br/></br/></p class="x">',
        '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg><path/>',
        '<title>a<b id="c"></title><textarea>\n</p></textarea><script>if (a<b) "</p>"</script>',
        '<p\n\tid="a"\fhidden >\0<p id="\0">',
        "<div" + ' id="a"' * 3000 + ">",
        '<p id="never closed',
        "< p></ p><!-- <p> --><?p>",
    ],
    ids=lambda source: source[:30],
)
def test_tags_read_at_once_are_read_as_letter_by_letter(source: str) -> None:
    for text in (source, source[:-3], f"<!doctype html>{source}"):
        swift, slow = StrictParser(), html5lib.HTMLParser()
        assert html5lib.serialize(swift.parse(text)) == html5lib.serialize(slow.parse(text))
        assert swift.errors == slow.errors
