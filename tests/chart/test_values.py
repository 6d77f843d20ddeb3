"""values.schema.json refuses what it does not know, at every level, and values that would undo a
control."""

import copy
import functools
import json
import unittest

import jsonschema
import yaml

from rendered import CHART, ENVIRONMENTS, documents, template

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())


def merged(environment: str) -> dict:
    """A fresh copy of filled_out."""
    return copy.deepcopy(filled_out(environment))


@functools.cache
def filled_out(environment: str) -> dict:
    """What helm checks: the chart's values with the environment's laid over, filled out with one of
    everything that is optional, so that every level is there."""
    whole = overlay(copy.deepcopy(VALUES), yaml.safe_load(ENVIRONMENTS[environment].read_text()))
    whole["tolerations"] = [{"key": "a", "operator": "Exists"}]
    whole["nodeSelector"] = {"disk": "fast"}
    whole["ingress"].setdefault("annotations", {}).update(example="yes")
    whole["services"]["context"] = overlay(copy.deepcopy(VALUES["defaults"]), whole["services"]["context"])
    whole["services"]["context"]["postgres"] = [{"namespace": "db", "pods": {"app": "db"}}]
    return whole


def overlay(value, other):
    if not isinstance(value, dict) or not isinstance(other, dict):
        return other
    return {**value, **{key: overlay(value.get(key), below) for key, below in other.items()}}


