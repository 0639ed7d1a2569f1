"""The person's own account where somebody else wrote their file: often one without contacts.

Nobody can sign in to such an account. What is said to the person stands in it, the counter and the person's
slip open it, and it becomes that of the person once they sign in and show the slip.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import NotAllowed
from portal.store.accounts import Account, Contact
from portal.store.applications import Application
from portal.store.appointments import Appointment
from portal.store.messages import NoticeRow
from portal.store.people import AccessNeeds, Fact, Person
from portal.usecases.actor import Actor
from portal.usecases.own_files import find_self_file
from portal.usecases.person_files import get_own_file, is_merged, merge_files
from portal.usecases.turns import take_turn


def find_own_account(person: Person) -> int | None:
    """The account of the person themselves; None where nobody but who acts for them has one."""
    return person.claimed_by_id if person.is_self else person.own_account_id


def keep_own_account(db: Session, person: Person) -> int:
    """The same; one without contacts is made where there is none yet."""
    take_turn(db, "person", str(person.id))
    db.refresh(person, ["own_account_id"])
    found = find_own_account(person)
    if found is not None:
        return found
    account = Account(kind="resident", created_at=clock.now())
    db.add(account)
    db.flush()
    person.own_account_id = account.id
    db.flush()
    return account.id


def take_file(db: Session, actor: Actor, person: Person) -> None:
    """Whoever signed in and showed the slip is this person, as far as the slip goes; what was written to them
    is theirs to read, and what they took over at a counter or by telephone is theirs to go on with.

    Raises NotAllowed ``file_has_account`` where another account that can be signed in to is the person's, and
    what ``merge_files`` raises.
    """
    account_id, found = actor.side_id, find_own_account(person)
    if found == account_id:
        return
    if found is not None and (person.is_self or has_contacts(db, found)):
        raise NotAllowed("file_has_account")
    if found is not None:
        _move_own_file(db, actor, found)
        for model in (NoticeRow, Application, Appointment):
            db.execute(update(model).where(model.account_id == found).values(account_id=account_id))
        db.expire_all()
    person.own_account_id = account_id
    db.flush()


def _move_own_file(db: Session, actor: Actor, found: int) -> None:
    """What stands in the own file of an account without contacts is in the own file of the actor's: there is
    one person with one."""
    bare = find_self_file(db, found)
    if bare is None:
        return
    own = find_self_file(db, actor.side_id)
    if own is None:
        bare.claimed_by_id = actor.side_id
        db.execute(update(Fact).where(Fact.account_id == found).values(account_id=actor.side_id))
        db.execute(
            update(AccessNeeds).where(AccessNeeds.account_id == found).values(account_id=actor.side_id)
        )
        db.flush()
    elif not is_merged(db, bare):
        merge_files(db, actor, get_own_file(db, actor), bare, cause="accepted")


def has_contacts(db: Session, account_id: int) -> bool:
    """Whether anybody can sign in to an account, and be written to."""
    return db.scalar(select(Contact.id).where(Contact.account_id == account_id).limit(1)) is not None
