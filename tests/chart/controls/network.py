"""Network policies: everything is closed, and exactly the edges that exist are open. Both halves of
an edge are compared, what the caller may send and what the called lets in, so that a mistake in one
is not hidden by the other."""

import reach
from controls import breaks, control
from controls.addresses import CALLS
from reach import Peer
from rendered import GRPC_SERVICES, NAMESPACE, RELEASE, SERVICES, Manifests, hook, matches

# Who stands outside in each environment, and some who have no business here.
INGRESS = {"hq": Peer("ingress", "ingress-nginx", {"app.kubernetes.io/name": "ingress-nginx"}),
           "small": Peer("ingress", "kube-system", {"app.kubernetes.io/name": "traefik"})}  # fmt: skip
PROMETHEUS = Peer("prometheus", "monitoring", {"app.kubernetes.io/name": "prometheus"})
NATS = {"hq": Peer("nats", "nats", {"app.kubernetes.io/name": "nats"}),
        "small": Peer("nats", "data", {"app.kubernetes.io/name": "nats"})}  # fmt: skip
COLLECTOR = Peer("collector", "observability", {"app.kubernetes.io/name": "opentelemetry-collector"})
DNS = Peer("dns", "kube-system", {"k8s-app": "kube-dns"})
STRANGERS = [
    Peer("neighbour", NAMESPACE, {"app.kubernetes.io/name": "something-else"}),
    Peer("stranger", "default", {}),
    Peer("dashboard", "kube-system", {"k8s-app": "dashboard"}),
    Peer("internet", None, {}, "203.0.113.7"),
    Peer("metadata", None, {}, "169.254.169.254"),
]


def databases(environment: str) -> dict[str, Peer]:
    """Where each service's PostgreSQL is."""
    if environment == "small":
        return dict.fromkeys(SERVICES, Peer("postgres", "data", {"app.kubernetes.io/name": "postgresql"}))
    return {service: Peer(f"{service}-db", NAMESPACE, {"cnpg.io/cluster": f"cpas-{service}-db"}) for service in SERVICES}


def twins() -> list[Peer]:
    """The same pods of another release in this namespace."""
    return [
        Peer(f"other-{service}", NAMESPACE, {"app.kubernetes.io/name": f"cpas-{service}",
                                             "app.kubernetes.io/instance": "other",
                                             "app.kubernetes.io/part-of": "cpas"})
        for service in (*SERVICES, "test", *(f"{service}-migrate" for service in SERVICES))
    ]  # fmt: skip


def others(environment: str) -> list[Peer]:
    stores = {peer.name: peer for peer in databases(environment).values()}
    known = [INGRESS[environment], PROMETHEUS, NATS[environment], COLLECTOR, DNS, *stores.values()]
    impostors = []
    for peer in known:
        impostors.append(Peer(f"{peer.name} of another namespace", "elsewhere", peer.labels))
        if peer is not PROMETHEUS or environment == "hq":
            impostors.append(Peer(f"neighbour of {peer.name}", peer.namespace, {}))
    return [*known, *impostors, *twins(), *STRANGERS]


def expected(environment: str) -> dict[str, set[tuple]]:
    """The edges that exist, and no other."""
    egress, ingress = set(), set()
    for service in SERVICES:
        name = f"cpas-{service}"
        for callee in CALLS[service]:
            egress.add((name, f"cpas-{callee}", "TCP", 50051))
            ingress.add((name, f"cpas-{callee}", "TCP", 50051))
        for pod in (name, f"{name}-migrate"):
            egress.add((pod, databases(environment)[service].name, "TCP", 5432))
            egress |= {(pod, "dns", "UDP", 53), (pod, "dns", "TCP", 53)}
        egress.add((name, "nats", "TCP", 4222))
        if environment == "hq":
            egress.add((name, "collector", "TCP", 4317))
        ingress.add(("prometheus", name, "TCP", 9090))
    ingress.add(("ingress", "cpas-gateway", "TCP", 8080))
    return {"egress": egress, "ingress": ingress}


def expected_of_the_test() -> dict[str, set[tuple]]:
    """What opens while `helm test` runs."""
    asks = {("cpas-test-reach", f"cpas-{service}", "TCP", 9090) for service in SERVICES}
    asks.add(("cpas-test-reach", "cpas-gateway", "TCP", 8080))
    names = {("cpas-test-reach", "dns", protocol, 53) for protocol in ("UDP", "TCP")}
    # One policy lets the test into both ports of every pod; nothing but the gateway listens on 8080.
    lets = {("cpas-test-reach", f"cpas-{service}", "TCP", 8080) for service in GRPC_SERVICES}
    return {"egress": asks | names, "ingress": asks | lets}


