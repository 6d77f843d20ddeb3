//! The tiles of a dashboard: what each shows, how wide it is, and what narrows all of them.

use std::collections::BTreeSet;

use cpas_proto::words::{Component, Period};
use serde::{Deserialize, Serialize};

use super::{
    Invalid,
    text::{TITLE_CHARS_MAX, Text, plain},
};

/// Tiles of one dashboard.
pub const TILES_MAX: usize = 24;
/// Indicators of one tile.
pub const INDICATORS_A_TILE_MAX: usize = 12;
/// Columns of a dashboard.
pub const COLUMNS: u32 = 4;
/// Periods, areas or recommendations that a tile may be asked for.
pub const MOST_MAX: u32 = 60;
/// Longest text of a tile, in characters.
pub const TILE_TEXT_CHARS_MAX: usize = 2_000;
const DIMENSIONS_A_TILE_MAX: usize = 8;
const ID_CHARS_MAX: usize = 40;
const CODE_CHARS_MAX: usize = 60;

cpas_proto::vocabulary! {
    /// What a tile shows.
    pub enum TileKind as "a kind of tile" {
        Number = "number",
        Trend = "trend",
        TargetActual = "target_actual",
        Slices = "slices",
        Ranking = "ranking",
        HeatMap = "heat_map",
        SmallMultiples = "small_multiples",
        Map = "map",
        Table = "table",
        Text = "text",
        Tasks = "tasks",
        Recommendations = "recommendations",
        Outcome = "outcome",
    }
}

impl TileKind {
    /// Shows areas beside each other.
    pub const fn spreads(self) -> bool {
        matches!(self, Self::Ranking | Self::HeatMap | Self::SmallMultiples | Self::Map)
    }

    /// Shows indicators, and how many of them at most; `None`: none has to be named.
    const fn indicators_max(self) -> Option<usize> {
        match self {
            Self::Number | Self::Table | Self::TargetActual => Some(INDICATORS_A_TILE_MAX),
            Self::Trend | Self::Slices | Self::Ranking | Self::HeatMap | Self::SmallMultiples | Self::Map => Some(1),
            Self::Text | Self::Tasks | Self::Recommendations | Self::Outcome => None,
        }
    }

    /// Periods that it shows where it is not asked for fewer or more.
    pub const fn periods(self) -> usize {
        match self {
            Self::Trend => 36,
            Self::SmallMultiples => 24,
            Self::Table => 6,
            Self::TargetActual => 8,
            _ => 12,
        }
    }

    /// Areas or slices that it has room for, whatever it is asked for.
    pub const fn rows_max(self) -> usize {
        match self {
            Self::SmallMultiples => 16,
            Self::Map => 400,
            Self::Slices => 24,
            Self::Ranking => 30,
            _ => 40,
        }
    }
}

/// What a tile is made from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TileQuery {
    pub indicator_codes: Vec<String>,
    pub area: String,
    pub level: Option<u32>,
    pub dimensions: Vec<String>,
    /// 0: as many as the kind takes.
    pub most: u32,
    /// Lineage id of the outcome that the tile is about.
    #[serde(default)]
    pub outcome: String,
    /// A map with its events.
    #[serde(default)]
    pub events: bool,
}

/// A tile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    pub id: String,
    pub kind: TileKind,
    pub width: u32,
    /// Blank: the name of what it shows.
    pub title: Text,
    /// Of a text; else blank.
    pub text: Text,
    pub query: TileQuery,
}

/// A tile as somebody wrote it, not yet checked.
#[derive(Debug, Clone, Default)]
pub struct WrittenTile {
    pub id: String,
    pub kind: String,
    pub width: u32,
    pub title: Text,
    pub text: Text,
    pub query: TileQuery,
}

/// What narrows all tiles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Filters {
    pub from: Option<Period>,
    pub until: Option<Period>,
    pub area: String,
    pub component: Option<Component>,
    pub marker: String,
}

/// Filters as somebody wrote them, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WrittenFilters {
    pub from: String,
    pub until: String,
    pub area: String,
    pub component: String,
    pub marker: String,
}

impl Filters {
    /// Checks them. `fiscal_start_month` is 1 to 12.
    ///
    /// # Errors
    /// Names the field that is wrong: no period, an end before the beginning, no component.
    pub fn parse(written: &WrittenFilters, fiscal_start_month: u32) -> Result<Self, Invalid> {
        let period = |field: &str, text: &str| {
            if text.is_empty() {
                return Ok(None);
            }
            text.parse::<Period>().map(Some).map_err(|error| Invalid::new(field, error.to_string()))
        };
        let (from, until) = (period("from", &written.from)?, period("until", &written.until)?);
        if let (Some(from), Some(until)) = (from, until)
            && from.first_day(fiscal_start_month) > until.last_day(fiscal_start_month)
        {
            return Err(Invalid::new("until", format!("ends before {from} begins")));
        }
        let component = match written.component.as_str() {
            "" => None,
            word => Some(word.parse().map_err(|error| Invalid::new("component", format!("{error}")))?),
        };
        let area = plain("area", &written.area, CODE_CHARS_MAX)?;
        let marker = plain("marker", &written.marker, CODE_CHARS_MAX)?;
        Ok(Self { from, until, area, component, marker })
    }

