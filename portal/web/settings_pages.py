"""Display settings: one form without script, kept in a cookie and, for who is signed in, with the account."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode, urlsplit

from flask import Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.usecases.preferences import save_preferences
from portal.web.access import actor, public
from portal.web.parts import transaction
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import keep, preferences
from portal.web.rendering import render


class SettingsForm(PlainForm):
    language = Question(
        _l("用哪种文字？"),
        "choice",
        choices=[
            ("zh", _l("普通中文")),
            ("easy", _l("易读版"), _l("句子短，一行说一件事")),
            ("en", _l("英文（English）")),
        ],
    )
    elder = Question(
        _l("要不要长辈版？"),
        "choice",
        choices=[
            ("0", _l("不用长辈版")),
            ("1", _l("用长辈版"), _l("字大、按钮大、一列排，首页只有四个入口")),
        ],
    )
    size = Question(
        _l("字要多大？"),
        "choice",
        choices=[
            ("18", _l("标准")),
            ("22", _l("大")),
            ("28", _l("很大")),
            ("36", _l("最大")),
        ],
    )
    theme = Question(
        _l("用什么颜色？"),
        "choice",
        choices=[
            ("auto", _l("跟手机或者电脑一样")),
            ("light", _l("浅色底，深色字")),
            ("dark", _l("深色底，浅色字")),
            ("yellow", _l("黑色底，黄色字")),
        ],
    )
    spacing = Question(
        _l("字和行要隔多开？"),
        "choice",
        choices=[("normal", _l("标准")), ("wide", _l("宽一些"))],
    )
    digits = Question(
        _l("号码怎么读？"),
        "choice",
        hint=_l("用读屏软件听的人，可以选逐位读。"),
        choices=[("0", _l("一组一组写")), ("1", _l("数字逐位读"))],
    )
    motion = Question(
        _l("会动的内容"),
        "choice",
        hint=_l("本网站现在没有会动的内容。以后如果有，按您选的办。"),
        choices=[("0", _l("可以动")), ("1", _l("不要动"))],
    )


def own_path(address: str) -> str | None:
    """The path of an address on this site, without its question mark; None for anything else."""
    try:
        found = urlsplit(address)
    except ValueError:  # what is no address at all, such as http://[
        return None
    is_here = found.netloc in ("", request.host) and found.scheme in ("", "http", "https")
    is_plain = found.path.isprintable() and not found.path.startswith("//") and "\\" not in found.path
    return found.path if is_here and is_plain and found.path.startswith("/") else None


def path_before() -> str | None:
    """The page of this site that one came from; None where the browser does not say or it was this one."""
    found = own_path(request.referrer or "")
    return None if found == request.path else found


@public
def settings_page() -> tuple[str, int] | Response:
    now = preferences()
    form = SettingsForm(sent(), **asdict(now))
    came_from = own_path(request.values.get("from", "")) or path_before() or "/"
    if request.method == "POST" and form.validate():
        wanted = now.changed(form.data)
        keep(wanted)
        if actor().account_id is not None:
            with transaction() as db:
                save_preferences(db, actor(), wanted.stored())
        return redirect(f"/preferences?{urlencode({'saved': '1', 'from': came_from})}", 303)
    return render(
        "public/preferences.html",
        form.status,
        form=form,
        came_from=came_from,
        is_saved=request.method == "GET" and request.args.get("saved") == "1",
    )


def register(app: Flask) -> None:
    app.add_url_rule("/preferences", "public.preferences", view_func=settings_page, methods=["GET", "POST"])