def differences(found: set[tuple], wanted: set[tuple], direction: str):
    for caller, called, protocol, port in sorted(found - wanted):
        yield f"{direction}: {caller} may reach {called} on {protocol} {port}"
    for caller, called, protocol, port in sorted(wanted - found):
        yield f"{direction}: {caller} cannot reach {called} on {protocol} {port}"


@control
def everything_is_closed_first(manifests: Manifests):
    closing = [
        policy for policy in manifests.kind("NetworkPolicy")
        if not hook(policy) and not policy["spec"].get("ingress") and not policy["spec"].get("egress")
        and reach.types(policy["spec"]) == {"ingress", "egress"}
    ]  # fmt: skip
    for name, pod in manifests.pods().items():
        labels = pod["metadata"].get("labels", {})
        if not any(matches(policy["spec"]["podSelector"], labels) for policy in closing):
            yield f"{name}: no policy closes it"
    for policy in manifests.kind("NetworkPolicy"):
        # Said, because what the API server assumes changes with the rules that are there. A migration
        # and a test are closed by their own policies too: at the first install there is no other yet.
        both = ["Ingress"] if policy["metadata"]["name"] == "cpas-test-reached" else ["Ingress", "Egress"]
        if policy["spec"].get("policyTypes") != both:
            yield f"{policy['metadata']['name']}: closes {policy['spec'].get('policyTypes')}"


@breaks(everything_is_closed_first)
def nothing_is_closed(manifests):
    manifests.documents.remove(manifests.get("NetworkPolicy", "default-deny"))


@breaks(everything_is_closed_first)
def only_one_direction_is_closed(manifests):
    manifests.get("NetworkPolicy", "default-deny")["spec"]["policyTypes"] = ["Ingress"]


@breaks(everything_is_closed_first)
def closed_with_a_hole(manifests):
    manifests.get("NetworkPolicy", "default-deny")["spec"]["egress"] = [{}]


@breaks(everything_is_closed_first)
def closed_for_one(manifests):
    selector = manifests.get("NetworkPolicy", "default-deny")["spec"]["podSelector"]
    selector["matchLabels"]["app.kubernetes.io/name"] = "cpas-gateway"


@breaks(everything_is_closed_first)
def a_migration_is_not_closed(manifests):
    manifests.pods()["cpas-planning-migrate"]["metadata"]["labels"].pop("app.kubernetes.io/part-of")


@breaks(everything_is_closed_first)
def directions_left_to_chance(manifests):
    del manifests.get("NetworkPolicy", "planning")["spec"]["policyTypes"]


@breaks(everything_is_closed_first)
def a_migration_closed_too_late(manifests):
    manifests.get("NetworkPolicy", "planning-migrate")["spec"]["policyTypes"] = ["Egress"]


@control
def others_are_left_alone(manifests: Manifests):
    """No selector takes in a pod of another release, or of another chart in this one."""
    foreign = [*(twin.labels for twin in twins()),
               {"app.kubernetes.io/name": "redis", "app.kubernetes.io/instance": RELEASE}, {}]  # fmt: skip
    for document in manifests.documents:
        for selector in own_selectors(document):
            for labels in foreign:
                if matches(selector, labels):
                    name = f"{document['kind']} {document['metadata']['name']}"
                    yield f"{name} also takes in {labels.get('app.kubernetes.io/name', 'everything')}"


def own_selectors(document: dict) -> list[dict]:
    spec = document.get("spec", {})
    match document["kind"]:
        case "NetworkPolicy":
            return [spec["podSelector"]]
        case "Service":
            return [{"matchLabels": spec["selector"]}]
        case "PodDisruptionBudget":
            return [spec["selector"]]
        case "Deployment":
            spread = spec["template"]["spec"].get("topologySpreadConstraints", [])
            return [spec["selector"], *(rule["labelSelector"] for rule in spread)]
    return []


@breaks(others_are_left_alone)
def an_address_of_two_releases(manifests):
    manifests.get("Service", "planning")["spec"]["selector"].pop("app.kubernetes.io/instance")


@breaks(others_are_left_alone)
def closing_the_whole_namespace(manifests):
    manifests.get("NetworkPolicy", "default-deny")["spec"]["podSelector"] = {}


@breaks(others_are_left_alone)
def a_budget_of_two_releases(manifests):
    spec = manifests.get("PodDisruptionBudget", "planning")["spec"]
    spec["selector"]["matchLabels"].pop("app.kubernetes.io/instance")


@control
def exactly_the_edges_that_exist(manifests: Manifests):
    environment = manifests.environment
    for direction, wanted in expected(environment).items():
        found = reach.edges(manifests, direction, others(environment), {"pre-install", "pre-upgrade"})
        yield from differences(found, wanted, direction)


@breaks(exactly_the_edges_that_exist)
def collection_may_call_reporting(manifests):
    peer = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "cpas-reporting"}}}
    policy = manifests.get("NetworkPolicy", "collection")["spec"]
    policy["egress"].append({"to": [peer], "ports": [{"port": 50051, "protocol": "TCP"}]})


