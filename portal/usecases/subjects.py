"""For whom an application is and which county it belongs to, as its answers say; one living one a person."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types.normalise import half_width
from portal.catalogue.model import AcceptancePlace, Answers, Definition, GrantBenefit, Region
from portal.rules.benefits import year_given
from portal.rules.errors import Conflict
from portal.rules.journey import Journey
from portal.rules.places import county_of, township_of
from portal.store import blind_index
from portal.store.applications import Application, LiveKey
from portal.usecases.actor import Actor
from portal.usecases.alerts import SECOND_CLAIM, tell_account
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import morning_of
from portal.usecases.given_again import carried_out_on, find_given
from portal.usecases.representation_claims import note_answers


def read_subject(
    db: Session,
    actor: Actor,
    application: Application,
    definition: Definition,
    region: Region,
    journey: Journey,
) -> None:
    """For whom and for which county it is, as said now: a correction may have put either right."""
    service, answers = definition.service, journey.answers
    place = answers.get(service.place_field) or {}
    code = place.get("code") if isinstance(place, dict) else None
    application.county = county_of(region, code or "") or county_of(region, region.default_place)
    application.township = township_of(region, code or "")
    _read_acceptance(application, service.acceptance_place, region, journey)
    application.subject_name = answers.get(service.subject_name_field) or None
    _name_person(db, application, definition, answers)
    before, application.once_key = application.once_key, once_key(db, application, definition, journey)
    if application.submitted_at is None or application.once_key != before:
        db.execute(delete(LiveKey).where(LiveKey.application_id == application.id))
        _refuse_too_early(db, actor, application, definition, journey)
        _claim_once(db, actor, application, region)


def once_key(db: Session, application: Application, definition: Definition, journey: Journey) -> str | None:
    """Of what an application may be the only one (``once_per`` of its service): its person, the person in a
    year or school year, the household; None where there may be several, or nobody said for whom it is.

    Which year is said by the answer that the granting outcome names, else by the day of receipt.
    """
    once_per, person = definition.service.once_per, application.subject_id_index
    if once_per == "household":
        home = _home_of(definition, journey)
        person = blind_index(db, "household", home) if home is not None else person
    if once_per == "none" or person is None:
        return None
    key = f"{application.service_code}:{person}"
    if not definition.is_given_yearly:
        return key
    return f"{key}:{_year_of(application, definition, journey)}"


def _year_of(application: Application, definition: Definition, journey: Journey) -> int:
    named = {one.year_field for one in definition.service.effects if isinstance(one, GrantBenefit)}
    said = next((journey.answers[name] for name in named if name in journey.answers), None)
    is_school_year = definition.service.once_per == "school_year"
    return year_given(said, is_school_year, application.submitted_on or clock.today())


def _home_of(definition: Definition, journey: Journey) -> str | None:
    """Where the household is registered, however it was typed; None where that was not said to the door."""
    meant = definition.meant(journey.answers)
    place, detail = meant.get("hukou_place") or {}, meant.get("hukou_detail")
    code = place.get("code") if isinstance(place, dict) else None
    if not code or not isinstance(detail, str) or not detail.strip():
        return None
    return f"{code}\0{''.join(half_width(detail).split()).upper()}"


def hold_key_again(db: Session, application: Application) -> None:
    """What ended goes on: it is the living one of its person again, unless a newer one is by now."""
    if application.once_key is not None:
        _take_key(db, application, application.once_key)


def hold_key_while_at_work(
    db: Session, actor: Actor, application: Application, definition: Definition, step_id: str
) -> None:
    """What was accepted and is sent back to be looked at once more (rules.md 10, GZ-01) is the living one of
    its household again. A newer one that came between keeps the place; staff learn that there are two."""
    again = definition.service.again
    if again is None or again.step != step_id or application.state != "approved":
        return
    if application.once_key is None or carried_out_on(application, again) is not None:
        return
    holder = _take_key(db, application, application.once_key)
    if holder is not None and holder.id != application.id:
        for one in (application, holder):
            record_event(db, actor, stream_of(one), "application:second_claim")


def _read_acceptance(
    application: Application, elsewhere: AcceptancePlace | None, region: Region, journey: Journey
) -> None:
    """Where it is handed in and assessed, if not in the county that decides (跨省通办, rules.md 2.4)."""
    application.acceptance_county = application.acceptance_township = None
    if elsewhere is None or elsewhere.when.holds(journey.facts) is not True:
        return
    place = journey.answers.get(elsewhere.field) or {}
    code = place.get("code") or "" if isinstance(place, dict) else ""
    county = county_of(region, code)
    if county is not None and county != application.county:
        application.acceptance_county = county
        application.acceptance_township = township_of(region, code)


def _name_person(db: Session, application: Application, definition: Definition, answers: Answers) -> None:
    """What the applicant says of the person; a proven file keeps what was proven."""
    person = application.person
    number = answers.get(definition.service.subject_id_field)
    has_number = isinstance(number, str) and number not in ("", UNKNOWN)
    application.subject_id_index = blind_index(db, "id_number", str(number)) if has_number else None
    if not person.is_proven and person.claimed_by_id == application.account_id:
        person.name = application.subject_name
        person.id_number = str(number) if has_number else None
        person.id_number_index = application.subject_id_index
    note_answers(db, application, definition, answers)


def _refuse_too_early(
    db: Session, actor: Actor, application: Application, definition: Definition, journey: Journey
) -> None:
    """Years lie between two of what is carried out once. Only who applied for the first is told of it; of
    anybody else's staff learn that there were two."""
    found = find_given(db, application, definition, journey)
    if found is None:
        return
    earlier, may_again_on = found
    if earlier.account_id == application.account_id:
        raise Conflict("too_early_again", what=earlier.reference, when=morning_of(may_again_on))
    for one in (application, earlier):
        record_event(db, actor, stream_of(one), "application:second_claim")


def _claim_once(db: Session, actor: Actor, application: Application, region: Region) -> None:
    """One live application for one person. A second claim from elsewhere is not refused and reveals nothing:
    staff sort it out, and the first holder is told (experience.md 5)."""
    if application.once_key is None:
        return
    holder = _take_key(db, application, application.once_key)
    if holder is None:
        return
    if holder.account_id == application.account_id:
        raise Conflict("already_applied", what=holder.reference, when=holder.submitted_at)
    record_event(db, actor, stream_of(application), "application:second_claim")
    record_event(db, actor, stream_of(holder), "application:second_claim")
    if holder.subject_id_index == application.subject_id_index:  # the home of several may be the same
        tell_account(db, region, holder.account_id, SECOND_CLAIM, unique=f"second-claim-{application.id}")


def _take_key(db: Session, application: Application, key: str) -> Application | None:
    """Hold the key for this application; whose it is already, if it is somebody's."""
    while True:
        holder = db.scalar(_HOLDING, {"key": key})
        if holder is not None:
            return holder
        try:
            with db.begin_nested():
                db.add(LiveKey(key=key, application_id=application.id))
        except IntegrityError:
            continue  # someone else's was taken between looking and taking
        return None


_HOLDING = (
    select(Application)
    .join(LiveKey, LiveKey.application_id == Application.id)
    .where(LiveKey.key == bindparam("key"))
)
"""Written once: to put it together takes longer than to answer it."""
