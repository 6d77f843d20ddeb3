use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::area::{
    geojson,
    import::{self, prepare},
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

fn feature(code: &str, parent: &str, west: f64) -> Value {
    let ring = [[west, 0.0], [west + 1.0, 0.0], [west + 1.0, 1.0], [west, 1.0], [west, 0.0]];
    json!({"type": "Feature", "properties": {"code": code, "name": code, "parent": parent},
        "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

/// A country with two districts beside each other and one apart; the first has a village.
fn areas() -> Vec<Sourced> {
    let features = [
        feature("C", "", 0.0),
        feature("N", "C", 0.0),
        feature("S", "C", 1.0),
        feature("E", "C", 5.0),
        feature("N9", "N", 0.0),
    ];
    let file = serde_json::to_vec(&json!({"type": "FeatureCollection", "features": features})).expect("JSON");
    let mut ids = 0;
    let plan = import::plan(prepare(geojson::read(&file).expect("boundaries")), &[], &[], || {
        ids += 1;
        Uuid::from_u128(ids)
    });
    assert_eq!(plan.report.rejected, vec![]);
    plan.added
}

fn successor(text: &str) -> Successor {
    Successor { code: code(text), name: Text::of(text, ""), aliases: Vec::new(), shape: None, share: None }
}

fn wanted(kind: Kind, date: &str, codes: &[&str], successors: &[&str]) -> Wanted {
    Wanted {
        kind,
        date: day(date),
        codes: codes.iter().map(|text| code(text)).collect(),
        successors: successors.iter().map(|text| successor(text)).collect(),
        parent: None,
        share_basis: Text::default(),
        note: Text::default(),
        moved: Vec::new(),
    }
}

fn split_n() -> Wanted {
    Wanted { moved: vec![(code("N9"), code("N1"))], ..wanted(Kind::Split, "2024-07-01", &["N"], &["N1", "N2"]) }
}

/// A mission that changes.
#[derive(Clone, Default)]
struct Land {
    areas: Vec<Sourced>,
    changes: Vec<Change>,
    next: u128,
}

impl Land {
    fn start() -> Self {
        Self { areas: areas(), changes: Vec::new(), next: 1_000 }
    }

    fn plan(&mut self, wanted: Wanted) -> Result<Planned, Broken> {
        let next = &mut self.next;
        let known = Known { areas: &self.areas, changes: &self.changes };
        let by = Who { account: Uuid::nil(), name: "Planner".to_owned() };
        plan(wanted, known, by, DateTime::UNIX_EPOCH, || {
            *next += 1;
            Uuid::from_u128(*next)
        })
    }

    fn put(&mut self, area: Area) {
        let own = self.areas.iter_mut().find(|stored| stored.area.id == area.id).expect("a known area");
        own.area = area;
    }

    fn change(&mut self, wanted: Wanted) -> Result<Change, Broken> {
        let planned = self.plan(wanted)?;
        planned.updated.into_iter().for_each(|area| self.put(area));
        self.areas.extend(planned.added);
        self.changes.push(planned.change.clone());
        Ok(planned.change)
    }

    fn undo(&mut self, place: usize) -> Result<(), String> {
        let known = Known { areas: &self.areas, changes: &self.changes };
        let undone = plan_undo(self.changes[place].clone(), known)?;
        undone.restored.into_iter().for_each(|area| self.put(area));
        self.areas.retain(|stored| !undone.withdrawn.contains(&stored.area.id));
        self.changes[place] = undone.change;
        Ok(())
    }

    fn area(&self, text: &str) -> &Area {
        &self.areas.iter().find(|stored| stored.area.code.as_str() == text).expect("an area").area
    }

    /// All that is said of the areas, without versions.
    fn said(&self) -> Vec<Area> {
        let mut said: Vec<Area> = self.areas.iter().map(|stored| Area { version: 0, ..stored.area.clone() }).collect();
        said.sort_by_key(|one| one.id);
        said
    }
}

fn said(result: Result<Change, Broken>) -> Vec<(String, String)> {
    let broken = result.expect_err("should be refused");
    broken.violations.into_iter().map(|one| (one.field, one.message)).collect()
}

#[test]
fn a_split_ends_the_old_area_the_day_before_and_moves_what_lies_in_it() {
    let mut land = Land::start();
    let change = land.change(split_n()).expect("a split");
    assert_eq!(land.area("N").validity.to(), Some(day("2024-06-30")));
    let part = land.area("N1");
    assert_eq!((part.validity.from(), part.level, part.parent.clone()), (Some(day("2024-07-01")), 2, Some(code("C"))));
    assert_eq!(part.geometry.as_deref(), Some(""), "its boundary comes with an import");
    let village = land.area("N9");
    assert_eq!(village.parent, Some(code("N1")));
    assert_eq!(village.former, [Former { parent: Some(code("N")), until: day("2024-06-30") }]);
    assert_eq!((change.kind, change.successor_codes()), (Kind::Split, "N1, N2".to_owned()));
}

#[test]
fn a_merge_has_the_union_of_the_boundaries() {
    let mut land = Land::start();
    land.change(wanted(Kind::Merge, "2024-07-01", &["N", "S"], &["NS"])).expect("a merge");
    let shape = outline::read(land.area("NS").geometry.as_deref().expect("a geometry")).expect("a shape");
    use geo::Area as _;
    assert_eq!((shape.0.len(), shape.unsigned_area()), (1, 2.0), "they touch, so it is one piece");
    assert_eq!(land.area("N9").parent, Some(code("NS")));
}

#[test]
fn what_breaks_a_rule_is_named_with_its_field() {
    let refused = |wanted: Wanted| said(Land::start().change(wanted));
    let field = |wanted: Wanted| refused(wanted).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    assert_eq!(field(Wanted { moved: Vec::new(), ..split_n() }), ["moved"], "N9 has to lie somewhere");
    assert_eq!(field(Wanted { codes: vec![code("X")], ..split_n() }), ["code"]);
    assert_eq!(field(wanted(Kind::Split, "2024-07-01", &["E"], &["E1"])), ["parts"]);
    assert_eq!(field(wanted(Kind::Split, "2024-07-01", &["E"], &["E", "E2"])), ["parts[0].code"]);
    assert_eq!(field(wanted(Kind::Split, "2024-07-01", &["E"], &["S", "E2"])), ["parts[0].code"]);
    assert_eq!(field(wanted(Kind::Split, "2024-07-01", &["E"], &["E1", "E1"])), ["parts[1].code"]);
    assert_eq!(field(wanted(Kind::Merge, "2024-07-01", &["E"], &["EE"])), ["codes"]);
    assert_eq!(field(wanted(Kind::Merge, "2024-07-01", &["E", "N9"], &["EE"])), ["codes", "parent_code"]);
    let shares = |shares: &[Option<f64>], basis: &str| {
        let mut wanted = wanted(Kind::Split, "2024-07-01", &["E"], &["E1", "E2"]);
        wanted.successors.iter_mut().zip(shares).for_each(|(one, share)| one.share = *share);
        Wanted { share_basis: Text::of(basis, ""), ..wanted }
    };
    assert_eq!(field(shares(&[Some(0.5), None], "people")), ["parts"]);
    assert_eq!(refused(shares(&[Some(0.5), Some(0.4)], "people"))[0].1, "The shares add up to 90 %, not to 100 %.");
    assert_eq!(field(shares(&[Some(0.5), Some(f64::NAN)], "people")), ["parts"]);
    assert_eq!(field(shares(&[Some(0.5), Some(0.5)], "")), ["share_basis"]);
    assert!(Land::start().change(shares(&[Some(0.333), Some(0.667)], "people")).is_ok());
}

#[test]
fn what_ended_is_over_and_its_code_stays_its_own() {
    let mut land = Land::start();
    land.change(split_n()).expect("a split");
    let again = Wanted { date: day("2020-01-01"), ..wanted(Kind::Split, "2020-01-01", &["N"], &["N3", "N4"]) };
    assert!(said(land.change(again))[0].1.starts_with("N became N1, N2 on 2024-07-01"));
    let back = wanted(Kind::Merge, "2025-01-01", &["N1", "N2"], &["N"]);
    assert_eq!(said(land.change(back))[0].0, "into.code");
    let early = wanted(Kind::Merge, "2024-06-01", &["N1", "S"], &["NS"]);
    assert_eq!(said(land.change(early))[0].0, "date", "N1 is not there yet");
    land.change(wanted(Kind::Merge, "2025-01-01", &["N1", "N2"], &["NN"])).expect("together again, under a new code");
}

#[test]
fn an_area_that_was_imported_for_the_day_is_taken_as_it_is() {
    let mut land = Land::start();
    let mut imported = land.areas.iter().find(|stored| stored.area.code == code("E")).expect("E").clone();
    imported.area = Area {
        id: AreaId(Uuid::from_u128(77)),
        code: code("E1"),
        validity: Validity::new(Some(day("2024-07-01")), None).expect("in order"),
        ..imported.area
    };
    land.areas.push(imported.clone());
    let change = land.change(wanted(Kind::Split, "2024-07-01", &["E"], &["E1", "E2"])).expect("a split");
    assert_eq!(change.successors.iter().map(|one| one.made).collect::<Vec<_>>(), [false, true]);
    land.undo(0).expect("taken back");
    assert_eq!(*land.area("E1"), imported.area, "what was there before stays");
    assert!(!land.areas.iter().any(|stored| stored.area.code == code("E2")));
}

#[test]
fn a_change_is_not_taken_back_while_something_rests_on_it() {
    let mut land = Land::start();
    land.change(split_n()).expect("a split");
    land.change(wanted(Kind::Merge, "2025-01-01", &["N1", "S"], &["NS"])).expect("a merge");
    assert!(land.undo(0).expect_err("N1 went on").contains("became NS"));
    let before = land.clone();
    land.changes[1].used = true;
    assert!(land.undo(1).expect_err("data").contains("Data or plans speak of NS"));
    land = before;
    land.undo(1).expect("the latest first");
    land.undo(0).expect("then the one before");
    assert_eq!(land.said(), Land::start().said());
    assert!(land.undo(0).is_err(), "once");
}

#[test]
fn a_file_from_before_brings_back_nothing_that_is_over() {
    let mut land = Land::start();
    land.change(split_n()).expect("a split");
    let reasons = |features: &[Value]| {
        let file = serde_json::to_vec(&json!({"type": "FeatureCollection", "features": features})).expect("JSON");
        let read = geojson::read(&file).expect("boundaries");
        let plan = import::plan(prepare(read), &land.areas, &land.changes, || Uuid::from_u128(99));
        plan.report.rejected.into_iter().map(|one| one.reason).collect::<Vec<_>>()
    };
    assert!(
        reasons(&[feature("N", "C", 0.0)])[0]
            .starts_with("It became N1, N2 on 2024-07-01, so it is valid until 2024-06-30.")
    );
    assert!(reasons(&[feature("N9", "N", 0.0)])[0].starts_with("Its parent became N1, N2"));
    assert!(reasons(&[feature("N1", "C", 0.0)])[0].contains("give this one the same valid_from"));
    let mut bounded = feature("N1", "C", 0.0);
    bounded["properties"]["valid_from"] = json!("2024-07-01");
    assert_eq!(reasons(&[bounded]), Vec::<String>::new(), "its boundary comes with its first day");
}

#[test]
fn an_area_is_not_changed_for_a_day_before_it_came_to_lie_where_it_lies() {
    let mut land = Land::start();
    land.change(split_n()).expect("a split");
    let early = said(land.change(wanted(Kind::Split, "2024-03-01", &["N9"], &["N91", "N92"])));
    assert_eq!(
        early,
        [(
            "date".to_owned(),
            "N9 lies in N1 only since 2024-07-01, when N became N1, N2. Choose that day or a later one, or take that \
             change back first."
                .to_owned()
        )]
    );
    let mut imported = land.areas.iter().find(|stored| stored.area.code == code("N9")).expect("N9").clone();
    imported.area = Area { id: AreaId(Uuid::from_u128(78)), code: code("N8"), former: Vec::new(), ..imported.area };
    land.areas.push(imported);
    let early = said(land.change(wanted(Kind::Split, "2024-03-01", &["N8"], &["N81", "N82"])));
    assert_eq!(early[0].0, "date");
    assert!(early[0].1.starts_with("N8 lies in N1, which begins on 2024-07-01, when N became N1, N2."), "{early:?}");
    land.change(wanted(Kind::Split, "2024-07-01", &["N9"], &["N91", "N92"])).expect("from that day on");
    assert_eq!(land.area("N91").parent, Some(code("N1")));
}

#[test]
fn a_change_is_not_taken_back_into_what_ended_since() {
    let mut land = Land::start();
    land.change(wanted(Kind::Split, "2024-03-01", &["N9"], &["N91", "N92"])).expect("a split");
    let moved = ["N91", "N92"].map(|text| (code(text), code("N1"))).to_vec();
    land.change(Wanted { moved, ..wanted(Kind::Split, "2024-07-01", &["N"], &["N1", "N2"]) }).expect("a split");
    let why = land.undo(0).expect_err("N is over");
    assert_eq!(why, "What came of it was moved on 2024-07-01, when N became N1, N2; take that back first.");
    land.undo(1).expect("the latest first");
    land.undo(0).expect("then the one before");
    assert_eq!(land.said(), Land::start().said());
}

/// Days on which something begins or ends, and those before.
fn days(land: &Land) -> BTreeSet<NaiveDate> {
    land.changes.iter().flat_map(|change| [change.date, change.date.pred_opt().expect("a day before")]).collect()
}

fn any_step() -> impl Strategy<Value = (bool, usize, Vec<usize>, u32)> {
    (any::<bool>(), 0usize..6, prop::collection::vec(0usize..30, 1..4), 1u32..36)
}

proptest! {
    /// No sequence of splits, merges and undos makes two areas of one ground exist on one day, a circle, or a code twice;
    /// and undoing all of them, the latest first, gives what was there before.
    #[test]
    fn no_sequence_breaks_the_rules(steps in prop::collection::vec(any_step(), 1..12)) {
        let mut land = Land::start();
        let before = land.said();
        let mut made = 0;
        for (split, undo, places, month) in steps {
            let date = day("2022-01-01") + chrono::Months::new(month);
            if undo == 0 && !land.changes.is_empty() {
                let place = places[0] % land.changes.len();
                let _ = land.undo(place);
            } else {
                let codes: Vec<String> =
                    places.iter().map(|place| land.areas[place % land.areas.len()].area.code.to_string()).collect();
                made += 1;
                let successors: Vec<String> = (0..if split { 2 } else { 1 }).map(|part| format!("X{made}_{part}")).collect();
                let names: Vec<&str> = successors.iter().map(String::as_str).collect();
                let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
                let codes = if split { &codes[..1] } else { &codes[..] };
                let mut wanted = wanted(if split { Kind::Split } else { Kind::Merge }, &date.to_string(), codes, &names);
                let children = land.areas.iter().filter(|stored| stored.area.parent.as_ref().is_some_and(|own| own.as_str() == codes[0]));
                let left = children.filter(|stored| stored.area.validity.to().is_none_or(|to| to >= date));
                wanted.moved = if split { left.map(|stored| (stored.area.code.clone(), code(names[0]))).collect() } else { Vec::new() };
                let _ = land.change(wanted);
            }
            let codes: BTreeSet<&Code> = land.areas.iter().map(|stored| &stored.area.code).collect();
            prop_assert_eq!(codes.len(), land.areas.len(), "a code is one area's");
            for change in land.changes.iter().filter(|change| !change.undone) {
                for one in &change.predecessors {
                    let area = &land.areas.iter().find(|stored| stored.area.id == one.id).expect("it stays").area;
                    prop_assert_eq!(area.validity.to().and_then(|to| to.succ_opt()), Some(change.date));
                }
                for one in &change.successors {
                    let area = &land.areas.iter().find(|stored| stored.area.id == one.id).expect("it is there").area;
                    prop_assert_eq!(area.validity.from(), Some(change.date));
                }
            }
            for stored in &land.areas {
                let times = |of: fn(&Change, AreaId) -> bool| land.changes.iter().filter(|change| of(change, stored.area.id)).count();
                prop_assert!(times(Change::ended) <= 1 && times(Change::began) <= 1);
                let parent = stored.area.parent.as_ref().map(|parent| land.area(parent.as_str()));
                prop_assert!(parent.is_none_or(|parent| parent.level < stored.area.level), "nothing lies in itself");
                for day in days(&land).into_iter().filter(|day| stored.area.validity.includes(*day)) {
                    let former = stored.area.former.iter().find(|former| former.until >= day);
                    let parent = former.map_or(stored.area.parent.as_ref(), |former| former.parent.as_ref());
                    let parent = parent.map(|parent| land.area(parent.as_str()));
                    prop_assert!(
                        parent.is_none_or(|parent| parent.validity.includes(day)),
                        "{} lies in {:?} on {}", stored.area.code, parent.map(|parent| &parent.code), day
                    );
                }
            }
        }
        for _ in 0..=land.changes.len() {
            for place in (0..land.changes.len()).rev() {
                let _ = land.undo(place);
            }
        }
        prop_assert!(land.changes.iter().all(|change| change.undone));
        prop_assert_eq!(land.said(), before);
    }
}
