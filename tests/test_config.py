"""Settings: a demonstration needs none, production accepts nothing unsafe, all mistakes are told at once."""

from pathlib import Path

import pytest

from portal.config import ConfigError, Settings
from portal.keys import create_keys_file


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """An environment with which production starts."""
    keys = tmp_path / "secret" / "keys.json"
    create_keys_file(keys)
    return {
        "PORTAL_ENV": "production",
        "PORTAL_DATA_DIR": str(tmp_path / "state"),
        "PORTAL_DATABASE_URL": "postgres://portal:secret-word@db/portal",
        "PORTAL_BASE_URL": "https://portal.example.cn/",
        "PORTAL_KEYS_FILE": str(keys),
        "PORTAL_MAIL": "smtps://robot:secret-word@mail.example.cn",
        "PORTAL_MAIL_FROM": "示例市一窗通办 <portal@example.cn>",
        "PORTAL_SMS": "https://sms.example.cn/send",
        "PORTAL_SMS_TOKEN": "secret-word",
        "PORTAL_REGION": "shili",
    }


def mistakes(env: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as raised:
        Settings.from_environment(env)
    return raised.value.mistakes


def test_demo_starts_without_any_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.env == "demo"
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/portal.sqlite"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert (settings.mail, settings.sms, settings.oidc_issuer) == ("folder", "folder", None)
    assert settings.sms_quiet == (21, 8)
    assert settings.region == "demo"
    assert not settings.is_https
    assert settings.warnings == ()


def test_demo_makes_its_keys_once_and_for_its_owner_only(tmp_path: Path) -> None:
    env = {"PORTAL_DATA_DIR": str(tmp_path)}
    first = Settings.from_environment(env).keys
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert Settings.from_environment(env).keys == first
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "80 80", "-1", "٨٠"])
def test_impossible_port_is_refused(port: str) -> None:
    assert mistakes({"PORT": port}) == ("PORT must be a number from 1 to 65535.",)


def test_default_address_follows_the_port(tmp_path: Path) -> None:
    settings = Settings.from_environment({"PORT": "8123", "PORTAL_DATA_DIR": str(tmp_path)})
    assert (settings.port, settings.base_url) == (8123, "http://127.0.0.1:8123")


def test_production_starts_with_everything_settled(production: dict[str, str]) -> None:
    settings = Settings.from_environment(production)
    assert settings.is_production
    assert settings.is_https
    assert settings.base_url == "https://portal.example.cn"
    assert settings.warnings == ()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_names_the_same_driver(production: dict[str, str], scheme: str) -> None:
    settings = Settings.from_environment({**production, "PORTAL_DATABASE_URL": f"{scheme}://u:p@db/portal"})
    assert settings.database_url == "postgresql+psycopg://u:p@db/portal"


def test_sqlite_in_production_is_allowed_with_a_warning(production: dict[str, str], tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {**production, "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite"}
    )
    assert [warning.startswith("SQLite") for warning in settings.warnings] == [True]


def test_bare_production_names_every_mistake_at_once() -> None:
    told = mistakes({"PORTAL_ENV": "production"})
    named = {sentence.split()[0] for sentence in told}
    assert named == {
        "PORTAL_DATA_DIR",
        "PORTAL_BASE_URL",
        "PORTAL_KEYS_FILE",
        "PORTAL_MAIL",
        "PORTAL_MAIL_FROM",
        "PORTAL_SMS",
        "PORTAL_REGION",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_BASE_URL", "http://portal.example.cn"),
        ("PORTAL_BASE_URL", "https://portal.example.cn/path"),
        ("PORTAL_DATA_DIR", "var"),
        ("PORTAL_DATABASE_URL", "sqlite://"),
        ("PORTAL_DATABASE_URL", "sqlite:///:memory:"),
        ("PORTAL_DATABASE_URL", "mysql://db/portal"),
        ("PORTAL_MAIL", "folder"),
        ("PORTAL_MAIL", "mail.example.cn"),
        ("PORTAL_MAIL_FROM", "somebody"),
        ("PORTAL_SMS", "folder"),
        ("PORTAL_SMS", "http://sms.example.cn"),
        ("PORTAL_SMS", "http://127.0.0.1:9"),
        ("PORTAL_SMS", "https://[broken"),
        ("PORTAL_SMS_TOKEN", ""),
        ("PORTAL_SMS_QUIET", "21-24"),
        ("PORTAL_SMS_QUIET", "at night"),
        ("PORTAL_CLOCK_FILE", "/tmp/clock"),
        ("PORTAL_REGION", "demo"),
        ("PORTAL_REGION", "../else"),
        ("PORTAL_KEYS_FILE", "/nowhere/keys.json"),
        ("PORTAL_SMS_TOKN", "misspelt"),
    ],
)
def test_production_refuses_to_start_with_an_unsafe_setting(
    production: dict[str, str], name: str, value: str
) -> None:
    told = mistakes({**production, name: value})
    assert len(told) == 1
    assert name in told[0]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"ISSUER": "https://id.example.cn"}, "PORTAL_OIDC_CLIENT_ID, PORTAL_OIDC_CLIENT_SECRET missing"),
        ({"CLIENT_ID": "portal", "CLIENT_SECRET": "s"}, "PORTAL_OIDC_ISSUER missing"),
        ({"ISSUER": "http://127.0.0.1", "CLIENT_ID": "portal", "CLIENT_SECRET": "s"}, "must be https"),
    ],
)
def test_half_or_unsafe_identity_platform_is_refused(
    production: dict[str, str], given: dict[str, str], named: str
) -> None:
    (told,) = mistakes(production | {f"PORTAL_OIDC_{name}": value for name, value in given.items()})
    assert named in told


