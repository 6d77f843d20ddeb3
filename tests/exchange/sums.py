"""What the real data adds up to, by code that shares nothing with CPAS: for each mission in CPAS_REAL_DATA the area × year sums
of its observations, and of all events in the world those that lie in its areas: how many, their deaths by the best
estimate, and the civilians among them. Prints JSON: mission → what → area → year → sum; the area "" is all of them
together. The standard library is all it needs.
"""

import csv
import json
import os
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
MISSIONS = ("minusca", "unmiss")


def main() -> None:
    data = Path(os.environ.get("CPAS_REAL_DATA") or HERE.parents[2] / "shared" / "data")
    with open(data / "violence_events.csv", encoding="utf-8", newline="") as file:
        events = list(csv.DictReader(file))
    said = {"events_read": len(events)}
    for mission in MISSIONS:
        folder = data / "missions" / mission
        shapes = areas(json.loads((folder / "boundaries.geojson").read_text(encoding="utf-8")))
        said[mission] = {**observed(folder / "observations.csv"), **counted(events, shapes)}
    json.dump(said, sys.stdout)


def observed(path: Path) -> dict:
    """Indicator → area → year → sum, of a file with a row of headings and a row of HXL tags."""
    sums = table()
    with open(path, encoding="utf-8", newline="") as file:
        for row in list(csv.DictReader(file))[1:]:
            for area in (row["Location code"], ""):
                sums[row["Indicator"]][area][row["Year"]] += float(row["Value"])
    return sums


def counted(events: list, shapes: dict) -> dict:
    """The same of the events in the areas. Between the first and the last year with any of them, none is zero."""
    found = [(area, event) for event in events if (area := area_of(float(event["longitude"]), float(event["latitude"]), shapes))]
    years = [int(event["year"]) for _, event in found]
    sums = table()
    for what in ("events", "best", "civilians"):
        for area in [*shapes, ""]:
            for year in range(min(years), max(years) + 1):
                sums[what][area][str(year)] = 0.0
    for area, event in found:
        of = {"events": 1, "best": event["deaths_best_estimate"], "civilians": event["deaths_civilians"]}
        for what, amount in of.items():
            sums[what][area][event["year"]] += float(amount)
            sums[what][""][event["year"]] += float(amount)
    return sums


def areas(boundaries: dict) -> dict:
    """Code → rings of all its polygons, and the box around them."""
    shapes = {}
    for feature in boundaries["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        rings = [ring for polygon in polygons for ring in polygon]
        east, north = [point[0] for ring in rings for point in ring], [point[1] for ring in rings for point in ring]
        shapes[feature["properties"]["code"]] = (min(east), max(east), min(north), max(north), rings)
    return shapes


def area_of(longitude: float, latitude: float, shapes: dict) -> str:
    for code, (west, east, south, north, rings) in shapes.items():
        if west <= longitude <= east and south <= latitude <= north and is_inside(longitude, latitude, rings):
            return code
    return ""


def is_inside(longitude: float, latitude: float, rings: list) -> bool:
    """A ray to the east crosses the rings an odd number of times; holes are rings as well, and take themselves out."""
    crossings = 0
    for ring in rings:
        for (x, y), (to_x, to_y) in zip(ring, ring[1:]):
            if (y > latitude) != (to_y > latitude) and longitude < x + (latitude - y) * (to_x - x) / (to_y - y):
                crossings += 1
    return crossings % 2 == 1


def table() -> defaultdict:
    return defaultdict(lambda: defaultdict(lambda: defaultdict(float)))


if __name__ == "__main__":
    main()
