//! The network of stakeholders.

use cpas_proto::context::v1 as pb;

use crate::domain::network::{Member, Network};

impl From<&Member> for pb::NetworkStakeholder {
    fn from(member: &Member) -> Self {
        Self {
            stakeholder_id: member.stakeholder.to_string(),
            name: member.name.clone(),
            kind: member.kind.to_string(),
            classification: member.classification.to_string(),
            stance: member.mark.map(|mark| mark.stance.number().into()),
            influence: member.mark.map(|mark| mark.influence.number().into()),
            x: member.place.x,
            y: member.place.y,
            community: member.community as u32 + 1,
            betweenness: member.betweenness,
            brokerage: member.brokerage,
        }
    }
}

impl From<Network> for pb::StakeholderNetwork {
    fn from(network: Network) -> Self {
        Self {
            as_of: network.as_of.to_string(),
            stakeholders: network.members.iter().map(Into::into).collect(),
            relations: network.relations.iter().map(Into::into).collect(),
            changes: network.changes.iter().map(ToString::to_string).collect(),
            communities: network.communities as u32,
            modularity: network.modularity,
            connected_pairs: network.connected_pairs,
            unconnected: network.unconnected as u32,
        }
    }
}
