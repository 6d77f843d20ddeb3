//! The demo's world holds together before anything is loaded.

use std::collections::{BTreeMap, BTreeSet};

use geojson::GeoJson;

use super::{
    SEED,
    calendar::{Calendar, MONTHS},
    content::Content,
    data::{CHANGE_POINT, Measure, Row, corrections, csv, observations},
    incidents,
    provinces::{self, area_code},
    story::dashboards::content as dashboards,
};

fn calendar() -> Calendar {
    Calendar::before("2026-11-24".parse().expect("a day"))
}

fn rows() -> Vec<Row> {
    observations(SEED, &Content::read(), calendar())
}

fn total(rows: &[Row], code: &str, of: impl Fn(&Row) -> bool) -> f64 {
    let values = rows.iter().filter(|row| row.code == code && of(row)).map(|row| match row.measure {
        Measure::Value(value) => value,
        Measure::Ratio(numerator, _) => numerator,
        Measure::Words(_) => 0.0,
    });
    values.sum()
}

#[test]
fn it_is_as_rich_as_it_should_be() {
    let content = Content::read();
    let outcomes: Vec<_> = content.plan.objectives.iter().flat_map(|objective| &objective.outcomes).collect();
    let outputs = outcomes.iter().map(|outcome| outcome.outputs.len()).sum::<usize>();
    let counts = (content.provinces.len(), content.stakeholders.len(), content.plan.objectives.len());
    assert_eq!((counts, outcomes.len(), outputs, content.indicators.len()), ((15, 40, 5), 20, 60, 80));
    let kinds: BTreeSet<&str> = content.indicators.iter().map(|indicator| indicator.kind.as_str()).collect();
    assert_eq!(kinds.len(), 8, "all types of indicator: {kinds:?}");
    let shifts = content.stakeholders.iter().filter(|one| one.path.windows(2).any(|two| two[0].abs_diff(two[1]) >= 2));
    assert!(shifts.count() >= 5, "some stakeholders shift by two");
}

#[test]
fn what_is_named_is_there() {
    let content = Content::read();
    let keys: BTreeSet<&str> = content.stakeholders.iter().map(|one| one.key.as_str()).collect();
    let codes: BTreeSet<&str> = content.indicators.iter().map(|one| one.code.as_str()).collect();
    let evidence: BTreeSet<&str> = content.context.evidence.iter().map(|one| one.key.as_str()).collect();
    assert_eq!((keys.len(), codes.len()), (40, 80), "no key is used twice");
    for dashboard in dashboards() {
        for code in dashboard.tiles.iter().flat_map(|tile| &tile.indicators) {
            assert!(codes.contains(code.as_str()), "{}: {code}", dashboard.title.en);
        }
    }
    for one in &content.relations {
        assert!(keys.contains(one.from.as_str()) && keys.contains(one.to.as_str()), "{} {}", one.from, one.to);
    }
    for one in &content.strategies {
        assert!(keys.contains(one.stakeholder.as_str()), "{}", one.stakeholder);
    }
    let mut numbers = BTreeSet::new();
    for (first, objective) in content.plan.objectives.iter().enumerate() {
        assert!(objective.task < content.context.mandate.tasks.len(), "{}", objective.en);
        for (second, outcome) in objective.outcomes.iter().enumerate() {
            assert!(keys.contains(outcome.stakeholder.as_str()), "{}", outcome.stakeholder);
            numbers.insert(format!("{}.{}", first + 1, second + 1));
            for third in 0..outcome.outputs.len() {
                numbers.insert(format!("{}.{}.{}", first + 1, second + 1, third + 1));
            }
        }
    }
    for tile in dashboards().iter().flat_map(|dashboard| &dashboard.tiles) {
        assert_eq!(tile.kind == "outcome", numbers.contains(&tile.outcome), "{}", tile.outcome);
    }
    assert!(numbers.contains(&content.plan.next.outcome), "{}", content.plan.next.outcome);
    for indicator in &content.indicators {
        assert!(indicator.item.is_empty() || numbers.contains(&indicator.item), "{}", indicator.code);
    }
    for factor in content.context.maps.iter().flat_map(|map| &map.factors) {
        assert!(factor.evidence.iter().all(|key| evidence.contains(key.as_str())), "{}", factor.en);
    }
    let assessment = &content.assessment;
    for code in assessment.findings.iter().flat_map(|finding| &finding.analyses) {
        assert!(codes.contains(code.as_str()), "{code}");
    }
    for block in assessment.sheets.iter().flat_map(|sheet| &sheet.blocks) {
        assert!(block.indicator.is_empty() || codes.contains(block.indicator.as_str()), "{}", block.indicator);
    }
}