def objects(value, path: tuple = ()):
    if isinstance(value, dict):
        yield path
        for key, below in value.items():
            yield from objects(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from objects(below, (*path, index))


def at(value, path: tuple):
    for key in path:
        value = value[key]
    return value


def schemas_of_objects(schema, path: tuple = ()):
    if isinstance(schema, dict):
        if schema.get("type") == "object" or "properties" in schema:
            yield path, schema
        for key, below in schema.items():
            yield from schemas_of_objects(below, (*path, key))
    elif isinstance(schema, list):
        for index, below in enumerate(schema):
            yield from schemas_of_objects(below, (*path, index))


class UnknownKeys(unittest.TestCase):
    def setUp(self):
        self.validator = jsonschema.Draft7Validator(SCHEMA)

    def test_the_schema_is_one(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA)

    def test_what_we_ship_is_accepted(self):
        self.assertEqual([], list(self.validator.iter_errors(VALUES)))
        for environment in ENVIRONMENTS:
            self.assertEqual([], list(self.validator.iter_errors(merged(environment))))

    def test_every_object_of_the_schema_is_closed(self):
        found = list(schemas_of_objects(SCHEMA))
        self.assertGreater(len(found), 25)
        for path, schema in found:
            self.assertIs(False, schema.get("additionalProperties"), "/".join(map(str, path)))

    def test_an_unknown_key_is_refused_at_every_level(self):
        for environment in ENVIRONMENTS:
            paths = list(objects(merged(environment)))
            self.assertGreater(len(paths), 60)
            for path in paths:
                values = merged(environment)
                # No label and no annotation can be called this either.
                at(values, path)["not a key"] = 1
                with self.subTest(".".join(map(str, path)) or "the top"):
                    self.assertFalse(self.validator.is_valid(values))

    def test_helm_itself_refuses_them(self):
        for values in (
            "replica: 3",
            "image: {name: x}",
            "services: {planing: {replicas: 3}}",
            "services: {planning: {replica: 3}}",
            "services: {planning: {autoscaling: {maximum: 3}}}",
            "services: {planning: {resources: {limits: {mem: 1Gi}}}}",
            "services: {planning: {secrets: {database: {value: x}}}}",
            "network: {dns: {peers: [{name: kube-system}]}}",
            "defaults: {spread: {racks: ScheduleAnyway}}",
            "test: {image: {repo: x}}",
        ):
            with self.subTest(values):
                done = template(values)
                self.assertNotEqual(0, done.returncode)
                self.assertIn("additional properties", done.stderr)


class BadValues(unittest.TestCase):
    """Each is refused with the place in the message."""

    def refused(self, values: str, *said: str):
        with self.subTest(values):
            done = template(values)
            self.assertNotEqual(0, done.returncode, "helm accepted it")
            for word in said:
                self.assertIn(word, done.stderr)

    def test_secrets_can_only_be_named(self):
        self.refused("services: {planning: {secrets: {database: 'postgres://u:p@db/x'}}}", "database")
        self.refused("services: {planning: {secrets: {database: {name: 'postgres://u:p@db/x', key: uri}}}}", "name")
        self.refused("nats: {secret: {name: cpas-nats, key: url, value: 'nats://u:p@n'}}", "secret")
        self.refused("telemetry: {otlpEndpoint: 'http://user:word@collector:4317'}", "otlpEndpoint")
        self.refused("services: {planning: {secrets: null}}", "secrets")

    def test_images_do_not_move(self):
        self.refused("image: {tag: latest}", "tag")
        self.refused("image: {registry: ''}", "registry")
        self.refused("image: {registry: 'registry.example.org/cpas/'}", "registry")
        self.refused("services: {planning: {digest: 'sha256:123'}}", "digest")
        self.refused("test: {image: {tag: latest}}", "tag")

    def test_a_digest_pins_the_image(self):
        digest = "sha256:" + "0123456789abcdef" * 4
        done = template(f"services: {{planning: {{digest: '{digest}'}}}}")
        images = {
            container["image"]
            for document in documents(done.stdout) if document["kind"] in ("Deployment", "Job")
            for container in document["spec"]["template"]["spec"]["containers"] if "planning" in container["image"]
        }  # fmt: skip
        self.assertEqual({f"registry.invalid/cpas/cpas-planning:0.1.0@{digest}"}, images)

    def test_peers_are_somebody(self):
        self.refused("network: {dns: {peers: []}}", "peers")
        self.refused("network: {dns: {peers: [{}]}}", "peers")
        self.refused("network: {ingress: {peers: [{cidr: 0.0.0.0/0}]}}", "cidr")
        self.refused("network: {ingress: {peers: [{cidr: '::/0'}]}}", "cidr")
        self.refused("network: {nats: {peers: [{pods: {}}]}}", "pods")
        self.refused("network: {nats: {peers: [{cidr: 10.0.0.0/8, namespace: nats}]}}", "peers")
        self.refused("services: {planning: {postgres: []}}", "postgres")

    def test_peers_are_somebody_without_the_schema_too(self):
        done = template("network: {dns: {peers: []}}", "--skip-schema-validation")
        self.assertNotEqual(0, done.returncode)
        self.assertIn("an empty list of peers would allow everybody", done.stderr)

    def test_an_address_block_is_a_peer(self):
        done = template("network: {nats: {peers: [{cidr: 10.20.0.0/16}]}}")
        self.assertIn("cidr: 10.20.0.0/16", done.stdout)

    def test_numbers_make_sense(self):
        self.refused("defaults: {replicas: 0}", "replicas")
        self.refused("defaults: {replicas: two}", "replicas")
        self.refused("defaults: {disruption: {maxUnavailable: 0}}", "maxUnavailable")
        self.refused("defaults: {autoscaling: {cpuPercent: 0}}", "cpuPercent")
        self.refused("defaults: {resources: {limits: {memory: lots}}}", "memory")
        self.refused("nats: {replicas: 2}", "replicas")
        self.refused("network: {postgres: {port: 70000}}", "port")
        self.refused("migrations: {deadlineSeconds: 0}", "deadlineSeconds")
        self.refused("services: {planning: {autoscaling: {min: 9, max: 3}}}", "services.planning.autoscaling", "above max")

    def test_an_endpoint_says_its_port(self):
        self.refused("telemetry: {otlpEndpoint: 'http://collector'}", "otlpEndpoint")
        done = template("telemetry: {otlpEndpoint: 'https://collector.example:14317'}")
        self.assertIn("port: 14317", done.stdout)

    def test_files_are_kept_in_a_claim_or_in_a_store_and_its_keys_are_named(self):
        def context(values: str) -> dict:
            found = {(document["kind"], document["metadata"]["name"]): document
                     for document in documents(template(values).stdout)}  # fmt: skip
            return {kind: found[(kind, "cpas-context")] for kind in ("Deployment", "NetworkPolicy")}

        def variables(found: dict) -> dict:
            container = found["Deployment"]["spec"]["template"]["spec"]["containers"][0]
            return {one["name"]: one.get("value", one.get("valueFrom")) for one in container["env"] if "FILES" in one["name"]}

        self.assertEqual({}, variables(context("{}")))
        claimed = context("services: {context: {files: {claim: cpas-evidence}}}")
        self.assertEqual({"CPAS__SERVICE__FILES__FOLDER": "/var/lib/cpas/files"}, variables(claimed))
        volumes = {one["name"]: one for one in claimed["Deployment"]["spec"]["template"]["spec"]["volumes"]}
        self.assertEqual("cpas-evidence", volumes["files"]["persistentVolumeClaim"]["claimName"])
        store = ("services: {context: {files: {s3: {endpoint: 'https://s3.example.org', bucket: cpas, region: eu-1, port: 9443, "
                 "accessKeyId: {name: files, key: id}, secretAccessKey: {name: files, key: secret}, peers: [{cidr: 192.0.2.0/24}]}}}}")  # fmt: skip
        stored = context(store)
        found = variables(stored)
        self.assertEqual("s3", found["CPAS__SERVICE__FILES__STORE"])
        named = {"secretKeyRef": {"name": "files", "key": "secret"}}
        self.assertEqual(named, found["CPAS__SERVICE__FILES__SECRET_ACCESS_KEY"])
        ports = [one["ports"][0]["port"] for one in stored["NetworkPolicy"]["spec"]["egress"]]
        self.assertIn(9443, ports)
        self.refused("services: {context: {files: {s3: {endpoint: 'http://s3.example.org'}}}}", "endpoint")
        self.refused("services: {context: {files: {claim: a, s3: {}}}}", "files")

    def test_webhooks_go_where_the_values_say_and_nowhere_else(self):
        def ways_out(values: str) -> list:
            found = [document for document in documents(template(values).stdout)
                     if (document["kind"], document["metadata"]["name"]) == ("NetworkPolicy", "cpas-gateway")]  # fmt: skip
            return [one for one in found[0]["spec"]["egress"] if any("ipBlock" in peer for peer in one["to"])]

        self.assertEqual([], ways_out("{}"))
        (way,) = ways_out("services: {gateway: {webhooks: {port: 443, peers: [{cidr: 203.0.113.0/24}]}}}")
        self.assertEqual([443], [port["port"] for port in way["ports"]])
        self.refused("services: {gateway: {webhooks: {port: 443}}}", "webhooks")

    def test_mail_goes_out_by_the_server_of_the_values_or_not_at_all(self):
        def gateway(values: str) -> tuple[dict, list]:
            found = {document["kind"]: document for document in documents(template(values).stdout)
                     if document["metadata"]["name"] == "cpas-gateway"}  # fmt: skip
            (container,) = found["Deployment"]["spec"]["template"]["spec"]["containers"]
            variables = {one["name"]: one.get("value", one.get("valueFrom")) for one in container["env"]}
            ways = found["NetworkPolicy"]["spec"]["egress"]
            return variables, [port["port"] for one in ways for port in one["ports"]]

        variables, ports = gateway("{}")
        self.assertEqual("none", variables["CPAS__SERVICE__MAIL_TRANSPORT"])
        self.assertNotIn("CPAS__SERVICE__MAIL_SMTP_URL", variables)
        self.assertNotIn(465, ports)
        server = ("url: {name: cpas-mail, key: url}, from: 'CPAS <cpas@mission.example>', "
                  "publicUrl: 'https://cpas.example.org'")  # fmt: skip
        way = "port: 465, peers: [{cidr: 192.0.2.0/24}]"
        variables, ports = gateway(f"services: {{gateway: {{mail: {{{server}, {way}}}}}}}")
        self.assertEqual("smtp", variables["CPAS__SERVICE__MAIL_TRANSPORT"])
        self.assertEqual({"secretKeyRef": {"name": "cpas-mail", "key": "url"}}, variables["CPAS__SERVICE__MAIL_SMTP_URL"])
        self.assertEqual("CPAS <cpas@mission.example>", variables["CPAS__SERVICE__MAIL_FROM"])
        self.assertEqual("https://cpas.example.org", variables["CPAS__SERVICE__PUBLIC_URL"])
        self.assertIn(465, ports)
        self.refused(f"services: {{gateway: {{mail: {{{server}}}}}}}", "mail")
        self.refused("services: {gateway: {mail: {url: 'smtps://cpas:secret@mail.example.org'}}}", "mail")

    def test_configuration_reaches_its_service_and_restarts_it(self):
        def planning(values: str) -> dict:
            found = {(document["kind"], document["metadata"]["name"]): document
                     for document in documents(template(values).stdout)}  # fmt: skip
            return {kind: found[(kind, "cpas-planning")] for kind in ("ConfigMap", "Deployment")}

        def checksum(found: dict) -> str:
            return found["Deployment"]["spec"]["template"]["metadata"]["annotations"]["checksum/config"]

        before = planning("{}")
        after = planning("services: {planning: {config: \"[server]\\ndrain_s = 20\\n\"}}")
        self.assertIn("drain_s = 20", after["ConfigMap"]["data"]["config.toml"])
        self.assertNotEqual(checksum(before), checksum(after))
        self.assertEqual(checksum(before), checksum(planning("services: {context: {config: \"[server]\\ndrain_s = 20\\n\"}}")))
