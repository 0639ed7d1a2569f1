"""Every page in every state under every choice of settings: `make access`; not part of `make test`."""

from pages.remembered import CHECKS, Remembered, content_of, hash_of, key_of
from pages.table import LOOKS, Drawing
from support import Chromium, Server, Stage, Visitor, axe_version, faults_of_looks


def test_nothing_is_wrong_with_the_page_under_any_look(
    driver: Chromium, server: Server, stage: Stage, drawing: Drawing, remembered: Remembered
) -> None:
    if remembered.is_good(drawing.name):
        return
    visitor = Visitor(driver, server, stage, drawing.settings)
    drawing.page.reach(visitor)
    assert visitor.status == drawing.page.status, f"{driver.current_url} answered {visitor.status}"
    content = key_of(content_of(driver.page_source), hash_of(*CHECKS), axe_version())
    if remembered.is_good_content(content):
        remembered.add(drawing.name, content)
        return
    faults = faults_of_looks(driver, LOOKS)
    bad = {look.name: found for look, found in faults.items() if found}
    remembered.add(drawing.name, content, bad)
    assert not bad, f"{drawing.name}\n" + "\n".join(f"{look}: {found}" for look, found in bad.items())