fn since() -> chrono::NaiveDate {
    "2021-07-01".parse().expect("a day")
}

#[test]
fn the_same_seed_gives_the_same_demo() {
    let content = Content::read();
    let text = |seed| provinces::geojson(seed, &content.provinces, since()).to_string();
    assert_eq!(text(SEED), text(SEED));
    assert_ne!(text(SEED), text(SEED + 1));
    assert_eq!(csv(&rows(), false), csv(&rows(), false));
}

#[test]
fn provinces_have_codes_of_their_own_and_share_their_borders() {
    let content = Content::read();
    let geojson: GeoJson = provinces::geojson(SEED, &content.provinces, since()).to_string().parse().expect("GeoJSON");
    let GeoJson::FeatureCollection(collection) = geojson else { panic!("a collection") };
    let code = |feature: &geojson::Feature| feature.property("code").and_then(|code| code.as_str()).map(str::to_owned);
    let codes: Vec<_> = collection.features.iter().filter_map(code).collect();
    assert_eq!(codes[..15], (1..=15).map(area_code).collect::<Vec<_>>());
    assert_eq!(codes[15..], [provinces::GREATER], "what was there before two of them");
    // A segment inside the country belongs to two provinces, one each way; one at its edge to a single one.
    let mut sides: BTreeMap<String, i32> = BTreeMap::new();
    let outlines = provinces::outlines(SEED);
    for ring in &outlines {
        assert_eq!(ring.first(), ring.last(), "rings are closed");
        for side in ring.windows(2) {
            *sides.entry(format!("{side:?}")).or_default() += 1;
        }
    }
    assert!(sides.values().all(|times| *times == 1), "no side is walked twice the same way: provinces do not overlap");
    let inner = outlines.iter().flatten().count();
    assert!(inner > 15 * 20, "borders bend");
}

#[test]
fn outlines_do_not_cross_themselves() {
    for (place, ring) in provinces::outlines(SEED).iter().enumerate() {
        let sides: Vec<_> = ring.windows(2).map(|side| (side[0], side[1])).collect();
        for (first, one) in sides.iter().enumerate() {
            for (second, other) in sides.iter().enumerate().skip(first + 2) {
                let neighbours = first == 0 && second == sides.len() - 1;
                assert!(neighbours || !cross(*one, *other), "{}: sides {first} and {second}", area_code(place + 1));
            }
        }
    }
}

type Side = ((f64, f64), (f64, f64));

fn cross(one: Side, other: Side) -> bool {
    let turn = |a: (f64, f64), b: (f64, f64), c: (f64, f64)| (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0);
    let split = |line: Side, ends: Side| turn(line.0, line.1, ends.0) * turn(line.0, line.1, ends.1) < 0.0;
    split(one, other) && split(other, one)
}

#[test]
fn incidents_lie_in_their_provinces_and_are_as_varied_as_they_should_be() {
    let content = Content::read();
    let file = incidents::csv(SEED, &content.provinces, calendar());
    assert_eq!(file, incidents::csv(SEED, &content.provinces, calendar()));
    let outlines = provinces::outlines(SEED);
    let rows: Vec<Vec<&str>> = file.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert!((80..150).contains(&rows.len()), "{} events", rows.len());
    let (mut places, mut kinds, mut precisions) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for row in &rows {
        let at = (row[5].parse().expect("degrees"), row[6].parse().expect("degrees"));
        let own = content.provinces.iter().position(|province| province.en == row[8]).expect("a province");
        let around: Vec<usize> = (0..15).filter(|place| holds(&outlines[*place], at)).collect();
        assert_eq!(around, [own], "{row:?}");
        *places.entry(own).or_insert(0) += 1;
        kinds.insert(row[2]);
        precisions.insert(row[7]);
    }
    assert!(places.len() >= 10 && places[&6] >= 15 && places[&10] >= 10, "{places:?}");
    assert_eq!((kinds.len(), precisions.len()), (5, 3));
    let year = format!("{}", chrono::Datelike::year(&calendar().last_day()));
    assert!(rows.iter().filter(|row| row[4].starts_with(&year)).count() >= 30, "enough for hot spots");
    assert!(rows.iter().any(|row| row[4].len() == 7) && rows.iter().any(|row| row[9].is_empty()), "not all is known");
}

