# ruff: noqa: E501  (one row is one mistake, and reads as one)
"""A good catalogue with one thing spoilt is refused, and the writer is told where and what to do."""

import shutil
from pathlib import Path

import pytest

import portal.catalogue
from portal.catalogue.loader import CatalogueErrors, load_catalogue

GOOD = Path(portal.catalogue.__file__).parent
ZJ01, GUARDIAN, CONTACT = "services/zj-01.toml", "blocks/guardian.toml", "blocks/contact.toml"
AGAIN = """
again.rule = "retrofit_years"
again.step = "{step}"
again.outcome = "{outcome}"
again.unless = {{field = "p_name", answered = true}}
again.cite = "reg"
"""
DEMO, REASONS, NOTICES = "regions/demo.toml", "reasons.toml", "notices.toml"
SECTIONS, EVIDENCE, OUTCOMES = "shared/sections.toml", "shared/evidence.toml", "shared/outcomes.toml"
ELIGIBILITY, QUESTIONNAIRE = "shared/eligibility.toml", "questionnaire.toml"
STEPS, FIELDS = "shared/steps.toml", "shared/fields.toml"
DECLARATIONS, REMEDIES, CITATIONS = (
    "shared/declarations.toml",
    "shared/remedies.toml",
    "shared/citations.toml",
)

HAS_PERMIT = '\nwhen = {field = "a_permit", is = "yes"}'
REFUSAL_REASONS = 'reasons = ["R05", "R06", "R07", "R12", "R13", "R15"]'
ISSUING = 'effects = [{name = "issue_certificate", components_from = "assessment"}]'
REFUSED = 'key = "N10"\nneeds = ["service", "reference", "decided_on"]'
REFUSAL_NOTICE = 'label.en = "Refuse"\nnotice = "N10"'

FIRST_RULE = '[[rules]]\nname = "correction_days"'
LIMIT = '[[limits]]\nservice = "{}"\nstep = "{}"\ndays = 3\nsource = "x"\nstatus = "example"\n\n'

