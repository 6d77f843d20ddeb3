"""Changes each value of what is rendered for one service, one at a time, and sees who notices.

The breakages beside the controls say what somebody thought of. This finds what nobody thought of.
"""

import copy
import re
from collections.abc import Callable, Iterator

from controls import CONTROLS
from rendered import Manifests, hook

# One that calls and is called, and the one that serves HTTP; the others are the same template. The
# test's documents and the policy that closes everything are swept too.
SWEPT = re.compile(r"cpas-(assessment|gateway|default-deny|test)(-.*)?")

# What may be another value, and why. Matched against "<kind>/<path>".
FREE = [
    (r"\w+/apiVersion|\w+/kind", "the schema finds a wrong one, and none at all finds no schema"),
    (r"\w+/metadata/labels/.*", "labels of the document itself, for people; those of pods are held"),
    (r".*/metadata/labels/(app\.kubernetes\.io/(version|managed-by)|helm\.sh/chart)/.*", "for people; nothing selects by them"),
    (r"(Job|Pod)/.*/labels/app\.kubernetes\.io/component/.*", "for people; nothing selects by it"),
    (r"(NetworkPolicy|PodDisruptionBudget|HorizontalPodAutoscaler|Ingress)/metadata/name/changed", "nothing refers to it"),
    (r"Ingress/metadata/annotations/.*", "belongs to the controller; set by the environment"),
    (r"Ingress/spec/(ingressClassName|tls/0/(secretName|hosts/.*)|rules/0/host)/changed", "set by the environment"),
    (r"Ingress/spec/rules/0/http/paths/0/path(Type)?(/.*)?", "a prefix of everything"),
    (r"ConfigMap/data/config\.toml/changed", "set by the environment; that its keys are known is held"),
    (r".*/imagePullPolicy/.*", "set by the environment"),
    (r".*/image/changed", "another tag is another version; its form is held"),
    (r".*/resources/(requests|limits)/[\w-]+/changed", "set by the environment; their order is held"),
    (r".*/sizeLimit/changed", "set by the environment; its bound is held"),
    (r".*/(periodSeconds|failureThreshold|timeoutSeconds|minReadySeconds|progressDeadlineSeconds"
     r"|revisionHistoryLimit|activeDeadlineSeconds|backoffLimit|stabilizationWindowSeconds)/changed", "a matter of degree"),
    (r".*/(minReplicas|maxReplicas|replicas|averageUtilization)/changed", "set by the environment; the order is held"),
    (r".*/behavior/scaleUp(/.*)?", "at once is also what Kubernetes does"),
    (r".*/terminationGracePeriodSeconds/changed", "a second more does no harm; fewer are held"),
    (r".*/preStop/sleep/seconds/changed", "a second more does no harm while the grace suffices"),
    (r".*/checksum/config/changed", "another configuration"),
    (r".*/ports/\d+/protocol/removed", "TCP is the default"),
    (r"Service/spec/(type|publishNotReadyAddresses)/removed", "the default is the same"),
    (r".*/securityContext/privileged/removed", "the default is the same"),
    (r".*/(ports|securityContext)/\d+/name/.*", "named where it is used; the Service and the probes hold it"),
    (r".*/whenUnsatisfiable/changed", "set by the environment; hq's zones are held"),
    (r"NetworkPolicy/metadata/annotations/helm\.sh/hook-weight/.*|Pod/metadata/annotations/.*weight.*", "order is held"),
    (r"Pod/spec/containers/0/(name|args/0|args/1|command/\d)(/.*)?", "the test's own words; that it asks everybody is held"),
    (r".*/containers/0/name/changed", "a name for people"),
    (r"Job/.*/containers/0/volumeMounts/0.*|Job/.*/volumes/0.*", "a migration may go without /tmp"),
    (r"Job/metadata/annotations/helm\.sh/hook-weight/.*", "after its policy and account is held"),
]  # fmt: skip


def leaves(value, path: tuple = ()) -> Iterator[tuple]:
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from leaves(below, (*path, key))
    elif isinstance(value, list) and value:
        for index, below in enumerate(value):
            yield from leaves(below, (*path, index))
    else:
        yield path


def turned(value):
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return f"{value}x" if not value.isdigit() else str(int(value) + 1)
    return {"other": True} if isinstance(value, dict) else ["other"]


def spoken(document: dict, path: tuple) -> str:
    """The path as text, with the names of variables in place of their numbers."""
    parts, value = [], document
    for key in path:
        value = value[key]
        named = isinstance(key, int) and len(parts) and parts[-1] == "env"
        parts.append(value["name"] if named else str(key))
    return "/".join([document["kind"], *parts])


def run(whole: Manifests, schema_problems: Callable[[dict], list[str]]) -> tuple[int, list[str]]:
    """How many changes were tried, and those that nobody noticed."""
    tried, missed = 0, []
    for number, document in enumerate(whole.documents):
        if not SWEPT.fullmatch(document["metadata"]["name"]):
            continue
        for path in leaves(document):
            for change in ("removed", "changed"):
                told = f"{spoken(document, path)}/{change}"
                if any(re.fullmatch(pattern, told) for pattern, _ in FREE):
                    continue
                tried += 1
                other = with_change(whole, number, path, change)
                if not noticed(other) and not schema_problems(other.documents[number]):
                    missed.append(f"{document['metadata']['name']}: {told}")
    return tried, missed


def with_change(whole: Manifests, number: int, path: tuple, change: str) -> Manifests:
    changed = list(whole.documents)
    changed[number] = copy.deepcopy(changed[number])
    holder = changed[number]
    for key in path[:-1]:
        holder = holder[key]
    if change == "removed":
        del holder[path[-1]]
    else:
        holder[path[-1]] = turned(holder[path[-1]])
    return Manifests(changed, whole.environment)


def noticed(manifests: Manifests) -> bool:
    # The network's controls take longest and come last: most changes are noticed before.
    for control in sorted(CONTROLS.values(), key=lambda control: control.__module__ == "controls.network"):
        try:
            if any(True for _ in control(manifests)):
                return True
        except (KeyError, IndexError, TypeError, AttributeError, ValueError):
            # A control that cannot read the document fails its test as surely as one that objects.
            return True
    return False