/// Whether a point lies in a ring: how often a line to the east crosses it.
fn holds(ring: &[(f64, f64)], (x, y): (f64, f64)) -> bool {
    let crosses = |side: &&[(f64, f64)]| {
        let (from, to) = (side[0], side[1]);
        (from.1 > y) != (to.1 > y) && x < (to.0 - from.0) * (y - from.1) / (to.1 - from.1) + from.0
    };
    ring.windows(2).filter(crosses).count() % 2 == 1
}

#[test]
fn there_are_gaps_outliers_seasons_and_a_change_point() {
    let rows = rows();
    assert!((15_000..25_000).contains(&rows.len()), "{} rows", rows.len());
    let sando = rows.iter().filter(|row| row.code == "OC-ATTACKS" && row.area == "CAR11").count();
    assert!(sando < MONTHS as usize - 3, "months without a word from Sando: {sando}");

    let attacks = |range: std::ops::Range<u32>| total(&rows, "OC-ATTACKS", |row| range.contains(&row.month));
    let (before, after) = (attacks(CHANGE_POINT - 11..CHANGE_POINT + 1), attacks(CHANGE_POINT + 1..CHANGE_POINT + 13));
    assert!(after < 0.75 * before, "a change point: {before} in a year before, {after} after");

    let mut by_season = [0.0; 2];
    for row in rows.iter().filter(|row| row.code == "OC-RAIDS") {
        if let Measure::Value(value) = row.measure {
            by_season[usize::from(matches!(&row.period[5..], "06" | "07" | "08" | "09"))] += value;
        }
    }
    assert!(by_season[0] > 2.5 * by_season[1], "more raids in the eight drier months: {by_season:?}");

    let ndara: Vec<f64> = rows
        .iter()
        .filter(|row| row.code == "OP-PATROLS" && row.area == "CAR07")
        .filter_map(|row| if let Measure::Value(value) = row.measure { Some(value) } else { None })
        .collect();
    let every = rows.iter().filter(|row| row.code.starts_with("OP-PATROLS") || row.code.starts_with("CX-EVENTS"));
    let mut largest: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for row in every {
        if let Measure::Value(value) = row.measure {
            largest.entry((&row.code, &row.area)).or_default().push(value);
        }
    }
    let stands_out = |values: &Vec<f64>| {
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.last().is_some_and(|most| *most > 3.0 * sorted[sorted.len() / 2].max(1.0))
    };
    assert!(largest.values().any(stands_out), "an outlier somewhere; Ndara: {ndara:?}");
}

#[test]
fn corrections_speak_of_the_same_cells_with_other_values() {
    let rows = rows();
    let late = corrections(SEED, &rows);
    assert!((20..400).contains(&late.len()), "{} corrections", late.len());
    let cell = |row: &Row| (row.code.clone(), row.area.clone(), row.period.clone(), row.slice);
    let known: BTreeMap<_, _> = rows.iter().map(|row| (cell(row), &row.measure)).collect();
    assert_eq!(known.len(), rows.len(), "no cell comes twice");
    for row in &late {
        assert!(known.get(&cell(row)).is_some_and(|before| **before != row.measure), "{row:?}");
    }
}

#[test]
fn a_french_file_has_semicolons_and_decimal_commas() {
    let rows: Vec<Row> = rows().into_iter().filter(|row| row.code == "OC-CROPLOSS").take(5).collect();
    let (english, french) = (csv(&rows, false), csv(&rows, true));
    assert_eq!(english.lines().count(), 6);
    assert!(french.starts_with("Code indicateur;Code zone;") && french.lines().skip(1).any(|line| line.contains(',')));
    assert_eq!(french.lines().skip(1).map(|line| line.split(';').count()).collect::<Vec<_>>(), [9; 5]);
}
