"""How services are found: headless addresses, links, the gateway's front door."""

from controls import breaks, control, sub
from rendered import GRPC_SERVICES, SERVICES, Manifests, matches

# Who calls whom, as the architecture says; everything else hears by events.
CALLS = {
    "gateway": {"context", "planning", "collection", "assessment", "reporting"},
    "context": set(),
    "planning": {"collection"},
    "collection": set(),
    "assessment": {"planning", "collection", "context"},
    "reporting": {"collection", "planning", "assessment", "context"},
}


@control
def addresses_lead_to_every_pod(manifests: Manifests):
    pods = manifests.pods()
    for service in SERVICES:
        spec = manifests.get("Service", service)["spec"]
        if service != "gateway" and spec.get("clusterIP") != "None":
            yield f"{service}: not headless, so one connection would load one pod"
        if spec.get("type", "ClusterIP") != "ClusterIP":
            yield f"{service}: open to the outside as {spec['type']}"
        if spec.get("externalIPs"):
            yield f"{service}: open to the outside"
        if spec.get("publishNotReadyAddresses", False):
            yield f"{service}: gives the addresses of pods that are not ready"
        found = {name for name, pod in pods.items() if matches({"matchLabels": spec["selector"]}, pod["metadata"]["labels"])}
        if found != {f"cpas-{service}"}:
            yield f"{service}: its address leads to {sorted(found)}"
        own = ("http", 8080, "http") if service == "gateway" else ("grpc", 50051, "kubernetes.io/h2c")
        ports = {(port["name"], port["port"], port.get("appProtocol"), port.get("protocol")) for port in spec["ports"]}
        if ports != {(*own, "TCP"), ("admin", 9090, "http", "TCP")}:
            yield f"{service}: ports {ports}"
        for port in spec["ports"]:
            if port.get("targetPort") != port["name"]:
                yield f"{service}: port {port['name']} leads to {port.get('targetPort')}"
    names = {document["metadata"]["name"] for document in manifests.kind("Service")}
    if names != {f"cpas-{service}" for service in SERVICES}:
        yield f"services are {sorted(names)}"


@breaks(addresses_lead_to_every_pod)
def one_pod_gets_it_all(manifests):
    del manifests.get("Service", "planning")["spec"]["clusterIP"]


@breaks(addresses_lead_to_every_pod)
def a_node_port(manifests):
    manifests.get("Service", "gateway")["spec"]["type"] = "NodePort"


@breaks(addresses_lead_to_every_pod)
def pods_that_are_not_ready(manifests):
    manifests.get("Service", "planning")["spec"]["publishNotReadyAddresses"] = True


@breaks(addresses_lead_to_every_pod)
def an_address_of_everybody(manifests):
    manifests.get("Service", "planning")["spec"]["selector"].pop("app.kubernetes.io/name")


@breaks(addresses_lead_to_every_pod)
def an_address_of_the_migration_too(manifests):
    labels = manifests.get("Job", "planning-migrate")["spec"]["template"]["metadata"]["labels"]
    labels["app.kubernetes.io/name"] = "cpas-planning"


@breaks(addresses_lead_to_every_pod)
def an_address_of_nobody(manifests):
    manifests.get("Service", "planning")["spec"]["selector"]["app.kubernetes.io/name"] = "planning"


@breaks(addresses_lead_to_every_pod)
def a_port_to_nowhere(manifests):
    manifests.get("Service", "planning")["spec"]["ports"][0]["targetPort"] = "http"


@breaks(addresses_lead_to_every_pod)
def an_outside_address(manifests):
    manifests.get("Service", "planning")["spec"]["externalIPs"] = ["203.0.113.1"]


@breaks(addresses_lead_to_every_pod)
def one_more_service(manifests):
    document = manifests.get("Service", "planning")
    manifests.documents.append({**document, "metadata": {"name": "cpas-planning-open"}})


