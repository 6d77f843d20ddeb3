"""The alert rules and the dashboard ask for metrics and labels that the services really give, and
each alert speaks when it should and is silent when it should not."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import promql_parser
import yaml

from rendered import ROOT, SERVICES

FOLDER = ROOT / "deploy" / "observability"
RULES = FOLDER / "rules.yaml"
# Added by Prometheus, or by a histogram.
ALWAYS = {"le", "pod", "namespace", "instance", "job"}
GIVEN = re.compile(r'metrics::(histogram|gauge|counter)!\(\s*"(\w+)"((?:\s*,\s*"\w+"\s*=>\s*[^,()]*(?:\([^()]*\))*[^,()]*)*)')
HISTOGRAM = re.compile(r"_(bucket|count|sum)$")


def given() -> dict[str, set[str]]:
    """Every metric of the services' code, with its labels."""
    found = {}
    for folder in ("chassis", *SERVICES):
        for source in (ROOT / "services" / folder / "src").rglob("*.rs"):
            for kind, name, labels in GIVEN.findall(source.read_text()):
                named = set(re.findall(r'"(\w+)"\s*=>', labels)) | ALWAYS
                for part in ("_bucket", "_count", "_sum") if kind == "histogram" else ("",):
                    found[name + part] = named
    return found


def rules() -> list[dict]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def recorded() -> dict[str, set[str]]:
    """What the recording rules give, with the labels that are left."""
    found = {}
    for rule in rules():
        if "record" in rule:
            labels = re.findall(r"\b(?:by|on) \(([\w, ]+)\)", rule["expr"])
            found[rule["record"]] = {label.strip() for part in labels for label in part.split(",")} - {"le"}
    return found


def wrong_in(expression: str, known: dict[str, set[str]]) -> list[str]:
    """What an expression asks for that nobody gives."""
    wrong, asked, used = [], set(), set()

    def visit(node) -> bool:
        if isinstance(node, promql_parser.VectorSelector):
            asked.add(node.name)
            used.update(matcher.name for matcher in node.matchers.matchers)
        if isinstance(node, promql_parser.AggregateExpr) and node.modifier:
            used.update(node.modifier.labels)
        return True

    try:
        promql_parser.walk(promql_parser.parse(expression), visit)
    except ValueError as error:
        return [f"is not PromQL: {error}"]
    wrong += [f"nobody gives {name}" for name in asked - set(known)]
    labels = set().union(*(known.get(name, set()) for name in asked))
    wrong += [f"nobody gives the label {label}" for label in used - labels]
    if not asked:
        wrong.append("asks for nothing")
    return wrong


def filled_in(expression: str) -> str:
    return re.sub(r"\$(service|method)", ".*", expression.replace("$__rate_interval", "5m"))


class Metrics(unittest.TestCase):
    def test_the_metrics_are_found_in_the_code(self):
        found = given()
        self.assertEqual({"service", "method", "code"}, found["cpas_rpc_seconds_bucket"] - ALWAYS)
        self.assertEqual({"service"}, found["cpas_outbox_lag_seconds"] - ALWAYS)
        self.assertEqual({"service"}, found["cpas_outbox_pending"] - ALWAYS)
        self.assertEqual({"consumer"}, found["cpas_inbox_lag_seconds"] - ALWAYS)
        self.assertEqual({"consumer"}, found["cpas_inbox_dead_letters"] - ALWAYS)
        self.assertEqual({"method", "route", "status"}, found["cpas_http_seconds_count"] - ALWAYS)

    def test_what_nobody_gives_is_noticed(self):
        known = given()
        for expression in (
            "sum(cpas_rpc_second_count)",
            "cpas_rpc_seconds",
            'cpas_outbox_pending{svc="planning"}',
            "sum by (mission) (rate(cpas_rpc_seconds_count[5m]))",
            "sum by (service (cpas_outbox_pending)",
            "1 > 0",
        ):
            self.assertTrue(wrong_in(expression, known), expression)


