"""What to say when two answers about how somebody is reached cannot both hold: both are named."""

from collections.abc import Mapping
from types import MappingProxyType

from portal.catalogue.field_types.blank import sentence
from portal.catalogue.texts import Text

CONTACT_MESSAGES: Mapping[str, Text] = MappingProxyType(
    {
        "way_needs_phone": sentence(
            "选了“没有电话”，又选了“发短信”或者“打电话”。请改一个。",
            "选了“没有电话”。\n还选了发短信或打电话。\n请改一个。",
            "“No phone” is chosen, and so is a text message or a phone call. Change one of them.",
        ),
        "way_barred_sms": sentence(
            "前面选了“发短信”，这里又选了“不要发短信”。请改一个。",
            "前面选了“发短信”。\n这里选了“不要发短信”。\n请改一个。",
            "Before, “Text message” was chosen, and here “Do not send text messages”. Change one of them.",
        ),
        "way_barred_phone": sentence(
            "前面选了“打电话”，这里又选了“不要打电话”。请改一个。",
            "前面选了“打电话”。\n这里选了“不要打电话”。\n请改一个。",
            "Before, “Phone call” was chosen, and here “Do not phone”. Change one of them.",
        ),
        "way_barred_post": sentence(
            "前面选了“寄信”，这里又选了“不要寄信到家里”。请改一个。",
            "前面选了“寄信”。\n这里选了“不要寄信到家里”。\n请改一个。",
            "Before, “Letter by post” was chosen, and here “Do not send letters to the home”. "
            "Change one of them.",
        ),
    }
)