@control
def deployments_own_their_pods(manifests: Manifests):
    pods = manifests.pods()
    for service in SERVICES:
        selector = manifests.get("Deployment", service)["spec"]["selector"]
        found = {name for name, pod in pods.items() if matches(selector, pod["metadata"]["labels"])}
        if found != {f"cpas-{service}"}:
            yield f"{service}: its deployment takes {sorted(found)} for its own"
        labels = pods[f"cpas-{service}"]["metadata"]["labels"]
        if labels.get("app.kubernetes.io/part-of") != "cpas" or labels.get("app.kubernetes.io/component") != service:
            yield f"{service}: its pods are not labelled as what they are"


@breaks(deployments_own_their_pods)
def a_deployment_of_everybody(manifests):
    manifests.get("Deployment", "planning")["spec"]["selector"]["matchLabels"].pop("app.kubernetes.io/name")


@breaks(deployments_own_their_pods)
def a_pod_without_its_label(manifests):
    manifests.pods()["cpas-planning"]["metadata"]["labels"].pop("app.kubernetes.io/part-of")


@control
def links_name_exactly_whom_a_service_calls(manifests: Manifests):
    for service in SERVICES:
        links = {
            name.removeprefix("CPAS__LINKS__").lower(): variable.get("value")
            for name, variable in manifests.environment_of(service).items()
            if name.startswith("CPAS__LINKS__")
        }
        wanted = {callee: f"http://cpas-{callee}:50051" for callee in CALLS[service]}
        if links != wanted:
            yield f"{service}: links {links}"


@breaks(links_name_exactly_whom_a_service_calls)
def a_link_too_many(manifests):
    link = {"name": "CPAS__LINKS__REPORTING", "value": "http://cpas-reporting:50051"}
    manifests.container("collection")["env"].append(link)


@breaks(links_name_exactly_whom_a_service_calls)
def a_link_too_few(manifests):
    env = manifests.container("planning")["env"]
    env.remove(manifests.environment_of("planning")["CPAS__LINKS__COLLECTION"])


@breaks(links_name_exactly_whom_a_service_calls)
def a_link_to_another(manifests):
    manifests.environment_of("planning")["CPAS__LINKS__COLLECTION"]["value"] = "http://cpas-context:50051"


@control
def services_listen_where_they_are_asked(manifests: Manifests):
    for service in SERVICES:
        variables = manifests.environment_of(service)
        if sub(variables.get("CPAS__SERVER__ADMIN_LISTEN"), "value") != "0.0.0.0:9090":
            yield f"{service}: admin does not listen on 9090"
        if service in GRPC_SERVICES and sub(variables.get("CPAS__SERVER__GRPC_LISTEN"), "value") != "0.0.0.0:50051":
            yield f"{service}: gRPC does not listen on 50051"
        if service == "gateway" and sub(variables.get(GATEWAY_LISTEN), "value") != "0.0.0.0:8080":
            yield "gateway: does not listen on 8080"
        if sub(variables.get(CLIENT_ADDRESS), "value") != ("x-forwarded-for" if service == "gateway" else None):
            yield f"{service}: counts failed sign-ins against the wrong address"
        if sub(variables.get("CPAS_CONFIG"), "value") != "/etc/cpas/config.toml":
            yield f"{service}: does not read its file"
        scraped = manifests.pods()[f"cpas-{service}"]["metadata"].get("annotations", {})
        wanted = {"prometheus.io/scrape": "true", "prometheus.io/port": "9090", "prometheus.io/path": "/metrics"}
        if not wanted.items() <= scraped.items():
            yield f"{service}: Prometheus does not find its metrics"
    endpoint = {"hq": "http://otel-collector.observability:4317", "small": None}[manifests.environment]
    for service in SERVICES:
        if sub(manifests.environment_of(service).get("CPAS__TELEMETRY__OTLP_ENDPOINT"), "value") != endpoint:
            yield f"{service}: traces do not go to {endpoint}"
    # Neither environment names a mail server; a pod's folder would go with the pod.
    if sub(manifests.environment_of("gateway").get(MAIL), "value") != "none":
        yield "gateway: letters go to nobody knows where"
    replicas = {"hq": "3", "small": "1"}[manifests.environment]
    for service in SERVICES:
        if sub(manifests.environment_of(service).get("CPAS__NATS__REPLICAS"), "value") != replicas:
            yield f"{service}: streams are not kept {replicas} times"


