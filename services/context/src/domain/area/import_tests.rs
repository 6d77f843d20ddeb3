use serde_json::{Value, json};

use super::*;
use crate::domain::area::geojson::read;

fn feature(code: &str, more: Value, west: f64) -> Value {
    let mut properties = json!({"code": code, "name": code});
    properties.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let ring = [[west, 0.0], [west + 1.0, 0.0], [west + 1.0, 1.0], [west, 1.0], [west, 0.0]];
    json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

fn planned(features: &[Value], stored: &[Sourced]) -> Plan {
    let file = serde_json::to_vec(&json!({"type": "FeatureCollection", "features": features})).expect("JSON");
    let mut ids = 100 + stored.len() as u128;
    plan(prepare(read(&file).expect("a FeatureCollection")), stored, &[], || {
        ids += 1;
        Uuid::from_u128(ids)
    })
}

fn stored(features: &[Value]) -> Vec<Sourced> {
    let plan = planned(features, &[]);
    assert_eq!(plan.report.rejected, vec![]);
    plan.added
}

fn reasons(features: &[Value], stored: &[Sourced]) -> Vec<(u32, String)> {
    let plan = planned(features, stored);
    assert!(plan.added.is_empty() && plan.updated.is_empty(), "all or nothing");
    assert_eq!((plan.report.added, plan.report.updated, plan.report.unchanged), (0, 0, 0));
    plan.report.rejected.into_iter().map(|rejected| (rejected.index, rejected.reason)).collect()
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let file = [feature("A", json!({"admin_level": 0}), 0.0), feature("A1", json!({"parent": "A"}), 0.0)];
    let before = stored(&file);
    assert_eq!(
        before.iter().map(|area| area.area.level).collect::<Vec<_>>(),
        [0, 1],
        "a level follows from the parent's"
    );
    let again = planned(&file, &before);
    assert_eq!((again.report.unchanged, again.added.len(), again.updated.len()), (2, 0, 0));
}

#[test]
fn what_changed_is_updated_under_its_old_id() {
    let before = stored(&[feature("A", json!({}), 0.0), feature("B", json!({}), 1.0)]);
    let after = planned(
        &[feature("A", json!({"name": "Alpha"}), 0.0), feature("B", json!({}), 3.0), feature("C", json!({}), 5.0)],
        &before,
    );
    assert_eq!((after.report.read, after.report.added, after.report.updated, after.report.unchanged), (3, 1, 2, 0));
    for (updated, before) in after.updated.iter().zip(&before) {
        assert_eq!((updated.area.id, updated.area.version), (before.area.id, 2));
    }
}

#[test]
fn one_bad_feature_stops_all() {
    let said = reasons(
        &[feature("A", json!({}), 0.0), feature("A", json!({}), 1.0), feature("B", json!({"parent": "Z"}), 2.0)],
        &[],
    );
    assert_eq!(said.len(), 2);
    assert!(said[0].0 == 1 && said[0].1.contains("in the file twice; feature 0"), "{said:?}");
    assert!(
        said[1].0 == 2 && said[1].1.contains("parent \"Z\" is neither in the file nor among the areas"),
        "{said:?}"
    );
}

#[test]
fn a_parent_may_be_in_the_file_or_in_the_mission() {
    let before = stored(&[feature("A", json!({"admin_level": 0}), 0.0)]);
    let after =
        planned(&[feature("A1", json!({"parent": "A"}), 0.0), feature("A11", json!({"parent": "A1"}), 0.0)], &before);
    assert_eq!(after.report.added, 2);
    assert_eq!(after.added.iter().map(|area| area.area.level).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn an_area_does_not_lie_in_itself() {
    let said = reasons(&[feature("A", json!({"parent": "B"}), 0.0), feature("B", json!({"parent": "A"}), 1.0)], &[]);
    assert_eq!(said.len(), 2);
    assert!(said[0].1.contains("A in B in A"), "{said:?}");
    let before = stored(&[feature("A", json!({"admin_level": 0}), 0.0), feature("B", json!({"parent": "A"}), 1.0)]);
    let said = reasons(&[feature("A", json!({"parent": "B"}), 0.0)], &before);
    assert!(said[0].1.contains("lies in itself"), "a circle through what is stored: {said:?}");
}

#[test]
fn a_parent_is_of_a_higher_level() {
    let said = reasons(
        &[feature("A", json!({"admin_level": 2}), 0.0), feature("B", json!({"admin_level": 2, "parent": "A"}), 1.0)],
        &[],
    );
    assert!(said[0].1.contains("of level 2, but its parent \"A\" is of level 2"), "{said:?}");
}

#[test]
fn a_code_is_unique_at_a_time_and_can_return_later() {
    let old = feature("A", json!({}), 0.0);
    let next = feature("A", json!({"valid_from": "2020-12-10"}), 2.0);
    let before = stored(&[old]);
    let said = reasons(std::slice::from_ref(&next), &before);
    assert!(said[0].1.contains("valid always, and this one is valid from 2020-12-10"), "{said:?}");
    let closed = planned(&[feature("A", json!({"valid_to": "2020-12-09"}), 0.0)], &before).updated;
    assert_eq!(closed.len(), 1, "the older one is closed under its own id");
    assert_eq!(planned(&[next], &closed).report.added, 1);
}
