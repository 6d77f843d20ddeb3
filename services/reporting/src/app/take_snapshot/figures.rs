//! The figures of one block, asked of collection.

use chassis::Caller;
use cpas_proto::{
    collection::v1::{GetSeriesRequest, Point, Series, SeriesPart, collection_service_client::CollectionServiceClient},
    planning::v1::{Indicator, Target},
    words::{Frequency, Period},
};

use super::Known;
use crate::{
    Deps, Error,
    domain::{
        block::{Block, BlockKind, NumberQuery, Reach},
        figure::{Figure, Kind},
        home::SPARK_POINTS,
        text::Text,
    },
};

/// Points of one chart.
const CHART_POINTS_MAX: usize = 120;

pub(super) struct Asker<'a> {
    pub deps: &'a Deps,
    pub caller: &'a Caller,
    pub as_known_at: &'a str,
    pub known: &'a Known,
}

impl Asker<'_> {
    /// The figures of a block in order, and what a reader must know before comparing them.
    pub async fn figures(
        &self,
        block: &Block,
        query: &NumberQuery,
        indicator: &Indicator,
    ) -> Result<(Vec<Figure>, Vec<Text>), Error> {
        let area = match &query.reach {
            Reach::Mission | Reach::EachArea => "",
            Reach::Area(code) => code.as_str(),
        };
        let series = self.series(query, if area.is_empty() { vec![] } else { vec![area.to_owned()] }).await?;
        let mut cautions: Vec<Text> = series.cautions.iter().cloned().map(Text::from).collect();
        let whole = part_of(&series.parts, area);
        let figures = match (block.kind, &query.reach) {
            (BlockKind::Chart, _) => self.over_time(block, query, indicator, area, whole),
            (_, Reach::EachArea) => {
                let by_area = self.series(query, vec!["*".to_owned()]).await?;
                cautions.extend(by_area.cautions.iter().cloned().map(Text::from));
                self.by_area(block, query, indicator, whole, &by_area.parts)
            }
            _ => {
                let point = newest(whole, query.period);
                vec![self.figure(block.id.clone(), query, indicator, area, point)]
            }
        };
        cautions.dedup();
        Ok((figures, cautions))
    }

    async fn series(&self, query: &NumberQuery, areas: Vec<String>) -> Result<Series, Error> {
        let frequency = query.period.or(query.first_period).map(Period::frequency);
        let request = GetSeriesRequest {
            indicator: query.indicator_code.clone(),
            areas,
            slice: query.slice.clone(),
            frequency: frequency.map(Frequency::word).unwrap_or_default().to_owned(),
            // One period, or all: the newest with a value is looked for below.
            first_period: query.first_period.or(query.period).map(|period| period.to_string()).unwrap_or_default(),
            last_period: query.period.map(|period| period.to_string()).unwrap_or_default(),
            as_known_at: self.as_known_at.to_owned(),
        };
        let mut client = CollectionServiceClient::new(self.deps.collection.on_behalf(self.caller));
        Ok(client.get_series(request).await?.into_inner())
    }

    /// Every period from the first to the last, the silent ones as missing.
    fn over_time(
        &self,
        block: &Block,
        query: &NumberQuery,
        indicator: &Indicator,
        area: &str,
        whole: &[Point],
    ) -> Vec<Figure> {
        let fiscal_start_month = self.fiscal_start_month();
        let periods: Vec<Period> = whole.iter().filter_map(|point| point.period.parse().ok()).collect();
        let first =
            query.first_period.or_else(|| periods.iter().copied().min_by_key(|p| p.first_day(fiscal_start_month)));
        let last = query.period.or_else(|| periods.iter().copied().max_by_key(|p| p.first_day(fiscal_start_month)));
        let (Some(mut period), Some(last)) = (first, last) else { return Vec::new() };
        let mut figures = Vec::new();
        while period.first_day(fiscal_start_month) <= last.first_day(fiscal_start_month) {
            let name = period.to_string();
            let silent = Point { period: name.clone(), kind: Kind::Missing.word().to_owned(), ..Default::default() };
            let point = whole.iter().find(|point| point.period == name).unwrap_or(&silent);
            figures.push(self.figure(format!("{}:{name}", block.id), query, indicator, area, Some(point)));
            if figures.len() > CHART_POINTS_MAX {
                figures.remove(0);
            }
            period = period.next(fiscal_start_month);
        }
        // Without a first period a chart shows as much as a sparkline.
        let shown = if query.first_period.is_some() { CHART_POINTS_MAX } else { SPARK_POINTS };
        figures.split_off(figures.len().saturating_sub(shown))
    }

    /// The mission as a whole, then each area, all of one period.
    fn by_area(
        &self,
        block: &Block,
        query: &NumberQuery,
        indicator: &Indicator,
        whole: &[Point],
        parts: &[SeriesPart],
    ) -> Vec<Figure> {
        let fiscal_start_month = self.fiscal_start_month();
        let parsed = |point: &Point| point.period.parse::<Period>().ok();
        let valued = parts.iter().flat_map(|part| &part.points).filter(|point| point.value.is_some());
        let latest = valued.filter_map(parsed).max_by_key(|period| period.first_day(fiscal_start_month));
        let Some(period) = query.period.or(latest) else { return Vec::new() };
        let mut figures = Vec::new();
        let total = newest(whole, Some(period));
        if total.is_some_and(|point| point.value.is_some()) {
            figures.push(self.figure(block.id.clone(), query, indicator, "", total));
        }
        let mut areas: Vec<&SeriesPart> = parts.iter().filter(|part| !part.area.is_empty()).collect();
        areas.sort_by(|a, b| a.area.cmp(&b.area));
        for part in areas {
            let name = period.to_string();
            let silent = Point { period: name, kind: Kind::Missing.word().to_owned(), ..Default::default() };
            let point = newest(&part.points, Some(period)).unwrap_or(&silent);
            figures.push(self.figure(format!("{}:{}", block.id, part.area), query, indicator, &part.area, Some(point)));
        }
        figures
    }

    fn figure(
        &self,
        id: String,
        query: &NumberQuery,
        indicator: &Indicator,
        area: &str,
        point: Option<&Point>,
    ) -> Figure {
        let value = point.and_then(|point| point.value).filter(|value| value.is_finite());
        let period = point.map(|point| point.period.clone()).or(query.period.map(|period| period.to_string()));
        let period = period.unwrap_or_default();
        let said = point.and_then(|point| point.kind.parse::<Kind>().ok());
        let kind = match (value, said) {
            (Some(_), _) => Kind::Value,
            (None, Some(kind @ (Kind::NotApplicable | Kind::Suppressed))) => kind,
            (None, _) => Kind::Missing,
        };
        let target = self.target(indicator, area, &query.slice, &period);
        Figure { id, area: area.to_owned(), period, slice: query.slice.clone(), kind, value, target }
    }

    /// The target for the same area, slice and period; where values do not add up over time, also that
    /// of a longer period around it.
    fn target(&self, indicator: &Indicator, area: &str, slice: &str, period: &str) -> Option<f64> {
        let own = self.known.targets.get(&indicator.id)?;
        let mut same: Vec<&Target> = own.iter().filter(|target| target.area == area && target.slice == slice).collect();
        if let Some(exact) = same.iter().find(|target| target.period == period) {
            return exact.value;
        }
        let period: Period = period.parse().ok()?;
        if indicator.over_time == "sum" {
            return None;
        }
        let fiscal_start_month = self.fiscal_start_month();
        let around = |target: &&Target| {
            target.period.parse::<Period>().is_ok_and(|longer| longer.covers(period, fiscal_start_month))
        };
        same.retain(around);
        same.sort_by(|a, b| a.period.cmp(&b.period));
        same.first().and_then(|target| target.value)
    }

    fn fiscal_start_month(&self) -> u32 {
        self.caller.mission.as_ref().map_or(7, |mission| mission.fiscal_year_start_month)
    }
}

fn part_of<'a>(parts: &'a [SeriesPart], area: &str) -> &'a [Point] {
    parts.iter().find(|part| part.area == area).map(|part| part.points.as_slice()).unwrap_or_default()
}

/// The point of a period, or the newest that has a value.
fn newest(points: &[Point], period: Option<Period>) -> Option<&Point> {
    match period {
        Some(period) => points.iter().find(|point| point.period.parse() == Ok(period)),
        None => points.iter().rev().find(|point| point.value.is_some()),
    }
}
