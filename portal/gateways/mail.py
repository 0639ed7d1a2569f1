"""Mail: to a folder in demonstrations, to an SMTP server in real life."""

import re
import smtplib
import ssl
from contextlib import suppress
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Literal, Protocol, Self
from urllib.parse import unquote, urlsplit

from portal import clock
from portal.gateways.errors import GatewayFailure, PermanentFailure, TemporaryFailure
from portal.gateways.folder import MessageFolder

_MESSAGE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_TIMEOUT = 20.0  # seconds for each answer of the server

# From the first byte, after asking for it (and never without), or not at all.
Tls = Literal["implicit", "starttls", "none"]


class MailGateway(Protocol):
    """Sends one mail to one person."""

    def send(self, to: str, subject: str, text: str, html: str | None = None, *, message_id: str) -> None:
        """Send, or raise TemporaryFailure or PermanentFailure.

        `message_id` names the outbox row; sending the same one again is recognisable as the same message.
        """


class FolderMail:
    """Keeps mails in a folder."""

    def __init__(self, folder: MessageFolder, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, to: str, subject: str, text: str, html: str | None = None, *, message_id: str) -> None:
        """See MailGateway."""
        self._folder.keep_mail(
            _compose(self._sender, to, subject, text, html, message_id=message_id), message_id
        )


class SmtpMail:
    """Hands mails to an SMTP server, one connection each."""

    def __init__(
        self,
        host: str,
        port: int,
        tls: Tls,
        sender: str,
        *,
        login: tuple[str, str] | None = None,
        context: ssl.SSLContext | None = None,
        timeout: float = _TIMEOUT,
    ) -> None:
        self._host = host
        self._port = port
        self._tls = tls
        self._sender = sender
        self._login = login
        self._context = context or ssl.create_default_context()
        self._timeout = timeout

    @classmethod
    def from_url(cls, url: str, sender: str) -> Self:
        """From `smtps://name:password@host:port` or `smtp://...`.

        smtp:// insists on STARTTLS, except towards this very machine, where a relay has no certificate.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        if parts.scheme == "smtps":
            return cls(host, parts.port or 465, "implicit", sender, login=login)
        if host in _LOOPBACK:
            return cls(host, parts.port or 25, "none", sender, login=login)
        return cls(host, parts.port or 587, "starttls", sender, login=login)

    def send(self, to: str, subject: str, text: str, html: str | None = None, *, message_id: str) -> None:
        """See MailGateway."""
        letter = _compose(self._sender, to, subject, text, html, message_id=message_id)
        try:
            server = self._connect()
        except (smtplib.SMTPException, OSError) as wrong:
            # Up to here the server knows nothing of this mail, so no refusal can be about it.
            raise TemporaryFailure(f"mail server not ready ({type(wrong).__name__})") from None
        try:
            server.send_message(letter)
        except (smtplib.SMTPException, OSError) as wrong:
            raise _failure(wrong) from None
        else:
            # The mail is accepted; an ill-mannered good-bye must not send it twice.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        here = parseaddr(self._sender)[1].rpartition("@")[2]
        server: smtplib.SMTP
        if self._tls == "implicit":
            server = smtplib.SMTP_SSL(
                self._host, self._port, local_hostname=here, timeout=self._timeout, context=self._context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, local_hostname=here, timeout=self._timeout)
        try:
            if self._tls == "starttls":
                server.starttls(context=self._context)
            if self._login:
                server.login(*self._login)
        except BaseException:
            server.close()
            raise
        return server


def _compose(
    sender: str, to: str, subject: str, text: str, html: str | None, *, message_id: str
) -> EmailMessage:
    """The mail itself. Raises PermanentFailure for an address or a subject that no server would take."""
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("a message id is 1 to 64 letters, digits, dots, - or _")
    letter = EmailMessage(policy=policy.SMTP)
    try:
        address = Address(addr_spec=to)
        letter["From"] = sender
        letter["To"] = address
        letter["Subject"] = subject
    except (MessageError, ValueError, IndexError):
        raise PermanentFailure("not one mail address, or not one line of subject") from None
    if not address.domain:
        raise PermanentFailure("a mail address without a domain")
    letter["Date"] = clock.now()
    letter["Message-ID"] = f"<{message_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes do not answer us
    letter.set_content(text)
    if html is not None:
        letter.add_alternative(html, subtype="html")
    return letter


def _failure(wrong: Exception) -> GatewayFailure:
    """Which failure an answer to the mail itself means (RFC 5321 section 4.2.1: 4xx passes, 5xx stays)."""
    if isinstance(wrong, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in wrong.recipients.values()]
    elif isinstance(wrong, smtplib.SMTPResponseException):
        codes = [wrong.smtp_code]
    elif isinstance(wrong, smtplib.SMTPNotSupportedError):
        return PermanentFailure("mail server cannot write this address")
    else:
        return TemporaryFailure(f"mail server lost ({type(wrong).__name__})")
    said = f"mail server answered {codes[0]}"
    return PermanentFailure(said) if codes[0] >= 500 else TemporaryFailure(said)
