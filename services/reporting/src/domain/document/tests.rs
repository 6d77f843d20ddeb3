use cpas_proto::words::Classification;

use super::*;
use crate::domain::{
    shape::{Shape, simplify},
    sheet::Audience,
    snapshot::FORMAT,
};

pub(crate) const HOSTILE: &str =
    "</title><script>alert(1)</script> #eval(\"1\") $x$ *b* @ref \\ \"q\" 'a' & `raw` //c [x] ${y} -->";

pub(crate) fn measure(kind: &str) -> Measure {
    Measure {
        indicator_id: "01".into(),
        code: "OC-1".into(),
        name: Text::of("Civilian deaths", "Décès de civils"),
        unit: "persons".into(),
        kind: kind.into(),
        source: Text::of("Human Rights Division", "Division des droits de l’homme"),
        baseline: Some(5.5),
        baseline_period: "2023".into(),
        persons: false,
        cautions: vec![Text::of("Two areas report late.", "")],
        areas: (0..4).map(|place| (format!("X{place}"), Text::same(format!("Area {place}")))).collect(),
    }
}

fn figure(id: &str, area: &str, period: &str, value: Option<f64>) -> Figure {
    let kind = if value.is_some() { Kind::Value } else { Kind::Missing };
    let (area, period) = (area.to_owned(), period.to_owned());
    Figure { id: id.to_owned(), area, period, slice: String::new(), kind, value, target: None }
}

pub(crate) fn part_of(kind: &str, points: &[(&str, Option<f64>)]) -> Part {
    let figures = points
        .iter()
        .map(|(period, value)| Figure { target: Some(3.0), ..figure(&format!("b1:{period}"), "", period, *value) })
        .collect();
    Part {
        id: "b1".into(),
        kind: kind.parse().expect("a kind"),
        text: Text::default(),
        measure: Some(measure("average")),
        figures,
        shapes: Vec::new(),
        rows: Vec::new(),
    }
}

pub(crate) fn map_part(values: &[Option<f64>]) -> Part {
    let square = |place: usize| {
        let (x, y) = (20.0 + (place % 2) as f64, 5.0 + (place / 2) as f64);
        let ring = vec![[x, y], [x + 1.0, y], [x + 1.0, y + 1.0], [x, y + 1.0], [x, y]];
        Shape { area: format!("X{place}"), polygons: vec![vec![ring]] }
    };
    let figures = values.iter().enumerate();
    let figures = figures.map(|(place, value)| figure(&format!("b1:X{place}"), &format!("X{place}"), "2024", *value));
    Part {
        id: "b1".into(),
        kind: BlockKind::Map,
        text: Text::default(),
        measure: Some(measure("average")),
        figures: figures.collect(),
        shapes: simplify((0..values.len()).map(square).collect()),
        rows: Vec::new(),
    }
}

/// A sheet with a block of every kind, and hostile words wherever somebody writes.
pub(crate) fn whole_sheet() -> Snapshot {
    let words = |id: &str, kind, text: &str| Part {
        id: id.into(),
        kind,
        text: Text::of(text, ""),
        measure: None,
        figures: Vec::new(),
        shapes: Vec::new(),
        rows: Vec::new(),
    };
    let number = Part {
        id: "n1".into(),
        kind: BlockKind::Number,
        figures: vec![figure("n1", "", "2024-Q1", Some(1234.0))],
        ..part_of("number", &[])
    };
    let chart = Part {
        id: "c1".into(),
        ..part_of("chart", &[("2024-Q1", Some(4.0)), ("2024-Q2", None), ("2024-Q3", Some(0.0)), ("2024-Q4", Some(6.0))])
    };
    let mut table = map_part(&[Some(1.0), Some(5.0), Some(0.0), None]);
    table.figures[1].suppress();
    let (id, kind) = ("t1".to_owned(), BlockKind::Table);
    let map = Part { id: "m1".into(), ..table.clone() };
    let table = Part { id, kind, shapes: Vec::new(), ..table };
    Snapshot {
        format: FORMAT,
        sheet_id: "0190".into(),
        mission_code: "UNMIC".into(),
        mission_name: "Mission in Carana".into(),
        title: Text::of(HOSTILE, "Protection des civils à Carana"),
        audience: Audience::Public,
        as_known_at: "2024-03-01T12:30:00.000000Z".into(),
        classification: Classification::Unclassified,
        parts: vec![
            words("h1", BlockKind::Heading, HOSTILE),
            words("p1", BlockKind::Text, &format!("There were {{number:n1}} deaths.\n\n{HOSTILE}")),
            number,
            chart,
            map,
            table,
        ],
    }
}

#[test]
fn numbers_stand_in_sentences_by_language_with_their_note() {
    for (language, written) in [(Language::En, "1,234\u{a0}persons"), (Language::Fr, "1\u{202f}234\u{a0}persons")] {
        let document = Document::of(&whole_sheet(), language, None);
        let Some(Drawn::Paragraph { runs, .. }) = document.parts.get(1) else { panic!("a paragraph") };
        let Piece::Number { value, note } = &runs[1] else { panic!("a number: {runs:?}") };
        assert_eq!((value.words.as_str(), value.id.as_str(), *note), (written, "n1", 1));
        assert_eq!(document.notes.len(), 1, "one indicator, one note");
    }
}

#[test]
fn words_that_are_not_translated_keep_their_own_language() {
    let document = Document::of(&whole_sheet(), Language::Fr, None);
    assert_eq!(document.title.language, "fr");
    let Some(Drawn::Heading { title, .. }) = document.parts.first() else { panic!("a heading") };
    assert_eq!(title.language, "en");
}
