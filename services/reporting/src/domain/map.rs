//! Values of areas as a map: classes from light to dark, hatching where there is no value.

use std::fmt::Write as _;

use cpas_proto::words::Language;

use super::{
    figure::{self, Figure, Kind},
    shape::{Shape, bounds},
    snapshot::{Measure, Part},
    svg::{Anchor, INK, Picture},
    wording::{Phrase, say},
};

const WIDTH: f64 = 640.0;
/// The map itself; the legend stands at its right.
const MAP_WIDTH: f64 = 460.0;
const HEIGHT_MIN: f64 = 200.0;
const HEIGHT_MAX: f64 = 460.0;
const MARGIN: f64 = 6.0;
/// Light to dark, told apart in grey and by the colour-blind.
const CLASSES: [&str; 4] = ["#d4e6f1", "#8fc1de", "#3a86b5", "#0b4a73"];
const NOT_APPLICABLE: &str = "#ececec";
/// Areas above which names are left to the table.
const NAMES_MAX: usize = 30;

/// The map of a block's figures.
pub fn draw(part: &Part, measure: &Measure, title: &str, language: Language) -> String {
    let classes = Classes::of(&part.figures);
    let (projection, height) = Projection::of(&part.shapes);
    let mut picture = Picture::new(WIDTH, height);
    hatching(&mut picture, &part.id);
    for shape in &part.shapes {
        area(&mut picture, shape, &projection, &fill(&part.id, &part.figures, &classes, &shape.area));
    }
    if part.shapes.len() <= NAMES_MAX {
        for shape in &part.shapes {
            name(&mut picture, shape, &projection, measure.area_name(&shape.area).within(language));
        }
    }
    legend(&mut picture, part, measure, &classes, language);
    picture.finish(&part.id, title, &describe(part, measure, language))
}

/// The map in words: the highest and lowest areas, and how many have no value.
pub fn describe(part: &Part, measure: &Measure, language: Language) -> String {
    let mut valued: Vec<(&Figure, f64)> = part
        .figures
        .iter()
        .filter(|figure| !figure.area.is_empty())
        .filter_map(|figure| Some((figure, figure.value?)))
        .collect();
    valued.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.area.cmp(&b.0.area)));
    let name = measure.name.within(language);
    let (Some((highest, _)), Some((lowest, _))) = (valued.first(), valued.last()) else {
        return format!("{name}: {}.", say(Phrase::NoData, language));
    };
    let told = |figure: &Figure| {
        let area = measure.area_name(&figure.area);
        format!("{} ({})", area.within(language), figure.written_with_unit(&measure.unit, language))
    };
    let without = part.shapes.len().saturating_sub(valued.len());
    match language {
        Language::En => format!(
            "{name}: highest in {}, lowest in {}; {without} areas without a value shown.",
            told(highest),
            told(lowest)
        ),
        Language::Fr => format!(
            "{name} : maximum à {}, minimum à {} ; {without} zones sans valeur affichée.",
            told(highest),
            told(lowest)
        ),
    }
}

/// Limits of classes with about as many areas each.
struct Classes(Vec<(f64, f64)>);

impl Classes {
    fn of(figures: &[Figure]) -> Self {
        let areas = figures.iter().filter(|figure| !figure.area.is_empty());
        let mut values: Vec<f64> = areas.filter_map(|figure| figure.value).collect();
        values.sort_by(f64::total_cmp);
        let mut distinct = values.clone();
        distinct.dedup();
        let count = distinct.len().min(CLASSES.len());
        let mut classes: Vec<(f64, f64)> = Vec::new();
        // By rank among distinct values, so that equal values share a class.
        for class in 0..count {
            let (from, to) = (distinct.len() * class / count, distinct.len() * (class + 1) / count);
            classes.push((distinct[from], distinct[to - 1]));
        }
        Self(classes)
    }

    fn colour(&self, value: f64) -> &'static str {
        let class = self.0.iter().position(|(_, high)| value <= *high).unwrap_or(self.0.len().saturating_sub(1));
        self.shade(class)
    }

    fn shade(&self, class: usize) -> &'static str {
        // Few classes take the ends and the middle of the scale.
        let place = if self.0.len() <= 1 { 2 } else { class * (CLASSES.len() - 1) / (self.0.len() - 1) };
        CLASSES[place.min(CLASSES.len() - 1)]
    }
}

/// Equirectangular, true to scale in the middle latitude: enough for a country.
struct Projection {
    west: f64,
    north: f64,
    squeeze: f64,
    scale: f64,
    left: f64,
}

impl Projection {
    fn of(shapes: &[Shape]) -> (Self, f64) {
        let Some([west, south, east, north]) = bounds(shapes) else {
            return (Self { west: 0.0, north: 0.0, squeeze: 1.0, scale: 1.0, left: 0.0 }, HEIGHT_MIN);
        };
        let squeeze = ((south + north) / 2.0).to_radians().cos().max(0.01);
        let (width, tall) = (((east - west) * squeeze).max(1e-6), (north - south).max(1e-6));
        let scale = ((MAP_WIDTH - 2.0 * MARGIN) / width).min((HEIGHT_MAX - 2.0 * MARGIN) / tall);
        let left = MARGIN + (MAP_WIDTH - 2.0 * MARGIN - width * scale) / 2.0;
        (Self { west, north, squeeze, scale, left }, (tall * scale + 2.0 * MARGIN).max(HEIGHT_MIN))
    }

