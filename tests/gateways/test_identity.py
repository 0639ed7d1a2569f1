"""The state's identity platform: against a whole mock provider, and against a crooked one of our own."""

import base64
import hashlib
import hmac
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from portal import clock
from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.gateways.identity import LocalIdentity, OidcIdentity, VerifiedPerson

with warnings.catch_warnings():
    # The mock still imports a part of Authlib that is going away.
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread

CLIENT = "portal"
SECRET = "client-secret"
BACK = "https://portal.example.cn/sign-in/back"
PERSON = {"name": "示例 李明", "id_number": "880000199001011237"}


@pytest.fixture(autouse=True)
def _real_clock_afterwards() -> Iterator[None]:
    yield
    clock.reset()


class TestWholeProvider:
    """The real exchange, end to end."""

    pytestmark = pytest.mark.filterwarnings("ignore")  # the mock's own warnings

    @pytest.fixture(scope="class")
    def issuer(self) -> Iterator[str]:
        with run_server_in_thread(user_claims=[User(sub="li", claims={**PERSON})]) as server:
            yield f"http://localhost:{server.server_port}"

    @pytest.fixture
    def platform(self, issuer: str) -> OidcIdentity:
        return OidcIdentity(issuer, CLIENT, SECRET)

    def signed_in(self, url: str, subject: str = "li") -> dict[str, str]:
        """What comes back to us after the person signed in at the platform."""
        answer = requests.post(url, data={"sub": subject}, allow_redirects=False, timeout=5)
        assert answer.status_code == 302
        return {
            name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()
        }

    def test_person_who_signs_in_is_verified(self, platform: OidcIdentity, issuer: str) -> None:
        asked = platform.authorize(BACK, "state-1", "nonce-1")
        back = self.signed_in(asked.url)
        assert back["state"] == "state-1"
        person = platform.exchange(back["code"], BACK, asked.verifier, "nonce-1")
        assert (person.subject, person.name, person.id_number) == ("li", PERSON["name"], PERSON["id_number"])
        assert person.issuer == issuer
        assert clock.now() - person.verified_at < timedelta(seconds=10)

    def test_person_is_not_shown_in_print(self) -> None:
        person = VerifiedPerson("li", PERSON["name"], PERSON["id_number"], "issuer", clock.now())
        assert not [secret for secret in ("li", *PERSON.values()) if f"'{secret}'" in repr(person)]

    def test_answer_to_another_question_is_refused(self, platform: OidcIdentity) -> None:
        asked = platform.authorize(BACK, "state-1", "nonce-of-somebody-else")
        back = self.signed_in(asked.url)
        with pytest.raises(PermanentFailure, match="not believed"):
            platform.exchange(back["code"], BACK, asked.verifier, "nonce-1")

    def test_code_works_once(self, platform: OidcIdentity) -> None:
        asked = platform.authorize(BACK, "state-1", "nonce-1")
        back = self.signed_in(asked.url)
        platform.exchange(back["code"], BACK, asked.verifier, "nonce-1")
        with pytest.raises(PermanentFailure, match="refused the code"):
            platform.exchange(back["code"], BACK, asked.verifier, "nonce-1")

    def test_invented_code_is_refused(self, platform: OidcIdentity) -> None:
        with pytest.raises(PermanentFailure, match="refused the code"):
            platform.exchange("invented", BACK, "verifier", "nonce-1")

    def test_token_that_expired_before_we_looked_is_refused(self, platform: OidcIdentity) -> None:
        asked = platform.authorize(BACK, "state-1", "nonce-1")
        back = self.signed_in(asked.url)
        clock.use_fixed(datetime.now(UTC) + timedelta(hours=2))
        with pytest.raises(PermanentFailure, match="Expired"):
            platform.exchange(back["code"], BACK, asked.verifier, "nonce-1")

    def test_person_without_identity_number_is_not_verified(self, platform: OidcIdentity) -> None:
        asked = platform.authorize(BACK, "state-1", "nonce-1")
        back = self.signed_in(asked.url, subject="nobody@example.invalid")
        with pytest.raises(PermanentFailure, match="no identity number"):
            platform.exchange(back["code"], BACK, asked.verifier, "nonce-1")


KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@dataclass
class Crooked:
    """A platform whose every answer a test may bend."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: KEY)
    published: RSAKey = field(default_factory=lambda: KEY)
    claims: dict[str, Any] = field(default_factory=dict)
    description: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    write: Callable[[dict[str, Any]], str] | None = None
    statuses: dict[str, int] = field(default_factory=dict)
    keys_say: Any = None
    token_says: Any = None
    paths_asked: list[str] = field(default_factory=list)
    tokens_asked: list[Mapping[str, str]] = field(default_factory=list)
    key_questions: int = 0

    def answer(self, asked: Any) -> tuple[int, Any]:
        path = urlsplit(asked.path).path
        self.paths_asked.append(path)
        said: dict[str, Any] | None = {}
        if path == "/.well-known/openid-configuration":
            said = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/me",
                **self.description,
            }
        elif path == "/keys":
            self.key_questions += 1
            said = self.keys_say or {"keys": [self.published.as_dict(private=False)]}
        elif path == "/token":
            self.tokens_asked.append(
                {name: values[0] for name, values in parse_qs(asked.body).items()}
                | {"authorization": asked.headers.get("Authorization", "")}
            )
            said = self.token_says
            if said is None:
                said = {"access_token": "access", "token_type": "Bearer", "id_token": self.id_token()}
        elif path == "/me":
            assert asked.headers["Authorization"] == "Bearer access"
            said = self.more
        return self.statuses.get(path, 200), said

    def id_token(self) -> str:
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": "li",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": "nonce-1",
            **PERSON,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.write:
            return self.write(claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


@pytest.fixture
def crooked(loopback: Callable[..., Any]) -> Crooked:
    platform = Crooked()
    platform.issuer = loopback(platform.answer).url
    return platform


def verify(platform: Crooked, identity: OidcIdentity | None = None) -> VerifiedPerson:
    identity = identity or OidcIdentity(platform.issuer, CLIENT, SECRET)
    return identity.exchange("code-1", BACK, "verifier-1", "nonce-1")


def test_honest_answer_is_believed(crooked: Crooked) -> None:
    assert verify(crooked).id_number == PERSON["id_number"]


def test_proof_key_of_the_question_opens_the_answer(crooked: Crooked) -> None:
    identity = OidcIdentity(crooked.issuer, CLIENT, SECRET)
    asked = identity.authorize(BACK, "state-1", "nonce-1")
    question = {name: values[0] for name, values in parse_qs(urlsplit(asked.url).query).items()}
    identity.exchange("code-1", BACK, asked.verifier, "nonce-1")
    (sent,) = crooked.tokens_asked
    digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
    assert question["code_challenge"] == _base64(digest)
    assert question["code_challenge_method"] == "S256"
    assert question["response_type"] == "code"
    assert (question["client_id"], question["redirect_uri"]) == (CLIENT, BACK)
    assert (question["state"], question["nonce"]) == ("state-1", "nonce-1")
    assert asked.verifier not in asked.url
    assert SECRET not in asked.url
    assert (sent["code"], sent["redirect_uri"]) == ("code-1", BACK)


def test_every_question_has_its_own_verifier(crooked: Crooked) -> None:
    identity = OidcIdentity(crooked.issuer, CLIENT, SECRET)
    verifiers = {identity.authorize(BACK, "s", "n").verifier for _ in range(5)}
    assert len(verifiers) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43,128}", verifier) for verifier in verifiers)


@pytest.mark.parametrize(
    ("methods", "is_in_header"),
    [
        (["client_secret_post"], False),
        (["client_secret_basic", "client_secret_post"], True),
        (None, True),
        (7, True),
    ],
)
def test_secret_travels_in_the_way_the_platform_wants(
    crooked: Crooked, methods: Any, is_in_header: bool
) -> None:
    crooked.description["token_endpoint_auth_methods_supported"] = methods
    verify(crooked)
    (sent,) = crooked.tokens_asked
    assert sent["authorization"].startswith("Basic ") is is_in_header
    assert ("client_secret" in sent) is not is_in_header


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://somebody-else.example.cn"},
        {"iss": None},
        {"aud": "another-portal"},
        {"aud": None},
        {"aud": [CLIENT, "another-portal"]},
        {"aud": [CLIENT, "another-portal"], "azp": "another-portal"},
        {"nonce": "nonce-2"},
        {"nonce": None},
        {"nonce": ["nonce-1"]},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": "never"},
        {"exp": {}},
        {"iat": None},
        {"iat": 99_999_999_999},
        {"nbf": 99_999_999_999},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": ["li"]},
        {"at_hash": "not-of-this-access-token"},
        {"at_hash": 7},
        {"aud": 7},
        {"aud": [[]]},
        {"azp": "another-portal"},
        {"iss": []},
        {"nbf": "soon"},
        {"name": ""},
        {"name": 7},
        {"id_number": 880000199001011237},
        {"id_number": ["880000199001011237"]},
    ],
)
def test_answer_with_bent_claims_is_refused(crooked: Crooked, claims: dict[str, Any]) -> None:
    crooked.claims = claims
    with pytest.raises(PermanentFailure) as raised:
        verify(crooked)
    assert PERSON["id_number"] not in str(raised.value)


def test_answer_for_two_is_believed_when_we_are_the_one_who_asked(crooked: Crooked) -> None:
    crooked.claims = {"aud": [CLIENT, "another-portal"], "azp": CLIENT}
    assert verify(crooked).subject == "li"


def test_answer_signed_by_another_key_of_the_same_name_is_refused(crooked: Crooked) -> None:
    crooked.key = OTHER_KEY
    with pytest.raises(PermanentFailure, match="BadSignature"):
        verify(crooked)


def _tampered(claims: dict[str, Any]) -> str:
    head, _, signature = jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY).split(".")
    _, other, _ = jwt.encode({"alg": "RS256", "kid": "one"}, {**claims, "sub": "wang"}, KEY).split(".")
    return f"{head}.{other}.{signature}"


def _unsigned(claims: dict[str, Any]) -> str:
    body = jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY).split(".")[1]
    return _base64(b'{"alg":"none","kid":"one"}') + f".{body}."


def _signed_with(secret: bytes) -> Callable[[dict[str, Any]], str]:
    """Signed by hand with a shared secret: no library would help with this forgery."""

    def write(claims: dict[str, Any]) -> str:
        body = jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY).split(".")[1]
        signed = _base64(b'{"alg":"HS256","kid":"one"}') + "." + body
        return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), 'sha256'))}"

    return write


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(_tampered, id="tampered"),
        pytest.param(_unsigned, id="unsigned"),
        pytest.param(_signed_with(SECRET.encode()), id="signed with our secret"),
        pytest.param(_signed_with(KEY.as_pem(private=False)), id="signed with the public key"),
        pytest.param(lambda _: "nonsense", id="nonsense"),
        pytest.param(lambda _: "", id="empty"),
        pytest.param(
            lambda _: jws.serialize_compact({"alg": "RS256", "kid": "one"}, b"[1]", KEY), id="not claims"
        ),
    ],
)
def test_forged_answer_is_refused(crooked: Crooked, write: Callable[[dict[str, Any]], str]) -> None:
    crooked.write = write
    with pytest.raises(PermanentFailure, match="not believed"):
        verify(crooked)


@pytest.mark.parametrize(
    "says",
    [7, ["x"], {"keys": 7}, {"keys": [7]}, {"keys": [{}]}, {"keys": []}, {"keys": [{"kty": "RSA", "n": 7}]}],
)
def test_nonsense_instead_of_keys_believes_nobody(crooked: Crooked, says: Any) -> None:
    crooked.keys_say = says
    with pytest.raises(PermanentFailure):
        verify(crooked)


def test_changed_keys_are_asked_for_once_more(crooked: Crooked) -> None:
    identity = OidcIdentity(crooked.issuer, CLIENT, SECRET)
    verify(crooked, identity)
    verify(crooked, identity)
    assert crooked.key_questions == 1
    crooked.key = crooked.published = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    verify(crooked, identity)
    assert crooked.key_questions == 2


def test_keys_are_asked_for_again_after_an_hour(crooked: Crooked) -> None:
    identity = OidcIdentity(crooked.issuer, CLIENT, SECRET)
    verify(crooked, identity)
    clock.use_fixed(datetime.now(UTC) + timedelta(minutes=61))
    verify(crooked, identity)
    assert crooked.key_questions == 2


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"access_token": "a"},
        {"id_token": 7},
        {"access_token": 7, "id_token": "x"},
        {"error": "invalid_grant"},
        {"error": 7},
        [],
        7,
        "x",
        "error",
    ],
)
def test_answer_without_a_token_is_refused(crooked: Crooked, says: Any) -> None:
    crooked.token_says = says
    with pytest.raises(PermanentFailure):
        verify(crooked)


def test_short_token_is_completed_from_the_person_endpoint(crooked: Crooked) -> None:
    crooked.claims = {"name": None, "id_number": None}
    crooked.more = {"sub": "li", **PERSON}
    person = verify(crooked)
    assert (person.name, person.id_number) == (PERSON["name"], PERSON["id_number"])


def test_person_endpoint_about_somebody_else_is_refused(crooked: Crooked) -> None:
    crooked.claims = {"id_number": None}
    crooked.more = {"sub": "wang", **PERSON}
    with pytest.raises(PermanentFailure, match="somebody else"):
        verify(crooked)


@pytest.mark.parametrize(
    "description",
    [
        {"issuer": "https://somebody-else.example.cn"},
        {"token_endpoint": None},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://[broken"},
    ],
)
def test_platform_that_describes_itself_wrongly_is_refused(
    crooked: Crooked, description: dict[str, Any]
) -> None:
    crooked.description = description
    with pytest.raises(PermanentFailure):
        OidcIdentity(crooked.issuer, CLIENT, SECRET).authorize(BACK, "s", "n")


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
def test_broken_platform_is_temporary(crooked: Crooked, path: str) -> None:
    crooked.statuses[path] = 503
    with pytest.raises(TemporaryFailure):
        verify(crooked)
    crooked.statuses.clear()
    assert verify(crooked).subject == "li"


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/me"])
def test_redirect_is_a_refusal(crooked: Crooked, path: str) -> None:
    crooked.claims = {"name": None}
    crooked.statuses[path] = 307
    with pytest.raises(PermanentFailure, match="307"):
        verify(crooked)


def test_code_and_secret_are_not_sent_on_to_where_a_redirect_points(crooked: Crooked) -> None:
    crooked.statuses["/token"] = 307
    crooked.token_says = {}
    with pytest.raises(PermanentFailure):
        verify(crooked)
    assert "/elsewhere" not in crooked.paths_asked


def test_region_without_platform_says_so() -> None:
    identity = LocalIdentity()
    assert not identity.is_on
    with pytest.raises(PermanentFailure):
        identity.authorize(BACK, "s", "n")
    with pytest.raises(PermanentFailure):
        identity.exchange("code", BACK, "verifier", "nonce")


def test_exchange_without_nonce_is_a_mistake_of_ours(crooked: Crooked) -> None:
    with pytest.raises(ValueError, match="nonce"):
        OidcIdentity(crooked.issuer, CLIENT, SECRET).exchange("code-1", BACK, "verifier-1", "")
