"""Reads the environment and checks it as a whole: every mistake is named, no value is repeated."""

import json
import re
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, cast
from urllib.parse import SplitResult, urlsplit

from portal.keys import Keys, create_keys_file, load_keys

Environment = Literal["demo", "production", "test"]

FOLDER = "folder"
SIMULATED = "simulated"
NONE = "none"
DEMO_REGION = "demo"

_ENVIRONMENTS = ("demo", "production", "test")
_HOUR = r"(?:[01]?[0-9]|2[0-3])"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_KNOWN = frozenset(
    {
        "PORTAL_ENV",
        "PORTAL_DATA_DIR",
        "PORTAL_DATABASE_URL",
        "PORTAL_BASE_URL",
        "PORTAL_KEYS_FILE",
        "PORTAL_MAIL",
        "PORTAL_MAIL_FROM",
        "PORTAL_SMS",
        "PORTAL_SMS_TOKEN",
        "PORTAL_SMS_QUIET",
        "PORTAL_OIDC_ISSUER",
        "PORTAL_OIDC_CLIENT_ID",
        "PORTAL_OIDC_CLIENT_SECRET",
        "PORTAL_CLOCK_FILE",
        "PORTAL_REGION",
        "PORTAL_REGISTERS",
        "PORTAL_REGISTERS_KEY",
        "PORTAL_SCANNER",
        "PORTAL_TRUSTED_PROXIES",
        "PORTAL_SEAL",
        "PORTAL_SEAL_TOKEN",
    }
)


