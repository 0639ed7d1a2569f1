"""How this portal is set up: read once from the environment, checked as a whole, then never changed.

A demonstration needs no setting at all. Production starts only when everything that could hurt residents is
settled; every mistake is named at once, so that an operator does not find them one start at a time. Values of
settings are not repeated in messages: some of them are secrets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from portal.config.reading import DEMO_REGION, FOLDER, NONE, SIMULATED, Environment, Reader
from portal.keys import Keys

__all__ = ["DEMO_REGION", "FOLDER", "NONE", "SIMULATED", "ConfigError", "Environment", "Settings"]


class ConfigError(ValueError):
    """The settings do not allow a start. `mistakes` holds one sentence for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides. Made by `from_environment`; tests vary it with `replace`."""

    env: Environment
    data_dir: Path
    database_url: str = field(repr=False)
    base_url: str
    port: int
    # How many proxies of ours stand in front and say whose request it is; nobody else is believed.
    trusted_proxies: int
    region: str
    keys: Keys = field(repr=False)
    # 'folder' writes messages below data_dir/messages; otherwise the address of the real gateway.
    mail: str = field(repr=False)
    mail_from: str
    sms: str = field(repr=False)
    sms_token: str | None = field(repr=False)
    # No text messages from the first hour to the second, Shanghai time (codes excepted; words.md 5).
    sms_quiet: tuple[int, int]
    oidc_issuer: str | None
    oidc_client_id: str | None
    oidc_client_secret: str | None = field(repr=False)
    clock_file: Path | None
    # Where clamd listens (tcp://host:port); None: files are not scanned.
    scanner: str | None
    # 'simulated' invents answers for demonstration people, 'none' asks nobody; otherwise the address to ask.
    registers: str = field(repr=False)
    registers_key: str | None = field(repr=False)
    # 'none' seals nothing; otherwise the address of the service that seals letters.
    seal: str = field(repr=False)
    seal_token: str | None = field(repr=False)
    # What an operator should know although it does not prevent a start.
    warnings: tuple[str, ...] = ()

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def is_https(self) -> bool:
        """Whether people reach us over https: then cookies are Secure and HSTS is sent."""
        return self.base_url.startswith("https://")

    @property
    def messages_dir(self) -> Path:
        """Where the folder gateways put what they would have sent."""
        return self.data_dir / "messages"

    @property
    def files_dir(self) -> Path:
        """Where the folder gateway keeps documents and letters, encrypted."""
        return self.data_dir / "files"

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Self:
        """Read and check the PORTAL_ variables and PORT. Raises ConfigError with every mistake at once.

        Outside production a missing keys file is created, readable by its owner only.
        """
        reader = Reader(env)
        found = {**reader.place(), **reader.messages(), **reader.identity(), **reader.files()}
        found |= {**reader.registers(), **reader.seal()}
        keys = reader.keys()
        if keys is None or reader.mistakes:
            raise ConfigError(reader.mistakes)
        return cls(**found, keys=keys, warnings=tuple(reader.warnings))  # type: ignore[arg-type]
