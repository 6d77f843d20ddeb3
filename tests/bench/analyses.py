"""Times the ordinary Python calls on the series and panels that come in as JSON; what they need of PyPI stands in
analyses.txt and is installed by hash. Answers with method: [seconds of one call, median; by what]."""

import json
import statistics
import sys
import time
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "exchange"))

from installed import packages  # noqa: E402


def main() -> None:
    sys.path.insert(0, str(packages(str(HERE / "analyses.txt"))))
    warnings.simplefilter("ignore")
    import numpy
    import pandas
    import pymannkendall
    import ruptures
    from linearmodels.panel import PanelOLS
    from scipy.stats import theilslopes
    from statsmodels.stats.proportion import proportion_confint
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.seasonal import STL

    asked = json.load(sys.stdin)
    series = [numpy.array(one) for one in asked["series"]]
    panels = []
    for one in asked["panels"]:
        frame = pandas.DataFrame(one)
        panels.append(frame.set_index(["area", "period"]))

    def changes(values):
        penalty = 2 * numpy.log(len(values)) * values.var()
        return ruptures.KernelCPD(kernel="linear", min_size=3).fit(values).predict(pen=penalty)

    def best(values):
        shapes = [{"trend": None}, {"trend": "add"}, {"trend": "add", "damped_trend": True}]
        return min((ETSModel(values, error="add", **shape).fit(disp=False) for shape in shapes), key=lambda one: one.aicc)

    def panel(frame):
        model = PanelOLS(frame["outcome"], frame[["dose"]], entity_effects=True, time_effects=True)
        return model.fit(cov_type="clustered", cluster_entity=True, debiased=True, group_debias=True)

    def median(call, inputs):
        times = []
        for one in inputs:
            began = time.perf_counter()
            call(one)
            times.append(time.perf_counter() - began)
        return statistics.median(times[1:])

    json.dump(
        {
            "Mann–Kendall": [median(pymannkendall.original_test, series), "pymannkendall.original_test"],
            "Hamed–Rao": [median(pymannkendall.hamed_rao_modification_test, series), "pymannkendall.hamed_rao_modification_test"],
            "Theil–Sen": [median(theilslopes, series), "scipy.stats.theilslopes"],
            "change points": [median(changes, series), "ruptures.KernelCPD"],
            "decomposition (STL)": [median(lambda one: STL(one, period=12).fit(), series), "statsmodels STL"],
            "exponential smoothing, the best of three": [median(best, series), "statsmodels ETSModel"],
            "Wilson interval": [
                median(lambda one: proportion_confint(int(one[0]), 100, method="wilson"), series),
                "statsmodels proportion_confint",
            ],
            "two-way fixed effects with clustered errors": [median(panel, panels), "linearmodels PanelOLS"],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
