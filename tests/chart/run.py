#!/usr/bin/env python3
"""The chart, the image and the alert rules, tested with the real tools.

    python3 tests/chart/run.py [-v] [words that the names of tests must contain]

Installs what it needs (toolbox.py) on the first run, and closes with a line `N passed, N failed`.
"""

import os
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

import toolbox  # noqa: E402

OLDEST_PYTHON = (3, 11)


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        print("The chart tests need Python 3.11 or later (tomllib).", file=sys.stderr)
        return 1
    words = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    try:
        tools = toolbox.open_toolbox()
    except toolbox.Trouble as trouble:
        print(f"chart tests: {trouble}", file=sys.stderr)
        return 1
    sys.path.insert(0, str(tools.python))
    os.environ.update(CPAS_HELM=str(tools.helm), CPAS_HADOLINT=str(tools.hadolint))
    if tools.has_promtool():
        os.environ["CPAS_PROMTOOL"] = str(tools.promtool)

    started = time.monotonic()
    suite = chosen(unittest.defaultTestLoader.discover(str(HERE), pattern="test_*.py"), words)
    verbosity = 2 if "-v" in sys.argv else 1
    result = unittest.TextTestRunner(verbosity=verbosity, stream=sys.stdout).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    for test, why in result.skipped:
        print(f"left out: {test}: {why}")
    print(f"chart tests took {time.monotonic() - started:.1f} s")
    passed = result.testsRun - failed - skipped
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed and not failed else 1


def chosen(suite: unittest.TestSuite, words: list[str]) -> unittest.TestSuite:
    picked = unittest.TestSuite()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            picked.addTest(chosen(test, words))
        elif all(word in test.id() for word in words) or "_FailedTest" in type(test).__name__:
            picked.addTest(test)
    return picked


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
