"""How many there are, and where: replicas, autoscaling, spread, disruption."""

import tomllib

from controls import breaks, control, sub
from rendered import ROOT, SERVICES, Manifests

# PostgreSQL's default of 100, less what it keeps for superusers, a migration and somebody looking.
CONNECTIONS_MAX = 95


@control
def replicas_have_one_master(manifests: Manifests):
    scaled = {sub(document, "spec", "scaleTargetRef", "name"): document["spec"]
              for document in manifests.kind("HorizontalPodAutoscaler")}  # fmt: skip
    if manifests.environment == "hq" and set(scaled) != {f"cpas-{service}" for service in SERVICES}:
        yield f"only {sorted(scaled)} grow with their load"
    for service in SERVICES:
        replicas = manifests.get("Deployment", service)["spec"].get("replicas")
        spec = scaled.get(f"cpas-{service}")
        if spec is None:
            if not replicas:
                yield f"{service}: neither replicas nor autoscaling"
            continue
        if replicas is not None:
            yield f"{service}: every upgrade would undo the autoscaler"
        if sub(spec, "scaleTargetRef", "kind") != "Deployment" or sub(spec, "scaleTargetRef", "apiVersion") != "apps/v1":
            yield f"{service}: the autoscaler scales something else"
        if not 2 <= spec.get("minReplicas", 1) < spec.get("maxReplicas", 0):
            yield f"{service}: scales from {spec.get('minReplicas')} to {spec.get('maxReplicas')}"
        metric = (spec.get("metrics") or [{}])[0]
        target = sub(metric, "resource", "target") or {}
        if metric.get("type") != "Resource" or sub(metric, "resource", "name") != "cpu" or target.get("type") != "Utilization":
            yield f"{service}: does not scale by CPU"
        elif not 30 <= target.get("averageUtilization", 0) <= 90:
            yield f"{service}: scales at {target.get('averageUtilization')} % of its CPU"
        if not sub(spec, "behavior", "scaleDown", "stabilizationWindowSeconds"):
            yield f"{service}: gives pods up at every pause"


@breaks(replicas_have_one_master)
def two_masters_or_none(manifests):
    spec = manifests.get("Deployment", "reporting")["spec"]
    if "replicas" in spec:
        del spec["replicas"]
    else:
        spec["replicas"] = 2


@breaks(replicas_have_one_master, environments=("hq",))
def a_service_does_not_grow(manifests):
    manifests.documents.remove(manifests.get("HorizontalPodAutoscaler", "planning"))


@breaks(replicas_have_one_master, environments=("hq",))
def the_wrong_one_grows(manifests):
    manifests.get("HorizontalPodAutoscaler", "planning")["spec"]["scaleTargetRef"]["name"] = "cpas-context"


@breaks(replicas_have_one_master, environments=("hq",))
def what_grows_is_no_deployment(manifests):
    manifests.get("HorizontalPodAutoscaler", "planning")["spec"]["scaleTargetRef"]["kind"] = "StatefulSet"


@breaks(replicas_have_one_master, environments=("hq",))
def a_single_pod(manifests):
    manifests.get("HorizontalPodAutoscaler", "planning")["spec"]["minReplicas"] = 1


@breaks(replicas_have_one_master, environments=("hq",))
def no_room_to_grow(manifests):
    spec = manifests.get("HorizontalPodAutoscaler", "planning")["spec"]
    spec["maxReplicas"] = spec["minReplicas"]


@breaks(replicas_have_one_master, environments=("hq",))
def grows_when_it_is_too_late(manifests):
    metric = manifests.get("HorizontalPodAutoscaler", "planning")["spec"]["metrics"][0]
    metric["resource"]["target"]["averageUtilization"] = 100


@breaks(replicas_have_one_master, environments=("hq",))
def grows_by_something_else(manifests):
    manifests.get("HorizontalPodAutoscaler", "planning")["spec"]["metrics"][0]["resource"]["name"] = "memory"


@breaks(replicas_have_one_master, environments=("hq",))
def shrinks_at_every_pause(manifests):
    del manifests.get("HorizontalPodAutoscaler", "planning")["spec"]["behavior"]


@control
def pods_are_spread(manifests: Manifests):
    for service in SERVICES:
        labels = manifests.get("Deployment", service)["spec"]["template"]["metadata"]["labels"]
        spread = {rule["topologyKey"]: rule for rule in manifests.pod_spec(service).get("topologySpreadConstraints", [])}
        if set(spread) != {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}:
            yield f"{service}: spread over {sorted(spread)}"
        for over, rule in spread.items():
            selector = sub(rule, "labelSelector", "matchLabels") or {}
            if selector.get("app.kubernetes.io/name") != f"cpas-{service}" or not selector.items() <= labels.items():
                yield f"{service}: the spread over {over} does not count its own pods"
            if rule["maxSkew"] != 1 or rule.get("matchLabelKeys") != ["pod-template-hash"]:
                yield f"{service}: the spread over {over} is loose"
            if rule.get("nodeTaintsPolicy") != "Honor":
                yield f"{service}: a dead zone counts for the spread over {over}"
        if manifests.environment == "hq":
            if sub(spread.get("topology.kubernetes.io/zone"), "whenUnsatisfiable") != "DoNotSchedule":
                yield f"{service}: all pods may be in one zone"


