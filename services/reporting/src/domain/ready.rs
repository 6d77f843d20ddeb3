//! The dashboard that comes with a plan, without anybody building it: what stands for each objective, and what
//! is to be done.

use super::{
    text::{TITLE_CHARS_MAX, Text},
    tile::{Tile, TileKind, TileQuery},
};

/// The name by which it is asked for.
pub const READY: &str = "ready";
/// Objectives that it shows, the first.
pub const OBJECTIVES_MAX: usize = 8;
const HEADLINES_MAX: usize = 4;
const HALF: u32 = 2;
const WHOLE: u32 = 4;

/// What is known of an indicator of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured<'a> {
    pub code: &'a str,
    pub has_value: bool,
    pub has_areas: bool,
}

/// An objective of the plan in force, each outcome as its indicators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objective<'a> {
    pub number: &'a str,
    pub statement: Text,
    pub outcomes: Vec<Vec<Measured<'a>>>,
}

/// Its title.
pub fn title() -> Text {
    Text::of("Where the mission stands", "Où en est la mission")
}

/// Its tiles: for each objective the headline indicator of each outcome, the first with a value, else the first;
/// then one of them over time, all against their targets, one by area, and what waits.
pub fn tiles(objectives: &[Objective<'_>]) -> Vec<Tile> {
    let mut tiles = Tiles(Vec::new());
    let mut all: Vec<Measured<'_>> = Vec::new();
    for objective in objectives.iter().take(OBJECTIVES_MAX) {
        let headlines: Vec<Measured<'_>> =
            objective.outcomes.iter().filter_map(|outcome| headline(outcome)).take(HEADLINES_MAX).collect();
        if headlines.is_empty() {
            continue;
        }
        let codes: Vec<&str> = headlines.iter().map(|headline| headline.code).collect();
        tiles.add(TileKind::Number, WHOLE, numbered(objective), &codes);
        all.extend(headlines);
    }
    let valued: Vec<&str> = all.iter().filter(|one| one.has_value).map(|one| one.code).collect();
    if let Some(first) = valued.first() {
        tiles.show(TileKind::Trend, HALF, &[first]);
        tiles.show(TileKind::TargetActual, HALF, &valued[..valued.len().min(HEADLINES_MAX)]);
    }
    if let Some(spread) = all.iter().find(|one| one.has_areas && one.has_value) {
        tiles.show(TileKind::HeatMap, HALF, &[spread.code]);
        tiles.show(TileKind::Map, HALF, &[spread.code]);
    }
    tiles.show(TileKind::Recommendations, HALF, &[]);
    tiles.show(TileKind::Tasks, HALF, &[]);
    tiles.0
}

/// The first indicator of an outcome that has a value, else the first.
fn headline<'a>(outcome: &[Measured<'a>]) -> Option<Measured<'a>> {
    outcome.iter().find(|one| one.has_value).or(outcome.first()).copied()
}

/// An objective as the title of its tile: "1. Protect civilians", as much of it as a title takes.
fn numbered(objective: &Objective<'_>) -> Text {
    let titled = |text: &str| {
        if text.is_empty() {
            return String::new();
        }
        let whole = format!("{}. {text}", objective.number);
        match whole.chars().count() > TITLE_CHARS_MAX {
            true => whole.chars().take(TITLE_CHARS_MAX - 1).chain(['…']).collect(),
            false => whole,
        }
    };
    Text { en: titled(&objective.statement.en), fr: titled(&objective.statement.fr) }
}

struct Tiles(Vec<Tile>);

impl Tiles {
    fn show(&mut self, kind: TileKind, width: u32, codes: &[&str]) {
        self.add(kind, width, Text::default(), codes);
    }

    fn add(&mut self, kind: TileKind, width: u32, title: Text, codes: &[&str]) {
        let id = format!("t{}", self.0.len() + 1);
        let indicator_codes = codes.iter().map(|code| (*code).to_owned()).collect();
        let query = TileQuery { indicator_codes, ..Default::default() };
        self.0.push(Tile { id, kind, width, title, text: Text::default(), query });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tile::{TILES_MAX, WrittenTile, parse_tiles};

    fn measured(code: &str, has_value: bool, has_areas: bool) -> Measured<'_> {
        Measured { code, has_value, has_areas }
    }

    #[test]
    fn each_objective_shows_the_headline_of_each_outcome() {
        let outcomes =
            vec![vec![measured("A", false, false), measured("B", true, true)], vec![measured("C", false, false)]];
        let tiles = tiles(&[Objective { number: "1", statement: Text::of("Protect", ""), outcomes }]);
        let shown: Vec<(TileKind, String)> =
            tiles.iter().map(|tile| (tile.kind, tile.query.indicator_codes.join(" "))).collect();
        use TileKind::{HeatMap, Map, Number, Recommendations, TargetActual, Tasks, Trend};
        let expected = [
            (Number, "B C"),
            (Trend, "B"),
            (TargetActual, "B"),
            (HeatMap, "B"),
            (Map, "B"),
            (Recommendations, ""),
            (Tasks, ""),
        ];
        assert_eq!(shown, expected.map(|(kind, codes)| (kind, codes.to_owned())));
        assert_eq!(tiles[0].title, Text::of("1. Protect", ""));
    }

    #[test]
    fn without_a_plan_it_says_what_waits() {
        let kinds: Vec<TileKind> = tiles(&[]).iter().map(|tile| tile.kind).collect();
        assert_eq!(kinds, [TileKind::Recommendations, TileKind::Tasks]);
    }

    #[test]
    fn it_keeps_the_rules_of_those_that_people_build() {
        let outcomes = ["A", "B", "C", "D", "E"].map(|code| vec![measured(code, true, true)]).to_vec();
        let objective = Objective { number: "1", statement: Text::of("S".repeat(500), ""), outcomes };
        let ready = tiles(&vec![objective; 12]);
        assert!(ready.len() <= TILES_MAX, "{}", ready.len());
        let written = |tile: &Tile| WrittenTile {
            id: tile.id.clone(),
            kind: tile.kind.word().to_owned(),
            width: tile.width,
            title: tile.title.clone(),
            text: tile.text.clone(),
            query: tile.query.clone(),
        };
        assert_eq!(parse_tiles(ready.iter().map(written).collect()), Ok(ready));
    }
}
