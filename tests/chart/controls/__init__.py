"""What must hold of the rendered chart.

A control is a function that yields a sentence for each thing that is wrong. Below it stand its
breakages: functions that change the rendered documents in one way the control exists to notice.
test_controls.py runs every control on every environment, and shows for every breakage that its
control reports it; a control without a breakage fails the test.
"""

from collections.abc import Callable, Iterable

from rendered import Manifests

Control = Callable[[Manifests], Iterable[str]]
Breakage = Callable[[Manifests], None]

CONTROLS: dict[str, Control] = {}
BREAKAGES: list[tuple[Control, Breakage, tuple[str, ...]]] = []


def control(function: Control) -> Control:
    CONTROLS[function.__name__] = function
    return function


def breaks(broken: Control, environments: tuple[str, ...] = ("hq", "small")) -> Callable[[Breakage], Breakage]:
    """`environments`: where there is something to break."""

    def register(function: Breakage) -> Breakage:
        BREAKAGES.append((broken, function, environments))
        return function

    return register


def sub(value: dict | None, *path: str):
    """The value at `path`, or None where something on the way is missing."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


from controls import addresses, migrations, network, papers, pods, running, scaling, secrets  # noqa: E402, F401  they register
