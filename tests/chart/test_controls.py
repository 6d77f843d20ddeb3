"""Every control holds in every environment, and each is shown to notice what it exists for."""

import unittest

from controls import BREAKAGES, CONTROLS
from rendered import ENVIRONMENTS, manifests


class ControlsHold(unittest.TestCase):
    def test_there_are_two_environments(self):
        self.assertEqual(["hq", "small"], sorted(ENVIRONMENTS))

    def test_every_breakage_is_in_a_known_environment(self):
        for broken, breakage, environments in BREAKAGES:
            self.assertTrue(environments and set(environments) <= set(ENVIRONMENTS), breakage.__name__)
            self.assertIn(broken.__name__, CONTROLS)

    def test_every_control_can_fail(self):
        shown = {broken.__name__ for broken, _, _ in BREAKAGES}
        self.assertEqual(set(), set(CONTROLS) - shown, "controls without a breakage: nobody knows whether they work")

    def test_no_breakage_has_the_name_of_another(self):
        names = [breakage.__name__ for _, breakage, _ in BREAKAGES]
        self.assertEqual(len(names), len(set(names)))


def holds(name: str, environment: str):
    def test(self):
        problems = list(CONTROLS[name](manifests(environment)))
        self.assertEqual([], problems, f"{name} in {environment}:\n" + "\n".join(problems))

    return test


def notices(broken, breakage, environment: str):
    def test(self):
        whole, changed = manifests(environment), manifests(environment)
        breakage(changed)
        self.assertNotEqual(whole.documents, changed.documents, "the breakage changed nothing")
        self.assertTrue(list(broken(changed)), f"{broken.__name__} did not notice {breakage.__name__}")

    return test


# A test a pair, not a loop in one: each is counted, named, and fails alone.
for environment in ENVIRONMENTS:
    for name in CONTROLS:
        setattr(ControlsHold, f"test_{environment}_{name}", holds(name, environment))


class ControlsNotice(unittest.TestCase):
    pass


for broken, breakage, environments in BREAKAGES:
    for environment in environments:
        test = notices(broken, breakage, environment)
        setattr(ControlsNotice, f"test_{environment}_{broken.__name__}__{breakage.__name__}", test)
