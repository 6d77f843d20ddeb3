//! Outcomes, targets and events on paper.

use cpas_proto::{
    reporting::v1 as pb,
    words::{Language, Period},
};

use super::{Board, Spoken, Text, plain};
use crate::domain::{
    document::{Cell, Drawn, Row, Table},
    figure::{self, Kind},
    tile::Tile,
    wording::{Phrase, judged, say},
};

/// True where a target, or a range as one, is set for the point.
pub(super) fn is_aimed(point: &pb::TilePoint) -> bool {
    point.target.is_some() || point.target_low.is_some() || point.target_high.is_some()
}

impl Board<'_> {
    /// The number and the statement of the outcome of a tile.
    pub(super) fn outcome_title(&self, data: &pb::TileData) -> String {
        let Some(outcome) = &data.outcome else { return self.french("Outcome", "Effet").to_owned() };
        let statement: Text = outcome.statement.clone().unwrap_or_default().into();
        format!("{} {}", outcome.number, statement.within(self.language)).trim().to_owned()
    }

    /// How the outcome was rated, what was found last, and its indicators.
    pub(super) fn outcome(&self, tile: &Tile, data: &pb::TileData, title: Spoken, columns_max: usize) -> Vec<Drawn> {
        let Some(outcome) = &data.outcome else { return Vec::new() };
        let mut drawn = vec![Drawn::Heading { id: tile.id.clone(), title: title.clone() }];
        let status = judged(&outcome.status, self.language);
        drawn.push(self.paragraph(format!("{}: {status}.", self.french("Indicators", "Indicateurs")), self.language));
        match &outcome.latest {
            Some(latest) => {
                let narrative: Text = latest.narrative.clone().unwrap_or_default().into();
                let (words, language) = narrative.spoken(self.language);
                if !words.trim().is_empty() {
                    drawn.push(self.paragraph(words.replace('\n', " "), language));
                }
            }
            None => drawn.push(
                self.paragraph(
                    self.french(
                        "No assessment has found anything on it yet.",
                        "Aucune évaluation n’a encore rien constaté.",
                    )
                    .to_owned(),
                    self.language,
                ),
            ),
        }
        if !outcome.ratings.is_empty() {
            let id = format!("{}-ratings", tile.id);
            drawn.push(Drawn::Table { id, table: self.ratings(outcome, title.clone()), note: 0 });
        }
        let indicators = Tile { id: format!("{}-indicators", tile.id), ..tile.clone() };
        drawn.extend(self.series(&indicators, data, &title, columns_max));
        drawn
    }

    fn ratings(&self, outcome: &pb::TileOutcome, caption: Spoken) -> Table {
        let heads = [
            ("Assessment", "Évaluation"),
            ("Progress", "Progrès"),
            ("Performance", "Performance"),
            ("Direction", "Direction"),
            ("Evidence", "Éléments de preuve"),
            ("Recorded", "Consigné"),
        ];
        let row = |of: &pb::TileRating| {
            let assessment: Text = of.assessment.clone().unwrap_or_default().into();
            let said = |word: &str| plain(judged(word, self.language).to_owned());
            let cells = vec![
                said(&of.progress_rating),
                said(&of.performance_rating),
                said(&of.direction),
                plain(of.evidence.to_string()),
                plain(figure::day(&of.recorded_at, self.language)),
            ];
            Row { head: assessment.within(self.language).to_owned(), note: 0, cells }
        };
        Table { caption, heads: self.heads(&heads), rows: outcome.ratings.iter().map(row).collect() }
    }

    /// What was to be reached in a period: a value, a range, or nothing.
    pub(super) fn aim(&self, point: Option<&pb::TilePoint>) -> Cell {
        let words = match point {
            Some(point) => self.aimed(point.target, point.target_low, point.target_high),
            None => None,
        };
        let value = point.and_then(|point| point.target);
        Cell { id: String::new(), words: words.unwrap_or_else(|| "–".to_owned()), kind: Kind::Value, value }
    }

    fn aimed(&self, value: Option<f64>, low: Option<f64>, high: Option<f64>) -> Option<String> {
        let number = |number| figure::number(number, self.language);
        match (value, low, high) {
            (Some(value), ..) => Some(number(value)),
            (None, Some(low), Some(high)) => Some(format!("{}–{}", number(low), number(high))),
            (None, Some(low), None) => Some(format!("≥ {}", number(low))),
            (None, None, Some(high)) => Some(format!("≤ {}", number(high))),
            (None, None, None) => None,
        }
    }

    /// The target after the periods that the table shows.
    pub(super) fn next_target(&self, series: &pb::TileSeries) -> Option<Drawn> {
        let next = series.next_target.as_ref()?;
        let aim = self.aimed(next.value, next.low, next.high)?;
        let period = match next.period.parse::<Period>() {
            Ok(_) => figure::period(&next.period, self.language),
            Err(_) => next.period.clone(),
        };
        let said = self.french("next target", "cible suivante");
        Some(self.paragraph(format!("{}, {said}: {aim} ({period})", self.series_head(series)), self.language))
    }

    /// The events of a map, by area.
    pub(super) fn events(&self, tile: &Tile, events: &pb::TileEvents) -> Drawn {
        if !events.known {
            let words =
                self.french("The events cannot be read now.", "Les événements ne peuvent pas être lus en ce moment.");
            return self.paragraph(words.to_owned(), self.language);
        }
        let mut by_area: std::collections::BTreeMap<&str, [u32; 3]> = std::collections::BTreeMap::new();
        for place in &events.places {
            let sums = by_area.entry(&place.area).or_default();
            for (sum, more) in sums.iter_mut().zip([place.events, place.deaths_best, place.without_deaths]) {
                *sum = sum.saturating_add(more);
            }
        }
        let heads = [
            ("Area", "Zone"),
            ("Events", "Événements"),
            ("Deaths, best estimates", "Morts, meilleures estimations"),
            ("Without an estimate", "Sans estimation"),
        ];
        let row = |(area, sums): (&str, [u32; 3])| {
            let head = if area.is_empty() { say(Phrase::Mission, self.language) } else { self.area(area) };
            let cell = |count: u32| Cell {
                value: Some(f64::from(count)),
                ..plain(figure::number(f64::from(count), self.language))
            };
            Row { head: head.to_owned(), note: 0, cells: sums.map(cell).into() }
        };
        let caption =
            Spoken { words: self.french("Events", "Événements").to_owned(), language: self.language.word() };
        let table = Table { caption, heads: self.heads(&heads), rows: by_area.into_iter().map(row).collect() };
        Drawn::Table { id: format!("{}-events", tile.id), table, note: 0 }
    }

    fn french(&self, en: &'static str, fr: &'static str) -> &'static str {
        if self.language == Language::Fr { fr } else { en }
    }
}
