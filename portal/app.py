"""``create_app``: the one place where the parts of the portal are joined."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import clock, gateways
from portal.catalogue.loader import load_catalogue
from portal.config import Settings
from portal.store import open_store
from portal.web import blueprints
from portal.web.parts import Parts
from portal.web.static_files import StaticFiles

ROOT = Path(__file__).resolve().parent.parent
LARGEST_BODY = 16 * 1024 * 1024
"""Bytes: enough to answer an absurdly long answer in words rather than with a closed connection."""


class Portal(Flask):
    """Flask without its question, a dozen times in each request, whether a function is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func  # none of ours is


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Raises ConfigError or CatalogueErrors, each naming every mistake, before serving."""
    settings = settings or Settings.from_environment(os.environ)
    if settings.clock_file:
        clock.use_file(settings.clock_file)
    for warning in settings.warnings:
        logging.getLogger("portal").warning(warning)
    app = Portal("portal", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DEFAULT_LOCALE="zh_Hans",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
    )
    parts = Parts(
        settings=settings,
        store=open_store(settings),
        catalogue=load_catalogue(),
        gateways=gateways.from_settings(settings),
        static_files=StaticFiles(ROOT / "static"),
    )
    if settings.trusted_proxies:
        # Whose address a request comes from is what the outermost of our own proxies saw; nothing else of
        # theirs is believed, because our own address is a setting.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
    Babel(app, locale_selector=blueprints.babel_locale)
    blueprints.register(app, parts)
    return app
