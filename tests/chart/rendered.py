"""The chart as helm renders it, and ways to find things in it."""

import functools
import os
import pickle
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "cpas"
ENVIRONMENTS = {path.stem: path for path in sorted((ROOT / "deploy" / "environments").glob("*.yaml"))}
RELEASE = "cpas"
NAMESPACE = "cpas"
# The oldest Kubernetes the chart says it supports, and the newest whose schemas we have.
KUBERNETES = ("1.30.0", "1.37.0")

# The one written in C, where PyYAML was built with it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

SERVICES = ("gateway", "context", "planning", "collection", "assessment", "reporting")
GRPC_SERVICES = SERVICES[1:]


def helm(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess:
    """Runs the helm of CPAS_HELM, away from the user's own settings, caches and clusters."""
    nowhere = {"HELM_CONFIG_HOME": "/nonexistent", "HELM_CACHE_HOME": "/nonexistent",
               "HELM_DATA_HOME": "/nonexistent", "KUBECONFIG": "/nonexistent"}  # fmt: skip
    return subprocess.run(
        [os.environ["CPAS_HELM"], *arguments],
        input=stdin, capture_output=True, text=True, timeout=60, env={**os.environ, **nowhere},
    )  # fmt: skip


def template(values: Path | str | None = None, *more: str, chart: Path = CHART, kubernetes: str = KUBERNETES[0]):
    """One `helm template`, whether it succeeds or not. `values` is a file, or YAML."""
    command = ["template", RELEASE, str(chart), "--namespace", NAMESPACE, "--kube-version", kubernetes, *more]
    stdin = None
    if isinstance(values, Path):
        command += ["--values", str(values)]
    elif values is not None:
        command += ["--values", "-"]
        stdin = values
    return helm(*command, stdin=stdin)


class Manifests:
    """The rendered documents of one environment."""

    def __init__(self, documents: list[dict], environment: str):
        self.documents = documents
        self.environment = environment

    def kind(self, kind: str) -> list[dict]:
        return [document for document in self.documents if document["kind"] == kind]

    def get(self, kind: str, name: str) -> dict:
        """The document of that kind and name; the name is the service's, without the release."""
        found = [document for document in self.kind(kind) if document["metadata"]["name"] == f"{RELEASE}-{name}"]
        if len(found) != 1:
            raise KeyError(f"{len(found)} documents {kind} {RELEASE}-{name}")
        return found[0]

    def pods(self) -> dict[str, dict]:
        """Every pod there will be, as {"metadata", "spec"}, by the name of what makes it."""
        pods = {}
        for document in self.documents:
            if document["kind"] in ("Deployment", "Job"):
                pods[document["metadata"]["name"]] = document["spec"]["template"]
            elif document["kind"] == "Pod":
                pods[document["metadata"]["name"]] = document
        return pods

    def containers(self) -> dict[str, dict]:
        """Every container, by "<pod>/<container>"."""
        return {
            f"{pod}/{container['name']}": container
            for pod, made in self.pods().items()
            for part in ("initContainers", "containers", "ephemeralContainers")
            for container in made["spec"].get(part, [])
        }

    def pod_spec(self, service: str) -> dict:
        return self.get("Deployment", service)["spec"]["template"]["spec"]

    def container(self, service: str) -> dict:
        return self.pod_spec(service)["containers"][0]

    def migration(self, service: str) -> dict:
        return self.get("Job", f"{service}-migrate")["spec"]["template"]["spec"]["containers"][0]

    def environment_of(self, service: str) -> dict[str, dict]:
        return {variable["name"]: variable for variable in self.container(service)["env"]}


def documents(text: str) -> list[dict]:
    return [document for document in yaml.load_all(text, Loader=LOADER) if document]


@functools.cache
def _rendered(environment: str) -> bytes:
    done = template(ENVIRONMENTS[environment])
    if done.returncode != 0:
        raise AssertionError(f"helm template of {environment} failed: {done.stderr}")
    # Pickled, because loading that is several times faster than a deep copy, of which there are hundreds.
    return pickle.dumps(documents(done.stdout))


def manifests(environment: str) -> Manifests:
    """A fresh copy of what this environment renders to."""
    return Manifests(pickle.loads(_rendered(environment)), environment)


def hook(document: dict) -> set[str]:
    named = document["metadata"].get("annotations", {}).get("helm.sh/hook", "")
    return {name.strip() for name in named.split(",") if name.strip()}


def matches(selector: dict, labels: dict) -> bool:
    """A Kubernetes LabelSelector; an empty one selects everything."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for rule in selector.get("matchExpressions") or []:
        value, values = labels.get(rule["key"]), rule.get("values", [])
        holds = {
            "In": value in values,
            "NotIn": value not in values,
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }[rule["operator"]]
        if not holds:
            return False
    return True