class Reader:
    """Reads the environment group by group and collects mistakes instead of stopping at the first."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = {name: text.strip() for name, text in env.items() if text.strip()}
        self.mistakes: list[str] = []
        self.warnings: list[str] = []
        self._name = cast(Environment, self._choice("PORTAL_ENV", _ENVIRONMENTS, "demo"))
        self._is_production = self._name == "production"
        # A misspelt safeguard must not go unnoticed where it matters.
        unknown = sorted(name for name in env if name.startswith("PORTAL_") and name not in _KNOWN)
        told = self.mistakes if self._is_production else self.warnings
        told.extend(f"{name} is no setting of the portal." for name in unknown)
        self._data_dir = Path(self._text("PORTAL_DATA_DIR", "var"))
        if self._is_production and not self._data_dir.is_absolute():
            self.mistakes.append("PORTAL_DATA_DIR must be an absolute path in production.")
        self._data_dir = self._data_dir.absolute()

    def place(self) -> dict[str, object]:
        """Where we run: environment, folders, addresses, region, clock."""
        port = self._number("PORT", 8000, range(1, 65536))
        region = self._matching("PORTAL_REGION", DEMO_REGION, r"[a-z0-9][a-z0-9-]{0,39}", "a region's name")
        if self._is_production and self._text("PORTAL_REGION", DEMO_REGION) == DEMO_REGION:
            self.mistakes.append("PORTAL_REGION must name a real region in production.")
        clock_file = self._env.get("PORTAL_CLOCK_FILE")
        if clock_file and self._is_production:
            self.mistakes.append("PORTAL_CLOCK_FILE is refused in production: the time is the machine's.")
        return {
            "env": self._name,
            "data_dir": self._data_dir,
            "database_url": self._database_url(),
            "base_url": self._base_url(port),
            "port": port,
            "trusted_proxies": self._number("PORTAL_TRUSTED_PROXIES", 0, range(10)),
            "region": region,
            "clock_file": Path(clock_file).absolute() if clock_file else None,
        }

    def messages(self) -> dict[str, object]:
        """How mail and text messages leave us."""
        mail = self._gateway("PORTAL_MAIL", ("smtp", "smtps"))
        sender = self._text("PORTAL_MAIL_FROM", "一窗通办 <portal@example.invalid>")
        if not _is_mailbox(sender) or (self._is_production and "PORTAL_MAIL_FROM" not in self._env):
            self.mistakes.append("PORTAL_MAIL_FROM must be one mail address, with or without a name.")
        sms = self._gateway("PORTAL_SMS", ("https", "http"))
        token = self._env.get("PORTAL_SMS_TOKEN")
        if sms != FOLDER and not token:
            self.mistakes.append("PORTAL_SMS_TOKEN is missing; the text message gateway asks for it.")
        quiet = self._matching("PORTAL_SMS_QUIET", "21-8", f"{_HOUR}-{_HOUR}", "two hours, such as 21-8")
        first, last = (int(hour) for hour in quiet.split("-"))
        return {
            "mail": mail,
            "mail_from": sender,
            "sms": sms,
            "sms_token": token,
            "sms_quiet": (first, last),
        }

    def identity(self) -> dict[str, object]:
        """The state's identity platform: three settings or none."""
        names = ("PORTAL_OIDC_ISSUER", "PORTAL_OIDC_CLIENT_ID", "PORTAL_OIDC_CLIENT_SECRET")
        issuer, client_id, client_secret = (self._env.get(name) for name in names)
        missing = [name for name in names if name not in self._env]
        if missing and len(missing) < len(names):
            self.mistakes.append(f"An identity platform needs all three: {', '.join(missing)} missing.")
        if issuer:
            self._secret_address("PORTAL_OIDC_ISSUER", issuer, ("https", "http"))
        return {"oidc_issuer": issuer, "oidc_client_id": client_id, "oidc_client_secret": client_secret}

    def files(self) -> dict[str, object]:
        """What looks through files before anybody sees them."""
        scanner = self._env.get("PORTAL_SCANNER")
        if scanner and (parts := self._address("PORTAL_SCANNER", scanner, ("tcp",))) and not parts.port:
            self.mistakes.append("PORTAL_SCANNER must name a port, such as tcp://127.0.0.1:3310.")
        return {"scanner": scanner}

    def registers(self) -> dict[str, object]:
        """Which registers of the state are asked about people."""
        chosen = self._text("PORTAL_REGISTERS", NONE if self._is_production else SIMULATED)
        key = self._env.get("PORTAL_REGISTERS_KEY")
        if chosen == SIMULATED and self._is_production:
            self.mistakes.append("PORTAL_REGISTERS may not be simulated in production: name one, or none.")
        elif chosen not in (SIMULATED, NONE):
            self._secret_address("PORTAL_REGISTERS", chosen, ("https", "http"))
            if not key:
                self.mistakes.append("PORTAL_REGISTERS_KEY is missing; the register asks for it.")
        return {"registers": chosen, "registers_key": key}

    def seal(self) -> dict[str, object]:
        """Who seals letters on paper, if anybody does."""
        chosen = self._text("PORTAL_SEAL", NONE)
        token = self._env.get("PORTAL_SEAL_TOKEN")
        if chosen != NONE:
            self._secret_address("PORTAL_SEAL", chosen, ("https", "http"))
            if not token:
                self.mistakes.append("PORTAL_SEAL_TOKEN is missing; the seal service asks for it.")
        return {"seal": chosen, "seal_token": token}

    def keys(self) -> Keys | None:
        """The keys file; created outside production, but only when nothing else is wrong."""
        if self._is_production and "PORTAL_KEYS_FILE" not in self._env:
            self.mistakes.append("PORTAL_KEYS_FILE must be set in production.")
            return None
        path = Path(self._text("PORTAL_KEYS_FILE", str(self._data_dir / "keys.json")))
        try:
            if not self._is_production and not path.exists():
                if self.mistakes:
                    return None
                # Another process may be quicker; then its keys count.
                with suppress(FileExistsError):
                    create_keys_file(path)
            if self._is_production and path.stat().st_mode & stat.S_IRWXO:
                self.mistakes.append("PORTAL_KEYS_FILE may not be open to everyone (chmod o-rwx).")
            return load_keys(path)
        except OSError as wrong:
            self.mistakes.append(f"PORTAL_KEYS_FILE cannot be read: {wrong.strerror}.")
        except ValueError as wrong:
            said = "it is not JSON" if isinstance(wrong, json.JSONDecodeError) else str(wrong)
            self.mistakes.append(f"PORTAL_KEYS_FILE is not a good set of keys: {said}.")
        return None

    def _database_url(self) -> str:
        url = self._text("PORTAL_DATABASE_URL", f"sqlite:///{self._data_dir / 'portal.sqlite'}")
        scheme, _, rest = url.partition("://")
        if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and rest:
            return f"postgresql+psycopg://{rest}"
        # A database in memory would be another one in every process.
        if scheme == "sqlite" and re.fullmatch(r"/(?!:memory:).+", rest):
            if self._is_production:
                self.warnings.append("SQLite serves one machine; PostgreSQL is the engine past that.")
            return url
        self.mistakes.append("PORTAL_DATABASE_URL must be sqlite:///FILE or postgresql://...")
        return url

    def _base_url(self, port: int) -> str:
        url = self._text("PORTAL_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
        parts = self._address(
            "PORTAL_BASE_URL", url, ("https",) if self._is_production else ("https", "http")
        )
        if parts and (parts.path or parts.query or parts.fragment or parts.username):
            self.mistakes.append("PORTAL_BASE_URL is scheme and host only, such as https://portal.example.cn")
        return url

    def _gateway(self, name: str, schemes: tuple[str, ...]) -> str:
        chosen = self._text(name, FOLDER)
        if chosen != FOLDER:
            self._secret_address(name, chosen, schemes)
        elif self._is_production:
            self.mistakes.append(f"{name} must be a real gateway in production; a folder sends nothing.")
        return chosen

    def _secret_address(self, name: str, url: str, schemes: tuple[str, ...]) -> None:
        """An address that secrets travel to: plain http only outside production and on this machine."""
        parts = self._address(name, url, schemes)
        if parts and parts.scheme == "http" and (self._is_production or parts.hostname not in _LOOPBACK):
            self.mistakes.append(f"{name} must be https.")

    def _address(self, name: str, url: str, schemes: tuple[str, ...]) -> SplitResult | None:
        try:
            parts = urlsplit(url)
            is_good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_good = False
        if is_good:
            return parts
        self.mistakes.append(f"{name} must be a complete address that starts with {'/'.join(schemes)}://")
        return None

    def _text(self, name: str, default: str) -> str:
        return self._env.get(name, default)

    def _checked(self, name: str, default: str, is_good: Callable[[str], object], wanted: str) -> str:
        text = self._text(name, default)
        if is_good(text):
            return text
        self.mistakes.append(f"{name} must be {wanted}.")
        return default

    def _matching(self, name: str, default: str, pattern: str, wanted: str) -> str:
        return self._checked(name, default, re.compile(pattern).fullmatch, wanted)

    def _choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        return self._checked(name, default, choices.__contains__, f"one of {', '.join(choices)}")

    def _number(self, name: str, default: int, allowed: range) -> int:
        def is_good(text: str) -> bool:
            return re.fullmatch(r"[0-9]{1,9}", text) is not None and int(text) in allowed

        wanted = f"a number from {allowed.start} to {allowed.stop - 1}"
        return int(self._checked(name, str(default), is_good, wanted))


def _is_mailbox(text: str) -> bool:
    _, address = parseaddr(text)
    try:
        return bool(Address(addr_spec=address).domain)
    except (MessageError, ValueError, IndexError):
        return False
