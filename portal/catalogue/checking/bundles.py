"""Bundles (一件事): a guide and an entrance to other services, each applied for by itself."""

from __future__ import annotations

from portal.catalogue.checking.report import Report
from portal.catalogue.model import Service
from portal.catalogue.reading import Source


def check_bundle(service: Service, file: str, source: Source, report: Report) -> None:
    """What a bundle leads to exists, is applied for, and is given where the bundle is."""
    services = {one.code: one for one in source.services.values()}
    report.once(file, "bundle", service.bundle)
    for code in service.bundle:
        report.known(file, "bundle", code, services, "service")
        if code in services and services[code].bundle:
            report.add(file, "bundle", f"{code!r} is a bundle itself; name what is applied for")
    if service.bundle and (service.precheck or service.pages or service.evidence or service.declarations):
        report.add(file, "bundle", "nothing is asked in a bundle; ask it in its services")
    for region_file, region in source.regions.items():
        if service.bundle and service.code in region.services and not {*service.bundle} & {*region.services}:
            advice = f"{service.code} leads to nothing here; add one of its services, or leave it out"
            report.add(region_file, "services", advice)