GATEWAY_LISTEN = "CPAS__SERVICE__HTTP_LISTEN"
CLIENT_ADDRESS = "CPAS__SERVICE__CLIENT_ADDRESS_HEADER"
MAIL = "CPAS__SERVICE__MAIL_TRANSPORT"


@breaks(services_listen_where_they_are_asked)
def listens_to_itself_only(manifests):
    manifests.environment_of("planning")["CPAS__SERVER__GRPC_LISTEN"]["value"] = "127.0.0.1:50051"


@breaks(services_listen_where_they_are_asked)
def admin_elsewhere(manifests):
    manifests.environment_of("planning")["CPAS__SERVER__ADMIN_LISTEN"]["value"] = "0.0.0.0:9091"


@breaks(services_listen_where_they_are_asked)
def the_gateway_elsewhere(manifests):
    manifests.environment_of("gateway")[GATEWAY_LISTEN]["value"] = "0.0.0.0:80"


@breaks(services_listen_where_they_are_asked)
def a_file_nobody_mounted(manifests):
    manifests.environment_of("planning")["CPAS_CONFIG"]["value"] = "/etc/config.toml"


@breaks(services_listen_where_they_are_asked)
def everybody_has_one_address(manifests):
    manifests.container("gateway")["env"].remove(manifests.environment_of("gateway")[CLIENT_ADDRESS])


@breaks(services_listen_where_they_are_asked)
def letters_into_a_pod(manifests):
    manifests.environment_of("gateway")[MAIL]["value"] = "folder"


@breaks(services_listen_where_they_are_asked)
def no_metrics(manifests):
    manifests.pods()["cpas-planning"]["metadata"]["annotations"].pop("prometheus.io/port")


@breaks(services_listen_where_they_are_asked)
def traces_elsewhere(manifests):
    variables = manifests.container("planning")["env"]
    variables[:] = [variable for variable in variables if variable["name"] != "CPAS__TELEMETRY__OTLP_ENDPOINT"]
    variables.append({"name": "CPAS__TELEMETRY__OTLP_ENDPOINT", "value": "http://elsewhere:4317"})


@breaks(services_listen_where_they_are_asked)
def streams_kept_too_rarely(manifests):
    manifests.environment_of("planning")["CPAS__NATS__REPLICAS"]["value"] = "0"


@control
def the_front_door_is_the_gateway(manifests: Manifests):
    doors = manifests.kind("Ingress")
    if len(doors) != 1:
        yield f"{len(doors)} ingresses"
    for door in doors:
        spec = door["spec"]
        hosts = [rule.get("host") for rule in spec.get("rules", [])]
        backends = [path["backend"] for rule in spec.get("rules", []) for path in rule["http"]["paths"]]
        if backends != [{"service": {"name": "cpas-gateway", "port": {"name": "http"}}}] or spec.get("defaultBackend"):
            yield f"the ingress leads to {backends}"
        if not hosts or None in hosts or [host for tls in spec.get("tls", []) for host in tls["hosts"]] != hosts:
            yield f"TLS does not cover {hosts}"
        if not all(tls.get("secretName") for tls in spec.get("tls", [])):
            yield "TLS without a certificate"
        if not spec.get("ingressClassName"):
            yield "no controller is named"


@breaks(the_front_door_is_the_gateway)
def a_door_without_tls(manifests):
    del manifests.get("Ingress", "gateway")["spec"]["tls"]


@breaks(the_front_door_is_the_gateway)
def a_door_without_certificate(manifests):
    del manifests.get("Ingress", "gateway")["spec"]["tls"][0]["secretName"]


@breaks(the_front_door_is_the_gateway)
def a_door_to_a_service(manifests):
    manifests.get("Ingress", "gateway")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"] = "cpas-planning"


@breaks(the_front_door_is_the_gateway)
def a_door_for_every_host(manifests):
    del manifests.get("Ingress", "gateway")["spec"]["rules"][0]["host"]


@breaks(the_front_door_is_the_gateway)
def a_second_door(manifests):
    manifests.documents.append({**manifests.get("Ingress", "gateway"), "metadata": {"name": "other"}})


@breaks(the_front_door_is_the_gateway)
def a_door_of_nobody(manifests):
    del manifests.get("Ingress", "gateway")["spec"]["ingressClassName"]