def test_misspelt_environment_does_not_become_a_demo() -> None:
    assert mistakes({"PORTAL_ENV": "Production"}) == ("PORTAL_ENV must be one of demo, production, test.",)


def test_demo_warns_about_a_setting_it_does_not_know(tmp_path: Path) -> None:
    settings = Settings.from_environment({"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_REGON": "shili"})
    assert settings.warnings == ("PORTAL_REGON is no setting of the portal.",)


def test_plain_http_gateway_is_allowed_on_this_machine_only(tmp_path: Path) -> None:
    env = {"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_SMS_TOKEN": "t"}
    assert (
        Settings.from_environment({**env, "PORTAL_SMS": "http://127.0.0.1:9/"}).sms == "http://127.0.0.1:9/"
    )
    assert mistakes({**env, "PORTAL_SMS": "http://10.0.0.1/"}) == ("PORTAL_SMS must be https.",)


def test_mistaken_demo_leaves_no_keys_behind(tmp_path: Path) -> None:
    mistakes({"PORTAL_DATA_DIR": str(tmp_path), "PORT": "x"})
    assert list(tmp_path.iterdir()) == []


def test_keys_open_to_everyone_are_refused_in_production(production: dict[str, str]) -> None:
    Path(production["PORTAL_KEYS_FILE"]).chmod(0o604)
    assert mistakes(production) == ("PORTAL_KEYS_FILE may not be open to everyone (chmod o-rwx).",)


def test_no_secret_is_shown_in_print_or_in_mistakes(production: dict[str, str]) -> None:
    settings = Settings.from_environment(production)
    assert "secret-word" not in repr(settings)
    assert settings.keys.signing_key.hex() not in repr(settings)
    assert repr(settings.keys) == "Keys(current='k1')"
    told = mistakes(
        {**production, "PORTAL_MAIL": "ftp://u:secret-word@h", "PORTAL_DATABASE_URL": "x:secret-word"}
    )
    assert "secret-word" not in "".join(told)


def test_scanner_without_a_port_is_refused(tmp_path: Path) -> None:
    told = mistakes({"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_SCANNER": "tcp://clamav"})
    assert told == ("PORTAL_SCANNER must name a port, such as tcp://127.0.0.1:3310.",)


def test_production_asks_no_register_unless_told_and_never_a_simulated_one(
    production: dict[str, str],
) -> None:
    assert Settings.from_environment(production).registers == "none"
    assert mistakes({**production, "PORTAL_REGISTERS": "simulated"}) == (
        "PORTAL_REGISTERS may not be simulated in production: name one, or none.",
    )
    assert mistakes({**production, "PORTAL_REGISTERS": "http://registers.example.cn"}) == (
        "PORTAL_REGISTERS must be https.",
        "PORTAL_REGISTERS_KEY is missing; the register asks for it.",
    )


def test_letters_are_sealed_by_nobody_unless_a_service_and_its_token_are_named(
    production: dict[str, str],
) -> None:
    assert Settings.from_environment(production).seal == "none"
    assert mistakes({**production, "PORTAL_SEAL": "http://seal.example.cn"}) == (
        "PORTAL_SEAL must be https.",
        "PORTAL_SEAL_TOKEN is missing; the seal service asks for it.",
    )


@pytest.mark.parametrize("count", ["-1", "ten", "11"])
def test_impossible_number_of_proxies_is_refused(count: str) -> None:
    assert mistakes({"PORTAL_TRUSTED_PROXIES": count}) == (
        "PORTAL_TRUSTED_PROXIES must be a number from 0 to 9.",
    )
