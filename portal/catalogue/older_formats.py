"""Definitions that were stored in an earlier format, brought up to the present one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from portal.catalogue.model import Meaning

MEANT: Final[Mapping[str, Meaning]] = {
    "c_do_not": "contact_do_not",
    "c_do_not_note": "contact_do_not_note",
    "c_channels": "contact_channels",
    "c_format": "contact_format",
    "c_interpreter": "contact_interpreter",
    "c_sign": "contact_sign",
    "c_needs": "contact_needs",
    "c_email": "contact_email",
    "c_may_tell": "contact_may_tell",
    "c_may_not_tell": "contact_may_not_tell",
    "c_times": "contact_times",
    "c_has_phone": "phone_whose",
    "c_phone": "phone_own",
    "c_via_phone": "phone_other",
    "c_via_name": "phone_other_name",
    "dl_way": "delivery_way",
    "dl_address": "delivery_address",
    "g_kind": "relation",
    "g_other": "acting_as",
    "g_is_guardian": "is_guardian",
    "g_person_informed": "person_informed",
    "g_not_informed_why": "not_informed_why",
    "g_wish": "person_wish",
    "g_name": "representative_name",
    "g_id_other": "representative_document",
    "g_id_no": "representative_number",
    "g_phone": "representative_phone",
    "b_holder_own": "account_own",
    "b_holder": "account_holder",
    "sq_danger": "danger",
    "a_place": "living_place",
    "a_detail": "living_detail",
    "a_permit": "home_permit",
    "h_place": "hukou_place",
    "h_detail": "hukou_detail",
    "fj_invoice_no": "invoice_no",
    "fj_bought_on": "invoice_on",
    "fj_invoice_amount": "invoice_amount",
    "zd_invoice_no": "invoice_no",
    "px_invoice_no": "invoice_no",
    "et_valid_to": "diagnosis_until",
}
"""Format 1 knew the questions of shared blocks by their ids; since format 2 they say what they mean, some of
them later than others."""


def brought_up(stored: dict[str, Any]) -> dict[str, Any]:
    """A stored definition in the present format. One whose format nobody knows stays as it is."""
    if stored.get("format") not in (1, 2):
        return stored
    pages = [{**page, "fields": [_with_meaning(one) for one in page["fields"]]} for page in stored["pages"]]
    return {**stored, "format": 2, "pages": pages}


def _with_meaning(field: dict[str, Any]) -> dict[str, Any]:
    meaning = MEANT.get(field["id"])
    return {**field, "means": meaning} if meaning and not field.get("means") else field