@breaks(pods_are_spread)
def not_spread(manifests):
    del manifests.pod_spec("gateway")["topologySpreadConstraints"]


@breaks(pods_are_spread)
def spread_against_others(manifests):
    for rule in manifests.pod_spec("gateway")["topologySpreadConstraints"]:
        rule["labelSelector"]["matchLabels"]["app.kubernetes.io/name"] = "cpas-context"


@breaks(pods_are_spread, environments=("hq",))
def all_in_one_zone(manifests):
    manifests.pod_spec("gateway")["topologySpreadConstraints"][0]["whenUnsatisfiable"] = "ScheduleAnyway"


@breaks(pods_are_spread)
def spread_loosely(manifests):
    manifests.pod_spec("gateway")["topologySpreadConstraints"][0]["maxSkew"] = 5


@breaks(pods_are_spread)
def waiting_for_a_dead_zone(manifests):
    del manifests.pod_spec("gateway")["topologySpreadConstraints"][0]["nodeTaintsPolicy"]


@control
def a_drain_takes_one_at_a_time(manifests: Manifests):
    budgets = manifests.kind("PodDisruptionBudget")
    for service in SERVICES:
        labels = manifests.get("Deployment", service)["spec"]["template"]["metadata"]["labels"]
        own = [budget["spec"] for budget in budgets
               if (sub(budget, "spec", "selector", "matchLabels") or {}).items() <= labels.items()]  # fmt: skip
        if len(own) != 1:
            yield f"{service}: {len(own)} disruption budgets"
            continue
        if own[0].get("maxUnavailable") != 1 or "minAvailable" in own[0]:
            yield f"{service}: a drain may take {own[0].get('maxUnavailable')} at once"
        if own[0].get("unhealthyPodEvictionPolicy") != "AlwaysAllow":
            yield f"{service}: a broken pod can keep a node from being emptied"


@breaks(a_drain_takes_one_at_a_time)
def no_budget(manifests):
    manifests.documents.remove(manifests.get("PodDisruptionBudget", "context"))


@breaks(a_drain_takes_one_at_a_time)
def a_budget_of_nothing(manifests):
    manifests.get("PodDisruptionBudget", "context")["spec"]["maxUnavailable"] = 0


@breaks(a_drain_takes_one_at_a_time)
def a_budget_for_everybody(manifests):
    manifests.get("PodDisruptionBudget", "context")["spec"]["selector"]["matchLabels"].pop("app.kubernetes.io/name")


@breaks(a_drain_takes_one_at_a_time)
def a_budget_that_holds_a_node(manifests):
    del manifests.get("PodDisruptionBudget", "context")["spec"]["unhealthyPodEvictionPolicy"]


@control
def connections_fit_into_postgresql(manifests: Manifests):
    chassis = tomllib.loads((ROOT / "services" / "chassis" / "config.default.toml").read_text())
    needed: dict[str, int] = {}
    for service in SERVICES:
        file = tomllib.loads(manifests.get("ConfigMap", service)["data"]["config.toml"])
        each = file.get("database", {}).get("connections_max", chassis["database"]["connections_max"])
        # hq has a PostgreSQL for each service, small one for all.
        server = service if manifests.environment == "hq" else "all"
        needed[server] = needed.get(server, 0) + each * (pods_max(manifests, service) + 1)
    for server, connections in needed.items():
        if connections > CONNECTIONS_MAX:
            yield f"the PostgreSQL of {server} is asked for {connections} connections during an update"


def pods_max(manifests: Manifests, service: str) -> int:
    for scaler in manifests.kind("HorizontalPodAutoscaler"):
        if scaler["spec"]["scaleTargetRef"]["name"] == f"cpas-{service}":
            return scaler["spec"]["maxReplicas"]
    return manifests.get("Deployment", service)["spec"].get("replicas", 1)


@breaks(connections_fit_into_postgresql)
def connections_as_compiled_in(manifests):
    for document in manifests.kind("ConfigMap"):
        document["data"]["config.toml"] = ""


@breaks(connections_fit_into_postgresql)
def too_many_pods(manifests):
    for document in manifests.kind("HorizontalPodAutoscaler"):
        document["spec"]["maxReplicas"] = 50
    for document in manifests.kind("Deployment"):
        document["spec"]["replicas"] = 50
