"""The settings choose the gateways."""

from pathlib import Path

from portal.config import Settings
from portal.gateways import from_settings
from portal.gateways.identity import LocalIdentity, OidcIdentity
from portal.gateways.mail import FolderMail, SmtpMail
from portal.gateways.registers import HttpRegisters, NoRegisters, SimulatedRegisters
from portal.gateways.scanner import Clamd, NoScanner
from portal.gateways.sms import FolderSms, HttpSms


def test_demo_keeps_everything_in_one_folder(tmp_path: Path) -> None:
    gateways = from_settings(Settings.from_environment({"PORTAL_DATA_DIR": str(tmp_path)}))
    assert isinstance(gateways.mail, FolderMail)
    assert isinstance(gateways.sms, FolderSms)
    assert isinstance(gateways.identity, LocalIdentity)
    assert isinstance(gateways.scanner, NoScanner)
    assert isinstance(gateways.registers, SimulatedRegisters)
    gateways.mail.send("li@example.invalid", "subject", "text", message_id="m-1")
    gateways.sms.send("19900001234", "text", message_id="m-1")
    assert {sent.kind for sent in gateways.folder.list_messages(10)} == {"mail", "sms"}
    assert len(list((tmp_path / "messages").iterdir())) == 2


def test_real_gateways_are_chosen_by_their_addresses(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "PORTAL_DATA_DIR": str(tmp_path),
            "PORTAL_MAIL": "smtps://mail.example.cn",
            "PORTAL_SMS": "https://sms.example.cn",
            "PORTAL_SMS_TOKEN": "token",
            "PORTAL_REGISTERS": "https://registers.example.cn",
            "PORTAL_REGISTERS_KEY": "key",
            "PORTAL_SCANNER": "tcp://127.0.0.1:3310",
            "PORTAL_OIDC_ISSUER": "https://id.example.cn",
            "PORTAL_OIDC_CLIENT_ID": "portal",
            "PORTAL_OIDC_CLIENT_SECRET": "secret",
        }
    )
    gateways = from_settings(settings)
    assert isinstance(gateways.mail, SmtpMail)
    assert isinstance(gateways.sms, HttpSms)
    assert isinstance(gateways.registers, HttpRegisters)
    assert isinstance(gateways.identity, OidcIdentity)
    assert gateways.identity.is_on
    assert isinstance(gateways.scanner, Clamd)


def test_registers_may_be_none(tmp_path: Path) -> None:
    settings = Settings.from_environment({"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_REGISTERS": "none"})
    assert isinstance(from_settings(settings).registers, NoRegisters)
