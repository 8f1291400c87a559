"""A real S3 for the tests: one node of Ceph's RADOS gateway, from Debian's packages, one for a whole session.

Whoever wants it first starts a keeper, a process that runs the daemons.  Users hold a lock that the kernel
takes back however they end; once nobody holds it, the keeper ends the daemons, and they die with it if it is
killed.  Objects are kept in memory, all the rest in a folder that the keeper removes.
"""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError, URLError
from urllib.request import urlopen
from uuid import uuid4

PROGRAMS = (
    "ceph",
    "ceph-authtool",
    "ceph-mon",
    "ceph-osd",
    "monmaptool",
    "openssl",
    "radosgw",
    "radosgw-admin",
)
ABSENT = "un vrai S3 manque : sudo apt-get install radosgw ceph-mon ceph-osd openssl"
ACCESS_KEY, SECRET_KEY = "gateway-key", "gateway-secret"
PATIENCE_S = 90.0  # a machine where everything runs at once
LOOK_EVERY_S = 0.05
TRIES = 2  # a port that was free may be taken a moment later
TAIL_LINES = 15
PUBLIC_NAME = "localhost"  # buckets are hosts under it too; browsers know that all of them are this machine

CONFIGURATION = Path(__file__).with_suffix(".conf")
OWNERS = {
    "mon.": ("mon", "allow *"),
    "osd.0": ("mon", "allow profile osd", "osd", "allow *"),
    "client.admin": ("mon", "allow *", "osd", "allow *", "mgr", "allow *"),
    "client.rgw": ("mon", "allow *", "osd", "allow *"),
}


class GatewayFailed(Exception):
    """The gateway did not start; the message is the end of every log."""


@dataclass(frozen=True)
class Gateway:
    """Where one gateway answers: to the service, to browsers, over TLS, with a certificate of its own."""

    internal_port: int
    public_port: int
    tls_port: int
    certificate: str

    @property
    def internal_url(self) -> str:
        """The address of the service."""
        return f"http://127.0.0.1:{self.internal_port}"

    @property
    def public_url(self) -> str:
        """The address of browsers: another host, and another port."""
        return f"http://{PUBLIC_NAME}:{self.public_port}"

    @property
    def tls_url(self) -> str:
        """The address of those who trust the certificate."""
        return f"https://127.0.0.1:{self.tls_port}"


def is_installed() -> bool:
    """Tell whether this machine has the packages."""
    return all(shutil.which(program) for program in PROGRAMS)


@contextmanager
def shared(folder: Path) -> Iterator[Gateway]:
    """Yield the one gateway of all who name this folder; raise GatewayFailed."""
    folder.mkdir(exist_ok=True)
    record = folder / "gateway.json"
    with (folder / "users").open("ab") as users:
        with (folder / "door").open("ab") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper ends
            if not record.exists():
                start_keeper(folder)
        yield Gateway(**json.loads(record.read_text()))


def start_keeper(folder: Path) -> None:
    """Start a keeper that belongs to nobody, and wait until its gateway answers."""
    command = ["setsid", "--fork", sys.executable, "-m", "tests.gateway", str(folder)]
    said = ""
    for _ in range(TRIES):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as keeper:
            said = keeper.stdout.read() if keeper.stdout else ""
        if (folder / "gateway.json").exists():
            return
    raise GatewayFailed(said)


def keep(folder: Path) -> None:
    """Run a gateway until nobody uses it any more."""
    record = folder / "gateway.json"
    with (
        TemporaryDirectory(dir=folder) as room,
        ExitStack() as daemons,
        (folder / "users").open("ab") as users,
    ):
        node = Node(Path(room), daemons)
        record.write_text(json.dumps(asdict(node.start())))
        hang_up()
        fcntl.flock(users, fcntl.LOCK_EX)
        record.unlink()


def hang_up() -> None:
    """Close the line to who started us: they wait for its end."""
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())
        os.dup2(nothing.fileno(), sys.stderr.fileno())


