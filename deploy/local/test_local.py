"""Tests of tools.py and backing.py, with the real programs. Run: python3 deploy/local/test_local.py"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPORT = 'import json, os, sys; json.dump({k: v for k, v in os.environ.items() if k.startswith("CPAS_")}, sys.stdout)'

# `run` of backing.py alone: what it does with signals does not need a server.
BACKING_WITHOUT_POSTGRES = "import sys, backing; sys.exit(backing.run(sys.argv[1:], {}))"


def run(script: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **environment})


def setUpModule() -> None:
    """On a fresh machine the first run installs, and says so; the tests speak of what is there."""
    installed = run(HERE / "tools.py")
    if installed.returncode != 0:
        raise RuntimeError(installed.stderr)


class Folder(unittest.TestCase):
    """A folder for each test, that PostgreSQL's unprivileged user may pass."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cpas-test-local-"))
        self.folder.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)


class Tools(Folder):
    def test_a_second_run_installs_nothing_and_says_the_same(self) -> None:
        first = run(HERE / "tools.py")
        self.assertEqual(first.returncode, 0, first.stderr)
        server = Path(json.loads(first.stdout)["nats_server"])
        installed = server.stat()
        second = run(HERE / "tools.py")
        self.assertEqual((second.returncode, second.stderr), (0, ""))
        self.assertEqual(json.loads(first.stdout), json.loads(second.stdout))
        self.assertEqual((server.stat().st_ino, server.stat().st_mtime), (installed.st_ino, installed.st_mtime))
        self.assertTrue(os.access(server, os.X_OK))

    def test_a_package_with_another_hash_is_refused_and_nothing_is_kept(self) -> None:
        for name in ("tools.py", "requirements.txt"):
            shutil.copy(HERE / name, self.folder)
        pins = self.folder / "requirements.txt"
        lines = pins.read_text().splitlines()
        wrong = [line[:-4] + "0000" if line.strip(" \\").startswith("--hash") and not line.endswith("\\") else
                 line[:-6] + "0000 \\" if line.strip().startswith("--hash") else line for line in lines]  # fmt: skip
        pins.write_text("\n".join(wrong) + "\n")
        installed = self.folder / "tools"
        refused = run(self.folder / "tools.py", CPAS_TOOLS=str(installed))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("does not have the hash written in", refused.stderr)
        self.assertFalse(installed.exists())
        self.assertEqual(list(self.folder.glob(".tools.partial-*")), [])

    def test_a_folder_with_something_else_in_it_is_left_alone(self) -> None:
        (self.folder / "letter.txt").write_text("dear")
        refused = run(HERE / "tools.py", CPAS_TOOLS=str(self.folder))
        self.assertIn("holds something else and was left alone", refused.stderr)
        self.assertEqual((self.folder / "letter.txt").read_text(), "dear")


class Backing(Folder):
    def backing(self, *arguments: str) -> subprocess.CompletedProcess:
        return run(HERE / "backing.py", *arguments, TMPDIR=str(self.folder))

    def left(self) -> list[Path]:
        return list(self.folder.glob("cpas-backing-*"))

    def test_the_command_finds_a_server_and_its_code_is_passed_on(self) -> None:
        ran = self.backing("--", sys.executable, "-c", f"{REPORT}; sys.exit(7)")
        self.assertEqual(ran.returncode, 7, ran.stderr)
        self.assertLessEqual({"CPAS_TEST_DATABASE_URL", "CPAS_PG_BIN", "CPAS_NATS_BIN"}, json.loads(ran.stdout).keys())
        query = '"$CPAS_PG_BIN/psql" "$CPAS_TEST_DATABASE_URL" -XAtc "show max_connections"'
        self.assertEqual(self.backing("--", "sh", "-c", query).stdout, "400\n")
        self.assertEqual(self.left(), [])

    def test_arguments_after_a_second_pair_of_dashes_reach_the_command(self) -> None:
        self.assertEqual(self.backing("--", "echo", "--", "--nocapture").stdout, "-- --nocapture\n")

    def test_a_signal_reaches_the_command_and_nothing_is_left(self) -> None:
        script = "trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done"
        command = [sys.executable, str(HERE / "backing.py"), "--", "sh", "-c", script]
        environment = {**os.environ, "TMPDIR": str(self.folder)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            self.assertEqual(process.stdout.readline(), "ready\n")
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(60), 9)
        self.assertEqual(self.left(), [])

    def test_a_signal_at_any_moment_leaves_nobody_behind(self) -> None:
        # The command itself sends the signal, as early as anybody could. Its own code, 128 + SIGTERM, can only
        # come back when the signal reached it and it was waited for.
        script = "kill -TERM $PPID; while :; do sleep 0.1; done"
        for _ in range(20):
            child = [sys.executable, "-c", BACKING_WITHOUT_POSTGRES, "sh", "-c", script]
            ended = subprocess.run(child, cwd=HERE, capture_output=True, text=True, timeout=60)
            self.assertEqual(ended.returncode, 128 + signal.SIGTERM, ended.stderr)

    def test_a_command_that_is_not_there_is_said_so(self) -> None:
        ran = self.backing("--", "no-such-program")
        self.assertEqual((ran.returncode, ran.stderr.strip()),
                         (1, "backing: no-such-program could not be started: No such file or directory."))  # fmt: skip
        self.assertEqual(self.left(), [])

    def test_hold_prints_only_export_lines(self) -> None:
        command = [sys.executable, str(HERE / "backing.py"), "--hold"]
        environment = {**os.environ, "TMPDIR": str(self.folder)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            lines = [process.stdout.readline() for _ in range(3)]
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(60), 0)
            self.assertEqual(process.stdout.read(), "")
        self.assertTrue(all(line.startswith("export CPAS_") for line in lines), lines)
        self.assertEqual(self.left(), [])


if __name__ == "__main__":
    unittest.main()
