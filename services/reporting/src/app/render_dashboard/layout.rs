//! What tiles show, laid out as tables: one for each tile, and why there is none.

mod outcome;

use cpas_proto::{
    reporting::v1 as pb,
    words::{Frequency, Language, Period},
};

use crate::domain::{
    document::{Cell, Document, Drawn, Labels, Piece, Row, Spoken, Table},
    figure::{self, Kind},
    numbers,
    text::Text,
    tile::{Tile, TileKind},
    wording::{Phrase, say},
};

/// Periods beside each other on a page; a workbook takes all.
pub(super) const COLUMNS_MAX: usize = 6;

/// A dashboard with what it shows.
pub(super) struct Board<'a> {
    pub title: &'a Text,
    pub tiles: &'a [Tile],
    pub shown: &'a pb::DashboardData,
    pub mission: &'a str,
    /// Instant, RFC 3339.
    pub now: &'a str,
    pub language: Language,
}

impl Board<'_> {
    /// The document, with so many periods beside each other at most, the newest.
    pub fn document(&self, columns_max: usize) -> Document {
        let known = if self.shown.known_at.is_empty() { self.now } else { &self.shown.known_at };
        let day = figure::day(known, self.language);
        let time = known.get(11..16).unwrap_or_default();
        let mut date = self.now.get(..10).unwrap_or_default().split('-').map(|part| part.parse().unwrap_or(1));
        let tiles = self.tiles.iter().zip(&self.shown.tiles);
        Document {
            language: self.language.word(),
            title: self.spoken(self.title),
            mission: self.mission.to_owned(),
            audience: say(Phrase::Internal, self.language),
            as_known: format!("{} {day}, {time} UTC", say(Phrase::AsKnownAt, self.language)),
            date: std::array::from_fn(|_| date.next().unwrap_or(1)),
            banner: None,
            parts: tiles.flat_map(|(tile, data)| self.tile(tile, data, columns_max)).collect(),
            notes: Vec::new(),
            suppressed: None,
            labels: Labels {
                sources: say(Phrase::Sources, self.language),
                page: say(Phrase::Page, self.language),
                of: say(Phrase::Of, self.language),
                data: say(Phrase::Data, self.language),
            },
        }
    }

    /// Heads and tags of a row for each number.
    pub fn columns(&self) -> [(&'static str, &'static str); 13] {
        let head = |phrase| say(phrase, self.language);
        [
            (head(Phrase::Title), "#meta+title"),
            (head(Phrase::IndicatorCode), "#indicator+code"),
            (head(Phrase::Indicator), "#indicator+name"),
            (head(Phrase::AreaCode), "#loc+code"),
            (head(Phrase::Area), "#loc+name"),
            (head(Phrase::Slice), "#meta+slice"),
            (head(Phrase::Period), "#date+period"),
            (head(Phrase::Value), "#indicator+value+num"),
            (head(Phrase::Kind), "#indicator+kind"),
            (head(Phrase::Unit), "#indicator+unit"),
            (head(Phrase::Target), "#indicator+target+num"),
            (head(Phrase::TargetLow), "#indicator+target+low+num"),
            (head(Phrase::TargetHigh), "#indicator+target+high+num"),
        ]
    }

    /// A row for each number of each tile.
    pub fn lines(&self) -> Vec<Vec<numbers::Cell>> {
        let words = |words: &str| numbers::Cell::Words(words.to_owned());
        let number = |value: Option<f64>| value.map_or(numbers::Cell::Empty, numbers::Cell::Number);
        let mut lines = Vec::new();
        for (tile, data) in self.tiles.iter().zip(&self.shown.tiles) {
            let title = self.title_of(tile, data);
            for series in &data.series {
                let indicator = self.indicator(&series.indicator_code);
                for point in &series.points {
                    let kind = if point.kind.is_empty() { Kind::Value.word() } else { &point.kind };
                    lines.push(vec![
                        words(&title.words),
                        words(&series.indicator_code),
                        words(self.name(&series.indicator_code)),
                        words(&series.area),
                        words(self.area(&series.area)),
                        words(&series.slice),
                        words(&point.period),
                        number(point.value),
                        words(kind),
                        words(indicator.map_or("", |one| &one.unit)),
                        number(point.target),
                        number(point.target_low),
                        number(point.target_high),
                    ]);
                }
            }
        }
        lines
    }

    fn tile(&self, tile: &Tile, data: &pb::TileData, columns_max: usize) -> Vec<Drawn> {
        let title = self.title_of(tile, data);
        if tile.kind == TileKind::Text {
            let heading = (!title.words.is_empty()).then(|| Drawn::Heading { id: tile.id.clone(), title });
            let (words, language) = tile.text.spoken(self.language);
            let paragraphs = words.split("\n\n").map(str::trim).filter(|words| !words.is_empty());
            let paragraph = |words: &str| self.paragraph(words.replace('\n', " "), language);
            return heading.into_iter().chain(paragraphs.map(paragraph)).collect();
        }
        if data.state != "shown" {
            let heading = Drawn::Heading { id: tile.id.clone(), title };
            return vec![heading, self.paragraph(why(&data.state, self.language).to_owned(), self.language)];
        }
        let table = match tile.kind {
            TileKind::Tasks => self.tasks(data, title),
            TileKind::Recommendations => self.recommendations(data, title),
            TileKind::Outcome => return self.outcome(tile, data, title, columns_max),
            _ => {
                let mut drawn = self.series(tile, data, &title, columns_max);
                drawn.extend(data.series.iter().filter_map(|series| self.next_target(series)));
                drawn.extend(data.events.as_ref().map(|events| self.events(tile, events)));
                return drawn;
            }
        };
        vec![Drawn::Table { id: tile.id.clone(), table, note: 0 }]
    }

    fn paragraph(&self, words: String, language: Language) -> Drawn {
        Drawn::Paragraph { language: language.word(), runs: vec![Piece::Words { words }] }
    }

    fn tasks(&self, data: &pb::TileData, caption: Spoken) -> Table {
        let heads = [("What waits", "Ce qui attend"), ("How many", "Nombre")];
        let row = |task: &pb::DashboardTask| {
            let text: Text = task.text.clone().unwrap_or_default().into();
            let value = Some(f64::from(task.count));
            let cell = Cell { id: String::new(), words: task.count.to_string(), kind: Kind::Value, value };
            Row { head: text.within(self.language).to_owned(), note: 0, cells: vec![cell] }
        };
        Table { caption, heads: self.heads(&heads), rows: data.tasks.iter().map(row).collect() }
    }

    fn recommendations(&self, data: &pb::TileData, caption: Spoken) -> Table {
        let heads = [
            ("Recommendation", "Recommandation"),
            ("Owner", "Responsable"),
            ("Due", "Échéance"),
            ("Days late", "Jours de retard"),
        ];
        let row = |one: &pb::TileRecommendation| {
            let text: Text = one.text.clone().unwrap_or_default().into();
            let late = if one.days_late == 0 { "–".to_owned() } else { one.days_late.to_string() };
            let cells = [one.owner_section.clone(), figure::day(&one.due, self.language), late].map(plain);
            Row { head: text.within(self.language).to_owned(), note: 0, cells: cells.into() }
        };
        let listed = data.recommendations.iter().flat_map(|all| &all.listed);
        Table { caption, heads: self.heads(&heads), rows: listed.map(row).collect() }
    }

    /// A table for each rhythm: months and quarters have no columns in common.
    fn series(&self, tile: &Tile, data: &pb::TileData, caption: &Spoken, columns_max: usize) -> Vec<Drawn> {
        let rhythm = |series: &pb::TileSeries| {
            let first = series.points.first().and_then(|point| point.period.parse::<Period>().ok());
            first.map(Period::frequency)
        };
        let mut rhythms: Vec<Option<Frequency>> = Vec::new();
        for series in &data.series {
            if !rhythms.contains(&rhythm(series)) {
                rhythms.push(rhythm(series));
            }
        }
        let of_one = |(place, wanted): (usize, &Option<Frequency>)| {
            let own: Vec<&pb::TileSeries> = data.series.iter().filter(|series| rhythm(series) == *wanted).collect();
            let id = if place == 0 { tile.id.clone() } else { format!("{}-{place}", tile.id) };
            Drawn::Table { id, table: self.of_rhythm(&own, caption.clone(), columns_max), note: 0 }
        };
        rhythms.iter().enumerate().map(of_one).collect()
    }

    /// A row for each series, its newest periods beside each other.
    fn of_rhythm(&self, all: &[&pb::TileSeries], caption: Spoken, columns_max: usize) -> Table {
        let mut periods: Vec<&str> =
            all.iter().flat_map(|series| &series.points).map(|point| point.period.as_str()).collect();
        // Periods of one rhythm sort by their names.
        periods.sort_unstable();
        periods.dedup();
        let periods = &periods[periods.len().saturating_sub(columns_max)..];
        let mut heads = vec![say(Phrase::Indicator, self.language).to_owned()];
        heads.extend(periods.iter().map(|period| figure::period(period, self.language)));
        let row = |series: &&pb::TileSeries| {
            let at = |period: &&str| series.points.iter().find(|point| point.period == **period);
            let cells = periods.iter().map(|period| self.cell(at(period))).collect();
            let own = Row { head: self.series_head(series), note: 0, cells };
            // What was to be reached stands below what was.
            let has_target = series.points.iter().any(outcome::is_aimed);
            let aims = has_target.then(|| {
                let head = format!("{}: {}", self.series_head(series), say(Phrase::Target, self.language));
                Row { head, note: 0, cells: periods.iter().map(|period| self.aim(at(period))).collect() }
            });
            std::iter::once(own).chain(aims).collect::<Vec<_>>()
        };
        Table { caption, heads, rows: all.iter().flat_map(row).collect() }
    }

    fn series_head(&self, series: &pb::TileSeries) -> String {
        let unit = self.indicator(&series.indicator_code).map_or("", |one| &one.unit);
        let mut head = self.name(&series.indicator_code).to_owned();
        if !unit.is_empty() {
            head.push_str(&format!(" ({unit})"));
        }
        for more in [self.area(&series.area), &series.slice].into_iter().filter(|more| !more.is_empty()) {
            head.push_str(&format!(", {more}"));
        }
        head
    }

    fn cell(&self, point: Option<&pb::TilePoint>) -> Cell {
        let Some(point) = point else { return plain("–".to_owned()) };
        let kind = match point.kind.as_str() {
            "" => Kind::Value,
            word => word.parse().unwrap_or(Kind::Missing),
        };
        let words = match (kind, point.value) {
            (Kind::Value, Some(value)) => figure::number(value, self.language),
            (kind, _) => figure::absent(kind, self.language).to_owned(),
        };
        Cell {
            id: String::new(),
            words,
            kind: if point.value.is_some() { kind } else { absent(kind) },
            value: point.value,
        }
    }

    fn title_of(&self, tile: &Tile, data: &pb::TileData) -> Spoken {
        if !tile.title.is_blank() {
            return self.spoken(&tile.title);
        }
        let mut codes: Vec<&str> = Vec::new();
        for series in &data.series {
            if !codes.contains(&series.indicator_code.as_str()) {
                codes.push(&series.indicator_code);
            }
        }
        let words = match (tile.kind, self.language) {
            (TileKind::Text, _) => String::new(),
            (TileKind::Outcome, _) => self.outcome_title(data),
            (TileKind::Tasks, Language::En) => "Waiting for you".to_owned(),
            (TileKind::Tasks, Language::Fr) => "Ce qui vous attend".to_owned(),
            (TileKind::Recommendations, Language::En) => "Recommendations".to_owned(),
            (TileKind::Recommendations, Language::Fr) => "Recommandations".to_owned(),
            _ if codes.is_empty() => tile.query.indicator_codes.join(", "),
            _ => codes.iter().map(|code| self.name(code)).collect::<Vec<_>>().join(", "),
        };
        Spoken { words, language: self.language.word() }
    }

    fn indicator(&self, code: &str) -> Option<&pb::DashboardIndicator> {
        self.shown.indicators.iter().find(|one| one.code == code)
    }

    fn name<'s>(&'s self, code: &'s str) -> &'s str {
        let name = self.indicator(code).and_then(|one| one.name.as_ref());
        name.map(|name| name.in_language(self.language)).filter(|name| !name.is_empty()).unwrap_or(code)
    }

    fn area<'s>(&'s self, code: &'s str) -> &'s str {
        let found = self.shown.areas.iter().find(|one| one.code == code).and_then(|one| one.name.as_ref());
        found.map(|name| name.in_language(self.language)).filter(|name| !name.is_empty()).unwrap_or(code)
    }

    fn spoken(&self, text: &Text) -> Spoken {
        let (words, language) = text.spoken(self.language);
        Spoken { words: words.to_owned(), language: language.word() }
    }

    fn heads(&self, heads: &[(&str, &str)]) -> Vec<String> {
        let said = |(en, fr): &(&str, &str)| if self.language == Language::Fr { *fr } else { *en }.to_owned();
        heads.iter().map(said).collect()
    }
}

