"""From a thing to be proved to the page that asks how: as a file now, or in one of the ways without any."""

from __future__ import annotations

from portal.catalogue.conditions import Condition
from portal.catalogue.model import Choice, Definition, Evidence, Field, Page
from portal.catalogue.texts import Text

UPLOAD = "upload"
"""The way that uncovers the question for files."""

UPLOAD_LABEL = Text(zh="现在上传照片或文件", easy="现在交照片", en="Upload a photo or file now")
PHOTO_LABEL = Text(zh="现在上传照片", easy="现在交照片", en="Upload a photo now")
UPLOAD_HINT = Text(zh="用手机拍就可以。", easy="用手机拍就行。", en="A phone camera is fine.")

FILES_HINT = Text(
    zh="照片（JPG、PNG、HEIC）或者PDF，每份最大10MB，PDF最多30页。一次交一份，可以交很多次。"
    "没有手机，或者拍不好，可以选上面别的办法。",
    easy="用手机拍照片。\n一次交一份，可以交很多次。\n一份最大10MB。\n拍不好，可以选上面别的办法。",
    en="A photo (JPG, PNG, HEIC) or a PDF, at most 10 MB each, a PDF at most 30 pages. "
    "One at a time, as many times as needed. Without a phone, choose another way above.",
)
PHOTOS_HINT = Text(
    zh="照片（JPG、PNG、HEIC），每张最大10MB。一次交一张。没有手机，或者拍不好，可以选上面别的办法。",
    easy="用手机拍照片。\n一次交一张。\n一张最大10MB。\n拍不好，可以选上面别的办法。",
    en="A photo (JPG, PNG, HEIC), at most 10 MB each, one at a time. "
    "Without a phone, choose another way above.",
)


CONFIRMATION = "confirmation"
"""The scan of what was signed or marked with a thumb at the counter; no service has a thing of that name."""
CONFIRMATION_NAME = Text(zh="本人确认的扫描件", en="Scan of the person's confirmation")


def evidence_page(evidence: Evidence) -> Page:
    """The question how a thing will be proved: every way is an answer, an upload never the only one."""
    way = Field(
        id=way_of(evidence.id),
        kind="choice",
        label=evidence.question,
        hint=evidence.hint,
        short=evidence.title,
        choices=_ways(evidence),
    )
    return Page(
        id=page_of(evidence.id),
        title=evidence.question,
        fields=(way, _files(evidence)) if evidence.accepts else (way,),
        when=evidence.when,
    )


def page_of(evidence_id: str) -> str:
    """The page on which a thing is asked for."""
    return f"evidence-{evidence_id}"


def way_of(evidence_id: str) -> str:
    """The field that says how a thing will be shown."""
    return f"evidence_{evidence_id}"


def files_of(evidence_id: str) -> str:
    """The field that holds the files of a thing."""
    return f"documents_{evidence_id}"


def name_of_files(evidence: Evidence) -> Text:
    """What each file of a thing is called; a number follows."""
    return evidence.file_name or evidence.title


def name_of_document(definition: Definition, thing_id: str, *, is_copy: bool) -> Text | None:
    """What a file of a thing, or of a step's paper, is called; one that staff made says so. None where the
    service has no such thing."""
    papers = {step.paper.id: step.paper.title for step in definition.service.steps if step.paper}
    things = {one.id: name_of_files(one) for one in definition.service.evidence}
    name = {CONFIRMATION: CONFIRMATION_NAME, **papers, **things}.get(thing_id)
    if name is None or not is_copy:
        return name
    return Text(
        zh=f"工作人员扫描的{name.zh}",
        easy=f"工作人员拍的{name.easy or name.zh}",
        en=f"{name.en}, copied by staff",
    )


def thing_of(files_field: str) -> str:
    """The thing whose files a field holds."""
    return files_field.removeprefix(files_of(""))


def _ways(evidence: Evidence) -> tuple[Choice, ...]:
    own = tuple(
        Choice(value=one.way, label=one.label, hint=one.hint, is_way_out=one.way == "later")
        for one in evidence.alternatives
    )
    if not evidence.accepts or any(one.value == UPLOAD for one in own):
        return own
    label = UPLOAD_LABEL if "pdf" in evidence.accepts else PHOTO_LABEL
    return (Choice(value=UPLOAD, label=label, hint=UPLOAD_HINT), *own)


def _files(evidence: Evidence) -> Field:
    """The files themselves, asked for once the way is chosen."""
    thing = name_of_files(evidence)
    easy = thing.easy or thing.zh
    words = Text(zh=f"{thing.zh}的文件", easy=f"{easy}的照片", en=f"Files: {thing.en}")
    if "pdf" not in evidence.accepts:
        words = thing
    return Field(
        id=files_of(evidence.id),
        kind="documents",
        label=words,
        short=words,
        hint=FILES_HINT if "pdf" in evidence.accepts else PHOTOS_HINT,
        thing=thing,
        accepts=evidence.accepts,
        when=Condition(field=way_of(evidence.id), is_=UPLOAD),
    )
