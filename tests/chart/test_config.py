"""The chart sets only keys that the services know: an unknown one stops a service at its start."""

import re
import tomllib
import unittest

from rendered import ENVIRONMENTS, ROOT, SERVICES, manifests

CHASSIS = ROOT / "services" / "chassis" / "config.default.toml"
# Every variable that is not CPAS__SECTION__KEY, and who reads it.
OTHERS = {"CPAS_CONFIG"}


def known(service: str) -> dict:
    keys = tomllib.loads(CHASSIS.read_text())
    own = ROOT / "services" / service / "config.default.toml"
    if own.exists():
        keys |= tomllib.loads(own.read_text())
    return keys


def unknown(service: str, names: list[str]) -> list[str]:
    keys, found = known(service), []
    for name in names:
        match = re.fullmatch(r"CPAS__([A-Z_]+?)__([A-Z_]+)", name)
        if match is None:
            if name not in OTHERS:
                found.append(name)
        elif match.group(2).lower() not in keys.get(match.group(1).lower(), {}):
            found.append(name)
    return found


class KeysAreKnown(unittest.TestCase):
    def test_every_variable_is_a_key_of_its_service(self):
        for environment in ENVIRONMENTS:
            rendered = manifests(environment)
            for service in SERVICES:
                names = [*rendered.environment_of(service), *(entry["name"] for entry in rendered.migration(service)["env"])]
                self.assertGreater(len(names), 8)
                self.assertEqual([], unknown(service, names), f"{service} in {environment}")

    def test_an_unknown_one_is_noticed(self):
        for name in ("CPAS__SERVER__PORT", "CPAS__SERVR__GRPC_LISTEN", "CPAS__DATABASE__PASSWORD", "DATABASE_URL"):
            self.assertEqual([name], unknown("planning", [name]))

    def test_every_key_of_a_file_is_one_of_its_service(self):
        for environment in ENVIRONMENTS:
            for service in SERVICES:
                file = tomllib.loads(manifests(environment).get("ConfigMap", service)["data"]["config.toml"])
                for section, values in file.items():
                    self.assertEqual(set(), set(values) - set(known(service).get(section, {})), f"{service} [{section}]")

    def test_the_grace_covers_what_a_service_may_take(self):
        drain_s = tomllib.loads(CHASSIS.read_text())["server"]["drain_s"]
        for service in SERVICES:
            spec = manifests("hq").pod_spec(service)
            pause_s = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
            self.assertLessEqual(drain_s, 25)
            self.assertGreaterEqual(spec["terminationGracePeriodSeconds"], pause_s + 25)

    def test_the_chart_calls_itself_what_the_workspace_is(self):
        version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
        chart = (ROOT / "charts" / "cpas" / "Chart.yaml").read_text()
        self.assertIn(f'appVersion: "{version}"', chart)

    def test_the_readme_names_every_secret(self):
        readme = (ROOT / "charts" / "cpas" / "README.md").read_text()
        rows = dict(re.findall(r"^\| `(cpas-[\w<>-]+)` \| ([^|]+) \|", readme, re.MULTILINE))
        for environment in ENVIRONMENTS:
            for name, key in named_secrets(manifests(environment)):
                general = re.sub("|".join(SERVICES), "<service>", name)
                with self.subTest(name):
                    self.assertIn(f"`{key}`", rows.get(general, ""))


def named_secrets(rendered) -> set[tuple[str, str]]:
    found = set()
    for container in rendered.containers().values():
        for variable in container.get("env", []):
            if "valueFrom" in variable:
                reference = variable["valueFrom"]["secretKeyRef"]
                found.add((reference["name"], reference["key"]))
    for service in SERVICES:
        for volume in rendered.pod_spec(service)["volumes"]:
            for source in volume.get("projected", {}).get("sources", []):
                if "secret" in source:
                    found |= {(source["secret"]["name"], entry["key"]) for entry in source["secret"]["items"]}
    return found
