"""What we say: one notice as a letter, plain text, PDF, a text message, words for the telephone."""

from portal.letters.filling import facts_needed
from portal.letters.formats import as_text, mail_subject, phone_script, sms_text, too_long_messages
from portal.letters.letter import Letter, NoticeLike, Point, name_in_lists, render_notice
from portal.letters.to_show import way_words
from portal.letters.typesetting import TypesettingFailed, as_pdf, has_layout
from portal.letters.words import DELIVERY_WAYS

__all__ = [
    "DELIVERY_WAYS",
    "Letter",
    "NoticeLike",
    "Point",
    "TypesettingFailed",
    "as_pdf",
    "as_text",
    "facts_needed",
    "has_layout",
    "mail_subject",
    "name_in_lists",
    "phone_script",
    "render_notice",
    "sms_text",
    "too_long_messages",
    "way_words",
]
