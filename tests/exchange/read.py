"""Reads the tables of a mission and of its dashboards with python-odata, a client of OData 4 that is not ours: CPAS_URL, CPAS_TOKEN and
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
    sets |= {"Results", "Standings", "Recommendations", "Papers", "Dashboards"}
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
    results(service)
    dashboard(service, root, session)


def results(service) -> None:
    """What the mission reached: the plan's results with their ratings, and indicators with where they stand."""
    Result = service.entities["Results"]
    all_of_them = list(service.query(Result).all())
    kinds = {row.kind for row in all_of_them}
    check(kinds == {"objective", "outcome", "output"}, f"kinds {kinds}")
    rated = [row for row in all_of_them if row.progress_rating]
    check(rated and all(row.kind == "outcome" and row.finding_en for row in rated), "outcomes are rated, with what was found")
    check({row.id for row in service.query(Result).filter("progress_rating ne null")} == {row.id for row in rated}, "the rated ones")
    above = {row.id for row in all_of_them}
    check(all(row.parent_id in above for row in all_of_them if row.kind != "objective"), "each lies below another")
    Standing = service.entities["Standings"]
    achieved = list(service.query(Standing).filter(Standing.status == "achieved").all())
    check(achieved and all(row.latest_value is not None for row in achieved), "what is achieved has a value")
    Recommendation = service.entities["Recommendations"]
    due = list(service.query(Recommendation).filter("due ne null").order_by(Recommendation.due.asc()).all())
    check([row.due for row in due] == sorted(row.due for row in due), "recommendations by the day that they are due")
    print(f"read {len(all_of_them)} results, {len(rated)} of them rated, with python-odata")


def dashboard(service, root, session) -> None:
    """Each dashboard is a service of its own, each tile a set of it."""
    from odata import ODataService

    Dashboard = service.entities["Dashboards"]
    boards = list(service.query(Dashboard).all())
    shared = [row.reference for row in boards if row.is_shared]
    check("ready" in shared and len(shared) > 1, f"shared dashboards {shared}")
    numbers = 0
    for reference in shared:
        # Of each one only: its types are called as those of the others.
        board = ODataService(f"{root}dashboards/{reference}/", session=session, reflect_entities=True, quiet_progress=True)
        Tile = board.entities["Tiles"]
        tiles = list(board.query(Tile).order_by(Tile.place.asc()).all())
        check([row.place for row in tiles] == list(range(1, len(tiles) + 1)), "tiles in their order")
        values = list(board.query(board.entities["TileValues"]).filter("value ne null").all())
        check(values and all(row.period and row.kind == "value" for row in values), "numbers with their periods")
        of_tiles = {f"tile_{row.tile}" for row in tiles if row.kind != "text"}
        answer = session.get(f"{root}dashboards/{reference}/")
        names = {one["name"] for one in answer.json()["value"]}
        check(of_tiles <= names, f"a set for each tile: {of_tiles - names} is not among {names}")
        first = next(row for row in tiles if row.kind == "number")
        own = session.get(f"{root}dashboards/{reference}/tile_{first.tile}?$filter=value ne null&$count=true").json()
        mine = [row for row in values if row.tile == first.tile]
        check(own["@odata.count"] == len(mine), f"{own['@odata.count']} of the tile by itself, {len(mine)} among all")
        numbers += len(values)
    print(f"read {numbers} numbers behind the tiles of {len(shared)} dashboards with python-odata")


def check(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"not so: {what}")


if __name__ == "__main__":
    main()