class Rules(unittest.TestCase):
    def test_they_ask_for_what_is_given(self):
        known = given() | recorded()
        for rule in rules():
            with self.subTest(rule.get("record") or rule["alert"]):
                self.assertEqual([], wrong_in(rule["expr"], known))

    def test_every_alert_says_what_it_means_and_what_to_do(self):
        alerts = [rule for rule in rules() if "alert" in rule]
        self.assertEqual(len(alerts), len({rule["alert"] for rule in alerts}))
        for rule in alerts:
            with self.subTest(rule["alert"]):
                self.assertEqual({"summary", "description", "action"}, set(rule["annotations"]))
                self.assertIn(rule["labels"]["severity"], {"page", "ticket"})

    def test_what_was_asked_for_is_watched(self):
        watched = " ".join(rule["expr"] for rule in rules() if "alert" in rule)
        for wanted in ("cpas:service_fault_ratio", "cpas:rpc_seconds:p99_5m", "cpas_outbox_lag_seconds",
                       "cpas_inbox_lag_seconds", "cpas_inbox_dead_letters", "cpas_outbox_pending", "cpas_event_stream_up"):  # fmt: skip
            self.assertIn(wanted, watched)

    def test_every_alert_is_played(self):
        tests = yaml.safe_load((FOLDER / "rules.test.yaml").read_text())["tests"]
        played = [alert for test in tests for alert in test.get("alert_rule_test", [])]
        speaks = {alert["alertname"] for alert in played if alert["exp_alerts"]}
        silent = {alert["alertname"] for alert in played if not alert["exp_alerts"]}
        names = {rule["alert"] for rule in rules() if "alert" in rule}
        self.assertEqual(names, speaks, "alerts that are never shown to speak")
        self.assertEqual({"CpasPagesFail", "CpasConsumerLate"}, names - silent,
                         "alerts whose silence is shown by another series of the same test")  # fmt: skip


@unittest.skipUnless("CPAS_PROMTOOL" in os.environ, "promtool is not here: neither on the PATH nor from Debian")
class Played(unittest.TestCase):
    def promtool(self, *arguments: str, folder: Path = FOLDER) -> subprocess.CompletedProcess:
        command = [os.environ["CPAS_PROMTOOL"], *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)

    def test_prometheus_accepts_them(self):
        done = self.promtool("check", "rules", "rules.yaml")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_they_do_what_they_should(self):
        done = self.promtool("test", "rules", "rules.test.yaml")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_a_changed_rule_is_noticed(self):
        changes = [
            ("> 14.4 * 0.005", "> 40 * 0.005"),
            ("> 14.4 * 0.005\n          and", "> 0.0001\n          and"),
            ("or sum by (consumer) (cpas_inbox_dead_letters unless cpas_inbox_dead_letters offset 1h) > 0", ""),
            ("cpas_outbox_lag_seconds) > 60", "cpas_outbox_lag_seconds) > 6000"),
            ("and on (consumer) max by (consumer) (changes(cpas_inbox_lag_seconds[5m])) > 0", ""),
            ('code=~"2|4|13|14|15"', 'code!="0"'),
            ("histogram_quantile(0.99", "histogram_quantile(0.50"),
        ]
        whole = RULES.read_text()

        def played(change: tuple[str, str]) -> int:
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "rules.yaml").write_text(whole.replace(*change))
                (Path(folder) / "rules.test.yaml").write_text((FOLDER / "rules.test.yaml").read_text())
                return self.promtool("test", "rules", "rules.test.yaml", folder=Path(folder)).returncode

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for change, code in zip(changes, pool.map(played, changes)):
                with self.subTest(change):
                    self.assertIn(change[0], whole)
                    self.assertEqual(1, code)


class Dashboard(unittest.TestCase):
    def setUp(self):
        self.board = json.loads((FOLDER / "dashboard.json").read_text())
        self.panels = [panel for panel in self.board["panels"] if panel["type"] != "row"]

    def test_it_asks_for_what_is_given(self):
        known = given()
        for panel in self.panels:
            for target in panel["targets"]:
                with self.subTest(panel["title"]):
                    self.assertEqual([], wrong_in(filled_in(target["expr"]), known))

    def test_its_variables_are_there(self):
        names = {variable["name"] for variable in self.board["templating"]["list"]}
        text = json.dumps(self.board["panels"])
        used = set(re.findall(r"\$\{?(\w+)", text)) - {"__rate_interval"}
        self.assertEqual(set(), used - names)

    def test_no_panel_lies_on_another(self):
        cells = set()
        for panel in self.board["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24)
            own = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            self.assertEqual(set(), cells & own, panel["title"])
            cells |= own
        self.assertEqual(len(self.board["panels"]), len({panel["id"] for panel in self.board["panels"]}))

    def test_every_panel_names_its_unit_and_its_source(self):
        for panel in self.panels:
            self.assertTrue(panel["fieldConfig"]["defaults"]["unit"], panel["title"])
            self.assertEqual("${datasource}", panel["datasource"]["uid"])

    def test_it_shows_what_the_alerts_watch(self):
        shown = " ".join(target["expr"] for panel in self.panels for target in panel["targets"])
        for metric in sorted(given()):
            if not HISTOGRAM.search(metric) or metric.endswith("_count"):
                with self.subTest(metric):
                    self.assertIn(metric, shown)
