"""Whom we talk to: one small protocol each, an embedded default and a real one."""

from dataclasses import dataclass

from portal.config import FOLDER, NONE, SIMULATED, Settings
from portal.gateways.files import FileStore, FolderFiles
from portal.gateways.folder import MessageFolder
from portal.gateways.identity import IdentityGateway, LocalIdentity, OidcIdentity
from portal.gateways.mail import FolderMail, MailGateway, SmtpMail
from portal.gateways.registers import HttpRegisters, NoRegisters, RegisterGateway, SimulatedRegisters
from portal.gateways.scanner import Clamd, NoScanner, Scanner
from portal.gateways.seal import HttpSeal, NoSeal, SealGateway
from portal.gateways.sms import FolderSms, HttpSms, SmsGateway


@dataclass(frozen=True)
class Gateways:
    """Everyone the portal talks to. `folder` holds what the folder gateways kept, for the demonstration."""

    mail: MailGateway
    sms: SmsGateway
    identity: IdentityGateway
    folder: MessageFolder
    files: FileStore
    scanner: Scanner
    registers: RegisterGateway
    seal: SealGateway


def from_settings(settings: Settings) -> Gateways:
    """The gateways that the settings choose. Talks to nobody yet."""
    folder = MessageFolder(settings.messages_dir)
    mail: MailGateway = FolderMail(folder, settings.mail_from)
    if settings.mail != FOLDER:
        mail = SmtpMail.from_url(settings.mail, settings.mail_from)
    sms: SmsGateway = FolderSms(folder)
    if settings.sms != FOLDER:
        sms = HttpSms(settings.sms, settings.sms_token or "")
    files = FolderFiles(settings.files_dir, settings.keys)
    scanner: Scanner = Clamd(settings.scanner) if settings.scanner else NoScanner()
    return Gateways(
        mail, sms, _identity(settings), folder, files, scanner, _registers(settings), _seal(settings)
    )


def _identity(settings: Settings) -> IdentityGateway:
    issuer, client, secret = settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
    if issuer and client and secret:
        return OidcIdentity(issuer, client, secret)
    return LocalIdentity()


def _registers(settings: Settings) -> RegisterGateway:
    if settings.registers == SIMULATED:
        return SimulatedRegisters()
    if settings.registers == NONE:
        return NoRegisters()
    return HttpRegisters(settings.registers, settings.registers_key or "")


def _seal(settings: Settings) -> SealGateway:
    return NoSeal() if settings.seal == NONE else HttpSeal(settings.seal, settings.seal_token or "")
