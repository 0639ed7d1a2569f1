"""Who someone is, by the word of the state's identity platform (OpenID Connect), where a region has one.

The portal asks with a code and a proof key (PKCE) and believes only what is signed, meant for it, fresh and
an answer to its own question. The caller keeps `state`, `nonce` and the verifier with the person's session,
and compares `state` before it calls `exchange`.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, cast
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from portal import clock
from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.gateways.http import TIMEOUT, BearerToken, failure_for

SCOPE = "openid profile id_number"

# Signatures by key pairs only: with a shared secret anyone who knows our secret could sign.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_KEPT_FOR = timedelta(hours=1)
_LEEWAY = 60  # seconds that two clocks may differ


class Authorization(NamedTuple):
    """Where to send the person, and the secret half of the proof key to keep until they return."""

    url: str
    verifier: str


@dataclass(frozen=True)
class VerifiedPerson:
    """What the platform vouches for. `subject` is its own stable id for the person, unique per issuer."""

    subject: str = field(repr=False)
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    issuer: str
    verified_at: datetime


class IdentityGateway(Protocol):
    """Asks a platform who someone is."""

    @property
    def is_on(self) -> bool:
        """Whether this region has a platform; when it has none, do not offer this way to sign in."""

    def authorize(self, redirect_uri: str, state: str, nonce: str) -> Authorization:
        """Begin. Raises TemporaryFailure when the platform cannot be reached."""

    def exchange(self, code: str, redirect_uri: str, verifier: str, nonce: str) -> VerifiedPerson:
        """Finish. Raises PermanentFailure when the answer cannot be believed, TemporaryFailure when the
        platform cannot be reached."""


class LocalIdentity:
    """No platform: identity is proved at the desk, by a liaison, at the hospital or by letter."""

    is_on = False

    def authorize(self, redirect_uri: str, state: str, nonce: str) -> Authorization:
        """Always raises PermanentFailure."""
        raise PermanentFailure("this region has no identity platform")

    def exchange(self, code: str, redirect_uri: str, verifier: str, nonce: str) -> VerifiedPerson:
        """Always raises PermanentFailure."""
        raise PermanentFailure("this region has no identity platform")


class OidcIdentity:
    """A platform that speaks OpenID Connect and describes itself below `issuer`/.well-known."""

    is_on = True

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        id_number_claim: str = "id_number",
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._id_number_claim = id_number_claim
        self._timeout = timeout
        # What the platform said of itself; replaced as a whole, so threads need no lock.
        self._description: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def authorize(self, redirect_uri: str, state: str, nonce: str) -> Authorization:
        """See IdentityGateway."""
        verifier = secrets.token_urlsafe(48)
        url, _ = self._session(redirect_uri).create_authorization_url(
            self._described()["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
        )
        return Authorization(url, verifier)

    def exchange(self, code: str, redirect_uri: str, verifier: str, nonce: str) -> VerifiedPerson:
        """See IdentityGateway."""
        if not nonce:
            raise ValueError("without a nonce an old answer would pass for a new one")
        tokens = self._tokens(code, redirect_uri, verifier)
        claims = self._believe(tokens, nonce)
        if not {"name", self._id_number_claim} <= claims.keys():
            claims = {**self._more_about(claims["sub"], tokens), **claims}
        name, id_number = claims.get("name"), claims.get(self._id_number_claim)
        if not (isinstance(name, str) and name and isinstance(id_number, str) and id_number):
            raise PermanentFailure("identity platform gave no name or no identity number")
        return VerifiedPerson(claims["sub"], name, id_number, self._issuer, clock.now())

    def _session(self, redirect_uri: str) -> OAuth2Session:
        methods = self._described().get("token_endpoint_auth_methods_supported")
        # Basic is what the standard means when the platform says nothing.
        is_post_only = isinstance(methods, list) and methods != [] and "client_secret_basic" not in methods
        return OAuth2Session(
            self._client_id,
            self._client_secret,
            token_endpoint_auth_method="client_secret_post" if is_post_only else "client_secret_basic",
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=self._timeout,
        )

    def _tokens(self, code: str, redirect_uri: str, verifier: str) -> Mapping[str, Any]:
        with self._session(redirect_uri) as session:
            try:
                tokens: Mapping[str, Any] = session.fetch_token(
                    self._described()["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    allow_redirects=False,
                )
            except requests.RequestException as wrong:
                raise _not_reached(wrong) from None
            except (OAuthError, ValueError):
                raise PermanentFailure("identity platform refused the code") from None
        return tokens

    def _believe(self, tokens: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the ID token, once signature, issuer, audience, time and nonce are checked."""
        written = tokens.get("id_token")
        if not isinstance(written, str):
            raise PermanentFailure("identity platform sent no ID token")
        try:
            token = self._decode(written)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "sub": {"essential": True},
                },
                {"client_id": self._client_id, "nonce": nonce, "access_token": tokens.get("access_token")},
            )
            claims.validate(now=int(clock.now().timestamp()), leeway=_LEEWAY)
        except (JoseError, KeyError, ValueError, TypeError) as wrong:
            raise PermanentFailure(f"ID token not believed ({type(wrong).__name__})") from None
        return dict(claims)

    def _decode(self, written: str) -> jwt.Token:
        keys = self._signing_keys()
        try:
            return jwt.decode(written, keys, algorithms=_ALGORITHMS)
        except InvalidKeyIdError:
            # Platforms change their keys without telling: ask once more.
            self._keys = None
            return jwt.decode(written, self._signing_keys(), algorithms=_ALGORITHMS)

    def _signing_keys(self) -> KeySet:
        kept = self._keys
        if kept is None or not _is_fresh(kept[0]):
            published = self._ask(self._described()["jwks_uri"])
            keys = KeySet.import_key_set(cast(KeySetSerialization, published))
            self._keys = kept = (clock.now(), keys)
        return kept[1]

    def _more_about(self, subject: str, tokens: Mapping[str, Any]) -> dict[str, Any]:
        """The claims of the userinfo endpoint, for platforms that keep the ID token short."""
        endpoint = self._described().get("userinfo_endpoint")
        token = tokens.get("access_token")
        if not endpoint or not isinstance(token, str):
            return {}
        claims = self._ask(self._safe(endpoint), BearerToken(token))
        if claims.get("sub") != subject:
            raise PermanentFailure("identity platform answered about somebody else")
        return claims

    def _described(self) -> Mapping[str, Any]:
        kept = self._description
        if kept is None or not _is_fresh(kept[0]):
            said = self._ask(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if said.get("issuer") != self._issuer:
                raise PermanentFailure("identity platform calls itself by another name")
            for name in _ENDPOINTS:
                self._safe(said.get(name))
            self._description = kept = (clock.now(), said)
        return kept[1]

    def _safe(self, endpoint: object) -> str:
        """The endpoint, if it is an address as well protected as the issuer's own."""
        wanted = "https" if self._issuer.startswith("https://") else "http"
        with suppress(ValueError):
            if isinstance(endpoint, str) and urlsplit(endpoint).scheme in {"https", wanted}:
                return endpoint
        raise PermanentFailure("identity platform names an unsafe or no endpoint")

    def _ask(self, url: str, token: BearerToken | None = None) -> dict[str, Any]:
        try:
            answer = requests.get(url, auth=token, timeout=self._timeout, allow_redirects=False)
            if failure := failure_for(answer.status_code):
                raise failure
            said = answer.json()
        except requests.RequestException as wrong:
            raise _not_reached(wrong) from None
        if not isinstance(said, dict):
            raise PermanentFailure("identity platform answered nonsense")
        return said


def _is_fresh(asked_at: datetime) -> bool:
    return timedelta() <= clock.now() - asked_at < _KEPT_FOR


def _not_reached(wrong: requests.RequestException) -> TemporaryFailure:
    return TemporaryFailure(f"identity platform not reached ({type(wrong).__name__})")