fn plain(words: String) -> Cell {
    Cell { id: String::new(), words, kind: Kind::Value, value: None }
}

fn absent(kind: Kind) -> Kind {
    if kind == Kind::Value { Kind::Missing } else { kind }
}

/// Why a tile shows nothing.
fn why(state: &str, language: Language) -> &'static str {
    let (en, fr) = match state {
        "not_available" => ("Not available.", "Non disponible."),
        "filtered_out" => ("The filters leave nothing of it.", "Les filtres n’en laissent rien."),
        "no_areas" => ("No data by area.", "Pas de données par zone."),
        "no_slices" => ("No data by category.", "Pas de données par catégorie."),
        _ => ("No data for these periods.", "Pas de données pour ces périodes."),
    };
    if language == Language::Fr { fr } else { en }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tile::TileQuery;

    fn series(code: &str, points: &[(&str, Option<f64>)]) -> pb::TileSeries {
        let point = |(period, value): &(&str, Option<f64>)| pb::TilePoint {
            period: (*period).to_owned(),
            value: *value,
            kind: if value.is_some() { String::new() } else { "missing".to_owned() },
            ..Default::default()
        };
        pb::TileSeries { indicator_code: code.into(), points: points.iter().map(point).collect(), ..Default::default() }
    }

    #[test]
    fn months_and_quarters_have_a_table_each_and_a_gap_is_no_dash() {
        let data = pb::TileData {
            state: "shown".into(),
            series: vec![
                series("M", &[("2024-01", Some(1.0)), ("2024-02", None), ("2024-03", Some(0.0))]),
                series("Q", &[("2024-Q1", Some(4.0))]),
                series("N", &[("2024-02", Some(2.0))]),
            ],
            ..Default::default()
        };
        let tile = Tile {
            id: "t".into(),
            kind: TileKind::Table,
            width: 4,
            title: Text::same("T"),
            text: Text::default(),
            query: TileQuery::default(),
        };
        let shown = pb::DashboardData { tiles: vec![data], ..Default::default() };
        let (title, tiles) = (Text::same("D"), [tile]);
        let board = Board {
            title: &title,
            tiles: &tiles,
            shown: &shown,
            mission: "UNMIC",
            now: "2024-05-01T00:00:00Z",
            language: Language::En,
        };
        let words = |columns_max| -> Vec<Vec<Vec<String>>> {
            let tables = board.document(columns_max).parts.into_iter().filter_map(|part| match part {
                Drawn::Table { table, .. } => Some(table),
                _ => None,
            });
            let row =
                |row: Row| std::iter::once(row.head).chain(row.cells.into_iter().map(|cell| cell.words)).collect();
            tables.map(|table| table.rows.into_iter().map(row).collect()).collect()
        };
        assert_eq!(
            words(usize::MAX),
            [vec![vec!["M", "1", "no data", "0"], vec!["N", "–", "2", "–"]], vec![vec!["Q", "4"]]]
        );
        assert_eq!(words(2)[0][0], ["M", "no data", "0"], "the newest");
        assert_eq!(board.lines().len(), 5, "a row for each number");
    }
}
