"""Packages of PyPI that a check needs: installed by hash, once, into the user's cache or beside CPAS_TOOLS."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def packages(requirements: str) -> Path:
    """The folder of the packages that a file beside this one names, installed first if they are not there."""
    named_file = HERE / requirements
    pins = hashlib.sha256(named_file.read_bytes() + sys.version.encode()).hexdigest()[:16]
    if named := os.environ.get("CPAS_TOOLS"):
        tools = Path(named).absolute()
        folder = tools.with_name(f"{tools.name}-exchange") / pins
    else:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute()
        folder = cache / "cpas" / "exchange-tools" / pins
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / f".{folder.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.partial-", dir=folder.parent))
            try:
                install = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet",
                           "--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile",
                           "--target", str(partial), "--requirement", str(named_file)]  # fmt: skip
                done = subprocess.run(install, capture_output=True, text=True, timeout=600)
                if done.returncode != 0:
                    sys.exit(f"The packages of {named_file} could not be installed:\n{done.stderr}")
                partial.rename(folder)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    return folder
