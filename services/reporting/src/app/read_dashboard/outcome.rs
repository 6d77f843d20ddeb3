//! A tile about an outcome: how it was rated, and where its indicators stand.

use cpas_proto::reporting::v1 as pb;

use super::show::Shower;
use crate::{
    Error,
    app::standing,
    domain::{home, tile::Tile},
};

impl Shower<'_> {
    pub(super) fn outcome(&self, tile: &Tile, data: &mut pb::TileData) -> Result<(), Error> {
        let lineage_id = tile.query.outcome.as_str();
        let Some(item) = self.known.outcome(lineage_id) else {
            // Of a plan above the clearance, gone from the plan, or never there: nobody tells these apart.
            "not_available".clone_into(&mut data.state);
            return Ok(());
        };
        if !self.known.passes_item(item, self.filters) {
            "filtered_out".clone_into(&mut data.state);
            return Ok(());
        }
        for code in self.known.measuring.get(lineage_id).into_iter().flatten() {
            let Some(indicator) = self.known.indicators.get(code) else { continue };
            let before = data.series.len();
            let parts = self.known.series.get(code).map(Vec::as_slice).unwrap_or_default();
            self.one(tile, indicator, parts, data)?;
            if data.series.len() == before {
                data.without_data.push(code.clone());
            }
        }
        let statuses =
            data.series.iter().map(|series| standing::status(&series.status)).collect::<Result<Vec<_>, _>>()?;
        let judged = self.known.judged.get(lineage_id);
        data.outcome = Some(pb::TileOutcome {
            lineage_id: item.lineage_id.clone(),
            number: item.number.clone(),
            statement: item.statement.clone(),
            status: home::worst(statuses).word().to_owned(),
            ratings: judged.into_iter().flat_map(|of| &of.ratings).map(Into::into).collect(),
            latest: judged.and_then(|of| of.latest.as_ref()).map(Into::into),
        });
        Ok(())
    }
}
