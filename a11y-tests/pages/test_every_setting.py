"""Every page in every state under every choice of settings: `make access`; not part of `make test`."""

from pages.remembered import CHECKS, Remembered, content_of, hash_of, key_of
from pages.table import Drawing
from support import Chromium, Server, Stage, Visitor, axe_version, faults_of_looks


def test_nothing_is_wrong_with_the_page_under_any_look(
    driver: Chromium, server: Server, stage: Stage, drawing: Drawing, remembered: Remembered
) -> None:
    if remembered.is_good(drawing.name):
        return
    visitor = Visitor(driver, server, stage, drawing.settings)
    drawing.page.reach(visitor)
    assert visitor.status == drawing.page.status, f"{driver.current_url} answered {visitor.status}"
    content = content_of(driver.page_source)
    if remembered.is_good_content(_known_as(content, drawing.elder)):
        remembered.add(drawing.name, _known_as(content, drawing.elder))
        return
    faults = faults_of_looks(driver, drawing.looks)
    bad = {
        elder: {look.name: found for look, found in faults.items() if found and look.elder == elder}
        for elder in sorted({look.elder for look in faults}, reverse=True)
    }
    for elder, found in bad.items():
        name = drawing.name if elder == drawing.elder else f"{drawing.name} as for elders"
        remembered.add(name, _known_as(content, elder), found)
    own = bad[drawing.elder]
    assert not own, f"{drawing.name}\n" + "\n".join(f"{look}: {found}" for look, found in own.items())


def _known_as(content: str, elder: str) -> str:
    return key_of(content, elder, hash_of(*CHECKS), axe_version())
