"""Who may reach whom under the rendered network policies, computed as Kubernetes does: a pod that no
policy selects is open, one that is selected has the sum of what its policies allow."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field

from rendered import NAMESPACE, Manifests, hook, matches

# Every port that anything here listens on, and some that nothing should be asked for.
PORTS = (("TCP", 8080), ("TCP", 9090), ("TCP", 50051), ("TCP", 5432), ("TCP", 4222), ("TCP", 4317),
         ("TCP", 53), ("UDP", 53), ("UDP", 123), ("TCP", 22), ("TCP", 80), ("TCP", 443), ("TCP", 6443))  # fmt: skip


@dataclass(frozen=True)
class Peer:
    """A pod, or an address outside the cluster."""

    name: str
    namespace: str | None
    labels: dict = field(default_factory=dict, hash=False)
    address: str = "10.0.0.1"


def release_pods(manifests: Manifests) -> list[Peer]:
    return [Peer(name, NAMESPACE, pod["metadata"].get("labels", {})) for name, pod in manifests.pods().items()]


def policies(manifests: Manifests, hooks: set[str]) -> list[dict]:
    """The policies in force: those without a hook, and those of the named hooks."""
    return [
        policy for policy in manifests.kind("NetworkPolicy") if not hook(policy) or hook(policy) & hooks
    ]


def edges(manifests: Manifests, direction: str, others: list[Peer], hooks: set[str] = frozenset()) -> set[tuple]:
    """(from, to, protocol, port) that the `direction` ("ingress" or "egress") half allows to the
    release's pods, towards each other and `others`."""
    inside = release_pods(manifests)
    in_force = [policy["spec"] for policy in policies(manifests, hooks)]
    found = set()
    for pod in inside:
        around = [other for other in [*inside, *others] if other is not pod]
        for other, protocol, port in allowed(in_force, direction, pod, around):
            ends = (pod.name, other.name) if direction == "egress" else (other.name, pod.name)
            found.add((*ends, protocol, port))
    return found


def allowed(in_force: list[dict], direction: str, pod: Peer, around: list[Peer]) -> Iterator[tuple]:
    selecting = [
        spec for spec in in_force if direction in types(spec) and matches(spec.get("podSelector", {}), pod.labels)
    ]
    # A pod that no policy selects is open: as if it had one rule that says nothing.
    rules = [rule for spec in selecting for rule in spec.get(direction) or []] if selecting else [{}]
    end = "from" if direction == "ingress" else "to"
    for rule in rules:
        peers = [other for other in around if not rule.get(end) or any(is_peer(peer, other) for peer in rule[end])]
        for protocol, port in PORTS:
            if port_allowed(rule, protocol, port):
                yield from ((other, protocol, port) for other in peers)


def types(spec: dict) -> set[str]:
    """As the API server fills it in when it is not said."""
    named = spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]
    return {name.lower() for name in named}


def port_allowed(rule: dict, protocol: str, port: int) -> bool:
    ports = rule.get("ports")
    if not ports:
        return True
    return any(
        entry.get("protocol", "TCP") == protocol
        and ("port" not in entry or entry["port"] <= port <= entry.get("endPort", entry["port"]))
        for entry in ports
    )


def is_peer(peer: dict, other: Peer) -> bool:
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        address = ipaddress.ip_address(other.address)
        return address in ipaddress.ip_network(block["cidr"]) and not any(
            address in ipaddress.ip_network(cidr) for cidr in block.get("except", [])
        )
    if other.namespace is None:
        return False
    if "namespaceSelector" in peer:
        if not matches(peer["namespaceSelector"], {"kubernetes.io/metadata.name": other.namespace}):
            return False
    elif other.namespace != NAMESPACE:
        return False
    return matches(peer.get("podSelector", {}), other.labels)
