"""The command line as an operator meets it: plain sentences, honest exit status."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from portal.catalogue.loader import load_catalogue
from portal.catalogue.schemas import SHAPES
from portal.cli import main
from portal.usecases.demo_services import stories_of

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


Portal = Callable[..., Done]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Settings of a demonstration in a folder of its own."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("PORTAL_")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    return own | {"PORTAL_ENV": "demo", "PORTAL_DATA_DIR": str(tmp_path / "var"), "PORT": port}


@pytest.fixture
def portal(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Portal:
    """`portal("init")` runs the command in this process, with settings of its own."""

    def run(*arguments: str, **more: str) -> Done:
        with monkeypatch.context() as own:
            for name, text in (environment | more).items():
                own.setenv(name, text)
            capsys.readouterr()
            status = main(arguments)
        return Done(status, *capsys.readouterr())

    return run


def in_a_process(environment: dict[str, str], *arguments: str) -> Done:
    """The same in a process of its own, as an operator types it."""
    command = [sys.executable, "-m", "portal.cli", *arguments]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_command_runs_by_itself_and_speaks_plainly(environment: dict[str, str]) -> None:
    given = len(load_catalogue().regions["demo"].services)
    ready = Done(0, f"The database is ready: 示例市, {given} service(s).\n", "")
    assert in_a_process(environment, "init") == ready
    refused = in_a_process(environment, "sign-in-link", "nobody")
    assert refused == Done(1, "", "No open account has that login name, phone or e-mail address.\n")


def test_new_portal_is_set_up_peopled_and_judged_whole(portal: Portal, tmp_path: Path) -> None:
    for arguments in (["init"], ["init"], ["demo", "--people", "3"], ["demo", "--people", "3"]):
        done = portal(*arguments)
        assert (done.returncode, done.stderr) == (0, ""), arguments
    accounts = json.loads(portal("demo-accounts", "--json").stdout)
    names = [one["name"] for one in accounts]
    assert len(names) == len(set(names))
    assert {"clerk-dongfeng", "reviewer-shili", "approver-shili", "19900000001"} <= set(names)
    stories = list(stories_of(load_catalogue().regions["demo"]))
    assert sum(one["kind"] == "resident" for one in accounts) == 3 + len(stories)
    assert all("示例" in one["display_name"] for one in accounts)
    file = tmp_path / "audit.jsonl"
    assert portal("audit-export", str(file)).returncode == 0
    key = json.loads(file.read_text().splitlines()[0])["public_key"]
    assert portal("audit-verify").stdout.startswith("Whole: ")
    assert portal("audit-verify", str(file), "--key", key).returncode == 0
    broken = file.read_text().replace("account:create", "account:delete", 1)
    file.write_text(broken)
    judged = portal("audit-verify", str(file))
    assert (judged.returncode, judged.stderr) == (1, "")
    assert "was changed" in judged.stdout


def test_sign_in_link_is_printed_for_staff_and_residents(portal: Portal) -> None:
    portal("init")
    portal("demo")
    for name in ("clerk-dongfeng", "199 0000 0001"):
        assert re.fullmatch(
            r"http://127\.0\.0\.1:\d+/sign-in/link/\S{40,}\n", portal("sign-in-link", name).stdout
        )


def test_first_administrator_gets_a_new_link_each_time(portal: Portal) -> None:
    links = [re.findall(r"/staff/enrol/(\S+)", portal("init", "--admin", "first-admin").stdout) for _ in "12"]
    assert [len(found) for found in links] == [1, 1]
    assert links[0] != links[1]


@pytest.mark.parametrize(
    ("arguments", "more", "sentence"),
    [
        (["demo-accounts"], {}, "`portal init` has not been run"),
        (["run"], {}, "`portal init` has not been run"),
        (["sign-in-link", "nobody"], {}, "has not been run"),
        (["audit-verify", "/no/such/file"], {}, "No such file"),
        (["init"], {"PORTAL_REGION": "nowhere"}, "there is no region “nowhere”"),
        (["init"], {"PORT": "x"}, "PORT must be a number"),
        (["demo"], {"PORTAL_ENV": "production"}, "PORTAL_KEYS_FILE must be set"),
    ],
)
def test_mistake_is_answered_in_a_sentence(
    portal: Portal, arguments: list[str], more: dict[str, str], sentence: str
) -> None:
    done = portal(*arguments, **more)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_places_of_the_country_come_with_init_and_townships_from_a_file(
    portal: Portal, tmp_path: Path
) -> None:
    portal("init")
    assert portal("import-places").stdout == "3351 places: 0 new, 0 renamed, 0 gone from the list.\n"
    towns = tmp_path / "towns.csv"
    towns.write_text("code,name\n330102001,清波街道\n", encoding="utf-8")
    told = portal("import-places", "--townships", str(towns)).stdout
    assert told == "3352 places: 1 new, 0 renamed, 0 gone from the list.\n"
    towns.write_text("code\n1\n", encoding="utf-8")
    refused = portal("import-places", "--townships", str(towns))
    assert (refused.returncode, "columns code and name" in refused.stderr) == (1, True)


def test_schemas_of_the_catalogue_are_written_for_editors(portal: Portal, tmp_path: Path) -> None:
    folder = tmp_path / "schemas"
    assert portal("catalogue-schemas", str(folder)).returncode == 0
    assert sorted(file.name for file in folder.iterdir()) == sorted(f"{name}.schema.json" for name in SHAPES)
    service = json.loads((folder / "service.schema.json").read_text(encoding="utf-8"))
    assert "pages" in service["properties"] or "sections" in service["properties"]
    (tmp_path / "file").write_text("")
    refused = portal("catalogue-schemas", str(tmp_path / "file" / "x"))
    assert (refused.returncode, "cannot be written" in refused.stderr) == (1, True)


def test_keys_are_never_written_over(portal: Portal, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    assert portal("new-keys", str(file)).returncode == 0
    before = file.read_bytes()
    again = portal("new-keys", str(file))
    assert (again.returncode, file.read_bytes()) == (1, before)
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def production(environment: dict[str, str], tmp_path: Path, portal: Portal) -> dict[str, str]:
    """Production on the data of a demonstration, so that there are people in it."""
    portal("init")
    portal("demo")
    keys = Path(environment["PORTAL_DATA_DIR"]) / "keys.json"
    keys.chmod(0o600)
    return {
        "PORTAL_ENV": "production",
        "PORTAL_REGION": "real",
        "PORTAL_BASE_URL": "https://portal.example.org",
        "PORTAL_KEYS_FILE": str(keys),
        "PORTAL_MAIL": "smtp://mail.example.org",
        "PORTAL_MAIL_FROM": "portal@example.org",
        "PORTAL_SMS": "https://sms.example.org",
        "PORTAL_SMS_TOKEN": "secret",
    }


def test_in_production_a_link_needs_a_reason_and_demonstration_people_are_refused(
    portal: Portal, production: dict[str, str]
) -> None:
    refused = portal("sign-in-link", "clerk-dongfeng", **production)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "--break-glass" in refused.stderr
    opened = portal("sign-in-link", "clerk-dongfeng", "--break-glass", "locked out", **production)
    assert opened.stdout.startswith("https://portal.example.org/sign-in/link/")
    assert "exist only outside production" in portal("demo", **production).stderr


def test_production_does_not_start_on_the_data_of_a_demonstration(
    portal: Portal, production: dict[str, str]
) -> None:
    refused = portal("run", **production)
    assert refused.returncode == 1
    assert "has demonstration staff" in refused.stderr


def test_unknown_command_is_not_understood(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dance"])
    assert ended.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_catalogue_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-catalogue"]) == 0
    assert capsys.readouterr().out.startswith("The catalogue is sound: ")


@pytest.fixture
def served(portal: Portal, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """`portal run`, once it has said where it is."""
    portal("init")
    portal("demo")
    command = [sys.executable, "-m", "portal.cli", "run"]
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    told = ""
    while "Ctrl+C" not in told:
        line = process.stdout.readline()
        assert line, f"ended early: {told}"
        told += line
    assert f"http://127.0.0.1:{environment['PORT']}" in told
    assert "/demo" in told
    assert "messages" in told
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def worker_of(process: subprocess.Popen[str]) -> psutil.Process:
    children = psutil.Process(process.pid).children()
    return next(child for child in children if child.cmdline()[-1:] == ["worker"])


def test_run_serves_restarts_a_killed_worker_and_stops_when_told(
    served: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    with urlopen(f"http://127.0.0.1:{environment['PORT']}/healthz", timeout=10) as answer:
        assert answer.status == 200
    first = worker_of(served)
    first.kill()
    deadline = time.monotonic() + 30
    while True:
        assert time.monotonic() < deadline
        try:
            second = worker_of(served)
            if second.pid != first.pid:
                break
        except (StopIteration, psutil.Error):
            pass
        time.sleep(0.1)
    everyone = psutil.Process(served.pid).children(recursive=True)
    served.send_signal(signal.SIGTERM)
    assert served.wait(timeout=60) == 0
    assert not [one for one in everyone if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