@breaks(exactly_the_edges_that_exist)
def planning_lets_the_namespace_in(manifests):
    policy = manifests.get("NetworkPolicy", "planning")["spec"]
    policy["ingress"].append({"from": [{"podSelector": {}}], "ports": [{"port": 50051, "protocol": "TCP"}]})


@breaks(exactly_the_edges_that_exist)
def planning_lets_everybody_in(manifests):
    for rule in manifests.get("NetworkPolicy", "planning")["spec"]["ingress"]:
        rule["from"] = []


@breaks(exactly_the_edges_that_exist)
def every_port_to_its_callers(manifests):
    del manifests.get("NetworkPolicy", "planning")["spec"]["ingress"][0]["ports"]


@breaks(exactly_the_edges_that_exist)
def a_range_of_ports(manifests):
    manifests.get("NetworkPolicy", "planning")["spec"]["egress"][0]["ports"][0] = {"port": 1, "endPort": 65535}


@breaks(exactly_the_edges_that_exist)
def the_whole_internet(manifests):
    policy = manifests.get("NetworkPolicy", "reporting")["spec"]
    policy["egress"].append({"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]})


@breaks(exactly_the_edges_that_exist)
def an_edge_is_missing(manifests):
    rules = manifests.get("NetworkPolicy", "assessment")["spec"]["egress"]
    rules[0]["to"].pop()


@breaks(exactly_the_edges_that_exist)
def a_caller_is_shut_out(manifests):
    manifests.get("NetworkPolicy", "planning")["spec"]["ingress"][0]["from"].pop()


@breaks(exactly_the_edges_that_exist)
def no_names(manifests):
    manifests.get("NetworkPolicy", "planning-migrate")["spec"]["egress"].pop()


@breaks(exactly_the_edges_that_exist)
def a_migration_may_call(manifests):
    rules = manifests.get("NetworkPolicy", "planning-migrate")["spec"]["egress"]
    rules.append({"to": [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "cpas-context"}}}]})


@breaks(exactly_the_edges_that_exist)
def a_database_of_another(manifests):
    rules = manifests.get("NetworkPolicy", "planning")["spec"]["egress"]
    for rule in rules:
        if rule["ports"][0]["port"] == 5432:
            rule["to"] = [{"podSelector": {}}, {"namespaceSelector": {}}]


@breaks(exactly_the_edges_that_exist)
def metrics_for_everybody(manifests):
    for rule in manifests.get("NetworkPolicy", "planning")["spec"]["ingress"]:
        if rule["ports"][0]["port"] == 9090:
            rule["from"] = [{"namespaceSelector": {}}]


@breaks(exactly_the_edges_that_exist)
def the_gateway_for_the_whole_cluster(manifests):
    manifests.get("NetworkPolicy", "gateway")["spec"]["ingress"][0]["from"] = [{"namespaceSelector": {}}]


@breaks(exactly_the_edges_that_exist)
def a_policy_of_another_pod(manifests):
    selector = manifests.get("NetworkPolicy", "context")["spec"]["podSelector"]
    selector["matchLabels"]["app.kubernetes.io/name"] = "cpas-planning"


@breaks(exactly_the_edges_that_exist)
def an_impostor_as_dns(manifests):
    rule = manifests.get("NetworkPolicy", "planning")["spec"]["egress"][-1]
    rule["to"][0]["namespaceSelector"] = {}


@breaks(exactly_the_edges_that_exist)
def another_release_may_call(manifests):
    peer = manifests.get("NetworkPolicy", "planning")["spec"]["ingress"][0]["from"][0]
    peer["podSelector"]["matchLabels"].pop("app.kubernetes.io/instance")


@breaks(exactly_the_edges_that_exist)
def the_way_of_the_test_stays_open(manifests):
    del manifests.get("NetworkPolicy", "test-reached")["metadata"]["annotations"]["helm.sh/hook"]


@control
def the_test_opens_only_its_own_way(manifests: Manifests):
    environment = manifests.environment
    for direction, wanted in expected_of_the_test().items():
        standing = reach.edges(manifests, direction, others(environment))
        during = reach.edges(manifests, direction, others(environment), {"test"})
        yield from differences(during - standing, wanted, f"helm test, {direction}")


@breaks(the_test_opens_only_its_own_way)
def the_test_may_go_anywhere(manifests):
    manifests.get("NetworkPolicy", "test-reach")["spec"]["egress"].append({})


@breaks(the_test_opens_only_its_own_way)
def the_test_lets_everybody_in(manifests):
    manifests.get("NetworkPolicy", "test-reached")["spec"]["ingress"][0]["from"] = [{"podSelector": {}}]


@breaks(the_test_opens_only_its_own_way)
def the_test_reaches_nobody(manifests):
    manifests.documents.remove(manifests.get("NetworkPolicy", "test-reached"))