    fn at(&self, [longitude, latitude]: [f64; 2]) -> [f64; 2] {
        let x = self.left + (longitude - self.west) * self.squeeze * self.scale;
        [x, MARGIN + (self.north - latitude) * self.scale]
    }
}

fn hatching(picture: &mut Picture, id: &str) {
    let id = super::svg::escape(id);
    picture.raw(&format!(
        r##"<defs><pattern id="{id}-none" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="#ffffff"/><path d="M-1 8L8 -1M-1 1L1 -1M6 8L8 6" stroke="#8a8a8a" stroke-width="0.9"/></pattern><pattern id="{id}-hidden" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#ffffff"/><circle cx="3" cy="3" r="1.1" fill="#555555"/></pattern></defs>"##
    ));
}

fn fill(id: &str, figures: &[Figure], classes: &Classes, area: &str) -> String {
    let figure = figures.iter().find(|figure| figure.area == area);
    let id = super::svg::escape(id);
    match figure.map(|figure| (figure.kind, figure.value)) {
        Some((Kind::Value, Some(value))) => classes.colour(value).to_owned(),
        Some((Kind::Suppressed, _)) => format!("url(#{id}-hidden)"),
        Some((Kind::NotApplicable, _)) => NOT_APPLICABLE.to_owned(),
        _ => format!("url(#{id}-none)"),
    }
}

fn area(picture: &mut Picture, shape: &Shape, projection: &Projection, fill: &str) {
    let mut path = String::new();
    for ring in shape.polygons.iter().flatten() {
        for (place, point) in ring.iter().enumerate() {
            let [x, y] = projection.at(*point);
            write!(path, "{}{x:.1} {y:.1}", if place == 0 { 'M' } else { 'L' }).expect("a string takes all");
        }
        path.push('Z');
    }
    picture.raw(&format!(
        r##"<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="#4a4a4a" stroke-width="0.8" stroke-linejoin="round"/>"##
    ));
}

fn name(picture: &mut Picture, shape: &Shape, projection: &Projection, name: &str) {
    let Some(point) = shape.inner_point() else { return };
    let at = projection.at(point);
    // A white edge below the ink: legible on every class.
    picture.label(
        at,
        Anchor::Middle,
        r##"font-size="9.5" stroke="#ffffff" stroke-width="2.6" stroke-linejoin="round""##,
        name,
    );
    picture.label(at, Anchor::Middle, r#"font-size="9.5""#, name);
}

fn legend(picture: &mut Picture, part: &Part, measure: &Measure, classes: &Classes, language: Language) {
    let (x, mut y) = (MAP_WIDTH + 14.0, 22.0);
    let id = super::svg::escape(&part.id);
    let unit = if measure.unit.is_empty() { measure.name.within(language) } else { &measure.unit };
    picture.label([x, y], Anchor::Start, r#"font-weight="bold" font-size="11""#, unit);
    y += 10.0;
    let mut row = |picture: &mut Picture, fill: &str, words: &str| {
        picture.raw(&format!(
            r#"<rect x="{x}" y="{y:.1}" width="20" height="13" fill="{fill}" stroke="{INK}" stroke-width="0.6"/>"#
        ));
        picture.label([x + 27.0, y + 10.5], Anchor::Start, r#"font-size="11""#, words);
        y += 20.0;
    };
    for (class, (low, high)) in classes.0.iter().enumerate() {
        let (from, to) = (figure::number(*low, language), figure::number(*high, language));
        let words = if from == to { from } else { format!("{from} – {to}") };
        row(picture, classes.shade(class), &words);
    }
    row(picture, &format!("url(#{id}-none)"), say(Phrase::NoData, language));
    let any = |kind| part.figures.iter().any(|figure| figure.kind == kind && !figure.area.is_empty());
    if any(Kind::NotApplicable) {
        row(picture, NOT_APPLICABLE, say(Phrase::NotApplicable, language));
    }
    if any(Kind::Suppressed) {
        row(picture, &format!("url(#{id}-hidden)"), say(Phrase::Suppressed, language));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::tests::{map_part, measure};

    #[test]
    fn classes_hatching_and_legend_tell_value_from_no_value() {
        let part = map_part(&[Some(1.0), Some(5.0), Some(9.0), None]);
        let svg = draw(&part, &measure("average"), "Trust", Language::En);
        for colour in ["#d4e6f1", "#0b4a73"] {
            assert!(svg.contains(&format!(r#"fill="{colour}" fill-rule"#)), "{colour}");
        }
        assert_eq!(svg.matches(r#"fill="url(#b1-none)" fill-rule"#).count(), 1, "one area has no data");
        assert!(svg.contains("no data"));
        assert!(svg.contains("highest in Area 2 (9"), "{svg}");
    }

    #[test]
    fn equal_values_share_a_class() {
        let part = map_part(&[Some(3.0), Some(3.0), Some(3.0), Some(7.0)]);
        let classes = Classes::of(&part.figures);
        assert_eq!(classes.0, [(3.0, 3.0), (7.0, 7.0)]);
        assert_eq!(classes.colour(3.0), classes.colour(3.0));
        assert_ne!(classes.colour(3.0), classes.colour(7.0));
    }
}
