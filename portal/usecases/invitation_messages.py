"""What is written about invitations. They arrive on locked screens and shared telephones, and perhaps with a
stranger: no name stands in them, and the code alone opens nothing (words.md 5)."""

from __future__ import annotations

import secrets

from sqlalchemy.orm import Session

from portal.catalogue.texts import Text
from portal.rules.references import grouped_code
from portal.store.accounts import Account
from portal.usecases.account_messages import AccountMessage, Voice, queue_message
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import find_contact, is_old_number

INVITED = AccountMessage(
    sms=Text(
        zh="{signature}有人请您帮忙办事。登录后填邀请码{code}，7天内有效。不认识不用理会。",
        en="{signature}You are asked to help. Sign in, type {code}. 7 days.",
    ),
    subject=Text(zh="{site}：有人请您帮忙办事", en="{site}: somebody asks for your help"),
    mail=Text(
        zh="您好：\n\n有人请您帮忙办事。\n请先登录，再打开下面的地址，填写邀请码和您的姓名：\n{base}/invitation\n\n"
        "邀请码：{code}\n7天内有效，只能用一次。看过以后，您可以同意，也可以不同意。\n\n"
        "不知道是谁，不用理会这封信。\n\n{site}\n",
        easy="您好：\n\n有人请您帮忙办事。\n请先登录，再打开这个地址：\n{base}/invitation\n\n"
        "邀请码：{code}\n7天内有效。\n看过以后，再决定帮不帮。\n\n不知道是谁，就不用管这封信。\n\n{site}\n",
        en="Hello,\n\nSomebody asks you to act for them here.\n"
        "Sign in, open this address and type the code and your own name:\n{base}/invitation\n\n"
        "Code: {code}\nIt is valid for 7 days and works once. "
        "You read what it gives before you say yes or no.\n\n"
        "If you do not know who that may be, ignore this letter.\n\n{site}\n",
    ),
)

ASKED = Text(
    zh="有人想替您办事，等您答复。请登录看“邀请”。您不同意，什么都不会变。",
    easy="有人想替您办事。请登录看“邀请”。您可以不同意。",
    en="Someone asks to act for you. Sign in to say yes or no.",
)
DECLINED = Text(
    zh="您发出的邀请或者请求，对方没有同意。现在不用做什么。",
    easy="对方没有同意。您不用做什么。",
    en="Your invitation or request was declined.",
)
WITHDRAWN = Text(
    zh="有人想替您办事的请求已经收回。您不用做什么。",
    easy="有人想替您办事，现在不办了。您不用做什么。",
    en="A request to act for you was taken back.",
)
OVER = Text(
    zh="您发出的邀请或者请求到期了，没有人答复。需要的话，请再发一次。",
    easy="您的邀请到期了，没有人回答。需要的话，请再发一次。",
    en="Your invitation or request ran out. You may send it again.",
)


def send_code(db: Session, typed: TypedContact, code: str, voice: Voice) -> None:
    """Send an invitation to a contact that somebody typed. A number that nobody has used here for 90 days
    may have a new owner: nothing goes there, nor to what its account gave up; the sender is not told."""
    known = find_contact(db, typed)
    if known is not None:
        holder = db.get_one(Account, known.account_id)
        if known.frozen_at is not None or is_old_number(known) or holder.disabled_at is not None:
            return
    queue_message(
        db,
        voice,
        INVITED,
        kind=typed.kind,
        to=typed.value,
        unique_key=f"invited-{secrets.token_hex(8)}",
        words={"code": grouped_code(code)},
    )
