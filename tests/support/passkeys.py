"""A device with a passkey, in software: it answers what a page asks as a telephone or a key would."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey as PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, WITH_KEY = 1, 4, 64


def new_key() -> PrivateKey:
    return generate_private_key(SECP256R1())


@dataclass
class Device:
    """One passkey. ``is_unlocked`` says whether its owner showed a PIN or a finger."""

    origin: str = "http://localhost"
    host: str = "localhost"
    is_unlocked: bool = True
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: PrivateKey = field(default_factory=new_key)

    def make(self, options: str) -> str:
        """The answer to creation options."""
        return self._answer(
            self._client("webauthn.create", options),
            attestationObject=bytes_to_base64url(
                cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._about(with_key=True)})
            ),
        )

    def show(self, options: str) -> str:
        """The answer to request options."""
        client = self._client("webauthn.get", options)
        about = self._about()
        signature = self.key.sign(about + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        return self._answer(
            client,
            authenticatorData=bytes_to_base64url(about),
            signature=bytes_to_base64url(signature),
        )

    def _client(self, kind: str, options: str) -> bytes:
        said = {"type": kind, "challenge": json.loads(options)["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _about(self, *, with_key: bool = False) -> bytes:
        self.count += 1
        flags = PRESENT | (VERIFIED if self.is_unlocked else 0) | (WITH_KEY if with_key else 0)
        about = hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        return about + (
            bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._cose() if with_key else b""
        )

    def _cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, client: bytes, **more: Any) -> str:
        known = bytes_to_base64url(self.id)
        response = {"clientDataJSON": bytes_to_base64url(client), **more}
        return json.dumps({"id": known, "rawId": known, "type": "public-key", "response": response})
