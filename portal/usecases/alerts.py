"""Short words to every way that an account can be reached, signed as the region signs its text messages."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.catalogue.texts import LANGUAGES, Language, Text
from portal.store.accounts import Account, Contact
from portal.store.messages import Message
from portal.usecases.access_needs import barred_ways
from portal.usecases.outbox import CHANNELS, queue_message

SECOND_CLAIM = Text(
    zh="另有人用同一证件号交了申请，工作人员会核实。不是您办的，请联系窗口。",
    easy="有人用您的证件号申请。我们会核实。不是您办的，请找窗口。",
    en="Same ID number used in another application. Not you? Ask us.",
)


def signature_of(region: Region) -> str:
    """What every text message of a region begins with today (words.md 5)."""
    registered = region.parameter("sms_signature", clock.today())
    return str(registered.value) if registered else f"【{region.site_name.zh}】"


def tell_account(db: Session, region: Region, account_id: int, text: Text, *, unique: str) -> None:
    """Queue ``text``, signed, to every contact that is not frozen, once for each ``unique``, but never in a
    way that its owner does not want."""
    account = db.get_one(Account, account_id)
    unwanted = barred_ways(db, account_id)
    wanted = account.preferences.get("language")
    language: Language = next((one for one in LANGUAGES if one == wanted), "zh")
    words = signature_of(region) + text.say(language)
    contacts = db.scalars(
        select(Contact).where(Contact.account_id == account_id, Contact.frozen_at.is_(None))
    )
    for contact in contacts:
        if CHANNELS[contact.kind] in unwanted:
            continue
        key = f"{unique}-{contact.id}"
        if db.scalar(select(Message.id).where(Message.unique_key == key)) is not None:
            continue  # told before
        queue_message(
            db,
            unique_key=key,
            channel=CHANNELS[contact.kind],
            to=contact.value,
            subject=words[:20],
            body=words,
            account_id=account_id,
        )