# file, what stands there, what is written instead, the place that is named, part of the advice
SPOILT = [
    # TOML and shapes
    (ZJ01, 'code = "zj-01"', 'code = "zj-01', "(syntax)", "line 3"),
    (ZJ01, 'draft_days = 90\n', 'draft_days = 90\ndraft_days = 91\n', "(syntax)", "overwrite"),
    (ZJ01, 'code = "zj-01"', 'code = "zj-02"', "code", "'zj-01'"),
    (ZJ01, 'once_per = "subject"', 'once_per = "moon"', "once_per", "'subject'"),
    (ZJ01, 'draft_days = 90', 'draft_dayz = 90', "draft_dayz", "extra inputs"),
    (ZJ01, 'name.en = "New disability certificate"', "", "name.en", "required"),
    (ZJ01, 'summary.zh =', 'summary.fr =', "summary.fr", "extra inputs"),
    (ZJ01, 'unit = "town_desk"', 'unit = "moon_desk"', "steps[intake].unit", "town_desk"),
    (ZJ01, 'role = "desk_clerk"', 'role = "king"', "steps[intake].role", "desk_clerk"),
    (ZJ01, 'clock = {days = 1, cite', 'clock = {days = 0, cite', "steps[intake].clock.days", "greater"),
    (ZJ01, 'title.zh = "困难是怎么来的？"', 'title.zh = "以前看过病的医院"', "pages[以前看过病的医院]", "stands 2 times"),
    (ZJ01, 'id = "since"\ntitle.zh = "困难是怎么来的？"', 'id = "since"\ntitle.zh = ""', "pages[since].title.zh", "1"),
    # pages, sections, fields
    (SECTIONS, '"contact.needs"', '"contact.nedes"', "sections[contact].pages", "no page 'contact.nedes'"),
    (SECTIONS, '"contact.needs"', '"moon.needs"', "sections[contact].pages", "no page 'moon.needs'"),
    (SECTIONS, '"contact.needs"', '"contact.phone"', "sections[contact].pages", "one section only"),
    (ZJ01, '"kinds", "since", ', '"kinds", ', "sections", "'since'"),
    (SECTIONS, 'pages = ["evidence", ', 'pages = [', "sections", "'evidence'"),
    (ZJ01, 'id = "zj_since"\nkind = "year"', 'id = "zj_since"\nkind = "moon"', ".fields[zj_since].kind", "no kind"),
    (ZJ01, 'id = "zj_cause"', 'id = "zj_since"', "fields[zj_since]", "stands 2 times"),
    (ZJ01, 'id = "zj_record_year"', 'id = "p_name"', "fields[p_name]", "stands 2 times"),
    (ZJ01, 'errors.required_multi', 'errors.required_moon', "pages[kinds].fields[zj_kind].errors", "'required_moon'"),
    (CONTACT, 'means = "contact_do_not_note"', 'means = "contact_do_not"', "means[contact_do_not]", "stands 2 times"),
    (CONTACT, 'means = "contact_do_not"\n', 'means = "contact_format"\n', "fields[c_do_not].means", "this is a multi"),
    (CONTACT, '{value = "call", ', '{value = "ring", ', "fields[c_do_not].means", "add the choice 'call'"),
    (CONTACT, 'means = "contact_do_not"\n', 'means = "moon"\n', "means", "contact_do_not"),
    (FIELDS, 'means = "grade"', 'means = "receives"', "steps[certificate_check].fields[found_grade].means", "answered by a multi"),
    (FIELDS, 'id = "found_household"\nmeans = "household_status"', 'id = "found_household"\nmeans = "certificate"', "fields[found_household].means", "add the choice 'valid'"),
    (ZJ01, '“Not sure”."}\nchoices = [\n  {value = "visual", group = {zh = "看、听、说", en = "Seeing, hearing, speaking"}, ', '“Not sure”."}\nchoices = [\n  {value = "visual", ', "fields[zj_kind].choices", "give the first choice of each group"),
    (ZJ01, 'group = {zh = "看、听、说", en = "Seeing, hearing, speaking"}, ', '', "precheck[q_kind].choices", "give the first choice of each group"),
    (ZJ01, 'group = {zh = "活动、学习、情绪", easy = "走路、学习、心情", en = "Moving, learning, mood"}, ', '', "precheck[q_kind].choices", "begin another `group`"),
    (FIELDS, 'choices_from = "institutions"\ncheck', 'check', "fields[zj_hospital].choices", "write the choices"),
    (FIELDS, 'value = "help"', 'value = "home"', "fields[zj_home_visit].choices", "stands 2 times"),
    (CONTACT, 'kind = "group"', 'kind = "text"', "c_may_tell].fields", "only a group"),
    (CONTACT, 'kind = "tel"\nwhen = {field = "c_has_phone", is = "own"}', 'kind = "tel"\nchoices = [{value = "a", label = {zh = "一", en = "a"}}]\nwhen = {field = "c_has_phone", is = "own"}', "c_phone].choices", "has no choices"),
    (ZJ01, 'notices = [\n  "N01", "N02"', 'subject_birth_field = "p_name"\nnotices = [\n  "N01", "N02"', "subject_birth_field", "kind 'date'"),
    (ZJ01, 'notices = [\n  "N01", "N02"', 'place_field = "h_moon"\nnotices = [\n  "N01", "N02"', "place_field", "'h_moon'"),
    (ZJ01, 'not_before_field = "p_id_no"', 'not_before_field = "p_moon"', "fields[zj_since].not_before_field", "earlier field 'p_moon'"),
    (CONTACT, 'id = "c_phone"', 'id_type_field = "c_moon"\nid = "c_phone"', "fields[c_phone].id_type_field", "earlier field 'c_moon'"),
    (ZJ01, 'id = "zj_cause"', 'id = "zj_cause"\nterm_days = 10', "fields[zj_cause].term_days", "only a date"),
    # more days, second persons, answers put right at the counter
    (STEPS, 'extension = {days = 10, cite = "extended"}}\n\n[[assessed_review.outcomes]]', 'extension = {days = 10, cite = "moon"}}\n\n[[assessed_review.outcomes]]', "steps[review].clock.extension.cite", "'moon'"),
    (ZJ01, '"N15", "N16", ', '"N15", ', "steps[review].clock.extension", "N16"),
    (OUTCOMES, 'id = "ask_more"\nkind = "return"', 'id = "ask_more"\nsecond_person = true\nkind = "return"', "outcomes[ask_more].second_person", "approves, refuses"),
    (ZJ01, 'clock = {days = 1, cite = "promise"}', 'clock = {days = 1, extension = {days = 5}}', "steps[intake].clock.extension", "put off"),
    (ZJ01, 'corrects = [\n  "p_name", ', 'corrects = [\n  "p_moon", ', "steps[intake].corrects", "'p_moon'"),
    (ZJ01, 'corrects = [\n  "p_name", ', 'corrects = [\n  "p_id_no", ', "steps[intake].corrects", "at once"),
    (ZJ01, 'clock = {days = 2, cite = "promise"}', 'clock = {days = 2, cite = "promise"}\ncorrects = ["p_name"]', "steps[acceptance].corrects", "intake"),
    # conditions
    (EVIDENCE, HAS_PERMIT, '\nwhen = {field = "a_moon", is = "yes"}', "evidence[permit].when", "no question 'a_moon'"),
    (EVIDENCE, HAS_PERMIT, '\nwhen = {field = "a_permit", is = "perhaps"}', "evidence[permit].when", "no choice 'perhaps'"),
    (EVIDENCE, HAS_PERMIT, '\nwhen = {field = "dl_way", is = "post"}', "evidence[permit].when", "asked later"),
    (EVIDENCE, HAS_PERMIT, '\nwhen = {field = "zj_kind", is = "limb"}', "evidence[permit].when", "contains"),
    (EVIDENCE, HAS_PERMIT, '\nwhen = {field = "a_permit", at_least = 3}', "evidence[permit].when", "measure numbers"),
    (EVIDENCE, HAS_PERMIT, '\nwhen = {field = "p_name", is = "王"}', "evidence[permit].when", "whether it is answered"),
    (EVIDENCE, HAS_PERMIT, '\nwhen = {field = "@acting", is = "king"}', "evidence[permit].when", "no choice 'king'"),
    (EVIDENCE, HAS_PERMIT, '\nwhen = {field = "a_permit"}', "evidence[permit].when", "exactly one comparison"),
    (EVIDENCE, HAS_PERMIT, '\nwhen = {all = [{field = "a_permit", is = "yes"}, {field = "a_same_as_hukou", is = "yes"}]}', "evidence[permit].when", "never hold"),
    (EVIDENCE, HAS_PERMIT, '\nwhen = {all = [{field = "@age", less_than = 5}, {field = "@age", at_least = 9}]}', "evidence[permit].when", "never hold"),
    (EVIDENCE, HAS_PERMIT, '\nwhen = {all = [{field = "@acting", is = "self"}, {field = "g_kind", is = "child"}]}', "evidence[permit].when", "never hold"),
    (CONTACT, 'when = {field = "c_has_phone", any_of = ["own", "via"]}}', 'when = {field = "c_has_phone", any_of = ["own", "viaa"]}}', "c_channels].choices[sms].when", "no choice 'viaa'"),
    (ZJ01, 'when = {field = "q_hukou", is = "no"}\nlabel', 'when = {field = "q_hospital", is = "no"}\nlabel', "precheck[q_permit].when", "asked later"),
    (ZJ01, '{value = "unknown", label = {zh = "不清楚", easy = "不知道", en = "Not sure"}, is_way_out = true},\n]\n\n[[precheck]]\nid = "q_cancelled"', ']\n\n[[precheck]]\nid = "q_cancelled"', "precheck[q_has].choices", "不清楚"),
    (ZJ01, 'kind = "may_apply"\n', 'kind = "may_apply"\nwhen = {field = "q_age", is = "yes"}\n', "findings", "without `when`"),
    # voices
    (ZJ01, 'title.proxy_zh = "{name}哪些方面有困难？"\n', "", "pages[kinds].title.proxy_zh", "add proxy_zh"),
    (ZJ01, 'title.proxy_easy = "{name}做什么事有困难？"\n', "", "pages[kinds].title.proxy_easy", "add proxy_easy"),
    (ZJ01, 'title.proxy_en = "Which things are difficult for {name}?"\n', "", "pages[kinds].title.proxy_en", "add proxy_en"),
    (ZJ01, 'hint.zh = "可以选几项。是不是', 'hint.zh = "您可以选几项。是不是', "fields[zj_kind].hint.proxy_zh", "add proxy_zh"),
    (DECLARATIONS, 'label.zh = "我填写的内容是真的"', 'label.zh = "您填写的内容是真的"', "declarations[cs_truth].label.proxy_zh", "add"),
    (ZJ01, 'title.zh = "以前看过病的医院"', 'title.zh = "{name}看过病的医院"', "pages[records].title.zh", "remove {name}"),
    (GUARDIAN, 'title.zh = "您和{name}是', 'title.zh = "您和{nmae}是', "pages[relation].title.zh", "remove {nmae}"),
    # steps, reasons, notices, citations
    (ZJ01, REFUSAL_REASONS, REFUSAL_REASONS + "\nbulk = true", "steps[decision].outcomes[refuse].bulk", "each by itself"),
    (ZJ01, ISSUING, ISSUING + "\nbulk = true", "steps[decision].outcomes[approve].bulk", "ask again who is there"),
    (ZJ01, '"R13", "R15"]', '"R13", "R99"]', "steps[decision].outcomes[refuse].reasons", "no reason 'R99'"),
    (ZJ01, '"R13", "R15"]', '"R13", "C01"]', "steps[decision].outcomes[refuse].reasons", "reason to return"),
    (ZJ01, REFUSAL_REASONS, "", "steps[decision].outcomes[refuse].reasons", "at least one"),
    (ZJ01, REFUSAL_NOTICE, 'label.en = "Refuse"\nnotice = "N99"', "steps[decision].outcomes[refuse].notice", "'N99'"),
    (ZJ01, REFUSAL_NOTICE, 'label.en = "Refuse"', "steps[decision].outcomes[refuse].notice", "tells the applicant"),
    (ZJ01, REFUSAL_NOTICE, 'label.en = "Refuse"\nnotice = "N09"\nnext = "moon"', "outcomes[refuse].next", "step"),
    (ZJ01, 'not_same_person_as = ["intake"', 'not_same_person_as = ["decision"', "steps[decision].not_same_person_as", "earlier step"),
    (STEPS, 'id = "handed_over"\nkind = "complete"', 'id = "handed_over"\nkind = "advance"', "steps[issue].outcomes", "last step"),
    (STEPS, 'ends_with = "no_objection"', 'ends_with = "moon"', "steps[public_notice].ends_with", "advance outcome 'moon'"),
    (STEPS, 'asks = ["assess_doctor_1", "resume_on"]', 'asks = ["assess_doctor_1"]', "outcomes[unstable].asks", "until when"),
    (ZJ01, 'sees = ["person"', 'sees = ["moon"', "steps[assessment].sees", "section 'moon'"),
    (STEPS, 'shares_with = "review"', 'shares_with = "issue"', "steps[decision].clock.shares_with", "earlier step"),
    (ZJ01, 'asks = ["referred_hospital"', 'asks = ["moon"', "outcomes[accept].asks", "field of the step 'moon'"),
    (ZJ01, "deemed = {days = 5", AGAIN.format(step="moon", outcome="accept") + "deemed = {days = 5", "again.step", "no step 'moon'"),
    (ZJ01, "deemed = {days = 5", AGAIN.format(step="acceptance", outcome="moon") + "deemed = {days = 5", "again.outcome", "no outcome of the step 'moon'"),
    (ZJ01, 'deemed = {days = 5, step = "acceptance"', 'deemed = {days = 5, step = "moon"', "deemed.step", "no step 'moon'"),
    (ZJ01, 'id = "acceptance"\nkind = "review"', 'id = "intake"\nkind = "review"', "steps[intake]", "stands 2 times"),
    (ZJ01, 'cite = "art19"', 'cite = "art99"', "guide[get].statements[0].cite", "no citation 'art99'"),
    (ZJ01, 'cite = "art19"', '', "guide[get].statements[0].cite", "say where it stands"),
    (REMEDIES, 'cite = "petition"', '', "remedies[1].cite", "say where it stands"),
    (STEPS, 'clock = {days = 10, cite = "art9", ext', 'clock = {days = 10, cite = "art0", ext', "steps[review].clock.cite", "'art0'"),
    (CITATIONS, '[once_told]', '[once_sold]', "citations (N03)", "'once_told'"),
    (REASONS, 'code = "C02"', 'code = "C01"', "reasons[C01]", "stands 2 times"),
    (REASONS, 'code = "C02"', 'code = "c2"', "reasons[c2].code", "pattern"),
    (REASONS, 'text.easy = "有的材料看不清。"\n', '', "reasons[C02].text.easy", "easy-read"),
    (NOTICES, 'key = "N02"\nneeds = ["service", ', 'key = "N02"\nneeds = [', "notices[N02].result.zh", "'service'"),
    (NOTICES, 'key = "N02"\nneeds = ["service", ', 'key = "N02"\nneeds = ["moon", "service", ', "notices[N02].needs", "'moon'"),
    (NOTICES, REFUSED + '\nhas_remedies = true', REFUSED, "outcomes[refuse].notice", "N10 says no"),
    # regions
    (DEMO, '\nservices = [', '\nservices = ["zj-09", ', "services", "no service 'zj-09'"),
    (DEMO, 'default_place = "880001"', 'default_place = "1"', "default_place", "no place '1'"),
    (DEMO, 'default_place = "880001"', 'default_place = "880001"\nwithout_phone.moon = { zh = "请来。", en = "Come." }', "without_phone", "no remedy 'moon'"),
    (DEMO, 'kind = "county_federation"\nplace = "880002"', 'kind = "county_federation"\nplace = "880001"', "units", "880002"),
    (DEMO, 'kind = "town_desk"\nplace = "880001001"', 'kind = "town_desk"\nplace = "99"', "units[desk_dongfeng].place", "'99'"),
    (DEMO, 'code = "880001"\nlevel = "county"\nparent = "8800"', 'code = "880001"\nlevel = "county"\nparent = "880002"', "places[880001].parent", "something larger"),
    (DEMO, 'code = "desk_xishan"', 'code = "desk_dongfeng"', "units[desk_dongfeng]", "stands 2 times"),
    (DEMO, 'name = "certificate_years"', 'name = "sms_signature"', "parameters[sms_signature]", "same day"),
    (DEMO, 'value = "【示例市一窗通办】"\neffective_from = 2026-01-01', 'value = "【示例市一窗通办】"\neffective_from = 2026-01-01\neffective_to = 2025-01-01', "parameters[sms_signature].effective_to", "on or after"),
    (DEMO, 'value = "if_changed"', 'value = "sometimes"', "rules[reassess_on_renewal].value", "always, if_changed, never"),
    (DEMO, 'name = "retrofit_years"\nvalue = 5', 'name = "retrofit_years"\nvalue = "five"', "rules[retrofit_years].value", "a number"),
    (DEMO, 'name = "retrofit_years"', 'name = "correction_days"', "rules[correction_days]", "stands 2 times"),
    (DEMO, FIRST_RULE, LIMIT.format("bt-01", "moon") + FIRST_RULE, "limits[bt-01/moon]", "no step 'moon'"),
    (DEMO, FIRST_RULE, LIMIT.format("zz-01", "intake") + FIRST_RULE, "limits[zz-01/intake]", "no service of the region"),
    (DEMO, FIRST_RULE, LIMIT.format("zj-01", "decision") + FIRST_RULE, "limits[zj-01/decision]", "days of another"),
    (DEMO, 'name = "late_again_days"', 'name = "late_moon_days"', "parameters[late_moon_days]", "nobody reads it"),
    (ZJ01, 'once_per = "subject"', 'once_per = "subject"\nnumbers = ["moon_cap"]', "parameters (zj-01)", "no parameter 'moon_cap'"),
    (ZJ01, 'summary.en = "', 'summary.en = "{days_moon} ', "rules", "names {days_moon}"),
    (DEMO, 'when = {field = "household_status", is = "dibao"}', 'when = {field = "household_status", is = "dibaoo"}', "benefits[living_subsidy].groups[dibao].when", "no choice 'dibaoo'"),
    (DEMO, 'when = {field = "household_status", is = "dibao"}', 'when = {all = [{field = "household_status", is = "dibao"}, {field = "household_status", is = "none"}]}', "benefits[living_subsidy].groups[dibao].when", "never hold"),
    (DEMO, 'receives = "orphan"', 'receives = "orphans"', "benefits[living_subsidy].overlaps[orphans].receives", "'orphans'"),
    (ELIGIBILITY, 'needs.not = {field = "certificate", is = "none"}', 'needs.not = {field = "certificate", is = "nonne"}', "eligibility[certificate].needs", "no choice 'nonne'"),
    (ELIGIBILITY, 'needs.any = [{field = "hukou_here", is = "yes"}, {field = "living_permit", is = "yes"}]', 'needs.all = [{field = "hukou_here", is = "yes"}, {field = "hukou_here", is = "no"}]', "eligibility[hukou].needs", "never hold"),
    (QUESTIONNAIRE, 'when = {field = "q_age", any_of = ["16_17", "18_59", "unknown"]}', 'when = {field = "q_age", is = "17"}', "questions[q_work].when", "no choice '17'"),
    (DEMO, 'is_example = true', 'is_example = true\ndays_off = [2026-10-08]\ndays_on = [2026-10-08]', "days_on", "2026-10-08"),
]  # fmt: skip


