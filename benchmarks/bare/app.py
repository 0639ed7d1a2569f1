"""A page as large as the portal's home page from a template that extends a base: no session, no database,
no languages, no forms, no headers of ours. What the portal adds is measured against this."""

from __future__ import annotations

from flask import Flask, render_template

ENTRIES = (("首页", "/"), ("我要办事", "/services"), ("查进度", "/status"), ("服务点", "/service-points"))
HINT = "办证、补贴、康复、照护、上学、就业、出行"
SUBJECTS = tuple((f"第{number}类", f"/services#{number}", HINT) for number in range(1, 10))
LINES = ("示例站，未备案，不办理真实业务", "主办单位：示例市残疾人联合会（示例）")

app = Flask(__name__)
app.jinja_env.trim_blocks = True
app.jinja_env.lstrip_blocks = True


@app.get("/")
def page() -> str:
    return render_template("page.html", entries=ENTRIES, subjects=SUBJECTS, lines=LINES)


@app.get("/healthz")
def healthz() -> str:
    return "ok"
