"""Short words to every way that an account can be reached, about the account itself."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.texts import LANGUAGES, Language, Text
from portal.store.accounts import Account, Contact
from portal.store.messages import Message
from portal.usecases.outbox import CHANNELS, queue_message

SECOND_CLAIM = Text(
    zh="【示例市一窗通办】另有人用同一证件号交了申请，工作人员会核实。不是您办的，请联系窗口。",
    easy="【示例市一窗通办】有人用您的证件号申请。我们会核实。不是您办的，请找窗口。",
    en="【示例市一窗通办】Same ID number used in another application. Not you? Ask us.",
)


def tell_account(db: Session, account_id: int, text: Text, *, unique: str) -> None:
    """Queue ``text`` to every contact that is not frozen, once for each ``unique``."""
    account = db.get_one(Account, account_id)
    wanted = account.preferences.get("language")
    language: Language = next((one for one in LANGUAGES if one == wanted), "zh")
    contacts = db.scalars(
        select(Contact).where(Contact.account_id == account_id, Contact.frozen_at.is_(None))
    )
    for contact in contacts:
        key = f"{unique}-{contact.id}"
        if db.scalar(select(Message.id).where(Message.unique_key == key)) is not None:
            continue  # told before
        queue_message(
            db,
            unique_key=key,
            channel=CHANNELS[contact.kind],
            to=contact.value,
            subject=text.say(language)[:20],
            body=text.say(language),
            account_id=account_id,
        )
