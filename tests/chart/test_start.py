"""The services really start from what the chart renders. Needs their programs, which `cargo build`
makes; what is not built is left out."""

import re
import shutil
import signal
import time
import unittest

from installed import PROGRAMS, Installed, built
from rendered import GRPC_SERVICES, SERVICES

# An answer of five bytes of frame and the message {status: SERVING}.
SERVING = bytes([0, 0, 0, 0, 2, 8, 1])
EXIT_WITHIN_S = 25
MISSING = [service for service in SERVICES if service not in built()]


@unittest.skipUnless(built(), f"no service is built in {PROGRAMS.name}/: cargo build --workspace")
class Started(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installed = Installed("small", built())
        cls.addClassCleanup(cls.installed.stop)
        cls.installed.prepare()
        cls.migrated = {service: cls.installed.migrate(service) for service in built()}
        for service in built():
            cls.installed.start(service)

    def ready(self) -> list[str]:
        for service in built():
            self.installed.wait_until_ready(service)
        return built()

    @unittest.skipIf(MISSING, f"not built: {', '.join(MISSING)}")
    def test_every_service_is_built(self):
        self.assertEqual(list(SERVICES), built())

    def test_1_migrations_ran_as_the_owner_and_do_nothing_twice(self):
        for service, done in self.migrated.items():
            with self.subTest(service):
                self.assertEqual(0, done.returncode, done.stdout + done.stderr)
                again = self.installed.migrate(service)
                self.assertEqual(0, again.returncode, again.stdout + again.stderr)

    def test_2_they_are_ready_and_give_metrics(self):
        for service in self.ready():
            self.assertEqual(200, self.installed.get(service, "admin", "/healthz")[0])
            status, metrics = self.installed.get(service, "admin", "/metrics")
            self.assertEqual(200, status)
            self.assertTrue(self.gives(service, f'cpas_outbox_pending{{service="{service}"}}'), f"{service}:\n{metrics}")

    def gives(self, service: str, wanted: str) -> bool:
        for _ in range(100):
            if wanted in self.installed.get(service, "admin", "/metrics")[1]:
                return True
            time.sleep(0.1)
        return False

    @unittest.skipUnless(shutil.which("curl"), "no curl to ask gRPC health with")
    def test_3_the_readiness_probe_is_answered(self):
        for service in self.ready():
            if service in GRPC_SERVICES:
                self.assertEqual(SERVING, self.installed.grpc_health(service), service)

    def test_4_the_gateway_answers_helm_test(self):
        if "gateway" not in built():
            self.skipTest("cpas-gateway is not built")
        self.installed.wait_until_ready("gateway")
        args = self.installed.manifests.get("Pod", "test-reach")["spec"]["containers"][0]["args"]
        paths = [match.group(1) for match in (re.fullmatch(r"http://cpas-gateway:8080(/.*)", arg) for arg in args) if match]
        self.assertEqual(1, len(paths))
        self.assertEqual(200, self.installed.get("gateway", "serve", paths[0])[0])

    def test_5_the_application_role_owns_nothing(self):
        for service in self.ready():
            role = f"cpas_{service}_app"
            owned = self.installed.sql(f"SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
                                       f"WHERE r.rolname = '{role}'")  # fmt: skip
            self.assertEqual("0", owned.strip(), role)
            rights = self.installed.sql(f"SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole "
                                        f"FROM pg_roles WHERE rolname = '{role}'")  # fmt: skip
            self.assertEqual("f", rights.strip(), role)

    def test_8_an_unknown_key_stops_a_service_at_its_start(self):
        service = built()[0]
        running = self.installed.processes.pop(service)
        try:
            process = self.installed.start(service, CPAS__SERVER__PORT="1")
            self.assertNotEqual(0, process.wait(30))
            self.assertIn("port", self.installed.log(service).read_text())
        finally:
            self.installed.processes[service] = running

    def test_9_they_leave_within_their_grace(self):
        for service in self.ready():
            asked = time.monotonic()
            self.installed.processes[service].send_signal(signal.SIGTERM)
            code = self.installed.processes[service].wait(EXIT_WITHIN_S + 5)
            self.assertEqual(0, code, self.installed.log(service).read_text(errors="replace")[-2000:])
            self.assertLess(time.monotonic() - asked, EXIT_WITHIN_S)
