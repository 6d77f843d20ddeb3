"""Reads the tables of a mission with python-odata, a client of OData 4 that is not ours: CPAS_URL, CPAS_TOKEN and
CPAS_MISSION say where. What it needs of PyPI stands in requirements.txt and is installed by hash, once, into the
user's cache or beside CPAS_TOOLS. Ends with 1 and a sentence when something is not as the protocol has it.
"""

import datetime
import os
import sys

from installed import packages


def main() -> None:
    sys.path.insert(0, str(packages("requirements.txt")))
    import requests
    from odata import ODataService

    session = requests.Session()
    session.auth = ("anybody", os.environ["CPAS_TOKEN"])
    root = f"{os.environ['CPAS_URL']}/odata/v4/{os.environ['CPAS_MISSION']}/"
    service = ODataService(root, session=session, reflect_entities=True, quiet_progress=True)
    sets = {"Observations", "Events", "Areas", "Indicators", "Targets"}
    check(set(service.entities) >= sets, f"it finds {set(service.entities)} in $metadata")

    Indicator = service.entities["Indicators"]
    indicators = service.query(Indicator).all()
    check(len(indicators) > 20, f"{len(indicators)} indicators")
    code = "OP-PATROLS"
    named = service.query(Indicator).filter(Indicator.code == code).first()
    check(named is not None and named.name_en, f"{code} by its code, with its name")

    # All pages, by the links of the answers.
    Observation = service.entities["Observations"]
    session.headers["Prefer"] = "odata.maxpagesize=100"
    query = service.query(Observation).filter(Observation.indicator_code == code)
    all_of_it = list(query.all())
    ids = {row.id for row in all_of_it}
    check(len(ids) == len(all_of_it) > 100, f"{len(all_of_it)} observations of {code}, {len(ids)} of them different")
    check(all(isinstance(row.recorded_at, datetime.datetime) for row in all_of_it), "instants are read")
    check(all(row.last_day > row.first_day for row in all_of_it), "periods have days")

    # The same kept by the server and by hand.
    values = [row for row in all_of_it if row.value is not None]
    middle = sorted(row.value for row in values)[len(values) // 2]
    # It knows no Edm.Double, and would put the number into quotes; a filter as text goes as it is.
    large = list(query.filter(f"value gt {middle}").order_by(Observation.value.desc()).all())
    check({row.id for row in large} == {row.id for row in values if row.value > middle}, "what is larger than the middle")
    check([row.value for row in large] == sorted((row.value for row in large), reverse=True), "the largest first")
    one = service.query(Observation).get(large[0].id)
    check(one.value == large[0].value, "one by its key")
    print(f"read {len(all_of_it)} observations of {code} with python-odata")


def check(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"not so: {what}")


if __name__ == "__main__":
    main()
