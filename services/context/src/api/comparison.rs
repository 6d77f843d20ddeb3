//! A map that begins from another one, and two maps side by side.

use cpas_proto::context::v1 as pb;

use super::languages;
use crate::{
    app::NextMap,
    domain::{
        Broken, Text,
        comparison::{AreaChange, Comparison, Pair},
        context_map::ContextMap,
        ids::ContextMapId,
    },
};

impl TryFrom<pb::DraftNextContextMapRequest> for NextMap {
    type Error = Broken;

    fn try_from(request: pb::DraftNextContextMapRequest) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let from = broken.keep(ContextMapId::parse("from_id", &request.from_id));
        let (en, fr) = languages(request.title);
        let is_named = !en.trim().is_empty() || !fr.trim().is_empty();
        let title = is_named.then(|| broken.keep(Text::title("title", &en, &fr))).flatten();
        let period = broken.parse("period", &request.period);
        broken.into_result(from.zip(period).map(|(from, period)| Self { from, title, period }))
    }
}

/// The two maps to compare.
pub(super) fn two(before: &str, after: &str) -> Result<(ContextMapId, ContextMapId), Broken> {
    let mut broken = Broken::default();
    let before = broken.keep(ContextMapId::parse("before_id", before));
    let after = broken.keep(ContextMapId::parse("after_id", after));
    broken.into_result(before.zip(after))
}

impl From<Comparison> for pb::ContextMapComparison {
    fn from(comparison: Comparison) -> Self {
        let Comparison { before, after, factors, areas } = comparison;
        let bare = |map: &ContextMap| pb::ContextMap { factors: Vec::new(), ..map.into() };
        Self {
            before: Some(bare(&before)),
            after: Some(bare(&after)),
            factors: factors.iter().map(Into::into).collect(),
            areas: areas.into_iter().map(area).collect(),
        }
    }
}

impl From<&Pair> for pb::FactorComparison {
    fn from(pair: &Pair) -> Self {
        Self {
            change: pair.change().to_string(),
            before: pair.before.as_ref().map(Into::into),
            after: pair.after.as_ref().map(Into::into),
        }
    }
}

fn area((area, change): (String, AreaChange)) -> pb::AreaComparison {
    let AreaChange { added, gone, worsened, improved, same, burden_before, burden_after } = change;
    pb::AreaComparison { area, added, gone, worsened, improved, same, burden_before, burden_after }
}
