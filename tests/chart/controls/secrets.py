"""Secrets: named, never written, and each with the one service it belongs to."""

import json
import re
import tomllib

from controls import breaks, control, sub
from rendered import SERVICES, Manifests

# Variables that may be written out. Everything else that a container gets is a secretKeyRef.
PLAIN = re.compile(
    r"CPAS_CONFIG|CPAS__SERVER__\w+_LISTEN|CPAS__SERVICE__(HTTP_LISTEN|CLIENT_ADDRESS_HEADER)|CPAS__NATS__REPLICAS|CPAS__IDENTITY__\w+_FILE|CPAS__SERVICE__PAPER_KEY_FILE"
    r"|CPAS__SERVICE__(MAIL_TRANSPORT|MAIL_FROM|PUBLIC_URL)"
    r"|CPAS__TELEMETRY__OTLP_ENDPOINT|CPAS__LINKS__\w+"
)
SECRET_TEXT = re.compile(
    r"-----BEGIN|://[^/\s:@]+:[^/\s@]+@|(password|passwd|token|secret|credential)s?\"?\s*[=:]\s*\S", re.IGNORECASE
)


@control
def secrets_are_only_named(manifests: Manifests):
    for document in manifests.documents:
        name = f"{document['kind']} {document['metadata']['name']}"
        if document["kind"] == "Secret":
            yield f"{name}: a secret in the chart"
        if document["kind"] == "ConfigMap":
            for key, text in document.get("data", {}).items():
                if SECRET_TEXT.search(text):
                    yield f"{name}: {key} holds what looks like a secret"
    for name, container in manifests.containers().items():
        for variable in container.get("env", []):
            if "value" in variable and not PLAIN.fullmatch(variable["name"]):
                yield f"{name}: {variable['name']} is written out"
            if SECRET_TEXT.search(str(variable.get("value", ""))):
                yield f"{name}: {variable['name']} holds what looks like a secret"
            if sub(variable, "valueFrom", "secretKeyRef", "optional"):
                yield f"{name}: starts without {variable['name']}"
            if "valueFrom" in variable and set(variable["valueFrom"]) != {"secretKeyRef"}:
                yield f"{name}: {variable['name']} does not come from a secret"
        for text in [*container.get("command", []), *container.get("args", [])]:
            if SECRET_TEXT.search(text):
                yield f"{name}: its arguments hold what looks like a secret"


@breaks(secrets_are_only_named)
def a_secret_in_the_chart(manifests):
    manifests.documents.append({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "cpas-x"}})


@breaks(secrets_are_only_named)
def a_url_written_out(manifests):
    variable = manifests.environment_of("planning")["CPAS__DATABASE__URL"]
    del variable["valueFrom"]
    variable["value"] = "postgres://db.example/planning"


@breaks(secrets_are_only_named)
def a_password_in_a_link(manifests):
    manifests.environment_of("gateway")["CPAS__LINKS__PLANNING"]["value"] = "http://user:word@cpas-planning:50051"


@breaks(secrets_are_only_named)
def a_password_in_a_file(manifests):
    manifests.get("ConfigMap", "planning")["data"]["config.toml"] += '[smtp]\npassword = "x"\n'


@breaks(secrets_are_only_named)
def a_key_in_a_file(manifests):
    manifests.get("ConfigMap", "planning")["data"]["key"] = "-----BEGIN PRIVATE KEY-----"


@breaks(secrets_are_only_named)
def a_token_as_argument(manifests):
    manifests.container("planning")["args"].append("--token=abc")


@breaks(secrets_are_only_named)
def a_secret_that_may_be_missing(manifests):
    variable = manifests.environment_of("planning")["CPAS__DATABASE__URL"]
    variable["valueFrom"]["secretKeyRef"]["optional"] = True


@breaks(secrets_are_only_named)
def a_url_from_a_config_map(manifests):
    variable = manifests.environment_of("planning")["CPAS__NATS__URL"]
    variable["valueFrom"] = {"configMapKeyRef": {"name": "cpas-nats", "key": "url"}}


