"""A release without a cluster: the programs of the services, started on this machine with exactly the
variables, arguments and files that the chart renders, after exactly what the chart's README says to do
first. Only addresses and the places of files are others."""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from rendered import GRPC_SERVICES, ROOT, SERVICES, manifests

sys.path.insert(0, str(ROOT / "deploy" / "local"))

import backing  # noqa: E402
import tools  # noqa: E402

README = (ROOT / "charts" / "cpas" / "README.md").read_text()
PROGRAMS = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "debug"
PASSWORD = "of-this-test-only"
START_TIMEOUT_S = 60


def built() -> list[str]:
    """The services whose programs are there."""
    return [service for service in SERVICES if os.access(PROGRAMS / f"cpas-{service}", os.X_OK)]


class Installed:
    """The services `of` one environment, each with a database of its own on one PostgreSQL."""

    def __init__(self, environment: str, of: list[str]):
        self.manifests = manifests(environment)
        self.services = of
        self.folder = tempfile.TemporaryDirectory(prefix="cpas-chart-")
        self.here = Path(self.folder.name)
        self.ports = {(service, door): backing.free_port() for service in SERVICES for door in ("admin", "serve")}
        self.processes: dict[str, subprocess.Popen] = {}
        found = tools.ensure()
        self.pg_bin = found["pg_bin"]
        self.postgres = backing.Postgres(self.pg_bin, durable=False)
        self.superuser = self.postgres.start()
        nats_port = backing.free_port()
        self.nats_url = f"nats://127.0.0.1:{nats_port}"
        with open(self.here / "nats.log", "wb") as log:
            self.nats = subprocess.Popen(
                [found["nats_server"], "-js", "-sd", str(self.here / "nats"), "-a", "127.0.0.1", "-p", str(nats_port)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=backing.die_with_parent,
            )  # fmt: skip

    def stop(self) -> None:
        for process in [*self.processes.values(), self.nats]:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.postgres.stop()
        self.folder.cleanup()

    def prepare(self) -> None:
        """README, "Before the first install": roles and databases, keys."""
        statements = re.findall(r"^    ((?:CREATE|REVOKE|GRANT) .*;)$", README, re.MULTILINE)
        once = [statement for statement in statements if "planning" not in statement]
        each = [statement for statement in statements if "planning" in statement]
        self.sql(*once)
        for service in self.services:
            self.sql(*(statement.replace("planning", service) for statement in each))
            for role in ("owner", "app"):
                self.sql(f"ALTER ROLE cpas_{service}_{role} PASSWORD '{PASSWORD}'")
        loop = re.search(r"^    for service in .*?^    done$", README, re.MULTILINE | re.DOTALL).group()
        store = "kubectl -n cpas create secret generic cpas-$service-identity --from-file=signing-key.pem"
        if store not in loop:
            raise AssertionError("the README no longer makes the keys the way this test knows")
        subprocess.run(["sh", "-ec", loop.replace(store, "cp signing-key.pem $service.pem")], cwd=self.here, check=True,
                       capture_output=True)  # fmt: skip

        papers = re.search(r"^    (openssl genpkey .* -out paper-key\.pem)$", README, re.MULTILINE).group(1)
        subprocess.run(["sh", "-ec", papers], cwd=self.here, check=True, capture_output=True)

    def sql(self, *statements: str) -> str:
        said = ""
        for statement in statements:
            done = subprocess.run([f"{self.pg_bin}/psql", self.superuser, "-v", "ON_ERROR_STOP=1", "-qAtc", statement],
                                  capture_output=True, text=True)  # fmt: skip
            if done.returncode != 0:
                raise AssertionError(f"{statement}: {done.stderr}")
            said += done.stdout
        return said

    def secret(self, service: str, reference: dict) -> str:
        address = self.superuser.rsplit("@", 1)[1].split("/")[0]
        return {
            (f"cpas-{service}-db-app", "uri"): f"postgres://cpas_{service}_app:{PASSWORD}@{address}/cpas_{service}",
            (f"cpas-{service}-db-owner", "uri"): f"postgres://cpas_{service}_owner:{PASSWORD}@{address}/cpas_{service}",
            ("cpas-nats", "url"): self.nats_url,
        }[reference["name"], reference["key"]]

    def variables(self, service: str, container: dict) -> dict[str, str]:
        found = {}
        for variable in container["env"]:
            secret = variable.get("valueFrom", {}).get("secretKeyRef")
            found[variable["name"]] = self.secret(service, secret) if secret else variable["value"]
        moved = {
            "CPAS__SERVER__ADMIN_LISTEN": self.address(service, "admin"),
            "CPAS__SERVER__GRPC_LISTEN": self.address(service, "serve"),
            "CPAS__SERVICE__HTTP_LISTEN": self.address(service, "serve"),
            "CPAS_CONFIG": str(self.here / f"{service}.toml"),
            "CPAS__IDENTITY__SIGNING_KEY_FILE": str(self.here / f"{service}.pem"),
            "CPAS__SERVICE__PAPER_KEY_FILE": str(self.here / "paper-key.pem"),
            "CPAS__IDENTITY__VERIFYING_KEYS_FILE": str(self.here / "verifying-keys.toml"),
            **{f"CPAS__LINKS__{callee.upper()}": f"http://{self.address(callee, 'serve')}" for callee in GRPC_SERVICES},
        }
        return {name: moved.get(name, value) for name, value in found.items()}

    def address(self, service: str, door: str) -> str:
        return f"127.0.0.1:{self.ports[service, door]}"

    def migrate(self, service: str) -> subprocess.CompletedProcess:
        container = self.manifests.migration(service)
        command = [str(PROGRAMS / f"cpas-{service}"), *container["args"]]
        return subprocess.run(command, env=self.variables(service, container), capture_output=True, text=True, timeout=120)

    def start(self, service: str, **more: str) -> subprocess.Popen:
        container = self.manifests.container(service)
        file = self.manifests.get("ConfigMap", service)["data"]["config.toml"]
        (self.here / f"{service}.toml").write_text(file)
        with open(self.log(service), "wb") as log:
            self.processes[service] = subprocess.Popen(
                [str(PROGRAMS / f"cpas-{service}"), *container["args"]],
                env=self.variables(service, container) | more,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=backing.die_with_parent,
            )  # fmt: skip
        return self.processes[service]

    def log(self, service: str) -> Path:
        return self.here / f"{service}.log"

    def wait_until_ready(self, service: str) -> None:
        until = time.monotonic() + START_TIMEOUT_S
        while self.get(service, "admin", "/readyz")[0] != 200:
            code = self.processes[service].poll()
            if code is not None or time.monotonic() > until:
                said = self.log(service).read_text(errors="replace")[-3000:]
                raise AssertionError(f"cpas-{service} is not ready (exit code {code}):\n{said}")
            time.sleep(0.05)

    def get(self, service: str, door: str, path: str) -> tuple[int, str]:
        """Status and body; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://{self.address(service, door)}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def grpc_health(self, service: str) -> bytes:
        """The answer to grpc.health.v1.Health/Check, as the kubelet's probe asks it."""
        command = ["curl", "--silent", "--show-error", "--max-time", "5", "--http2-prior-knowledge",
                   "--header", "content-type: application/grpc", "--header", "te: trailers", "--data-binary", "@-",
                   f"http://{self.address(service, 'serve')}/grpc.health.v1.Health/Check"]  # fmt: skip
        done = subprocess.run(command, input=bytes(5), capture_output=True, timeout=30)
        if done.returncode != 0:
            raise AssertionError(f"gRPC health of {service}: {done.stderr.decode()}")
        return done.stdout