LEFT_OUT = (
    "services/zj-0[2-7].toml",
    "services/bt-0[2-4].toml",
    "services/[!bz]*.toml",
    "regions/second.toml",
)
"""What no row spoils: reading it a hundred times would take longer than everything else here."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the product's own files, with two of its services."""
    for file in [*GOOD.glob("*.toml"), *GOOD.glob("*/*.toml")]:
        name = file.relative_to(GOOD)
        if not any(name.match(one) for one in LEFT_OUT):
            copy = tmp_path / name
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(file, copy)
    return tmp_path


def spoil(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert old in text, f"{file} no longer says {old!r}"
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "advice"), SPOILT, ids=[f"{row[3]}-{row[4]}" for row in SPOILT]
)
def test_a_spoilt_file_is_refused_with_its_place(
    root: Path, file: str, old: str, new: str, place: str, advice: str
) -> None:
    spoil(root, file, old, new)
    with pytest.raises(CatalogueErrors) as caught:
        load_catalogue(root)
    said = [(p.path, p.advice) for p in caught.value.problems]
    assert any(place in path and advice.lower() in words.lower() for path, words in said), said


def test_every_mistake_of_every_file_is_told_at_once(root: Path) -> None:
    spoil(root, ZJ01, 'cite = "art19"', 'cite = "art99"')
    spoil(root, DEMO, 'default_place = "880001"', 'default_place = "1"')
    spoil(root, REASONS, 'text.easy = "有的材料看不清。"\n', "")
    with pytest.raises(CatalogueErrors) as caught:
        load_catalogue(root)
    assert {problem.file for problem in caught.value.problems} == {ZJ01, DEMO, REASONS}
    assert str(caught.value).count("\n") == len(caught.value.problems) - 1


def test_a_missing_file_is_named_and_asked_for(root: Path) -> None:
    (root / NOTICES).unlink()
    with pytest.raises(CatalogueErrors, match=r"notices\.toml: \(file\): write this file"):
        load_catalogue(root)


def test_bytes_that_are_no_utf8_are_refused_in_words(root: Path) -> None:
    (root / REASONS).write_bytes(b'code = "\xff"')
    with pytest.raises(CatalogueErrors, match="save the file as UTF-8"):
        load_catalogue(root)


def test_a_value_where_a_table_belongs_is_refused(root: Path) -> None:
    (root / REASONS).write_text("reasons = 3\n", encoding="utf-8")
    with pytest.raises(CatalogueErrors, match=r"reasons\.toml: reasons: "):
        load_catalogue(root)
