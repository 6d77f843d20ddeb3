//! The influence × stance grid.

use cpas_proto::context::v1 as pb;

use crate::domain::grid::{Grid, Position};

impl From<&Position> for pb::StakeholderPosition {
    fn from(position: &Position) -> Self {
        Self {
            stakeholder_id: position.stakeholder.to_string(),
            name: position.name.clone(),
            kind: position.kind.to_string(),
            influence: position.now.influence.number().into(),
            stance: position.now.stance.number().into(),
            as_of: position.now.as_of.to_string(),
            previous_influence: position.before.map(|before| before.influence.number().into()),
            previous_stance: position.before.map(|before| before.stance.number().into()),
        }
    }
}

impl From<Grid> for pb::StakeholderGrid {
    fn from(grid: Grid) -> Self {
        Self {
            as_of: grid.as_of.to_string(),
            positions: grid.positions.iter().map(Into::into).collect(),
            unassessed: grid.unassessed.iter().map(Into::into).collect(),
        }
    }
}