@control
def every_service_has_secrets_of_its_own(manifests: Manifests):
    for service in SERVICES:
        variables = manifests.environment_of(service)
        wanted = {"CPAS__DATABASE__URL": (f"cpas-{service}-db-app", "uri"), "CPAS__NATS__URL": ("cpas-nats", "url")}
        for name, (secret, key) in wanted.items():
            found = sub(variables.get(name), "valueFrom", "secretKeyRef")
            if found != {"name": secret, "key": key}:
                yield f"{service}: {name} comes from {found}"
        spec = manifests.pod_spec(service)
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        identity = sub(volumes.get("identity"), "projected") or {}
        sources = [
            {"secret": {"name": f"cpas-{service}-identity", "items": [item("signing-key.pem")]}},
            {"configMap": {"name": "cpas-verifying-keys", "items": [item("verifying-keys.toml")]}},
        ]
        if identity.get("sources") != sources:
            yield f"{service}: signs and verifies with {identity.get('sources')}"
        if identity.get("defaultMode") != 0o440:
            yield f"{service}: others than its user can read its key"
        mounted = {mount["name"]: mount["mountPath"] for mount in manifests.container(service)["volumeMounts"]}
        files = {f"{mounted.get('identity')}/{item['path']}"
                 for part in identity.get("sources", []) for source in part.values() for item in source["items"]}  # fmt: skip
        for name in ("SIGNING_KEY_FILE", "VERIFYING_KEYS_FILE"):
            file = sub(variables.get(f"CPAS__IDENTITY__{name}"), "value")
            if file not in files:
                yield f"{service}: {name} is {file}, which is not mounted"
        others = {f"cpas-{other}-" for other in SERVICES if other != service}
        held = json.dumps([spec["volumes"], [variable.get("valueFrom") for variable in manifests.container(service)["env"]]])
        for other in others:
            if other in held:
                yield f"{service}: holds something of {other[5:-1]}"


def item(key: str) -> dict:
    return {"key": key, "path": key}


def identity_of(manifests: Manifests, service: str) -> dict:
    return next(volume for volume in manifests.pod_spec(service)["volumes"] if volume["name"] == "identity")["projected"]


@breaks(every_service_has_secrets_of_its_own)
def anothers_database(manifests):
    variable = manifests.environment_of("planning")["CPAS__DATABASE__URL"]
    variable["valueFrom"]["secretKeyRef"]["name"] = "cpas-context-db-app"


@breaks(every_service_has_secrets_of_its_own)
def anothers_key(manifests):
    identity_of(manifests, "planning")["sources"][0]["secret"]["name"] = "cpas-gateway-identity"


@breaks(every_service_has_secrets_of_its_own)
def two_keys(manifests):
    other = {"secret": {"name": "cpas-gateway-identity", "items": []}}
    identity_of(manifests, "planning")["sources"].append(other)


@breaks(every_service_has_secrets_of_its_own)
def a_key_everybody_can_read(manifests):
    identity_of(manifests, "planning")["defaultMode"] = 0o444


@breaks(every_service_has_secrets_of_its_own)
def a_key_that_may_be_missing(manifests):
    identity_of(manifests, "planning")["sources"][0]["secret"]["optional"] = True


@breaks(every_service_has_secrets_of_its_own)
def keys_of_somebody_else(manifests):
    identity_of(manifests, "planning")["sources"][1]["configMap"]["name"] = "other"


@breaks(every_service_has_secrets_of_its_own)
def a_key_that_is_not_mounted(manifests):
    manifests.environment_of("planning")["CPAS__IDENTITY__SIGNING_KEY_FILE"]["value"] = "/etc/key.pem"


@breaks(every_service_has_secrets_of_its_own)
def no_nats(manifests):
    manifests.container("planning")["env"].remove(manifests.environment_of("planning")["CPAS__NATS__URL"])


@control
def configuration_files_are_read(manifests: Manifests):
    for service in SERVICES:
        data = manifests.get("ConfigMap", service).get("data", {})
        try:
            tomllib.loads(data["config.toml"])
        except (KeyError, tomllib.TOMLDecodeError) as error:
            yield f"{service}: its config.toml cannot be read: {error}"
        volumes = {volume["name"]: volume for volume in manifests.pod_spec(service)["volumes"]}
        mounted = {mount["mountPath"]: mount["name"] for mount in manifests.container(service)["volumeMounts"]}
        if sub(volumes.get(mounted.get("/etc/cpas")), "configMap", "name") != f"cpas-{service}":
            yield f"{service}: its configuration is not mounted"


@breaks(configuration_files_are_read)
def a_broken_file(manifests):
    manifests.get("ConfigMap", "planning")["data"]["config.toml"] += "\n[server\n"


@breaks(configuration_files_are_read)
def a_file_of_another(manifests):
    manifests.pod_spec("planning")["volumes"][0]["configMap"]["name"] = "cpas-context"
