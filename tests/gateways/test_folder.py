"""Messages that go to a folder: whole, private, once each, newest first."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal import clock
from portal.gateways.errors import PermanentFailure
from portal.gateways.folder import MessageFolder, SentMessage
from portal.gateways.mail import FolderMail
from portal.gateways.sms import FolderSms

SENDER = "一窗通办 <portal@example.invalid>"
CODE = "【示例市一窗通办】验证码482913，30分钟内有效。工作人员不会向您要验证码。"


@pytest.fixture
def folder(tmp_path: Path) -> MessageFolder:
    return MessageFolder(tmp_path / "messages")


def test_folder_without_messages_lists_none(folder: MessageFolder) -> None:
    assert folder.list_messages(10) == []


def test_kept_mail_reads_back_as_it_was_sent(folder: MessageFolder) -> None:
    clock.use_fixed(datetime(2026, 12, 5, 1, tzinfo=UTC))
    try:
        FolderMail(folder, SENDER).send(
            "li@example.invalid",
            "您的申请要补材料",
            "最晚12月5日。\n",
            "<p>最晚12月5日。</p>\n",
            message_id="m-1",
        )
    finally:
        clock.reset()
    assert folder.list_messages(10) == [
        SentMessage(
            kind="mail",
            to="li@example.invalid",
            text="最晚12月5日。\n",
            sent_at=datetime(2026, 12, 5, 1, tzinfo=UTC),
            subject="您的申请要补材料",
            html="<p>最晚12月5日。</p>\n",
        )
    ]


def test_demo_people_get_text_messages_in_the_folder(folder: MessageFolder) -> None:
    FolderSms(folder).send("19900001234", CODE, message_id="m-1")
    (sent,) = folder.list_messages(10)
    assert (sent.kind, sent.to, sent.text) == ("sms", "19900001234", CODE)
    assert abs((clock.now() - sent.sent_at).total_seconds()) < 5


def test_newest_messages_come_first_and_no_more_than_asked_for(folder: MessageFolder) -> None:
    mail, sms = FolderMail(folder, SENDER), FolderSms(folder)
    for number in range(3):
        mail.send("li@example.invalid", f"mail {number}", "text", message_id=f"mail-{number}")
        sms.send("19900001234", f"sms {number}", message_id=f"sms-{number}")
    newest = folder.list_messages(3)
    assert [sent.subject or sent.text for sent in newest] == ["sms 2", "mail 2", "sms 1"]


def test_same_message_sent_again_is_kept_once(folder: MessageFolder) -> None:
    sms = FolderSms(folder)
    sms.send("19900001234", CODE, message_id="m-1")
    sms.send("19900001234", CODE, message_id="m-1")
    assert len(folder.list_messages(10)) == 1


def test_kept_messages_are_for_their_owner_only_and_leave_no_drafts(
    folder: MessageFolder, tmp_path: Path
) -> None:
    FolderSms(folder).send("19900001234", CODE, message_id="m-1")
    kept = list((tmp_path / "messages").iterdir())
    assert [path.stat().st_mode & 0o777 for path in kept] == [0o600]
    assert (tmp_path / "messages").stat().st_mode & 0o777 == 0o700
    assert "1990000" not in kept[0].name


def test_half_written_message_is_not_listed(folder: MessageFolder, tmp_path: Path) -> None:
    FolderSms(folder).send("19900001234", CODE, message_id="m-1")
    (tmp_path / "messages" / ".draft").write_text("{")
    assert len(folder.list_messages(10)) == 1


@pytest.mark.parametrize(
    "to", ["", "zhangli", "zhangli@", "@example.invalid", "a@b, c@d", "Li <a@b>", "a@b\nBcc: c@d"]
)
def test_address_that_is_not_one_mailbox_is_refused_for_good(folder: MessageFolder, to: str) -> None:
    with pytest.raises(PermanentFailure) as raised:
        FolderMail(folder, SENDER).send(to, "subject", "text", message_id="m-1")
    assert not to or to not in str(raised.value)
    assert folder.list_messages(10) == []


def test_subject_cannot_smuggle_another_header(folder: MessageFolder) -> None:
    with pytest.raises(PermanentFailure):
        FolderMail(folder, SENDER).send("a@b", "hello\r\nBcc: c@d", "text", message_id="m-1")


def test_message_id_that_could_break_a_header_is_a_mistake_of_ours(folder: MessageFolder) -> None:
    with pytest.raises(ValueError, match="message id"):
        FolderMail(folder, SENDER).send("a@b", "subject", "text", message_id="m 1\n")