    /// Whether a marker of the plan is the one that is asked for: `gender` also finds `gender:2`.
    pub fn names(&self, marker: &str) -> bool {
        marker.strip_prefix(self.marker.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    }
}

/// Checks all tiles and gives ids to the new ones: `t1`, `t2`, …
///
/// # Errors
/// Names the first field that breaks a rule.
pub fn parse_tiles(written: Vec<WrittenTile>) -> Result<Vec<Tile>, Invalid> {
    if written.len() > TILES_MAX {
        return Err(Invalid::new("tiles", format!("are {}; a dashboard takes at most {TILES_MAX}", written.len())));
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (place, tile) in written.iter().enumerate().filter(|(_, tile)| !tile.id.is_empty()) {
        let field = format!("tiles[{place}].id");
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if tile.id.len() > ID_CHARS_MAX || !tile.id.chars().all(good) {
            return Err(Invalid::new(field, "takes small letters, digits and hyphens, at most 40"));
        }
        if !taken.insert(tile.id.clone()) {
            return Err(Invalid::new(field, format!("\"{}\" is used twice", tile.id)));
        }
    }
    let mut next = 1;
    let mut named = |id: String| {
        if !id.is_empty() {
            return id;
        }
        while taken.contains(&format!("t{next}")) {
            next += 1;
        }
        let id = format!("t{next}");
        taken.insert(id.clone());
        id
    };
    let tile = |(place, tile): (usize, WrittenTile)| -> Result<Tile, Invalid> {
        let tile = parse_tile(place, tile)?;
        Ok(Tile { id: named(tile.id), ..tile })
    };
    written.into_iter().enumerate().map(tile).collect()
}

fn parse_tile(place: usize, written: WrittenTile) -> Result<Tile, Invalid> {
    let field = |name: &str| format!("tiles[{place}].{name}");
    let kind: TileKind = written.kind.parse().map_err(|error| Invalid::new(field("kind"), format!("{error}")))?;
    if !(1..=COLUMNS).contains(&written.width) {
        let message = format!("is {}; a tile is 1 to {COLUMNS} columns wide", written.width);
        return Err(Invalid::new(field("width"), message));
    }
    let short = |name: &str, text: &Text, most: usize| {
        Ok::<_, Invalid>(Text { en: plain(&field(name), &text.en, most)?, fr: plain(&field(name), &text.fr, most)? })
    };
    let title = short("title", &written.title, TITLE_CHARS_MAX)?;
    let text = match kind {
        TileKind::Text => Text::parse(&field("text"), &written.text.en, &written.text.fr, TILE_TEXT_CHARS_MAX)?,
        _ => Text::default(),
    };
    let query = parse_query(&field("query"), kind, written.query)?;
    Ok(Tile { id: written.id, kind, width: written.width, title, text, query })
}

fn parse_query(field: &str, kind: TileKind, written: TileQuery) -> Result<TileQuery, Invalid> {
    if matches!(kind, TileKind::Text | TileKind::Tasks) {
        return Ok(TileQuery::default());
    }
    let name = |part: &str| format!("{field}.{part}");
    let mut indicator_codes: Vec<String> = Vec::new();
    for code in written.indicator_codes {
        let code = plain(&name("indicator_codes"), &code, CODE_CHARS_MAX)?;
        if !code.is_empty() && !indicator_codes.contains(&code) {
            indicator_codes.push(code);
        }
    }
    let most = kind.indicators_max();
    if most.is_some() && indicator_codes.is_empty() {
        return Err(Invalid::new(name("indicator_codes"), "names no indicator; the tile has nothing to show"));
    }
    let outcome = match kind {
        TileKind::Outcome => plain(&name("outcome"), &written.outcome, CODE_CHARS_MAX)?,
        _ => String::new(),
    };
    if kind == TileKind::Outcome {
        if outcome.is_empty() {
            return Err(Invalid::new(name("outcome"), "names no outcome; the tile has nothing to show"));
        }
        indicator_codes.clear();
    }
    let most = most.unwrap_or(INDICATORS_A_TILE_MAX);
    if indicator_codes.len() > most {
        let message = format!("names {} indicators; a tile of this kind takes at most {most}", indicator_codes.len());
        return Err(Invalid::new(name("indicator_codes"), message));
    }
    if written.dimensions.len() > DIMENSIONS_A_TILE_MAX {
        return Err(Invalid::new(name("dimensions"), "takes at most 8 dimensions"));
    }
    if written.most > MOST_MAX {
        return Err(Invalid::new(name("most"), format!("is more than {MOST_MAX}")));
    }
    let dimensions = match kind {
        TileKind::Slices => written.dimensions,
        _ => Vec::new(),
    };
    Ok(TileQuery {
        indicator_codes,
        area: plain(&name("area"), &written.area, CODE_CHARS_MAX)?,
        level: written.level.filter(|_| kind.spreads()),
        dimensions,
        most: written.most,
        outcome,
        events: written.events && kind == TileKind::Map,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(kind: &str, width: u32, codes: &[&str]) -> WrittenTile {
        let indicator_codes = codes.iter().map(|code| (*code).to_owned()).collect();
        let query = TileQuery { indicator_codes, ..Default::default() };
        WrittenTile { kind: kind.to_owned(), width, query, ..Default::default() }
    }

    #[test]
    fn each_broken_rule_names_its_field() {
        let many: Vec<String> = (0..=INDICATORS_A_TILE_MAX).map(|place| format!("OC-{place}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let greedy = WrittenTile {
            query: TileQuery { most: MOST_MAX + 1, ..written("trend", 1, &["A"]).query },
            ..written("trend", 1, &[])
        };
        for (tile, field) in [
            (written("poem", 1, &["A"]), "tiles[0].kind"),
            (written("number", 0, &["A"]), "tiles[0].width"),
            (written("number", 5, &["A"]), "tiles[0].width"),
            (written("text", 1, &[]), "tiles[0].text"),
            (written("trend", 1, &[" "]), "tiles[0].query.indicator_codes"),
            (written("heat_map", 1, &["A", "B"]), "tiles[0].query.indicator_codes"),
            (written("table", 1, &many), "tiles[0].query.indicator_codes"),
            (greedy, "tiles[0].query.most"),
            (written("outcome", 2, &["A"]), "tiles[0].query.outcome"),
        ] {
            assert_eq!(parse_tiles(vec![tile]).expect_err(field).field, field);
        }
        let tiles = vec![written("tasks", 1, &[]); TILES_MAX + 1];
        assert_eq!(parse_tiles(tiles).expect_err("too many").field, "tiles");
    }

    #[test]
    fn what_a_kind_does_not_use_is_not_kept() {
        let query =
            TileQuery { level: Some(1), dimensions: vec!["sex".into()], ..written("trend", 1, &["A", "A"]).query };
        let tiles = parse_tiles(vec![WrittenTile { query, ..written("trend", 2, &[]) }, written("tasks", 1, &["A"])]);
        let tiles = tiles.expect("two tiles");
        assert_eq!(tiles[0].query, TileQuery { indicator_codes: vec!["A".into()], ..Default::default() });
        assert_eq!(tiles[1].query, TileQuery::default());
        let both = |kind: &str| {
            let query = TileQuery { outcome: "o".into(), events: true, ..written(kind, 1, &["A"]).query };
            let kept =
                parse_tiles(vec![WrittenTile { query, ..written(kind, 1, &[]) }]).expect("a tile").remove(0).query;
            (kept.indicator_codes.len(), kept.outcome, kept.events)
        };
        assert_eq!(both("map"), (1, String::new(), true));
        assert_eq!(both("outcome"), (0, "o".to_owned(), false));
    }

    #[test]
    fn filters_say_what_is_wrong_with_them() {
        let parse = |from: &str, until: &str, component: &str| {
            let [from, until, component] = [from, until, component].map(str::to_owned);
            Filters::parse(&WrittenFilters { from, until, component, ..Default::default() }, 7)
        };
        assert_eq!(parse("24", "", "").expect_err("no period").field, "from");
        assert_eq!(parse("2024-Q2", "2024-Q1", "").expect_err("backwards").field, "until");
        assert_eq!(parse("", "", "navy").expect_err("no component").field, "component");
        // FY2024 ends in June 2024: a month may begin where a fiscal year ends.
        assert!(parse("2024-06", "FY2024", "police").is_ok());
        let marker = Filters { marker: "gender".into(), ..Default::default() };
        assert!(marker.names("gender") && marker.names("gender:2") && !marker.names("genders") && !marker.names("poc"));
    }

    proptest! {
        /// Whatever ids come along: afterwards every tile has one of its own, and old ones keep theirs.
        #[test]
        fn new_tiles_get_ids_that_nobody_has(ids in prop::collection::btree_set("t[1-9]", 0..6), new in 0..10_usize) {
            let old = ids.iter().map(|id| WrittenTile { id: id.clone(), ..written("tasks", 1, &[]) });
            let tiles = parse_tiles(old.chain(vec![written("tasks", 1, &[]); new]).collect()).expect("tiles");
            let all: BTreeSet<&str> = tiles.iter().map(|tile| tile.id.as_str()).collect();
            prop_assert_eq!(all.len(), ids.len() + new);
            prop_assert!(tiles.iter().zip(&ids).all(|(tile, id)| &tile.id == id));
        }
    }
}
