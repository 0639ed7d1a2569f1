"""A certificate of this machine's own, so that telephones in its network reach a demonstration over https:
browsers give encryption, offline sheets and cameras to nobody else.

Nobody vouches for it: whoever uses it compares the fingerprint that is printed at the start and tells their
device to trust it. Production has a proxy with a certificate that others vouch for.
"""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from portal import clock

VALID = timedelta(days=365)
RENEWED_BEFORE = timedelta(days=14)
"""What is left of a certificate when a new one is made: nobody is surprised during a round of visits."""
NOWHERE = ("192.0.2.1", 9)
"""An address that no machine has (RFC 5737): the way to it names our own address, and nothing is sent."""


@dataclass(frozen=True)
class OwnCertificate:
    certificate: Path
    key: Path
    fingerprint: str
    """SHA-256, in pairs of hexadecimal digits, as browsers show it."""


def own_names() -> tuple[str, ...]:
    """What this machine is reached by: its address in the network first, where it has one."""
    found: list[str] = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(NOWHERE)
        found.append(str(asking.getsockname()[0]))
    with suppress(OSError):
        found += [str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None)]
    usual = [one for one in found if "%" not in one and not ip_address(one).is_unspecified]
    return tuple(dict.fromkeys([*usual, socket.gethostname(), "localhost", "127.0.0.1", "::1"]))


def keep_certificate(folder: Path, names: tuple[str, ...]) -> OwnCertificate:
    """The certificate in ``folder``, made anew where there is none for all of ``names`` that lasts. The key
    is readable by its owner only."""
    certificate, key = folder / "https-certificate.pem", folder / "https-key.pem"
    found = _find_good(certificate, key, names)
    if found is None:
        folder.mkdir(parents=True, exist_ok=True)
        found = _make(certificate, key, names)
    digits = hashlib.sha256(found.public_bytes(serialization.Encoding.DER)).hexdigest().upper()
    pairs = ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))
    return OwnCertificate(certificate, key, pairs)


def _find_good(certificate: Path, key: Path, names: tuple[str, ...]) -> x509.Certificate | None:
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), None)
        named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return None
    is_ours = private.public_key() == found.public_key()
    lasts = found.not_valid_before_utc <= clock.now() < found.not_valid_after_utc - RENEWED_BEFORE
    has_all = all(_general(one) in list(named) for one in names)
    return found if is_ours and lasts and has_all else None


def _make(certificate: Path, key: Path, names: tuple[str, ...]) -> x509.Certificate:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "yichuang demonstration")])
    now = clock.now()
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,  # telephones trust only what may sign others
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    plain = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key.unlink(missing_ok=True)
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(plain)
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return made


def _general(name: str) -> x509.GeneralName:
    address: IPv4Address | IPv6Address
    try:
        address = ip_address(name)
    except ValueError:
        return x509.DNSName(name)
    return x509.IPAddress(address)
