"""How services run: programs, resources, probes, leaving."""

import re

from controls import breaks, control, sub
from rendered import SERVICES, Manifests

UNITS = {"": 1, "m": 0.001, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
DRAIN_S = 25


def quantity(text) -> float:
    number, unit = re.fullmatch(r"([0-9.]+)(\w*)", str(text)).groups()
    return float(number) * UNITS[unit]


@control
def six_services_run_their_programs(manifests: Manifests):
    found = {document["metadata"]["name"] for document in manifests.kind("Deployment")}
    wanted = {f"cpas-{service}" for service in SERVICES}
    if found != wanted:
        yield f"deployments are {sorted(found)}"
    for service in SERVICES:
        spec = manifests.pod_spec(service)
        if len(spec["containers"]) != 1 or spec.get("initContainers"):
            yield f"{service}: more than its own container"
        container = manifests.container(service)
        if container.get("command") != [f"/usr/local/bin/cpas-{service}"] or container.get("args") != ["serve"]:
            yield f"{service}: runs {container.get('command')} {container.get('args')}"
        ports = {(port["name"], port["containerPort"], port.get("protocol")) for port in container["ports"]}
        own = ("http", 8080, "TCP") if service == "gateway" else ("grpc", 50051, "TCP")
        if ports != {own, ("admin", 9090, "TCP")}:
            yield f"{service}: ports {ports}"
        if not container["image"].split(":")[0].endswith(f"/cpas-{service}"):
            yield f"{service}: image {container['image']}"
    for name, container in manifests.containers().items():
        if not re.search(r":[\w.-]+(@sha256:[0-9a-f]{64})?$", container["image"]) or ":latest" in container["image"]:
            yield f"{name}: image {container['image']} can be another one tomorrow"


@breaks(six_services_run_their_programs)
def a_service_is_missing(manifests):
    manifests.get("Deployment", "context")["metadata"]["name"] = "cpas-contxt"
    manifests.documents.append({**manifests.documents[0], "kind": "Deployment", "metadata": {"name": "cpas-context"},
                                "spec": manifests.get("Deployment", "planning")["spec"]})  # fmt: skip


@breaks(six_services_run_their_programs)
def a_service_runs_another_program(manifests):
    manifests.container("context")["command"] = ["/usr/local/bin/cpas-planning"]


@breaks(six_services_run_their_programs)
def a_service_migrates(manifests):
    manifests.container("context")["args"] = ["migrate"]


@breaks(six_services_run_their_programs)
def an_image_of_another_service(manifests):
    manifests.container("context")["image"] = "registry.invalid/cpas/cpas-planning:1"


@breaks(six_services_run_their_programs)
def a_latest_image(manifests):
    manifests.container("context")["image"] = "registry.invalid/cpas/cpas-context:latest"


@breaks(six_services_run_their_programs)
def a_port_moved(manifests):
    manifests.container("context")["ports"][0]["containerPort"] = 50052


@breaks(six_services_run_their_programs)
def a_container_before_it(manifests):
    manifests.pod_spec("context")["initContainers"] = [manifests.migration("context")]


@control
def every_container_has_its_bounds(manifests: Manifests):
    for name, container in manifests.containers().items():
        for resource in ("cpu", "memory", "ephemeral-storage"):
            request = sub(container, "resources", "requests", resource)
            limit = sub(container, "resources", "limits", resource)
            if request is None or limit is None:
                yield f"{name}: {resource} has request {request}, limit {limit}"
            elif not 0 < quantity(request) <= quantity(limit):
                yield f"{name}: {resource} requests {request} of {limit}"
    for name, pod in manifests.pods().items():
        for volume in pod["spec"].get("volumes", []):
            size = sub(volume, "emptyDir", "sizeLimit")
            limit = sub(pod["spec"]["containers"][0], "resources", "limits", "ephemeral-storage")
            if size and limit and quantity(size) > quantity(limit):
                yield f"{name}: /tmp of {size} is more than the pod may hold on disk ({limit})"


@breaks(every_container_has_its_bounds)
def no_memory_limit(manifests):
    del manifests.container("reporting")["resources"]["limits"]["memory"]


@breaks(every_container_has_its_bounds)
def no_resources_at_all(manifests):
    del manifests.migration("reporting")["resources"]


@breaks(every_container_has_its_bounds)
def a_request_above_its_limit(manifests):
    manifests.container("reporting")["resources"]["requests"]["memory"] = "64Gi"


@breaks(every_container_has_its_bounds)
def a_tmp_larger_than_allowed(manifests):
    for volume in manifests.pod_spec("reporting")["volumes"]:
        if "emptyDir" in volume:
            volume["emptyDir"]["sizeLimit"] = "64Gi"


@control
def probes_ask_the_right_question(manifests: Manifests):
    for service in SERVICES:
        container = manifests.container(service)
        for kind in ("startupProbe", "livenessProbe"):
            if sub(container, kind, "httpGet") != {"path": "/healthz", "port": "admin"}:
                yield f"{service}: {kind} does not ask /healthz, whether the process turns"
        ready = container.get("readinessProbe", {})
        if service == "gateway":
            if ready.get("httpGet") != {"path": "/readyz", "port": "admin"}:
                yield "gateway: readiness does not ask /readyz"
        elif ready.get("grpc") != {"port": 50051}:
            yield f"{service}: readiness does not ask gRPC health"
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            probe = container.get(kind, {})
            for key in ("periodSeconds", "failureThreshold", "timeoutSeconds"):
                if not isinstance(probe.get(key), int):
                    yield f"{service}: {kind} leaves {key} to chance"
        startup = container.get("startupProbe", {})
        if startup.get("periodSeconds", 0) * startup.get("failureThreshold", 0) < 30:
            yield f"{service}: less than 30 s to start"


@breaks(probes_ask_the_right_question)
def readiness_over_http(manifests):
    manifests.container("planning")["readinessProbe"] = {"httpGet": {"path": "/readyz", "port": "admin"}}


@breaks(probes_ask_the_right_question)
def readiness_of_another_port(manifests):
    manifests.container("planning")["readinessProbe"]["grpc"]["port"] = 9090


@breaks(probes_ask_the_right_question)
def liveness_that_follows_the_database(manifests):
    manifests.container("planning")["livenessProbe"]["httpGet"]["path"] = "/readyz"


@breaks(probes_ask_the_right_question)
def no_startup_probe(manifests):
    del manifests.container("planning")["startupProbe"]


@breaks(probes_ask_the_right_question)
def too_little_time_to_start(manifests):
    manifests.container("planning")["startupProbe"]["failureThreshold"] = 3


@breaks(probes_ask_the_right_question)
def the_gateway_is_never_asked(manifests):
    del manifests.container("gateway")["readinessProbe"]


@control
def a_pod_leaves_in_order(manifests: Manifests):
    for service in SERVICES:
        pause = sub(manifests.container(service), "lifecycle", "preStop", "sleep", "seconds")
        if not pause:
            yield f"{service}: is told to stop while callers still know its address"
        grace = manifests.pod_spec(service).get("terminationGracePeriodSeconds", 30)
        if grace < (pause or 0) + DRAIN_S + 5:
            yield f"{service}: {grace} s are too few for {pause} s of waiting and {DRAIN_S} s of draining"
        spec = manifests.get("Deployment", service)["spec"]
        if spec.get("strategy") != {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}:
            yield f"{service}: an update takes a pod away before its successor is ready"
        for key in ("minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit"):
            if not spec.get(key):
                yield f"{service}: {key} is not set"
        if not re.fullmatch("[0-9a-f]{64}", annotations(manifests, service).get("checksum/config", "")):
            yield f"{service}: a changed configuration does not restart it"


def annotations(manifests: Manifests, service: str) -> dict:
    return manifests.get("Deployment", service)["spec"]["template"]["metadata"].get("annotations", {})


@breaks(a_pod_leaves_in_order)
def killed_while_draining(manifests):
    manifests.pod_spec("collection")["terminationGracePeriodSeconds"] = 30


@breaks(a_pod_leaves_in_order)
def told_to_stop_at_once(manifests):
    del manifests.container("collection")["lifecycle"]


@breaks(a_pod_leaves_in_order)
def taken_away_first(manifests):
    manifests.get("Deployment", "collection")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] = 1


@breaks(a_pod_leaves_in_order)
def an_update_without_end(manifests):
    del manifests.get("Deployment", "collection")["spec"]["progressDeadlineSeconds"]


@breaks(a_pod_leaves_in_order)
def a_configuration_nobody_reads(manifests):
    del annotations(manifests, "collection")["checksum/config"]