class Node:
    """The daemons of one gateway, from an empty folder on; `daemons` ends them."""

    def __init__(self, folder: Path, daemons: ExitStack) -> None:
        self.folder = folder
        self.daemons = daemons
        self.environment = os.environ | {"CEPH_CONF": str(folder / "ceph.conf")}
        self.fsid = str(uuid4())

    def start(self) -> Gateway:
        """Make the node and return where it answers; raise GatewayFailed."""
        mon_port, internal_port, public_port, tls_port = free_ports(4)
        certificate = str(self.folder / "certificate.pem")
        gateway = Gateway(internal_port, public_port, tls_port, certificate)
        self.configure(gateway, mon_port)
        self.certify()
        self.start_store(f"v2:127.0.0.1:{mon_port}")
        self.run(
            "radosgw-admin",
            "user",
            "create",
            "--uid=tests",
            "--display-name=tests",
            f"--access-key={ACCESS_KEY}",
            f"--secret-key={SECRET_KEY}",
        )
        self.await_answer(gateway.internal_url, self.start_daemon("radosgw", "-n", "client.rgw"))
        return gateway

    def configure(self, gateway: Gateway, mon_port: int) -> None:
        """Write what every daemon reads."""
        text = CONFIGURATION.read_text().format(
            fsid=self.fsid, folder=self.folder, mon_port=mon_port, name=PUBLIC_NAME, **asdict(gateway)
        )
        (self.folder / "ceph.conf").write_text(text)
        for name in ("mon", "osd"):
            (self.folder / name).mkdir()

    def certify(self) -> None:
        """Make a certificate that vouches for itself."""
        self.run(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=gateway",
            "-addext",
            f"subjectAltName=IP:127.0.0.1,DNS:{PUBLIC_NAME}",
            "-keyout",
            "key.pem",
            "-out",
            "certificate.pem",
        )

    def start_store(self, monitor: str) -> None:
        """Start what keeps the objects: a monitor and one store."""
        self.run("ceph-authtool", "--create-keyring", "keyring")
        for name, rights in OWNERS.items():
            words = [
                word for pair in zip(rights[::2], rights[1::2], strict=True) for word in ("--cap", *pair)
            ]
            self.run("ceph-authtool", "keyring", "--gen-key", "-n", name, *words)
        self.run("monmaptool", "--create", "--add", "a", monitor, "--fsid", self.fsid, "monmap")
        self.run("ceph-mon", "--mkfs", "-i", "a", "--monmap", "monmap", "--keyring", "keyring")
        self.start_daemon("ceph-mon", "-i", "a")
        store_id = str(uuid4())
        self.run("ceph", "osd", "new", store_id, "0")
        self.run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", store_id)
        self.start_daemon("ceph-osd", "-i", "0")

    def run(self, *command: str) -> None:
        """Run one step to its end; raise GatewayFailed."""
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE_S,
            )
        except subprocess.TimeoutExpired as late:
            raise GatewayFailed(f"{command[0]} did not end\n{self.logs()}") from late
        if done.returncode:
            raise GatewayFailed(f"{command[0]}: {done.stderr}\n{self.logs()}")

    def start_daemon(self, *command: str) -> "subprocess.Popen[bytes]":
        """Start a daemon in the foreground, which dies with us."""
        with (self.folder / f"{command[0]}.err").open("wb") as log:
            daemon = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command, "-f"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.daemons.callback(daemon.wait)
        self.daemons.callback(daemon.kill)  # nothing of it is wanted any more
        return daemon

    def await_answer(self, url: str, daemon: "subprocess.Popen[bytes]") -> None:
        """Wait until a daemon answers over HTTP; raise GatewayFailed."""
        limit_s = time.monotonic() + PATIENCE_S
        while not answers(url):
            if daemon.poll() is not None or time.monotonic() > limit_s:
                raise GatewayFailed(f"{url} does not answer\n{self.logs()}")
            time.sleep(LOOK_EVERY_S)

    def logs(self) -> str:
        """Return the end of every log."""
        files = [*self.folder.glob("*.err"), *self.folder.glob("*.log")]
        return "\n".join(
            line
            for file in files
            for line in (f"== {file.name}", *file.read_text(errors="replace").splitlines()[-TAIL_LINES:])
        )


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    with ExitStack() as probes:
        sockets = [probes.enter_context(closing(socket.socket())) for _ in range(count)]
        for probe in sockets:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in sockets]


def answers(url: str) -> bool:
    """Tell whether somebody speaks HTTP there, whatever they say."""
    try:
        with urlopen(url, timeout=5):  # noqa: S310 - an http address of ours
            return True
    except HTTPError as refusal:
        refusal.close()
        return True
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    try:
        keep(Path(sys.argv[1]))
    except GatewayFailed as failure:
        sys.exit(str(failure))
