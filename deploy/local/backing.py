#!/usr/bin/env python3
"""Runs a command beside a throw-away PostgreSQL, for tests and development.

    backing.py -- cargo test --workspace     runs the command, exits with its code
    backing.py --hold                        prints export lines, stays until Ctrl-C or SIGTERM
    --durable                                flushes to disk, as a deployment does: for benchmarks

The command sees CPAS_TEST_DATABASE_URL (a superuser of an empty server on 127.0.0.1), CPAS_PG_BIN
(the folder of PostgreSQL's programs) and CPAS_NATS_BIN (nats-server; each test starts its own).
The server is quick and forgets: nothing is flushed to disk (but see --durable), and its folder is
removed at the end.
"""

import argparse
import ctypes
import os
import pwd
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tools

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 15
PORT_TRIES = 5
CONNECTIONS_MAX = 400
PR_SET_PDEATHSIG = 1

# A test server may lose everything at a power cut, so it never waits for the disk. Few rounds of
# password hashing, because tests open thousands of connections.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": CONNECTIONS_MAX,
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "scram_iterations": 1,
}
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "checkpoint_timeout": "1h",
}


class Trouble(Exception):
    """A sentence for the person at the keyboard."""


def unprivileged() -> pwd.struct_passwd | None:
    """The user PostgreSQL runs under when we are root, which it refuses to run as."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "daemon"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Trouble("PostgreSQL does not run as root, and this system has no user `nobody` to run it under.")


def identity(user: pwd.struct_passwd | None) -> dict:
    """The arguments of Popen that make a child run as `user`."""
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    """One throw-away server. `start` returns its URL; `stop` ends it and removes its folder."""

    def __init__(self, pg_bin: str, durable: bool) -> None:
        self.bin = Path(pg_bin)
        self.settings = SETTINGS if durable else SETTINGS | FORGETFUL
        self.user = unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="cpas-backing-"))
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.process: subprocess.Popen | None = None
        # Neither PGDATA nor a locale of the caller's may change what is started.
        self.environment = {"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC", "LC_ALL": "C"}

    def start(self) -> str:
        password = secrets.token_hex(16)
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            if closed := tools.closed_folder(self.folder.parent):
                raise Trouble(f"{closed} is closed to other users, and PostgreSQL must not run as root; set TMPDIR.")
        self.initialise(password)
        for _ in range(PORT_TRIES):
            port = free_port()
            if self.serve(port):
                return f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
        raise Trouble(f"PostgreSQL found no free port in {PORT_TRIES} tries.")

    def initialise(self, password: str) -> None:
        secret = self.folder / "password"
        secret.write_text(password)
        if self.user:
            os.chown(secret, self.user.pw_uid, self.user.pw_gid)
        command = [
            str(self.bin / "initdb"), "--pgdata", str(self.data), "--username", "postgres", "--pwfile", str(secret),
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin",
            "--builtin-locale", "C.UTF-8", "--no-sync", "--no-instructions", "--set", "scram_iterations=1",
        ]  # fmt: skip
        run = subprocess.run(command, capture_output=True, text=True, env=self.environment, **identity(self.user))
        if run.returncode != 0:
            raise Trouble(f"PostgreSQL's initdb failed:\n{run.stderr.strip()}")

    def serve(self, port: int) -> bool:
        """Starts the server; False when somebody took the port in between."""
        command = [str(self.bin / "postgres"), "-D", str(self.data), "-p", str(port)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self.log, "wb") as log:
            # A session of its own: Ctrl-C in the terminal is for the command, not for its server.
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment,
                start_new_session=True, preexec_fn=die_with_parent, **identity(self.user),
            )  # fmt: skip
        until = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                said = self.log.read_text(errors="replace")
                if "could not bind" in said:
                    return False
                raise Trouble(f"PostgreSQL ended while starting:\n{said.strip()}")
            if self.is_ready():
                return True
            time.sleep(0.02)
        raise Trouble(f"PostgreSQL was not ready after {START_TIMEOUT_S} s:\n{self.log.read_text(errors='replace')}")

    def is_ready(self) -> bool:
        """The eighth line of postmaster.pid is the state; pg_ctl waits for it the same way."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                try:
                    self.process.wait(STOP_TIMEOUT_S)
                except subprocess.TimeoutExpired:
                    self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def run(command: list[str], exports: dict[str, str]) -> int:
    """Runs the command and passes signals on. Its exit code, or 128 + the signal that ended it."""
    child: subprocess.Popen | None = None
    early: list[int] = []

    def pass_on(number: int, _frame: object) -> None:
        # The terminal already gave Ctrl-C to the child too; twice would mean "kill" to some programs.
        if child is None:
            early.append(number)
        elif child.poll() is None and not (number == signal.SIGINT and os.isatty(0)):
            child.send_signal(number)

    # We listen before the child runs, so that no signal falls between the two and leaves it behind.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, pass_on)
    try:
        child = subprocess.Popen(command, env={**os.environ, **exports})
    except OSError as error:
        raise Trouble(f"{command[0]} could not be started: {error.strerror}.") from error
    for number in early:
        child.send_signal(number)
    code = child.wait()
    return 128 - code if code < 0 else code


def hold(exports: dict[str, str], server: subprocess.Popen) -> int:
    """Prints the export lines and waits to be told to stop, or for the server to end."""
    ended = False

    def end(_number: int, _frame: object) -> None:
        nonlocal ended
        ended = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    # Who reads the lines may tell us to stop at once: we listen before we speak.
    for name, value in exports.items():
        print(f"export {name}={shlex.quote(value)}", flush=True)
    while not ended:
        time.sleep(0.2)
        if server.poll() is not None:
            raise Trouble(f"PostgreSQL ended by itself (code {server.returncode}).")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        usage="%(prog)s [--durable] (--hold | -- command ...)",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--hold", action="store_true", help="print export lines and stay")
    parser.add_argument("--durable", action="store_true", help="flush to disk, as a deployment does")
    # Split by hand: the command may hold a -- of its own.
    given = sys.argv[1:]
    split = given.index("--") if "--" in given else len(given)
    arguments, command = parser.parse_args(given[:split]), given[split + 1 :]
    if arguments.hold == bool(command):
        parser.error("give a command after --, or --hold")

    def interrupted(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    # Until the command runs, a signal ends us by way of `finally`, so that nothing is left.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup ignores SIGHUP, and is meant to
            signal.signal(number, interrupted)
    postgres = None
    try:
        found = tools.ensure()
        postgres = Postgres(found["pg_bin"], arguments.durable)
        exports = {
            "CPAS_TEST_DATABASE_URL": postgres.start(),
            "CPAS_PG_BIN": found["pg_bin"],
            "CPAS_NATS_BIN": found["nats_server"],
        }
        if arguments.hold:
            return hold(exports, postgres.process)
        return run(command, exports)
    except (Trouble, tools.Trouble) as trouble:
        print(f"backing: {trouble}", file=sys.stderr)
        return 1
    finally:
        if postgres:
            postgres.stop()


if __name__ == "__main__":
    sys.exit(main())
