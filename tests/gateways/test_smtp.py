"""Mail by SMTP against a real server on this machine."""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal import clock
from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.gateways.mail import SmtpMail, Tls

SENDER = "一窗通办 <portal@example.cn>"
LOGIN = ("robot", "pass:word@")


class Mailbox:
    """Takes mails, or answers as told."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.was_tls: list[bool] = []
        self.says_to_recipient = "250 OK"
        self.says_to_letter = "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, _: Any) -> str:
        if self.says_to_recipient.startswith("2"):
            envelope.rcpt_tos.append(to)
        return self.says_to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.SMTP))
        self.was_tls.append(session.ssl is not None)
        return self.says_to_letter


Start = Callable[..., int]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def start(mailbox: Mailbox) -> Iterator[Start]:
    """`start(...)` runs a server with aiosmtpd's options and gives its port."""
    running: list[Controller] = []

    def run(**options: Any) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return port

    yield run
    for controller in running:
        controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(pem))
    return file


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def let_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: Any) -> AuthResult:
    is_ours = (login.login, login.password) == tuple(part.encode() for part in LOGIN)
    return AuthResult(success=is_ours, handled=False)


def send(gateway: SmtpMail) -> None:
    gateway.send("li@example.cn", "您的申请", "请看附后。\n", "<p>请看。</p>\n", message_id="m-17")


def plain(port: int, **options: Any) -> SmtpMail:
    return SmtpMail("127.0.0.1", port, "none", SENDER, **options)


def test_mail_arrives_with_text_html_and_a_stable_id(start: Start, mailbox: Mailbox) -> None:
    gateway = SmtpMail.from_url(f"smtp://127.0.0.1:{start()}", SENDER)
    send(gateway)
    send(gateway)
    first, again = mailbox.letters
    assert first["Message-ID"] == again["Message-ID"] == "<m-17@example.cn>"
    assert (first["To"], first["From"], first["Subject"]) == ("li@example.cn", SENDER, "您的申请")
    assert first["Auto-Submitted"] == "auto-generated"
    text, html = first.get_body(("plain",)), first.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == ["请看附后。"]
    assert html.get_content().splitlines() == ["<p>请看。</p>"]


def test_starttls_is_used_and_the_login_travels_inside(
    start: Start, mailbox: Mailbox, server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    port = start(tls_context=server_tls, require_starttls=True, authenticator=let_in, auth_required=True)
    send(SmtpMail("127.0.0.1", port, "starttls", SENDER, login=LOGIN, context=trusting))
    assert mailbox.was_tls == [True]


def test_starttls_that_the_server_lacks_sends_nothing_in_the_clear(start: Start, mailbox: Mailbox) -> None:
    with pytest.raises(TemporaryFailure):
        send(SmtpMail("127.0.0.1", start(), "starttls", SENDER))
    assert mailbox.letters == []


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_certificate_that_nobody_vouches_for_sends_nothing(
    start: Start, mailbox: Mailbox, server_tls: ssl.SSLContext, tls: Tls
) -> None:
    options = {"ssl_context": server_tls} if tls == "implicit" else {"tls_context": server_tls}
    with pytest.raises(TemporaryFailure):
        send(SmtpMail("127.0.0.1", start(**options), tls, SENDER))
    assert mailbox.letters == []


def test_tls_from_the_first_byte(
    start: Start, mailbox: Mailbox, server_tls: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    port = start(ssl_context=server_tls)
    send(SmtpMail("127.0.0.1", port, "implicit", SENDER, context=trusting))
    assert len(mailbox.letters) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # aiosmtpd, about this very test
def test_refused_login_is_temporary_because_the_mail_is_not_at_fault(start: Start, mailbox: Mailbox) -> None:
    port = start(authenticator=let_in, auth_required=True, auth_require_tls=False)
    with pytest.raises(TemporaryFailure) as raised:
        send(plain(port, login=("robot", "wrong")))
    assert "wrong" not in str(raised.value)
    assert mailbox.letters == []


@pytest.mark.parametrize("code", [450, 452])
def test_recipient_refused_for_now_is_temporary(start: Start, mailbox: Mailbox, code: int) -> None:
    mailbox.says_to_recipient = f"{code} greylisted"
    with pytest.raises(TemporaryFailure, match=str(code)):
        send(plain(start()))


@pytest.mark.parametrize("code", [550, 553])
def test_recipient_refused_for_good_is_permanent_and_not_named(
    start: Start, mailbox: Mailbox, code: int
) -> None:
    mailbox.says_to_recipient = f"{code} no such person li@example.cn"
    with pytest.raises(PermanentFailure, match=str(code)) as raised:
        send(plain(start()))
    assert "li@" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(("code", "failure"), [(451, TemporaryFailure), (554, PermanentFailure)])
def test_answer_to_the_letter_itself_decides(
    start: Start, mailbox: Mailbox, code: int, failure: type[Exception]
) -> None:
    mailbox.says_to_letter = f"{code} thinking"
    with pytest.raises(failure, match=str(code)):
        send(plain(start()))


def test_address_the_server_cannot_write_is_permanent(start: Start, mailbox: Mailbox) -> None:
    port = start(enable_SMTPUTF8=False)
    with pytest.raises(PermanentFailure):
        plain(port).send("李@example.cn", "subject", "text", message_id="m-1")
    assert mailbox.letters == []


def test_nobody_listening_is_temporary() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        with pytest.raises(TemporaryFailure):
            send(plain(probe.getsockname()[1]))


def test_silent_server_is_given_up_as_temporary() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TemporaryFailure):
        send(plain(silent.getsockname()[1], timeout=0.3))


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "login"),
    [
        ("smtps://robot:pass%3Aword%40@mail.example.cn", "mail.example.cn", 465, "implicit", LOGIN),
        ("smtp://mail.example.cn", "mail.example.cn", 587, "starttls", None),
        ("smtp://mail.example.cn:2525", "mail.example.cn", 2525, "starttls", None),
        ("smtp://localhost", "localhost", 25, "none", None),
    ],
)
def test_address_of_the_server_decides_port_and_protection(
    url: str, host: str, port: int, tls: Tls, login: tuple[str, str] | None
) -> None:
    made = vars(SmtpMail.from_url(url, SENDER))
    assert (made["_host"], made["_port"], made["_tls"], made["_login"]) == (host, port, tls, login)
