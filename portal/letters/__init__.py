"""What we say: one notice as a letter, as plain text, as a text message, as words for the telephone."""

from portal.letters.filling import facts_needed
from portal.letters.formats import as_text, mail_subject, phone_script, sms_text, too_long_messages
from portal.letters.letter import Letter, NoticeLike, Point, render_notice

__all__ = [
    "Letter",
    "NoticeLike",
    "Point",
    "as_text",
    "facts_needed",
    "mail_subject",
    "phone_script",
    "render_notice",
    "sms_text",
    "too_long_messages",
]
