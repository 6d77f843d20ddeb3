//! The boundaries of what comes of a split or merge.

use geo::{MultiPolygon, unary_union};

use super::{Kind, Sourced, Successor, Wanted};
use crate::domain::area::screen;

/// For each successor its boundary as it was given, and simplified; empty where it has none.
pub(super) fn geometries(wanted: &Wanted, before: &[&Sourced]) -> Vec<(String, String)> {
    let given: Vec<&MultiPolygon<f64>> = wanted.successors.iter().filter_map(|one| one.shape.as_ref()).collect();
    let mut simple = screen::simplify(&given).into_iter();
    let mut all = Vec::new();
    for one in &wanted.successors {
        all.push(match (&one.shape, simple_of(one, &mut simple), wanted.kind) {
            (Some(shape), Some(simple), _) => (screen::geojson(shape), screen::geojson(&simple)),
            (_, _, Kind::Merge) => union_of(before),
            _ => (String::new(), String::new()),
        });
    }
    all
}

fn simple_of(one: &Successor, simple: &mut impl Iterator<Item = MultiPolygon<f64>>) -> Option<MultiPolygon<f64>> {
    one.shape.as_ref().and_then(|_| simple.next())
}

/// The union of boundaries; none where one of them is not known. The simplified ones share their borders already.
fn union_of(before: &[&Sourced]) -> (String, String) {
    let union = |texts: Vec<&str>| -> Option<String> {
        let shapes: Option<Vec<MultiPolygon<f64>>> = texts.into_iter().map(read).collect();
        Some(screen::geojson(&unary_union(&shapes?)))
    };
    let sources = union(before.iter().map(|stored| stored.source.as_str()).collect());
    let simple = union(before.iter().map(|stored| stored.area.geometry.as_deref().unwrap_or_default()).collect());
    sources.zip(simple).unwrap_or_default()
}

pub(super) fn read(text: &str) -> Option<MultiPolygon<f64>> {
    let geometry: geo::Geometry<f64> = text.parse::<geojson::Geometry>().ok()?.try_into().ok()?;
    match geometry {
        geo::Geometry::Polygon(one) => Some(MultiPolygon::new(vec![one])),
        geo::Geometry::MultiPolygon(many) => Some(many),
        _ => None,
    }
}
