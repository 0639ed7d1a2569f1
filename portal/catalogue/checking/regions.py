"""A region that can give its services: places that hang together, units for every step, dated numbers."""

from __future__ import annotations

from itertools import combinations

from portal.catalogue.checking.report import Report
from portal.catalogue.model import Parameter, Region, Step, UnitKind
from portal.catalogue.reading import Source

LEVELS = ("province", "city", "county", "township", "village")
LEVEL_OF_UNIT = {
    UnitKind.TOWN_DESK: "township",
    UnitKind.COUNTY_FEDERATION: "county",
    UnitKind.CITY_FEDERATION: "city",
    UnitKind.PROVINCIAL_FEDERATION: "province",
    UnitKind.CIVIL_AFFAIRS: "county",
    UnitKind.HUMAN_RESOURCES: "county",
    UnitKind.MEDICAL_INSURANCE: "county",
    UnitKind.EDUCATION: "county",
}
"""Each place of this level needs such a unit where a step asks for it; hospitals serve the whole region."""


def check_region(region: Region, file: str, source: Source, report: Report) -> None:
    """The codes of a region, its tree of places, its units and its parameters."""
    services = {service.code: service for service in source.services.values()}
    for path, codes in (
        ("places", [place.code for place in region.places]),
        ("units", [unit.code for unit in region.units]),
        ("service_points", [point.code for point in region.service_points]),
        ("help_ways", [way.kind for way in region.help_ways]),
    ):
        report.once(file, path, codes)
    places = {place.code for place in region.places}
    report.known(file, "default_place", region.default_place, places, "place")
    for unit in region.units:
        report.known(file, f"units[{unit.code}].place", unit.place, places, "place")
    for point in region.service_points:
        report.known(file, f"service_points[{point.code}].place", point.place, places, "place")
    for code in region.services:
        report.known(file, "services", code, services, "service")
        for step in services[code].steps if code in services else ():
            _check_units(region, file, step, report)
    for day in sorted(set(region.days_off) & set(region.days_on)):
        report.add(file, "days_on", f"{day} is also in days_off; remove one")
    remedies = [one for service in services.values() for one in service.remedies if one.without_phone]
    for cite in region.without_phone:
        report.known(file, "without_phone", cite, {one.cite or "" for one in remedies}, "remedy")
    _check_tree(region, file, report)
    _check_parameters(region, file, report)


def _check_tree(region: Region, file: str, report: Report) -> None:
    levels = {place.code: LEVELS.index(place.level) for place in region.places}
    for place in region.places:
        path = f"places[{place.code}].parent"
        report.known(file, path, place.parent, levels, "place")
        if place.parent in levels and levels[place.parent] >= levels[place.code]:
            report.add(file, path, f"a {place.level} lies in something larger; name that")


def _check_units(region: Region, file: str, step: Step, report: Report) -> None:
    level = LEVEL_OF_UNIT.get(step.unit)
    served = {unit.place for unit in region.units if unit.kind == step.unit}
    for place in region.places:
        if place.level == level and place.code not in served:
            advice = f"add a unit of kind {step.unit.value!r} for {place.code}; step {step.id!r} needs it"
            report.add(file, "units", advice)
    if level is None and not served:
        report.add(file, "units", f"add a unit of kind {step.unit.value!r}; step {step.id!r} needs it")


def _check_parameters(region: Region, file: str, report: Report) -> None:
    for one in region.parameters:
        if one.effective_to is not None and one.effective_to < one.effective_from:
            report.add(file, f"parameters[{one.name}].effective_to", "end on or after effective_from")
    for first, second in combinations(region.parameters, 2):
        if first.name == second.name and _overlap(first, second):
            report.add(
                file, f"parameters[{first.name}]", "two values hold on the same day; end the older one"
            )


def _overlap(first: Parameter, second: Parameter) -> bool:
    """Whether both hold on some day; both ends count."""
    first_ends_before = first.effective_to is not None and first.effective_to < second.effective_from
    second_ends_before = second.effective_to is not None and second.effective_to < first.effective_from
    return not (first_ends_before or second_ends_before)
