"""helm accepts the chart, Kubernetes' own schemas accept what it renders, and a control that is
changed in the templates or in the rendered documents does not pass."""

import functools
import shutil
import tempfile
import unittest
from pathlib import Path

import kubernetes_validate
from kubernetes_validate import utils as schemas

import sweep
from controls import CONTROLS
from rendered import CHART, ENVIRONMENTS, KUBERNETES, Manifests, documents, helm, manifests, template

# The package reads 1.8 MB of definitions anew for every document; once is enough.
schemas.schema_contents = functools.cache(schemas.schema_contents)


def schema_problems(document: dict, version: str) -> list[str]:
    try:
        kubernetes_validate.validate(document, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        where = ".".join(str(part) for part in error.path)
        return [f"{document['kind']} {document['metadata']['name']}: {where}: {error.message}"]
    except schemas.SchemaNotFoundError as error:
        return [error.message]
    except KeyError as missing:
        return [f"a document without {missing}"]
    return []


class HelmAccepts(unittest.TestCase):
    def test_lint_with_the_defaults(self):
        done = helm("lint", "--strict", str(CHART))
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_lint_of_each_environment(self):
        for environment, values in ENVIRONMENTS.items():
            with self.subTest(environment):
                done = helm("lint", "--strict", str(CHART), "--values", str(values), "--namespace", "cpas")
                self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_lint_refuses_a_broken_template(self):
        with changed_chart("templates/_env.tpl", "{{- define", "{{- defin") as chart:
            self.assertNotEqual(0, helm("lint", "--strict", str(chart)).returncode)

    def test_an_older_kubernetes_is_refused(self):
        done = template(ENVIRONMENTS["hq"], kubernetes="1.29.9")
        self.assertNotEqual(0, done.returncode)
        self.assertIn("1.30", done.stderr)

    def test_the_notes_say_that_the_registry_is_a_placeholder(self):
        done = helm("install", "cpas", str(CHART), "--dry-run=client", "--namespace", "cpas")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("image.registry is still the placeholder", done.stdout)
        done = helm("install", "cpas", str(CHART), "--dry-run=client", "--set", "image.registry=registry.example.org/cpas")
        self.assertNotIn("placeholder", done.stdout)

    def test_two_releases_share_nothing_but_their_namespace(self):
        def names(release: str) -> set[tuple]:
            done = helm("template", release, str(CHART), "--values", str(ENVIRONMENTS["hq"]))
            return {(document["kind"], document["metadata"]["name"]) for document in documents(done.stdout)}

        self.assertEqual(set(), names("north") & names("south"))


class KubernetesAccepts(unittest.TestCase):
    def test_every_document_in_the_oldest_and_the_newest(self):
        for environment, values in ENVIRONMENTS.items():
            for version in KUBERNETES:
                done = template(values, kubernetes=version)
                self.assertEqual(0, done.returncode, done.stderr)
                rendered = documents(done.stdout)
                self.assertGreater(len(rendered), 50)
                for document in rendered:
                    with self.subTest(environment=environment, kubernetes=version):
                        self.assertEqual([], schema_problems(document, version))

    def test_no_document_is_there_twice(self):
        for environment in ENVIRONMENTS:
            names = [(document["kind"], document["metadata"]["name"]) for document in manifests(environment).documents]
            self.assertEqual(len(names), len(set(names)))

    def test_a_misspelt_field_is_refused(self):
        for spoil in (
            lambda spec: spec.update(terminationGracePeriodSecond=5),
            lambda spec: spec["containers"][0].update(imagePullPolicy=1),
            lambda spec: spec["containers"][0]["readinessProbe"]["grpc"].update(port="fifty"),
            lambda spec: spec["containers"][0].pop("name"),
        ):
            deployment = manifests("hq").get("Deployment", "planning")
            spoil(deployment["spec"]["template"]["spec"])
            for version in KUBERNETES:
                self.assertEqual(1, len(schema_problems(deployment, version)))

    def test_an_unknown_kind_is_refused(self):
        document = {"apiVersion": "apps/v9", "kind": "Deployment", "metadata": {"name": "x"}}
        self.assertEqual(1, len(schema_problems(document, KUBERNETES[1])))


class changed_chart:
    """A copy of the chart in which a text of one template is another; the text must be there."""

    def __init__(self, file: str, text: str, other: str):
        self.file, self.text, self.other = file, text, other

    def __enter__(self) -> Path:
        self.folder = tempfile.TemporaryDirectory()
        chart = Path(self.folder.name) / "cpas"
        shutil.copytree(CHART, chart)
        path = chart / self.file
        whole = path.read_text()
        if self.text not in whole:
            raise AssertionError(f"{self.file} does not hold {self.text!r}: the test no longer changes anything")
        path.write_text(whole.replace(self.text, self.other))
        return chart

    def __exit__(self, *_):
        self.folder.cleanup()


# (template, text, what a hand could make of it, the control that must notice)
CHANGES = [
    ("templates/_security.tpl", "runAsNonRoot: true", "runAsNonRoot: false", "pods_run_as_nobody"),
    ("templates/_security.tpl", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "roots_are_read_only"),
    ("templates/_security.tpl", "drop: [ALL]", "drop: [KILL]", "no_capability_is_left"),
    ("templates/_security.tpl", "type: RuntimeDefault", "type: Unconfined", "system_calls_are_filtered"),
    ("templates/_security.tpl", "automountServiceAccountToken: false", "", "no_pod_can_ask_kubernetes"),
    ("templates/_deployment.tpl", "terminationGracePeriodSeconds: 35", "", "a_pod_leaves_in_order"),
    ("templates/_deployment.tpl", "port: 50051\n  {{- end", "port: 9090\n  {{- end", "probes_ask_the_right_question"),
    ("templates/_deployment.tpl", "{{- toYaml .settings.resources", "{{- toYaml dict", "every_container_has_its_bounds"),
    ("templates/_deployment.tpl", "topologySpreadConstraints:", "tolerations:", "pods_are_spread"),
    ("templates/_service.tpl", "clusterIP: None", "", "addresses_lead_to_every_pod"),
    ("templates/_service.tpl", "maxUnavailable: {{", "minAvailable: {{", "a_drain_takes_one_at_a_time"),
    ("templates/_service.tpl", "minReplicas: {{ .settings.autoscaling.min }}", "minReplicas: 1", "replicas_have_one_master"),
    ("templates/_migration.tpl", "pre-install,pre-upgrade", "post-upgrade", "migrations_run_before_the_pods"),
    ("templates/_migration.tpl", ".secrets.databaseOwner", ".secrets.database", "only_migrations_hold_the_owner_role"),
    ("templates/_env.tpl", "CPAS__DATABASE__URL", "CPAS__DATABASE__OWNER_URL", "only_migrations_hold_the_owner_role"),
    ("templates/_env.tpl", "{{- include \"cpas.env.secret\" $root.Values.nats.secret | nindent 2 }}",
     "value: nats://user:word@nats:4222", "secrets_are_only_named"),
    ("templates/default-deny.yaml", "[Ingress, Egress]", "[Ingress]", "everything_is_closed_first"),
    ("templates/planning.yaml", "calls: [collection]", "calls: [collection, context]", "exactly_the_edges_that_exist"),
    ("templates/planning.yaml", "calls: [collection]", "calls: []", "links_name_exactly_whom_a_service_calls"),
    ("templates/_network.tpl", "- {port: 9090, protocol: TCP}", "- {port: 1, endPort: 65535}", "exactly_the_edges_that_exist"),
    ("templates/tests/reach.yaml", ":9090/readyz", ":9090/healthz", "helm_test_asks_everybody"),
]  # fmt: skip


class TemplatesAreHeld(unittest.TestCase):
    def test_a_changed_template_is_noticed(self):
        for file, text, other, noticing in CHANGES:
            with self.subTest(f"{file}: {text!r} -> {other!r}"), changed_chart(file, text, other) as chart:
                done = template(ENVIRONMENTS["hq"], chart=chart)
                self.assertEqual(0, done.returncode, done.stderr)
                self.assertTrue(list(CONTROLS[noticing](Manifests(documents(done.stdout), "hq"))))

    def test_every_single_change_is_noticed(self):
        """Each value of a rendered service, taken away or turned over, is noticed by a control or by
        Kubernetes' schema, unless sweep.py says why it may be different."""
        for environment in ENVIRONMENTS:
            tried, missed = sweep.run(manifests(environment), lambda document: schema_problems(document, KUBERNETES[0]))
            self.assertGreater(tried, 500)
            if missed:
                self.fail(f"{len(missed)} of {tried} changes to {environment} go unnoticed:\n" + "\n".join(missed))
