//! Areas.

use cpas_proto::context::v1 as pb;

use crate::domain::area::{Area, geojson::Rejected, import::Report, lineage::Former, lookup::Match};

impl From<&Area> for pb::Area {
    fn from(area: &Area) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            id: area.id.to_string(),
            code: area.code.to_string(),
            name: Some((&area.name).into()),
            level: area.level.into(),
            parent_code: area.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
            valid_from: day(area.validity.from()),
            valid_to: day(area.validity.to()),
            geometry: area.geometry.clone().unwrap_or_default(),
            version: area.version,
            aliases: area.aliases.clone(),
            former_parents: area.former.iter().map(Into::into).collect(),
            withdrawn: false,
        }
    }
}

impl From<&Former> for pb::FormerParent {
    fn from(former: &Former) -> Self {
        let parent_code = former.parent.as_ref().map(ToString::to_string).unwrap_or_default();
        Self { parent_code, until: former.until.to_string() }
    }
}

impl From<&Match> for pb::AreaMatch {
    fn from(found: &Match) -> Self {
        Self { area: Some((&found.area).into()), fit: found.fit.to_string() }
    }
}

impl From<Report> for pb::ImportAreasResponse {
    fn from(report: Report) -> Self {
        let Report { read, added, updated, unchanged, rejected } = report;
        let rejected =
            rejected.into_iter().map(|Rejected { index, code, reason }| pb::RejectedFeature { index, code, reason });
        Self { read, added, updated, unchanged, rejected: rejected.collect() }
    }
}
