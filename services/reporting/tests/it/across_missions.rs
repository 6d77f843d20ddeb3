//! Missions beside the one of the stage, as the other services tell of them.

use chassis::{
    Caller, Fact, Mission,
    testing::{self, eventually},
};
use cpas_proto::{
    assessment::v1 as assessment,
    common::v1::Text,
    gateway::v1 as gateway,
    planning::v1 as planning,
    reporting::v1::{self as pb, OutsideRead},
    words::{Classification, Role},
};

use prost::Message as _;

use crate::world::{Client, World, observations, plan};

pub const LIBRARY: &str = "LIB-DEATHS";

/// Reporting with three missions: UNMIC of the stage, OTHER and THIRD.
pub struct Missions {
    pub world: World,
    pub other: Mission,
    pub third: Mission,
}

impl Missions {
    pub async fn start() -> Self {
        let world = World::empty().await;
        let (other, third) = (testing::mission("OTHER"), testing::mission("THIRD"));
        let missions = Self { world, other, third };
        for mission in [missions.ours(), &missions.other, &missions.third] {
            missions.tell("gateway", mission, mission_told(mission)).await;
        }
        eventually("the missions are known", || async { missions.shared().await.missions.len() == 3 }).await;
        missions
    }

    pub fn ours(&self) -> &Mission {
        &self.world.stage.mission
    }

    pub async fn tell(&self, service: &'static str, mission: &Mission, fact: Fact) {
        self.world.tell_for(service, &testing::caller(Role::Service, mission), fact).await;
    }

    /// Headquarters, with the highest clearance.
    pub fn hq(&self) -> Client {
        self.world.outside(Role::HqAnalyst)
    }

    /// The same with another.
    pub fn hq_cleared(&self, clearance: Classification) -> Client {
        let caller = self.world.stage.caller(Role::HqAnalyst);
        self.world.as_caller(&Caller { mission: None, clearance, ..caller })
    }

    /// A mission takes the library's indicator into use under its own code, with values by period.
    pub async fn takes_up(&self, mission: &Mission, indicator: planning::Indicator, values: &[(&str, f64)]) {
        let code = indicator.code.clone();
        for (period, value) in values {
            self.world.collection.set(&code, "CA01", period, *value);
        }
        self.tell("planning", mission, shared(indicator, Classification::Unclassified)).await;
        if !values.is_empty() {
            self.tell("collection", mission, observations(&[&code], "imported", 1)).await;
        }
    }

    pub async fn shared(&self) -> pb::ListSharedIndicatorsResponse {
        let request = pb::ListSharedIndicatorsRequest {};
        self.hq().list_shared_indicators(request).await.expect("a list").into_inner()
    }

    pub async fn map(&self) -> pb::AcrossMissions {
        let request = pb::GetAcrossMissionsRequest { library_code: LIBRARY.to_owned(), ..Default::default() };
        self.hq().get_across_missions(request).await.expect("a heat map").into_inner()
    }

    /// What a mission sees of who read it.
    pub async fn reads(&self, mission: &Mission) -> Vec<OutsideRead> {
        let mut client = self.world.as_caller(&testing::caller(Role::Auditor, mission));
        let request = pb::ListReadsFromOutsideRequest::default();
        client.list_reads_from_outside(request).await.expect("the trace").into_inner().reads
    }
}

pub fn mission_told(mission: &Mission) -> Fact {
    mission_in(mission, &[], 1)
}

/// The same in countries, as a later version.
pub fn mission_in(mission: &Mission, countries: &[&str], version: i64) -> Fact {
    let told = gateway::Mission {
        countries: countries.iter().map(|country| (*country).to_owned()).collect(),
        id: mission.id.to_string(),
        code: mission.code.clone(),
        name: format!("Mission {}", mission.code),
        fiscal_year_start_month: mission.fiscal_year_start_month,
        state: mission.state.word().to_owned(),
        version,
        ..Default::default()
    };
    let message = gateway::MissionRecorded { mission: Some(told), step: None };
    Fact::new("mission", "recorded", mission.id, Classification::Unclassified, &message)
}

/// An indicator of a mission that has the library's definition.
pub fn cloned(code: &str) -> planning::Indicator {
    planning::Indicator {
        id: format!("id-{code}"),
        code: code.to_owned(),
        library_code: LIBRARY.to_owned(),
        library_version: 1,
        state: "active".into(),
        version: 1,
        ..of_library()
    }
}

fn of_library() -> planning::Indicator {
    planning::Indicator {
        code: LIBRARY.to_owned(),
        name: Some(Text::of("Civilian deaths", "Morts civiles")),
        kind: "count".into(),
        unit: "persons".into(),
        direction: "lower".into(),
        over_time: "sum".into(),
        over_areas: "sum".into(),
        frequency: "quarter".into(),
        ..Default::default()
    }
}

pub fn shared(indicator: planning::Indicator, classification: Classification) -> Fact {
    let code = indicator.code.clone();
    let library_indicator = Some(of_library());
    let message = planning::IndicatorRecorded { indicator: Some(indicator), library_indicator };
    Fact::new("indicator", "recorded", code, classification, &message)
}

/// A plan in force with one outcome and one output below it, marked so.
pub fn marked_plan(outcome: &[&str], output: &[&str]) -> Fact {
    let mut fact = plan("active", 1);
    let mut told = planning::PlanRecorded::decode(fact.payload.as_slice()).expect("a plan");
    let items = &mut told.plan.as_mut().expect("a plan").items;
    let marked = |markers: &[&str]| markers.iter().map(|marker| (*marker).to_owned()).collect();
    let outcome_item = items.iter_mut().find(|item| item.kind == "outcome").expect("an outcome");
    outcome_item.markers = marked(outcome);
    let below = planning::PlanItem {
        id: "op1".into(),
        lineage_id: "lineage-op1".into(),
        kind: "output".into(),
        parent_id: "oc1".into(),
        number: "1.1.1".into(),
        statement: Some(Text::of("output 1.1.1", "")),
        markers: marked(output),
        ..Default::default()
    };
    items.push(below);
    fact.payload = told.encode_to_vec();
    fact
}

/// An assessment of a period that is over, and what it rated the outcome of the plan.
pub fn assessed(id: &str, period: &str, progress: &str, classification: Classification) -> [Fact; 2] {
    let assessment = assessment::Assessment {
        id: id.to_owned(),
        title: Some(Text::of(format!("Assessment of {period}"), "")),
        period: period.to_owned(),
        state: "finalized".into(),
        version: 5,
        ..Default::default()
    };
    let finding = assessment::Finding {
        id: format!("finding-{id}"),
        assessment_id: id.to_owned(),
        outcome_lineage_id: "lineage-oc1".into(),
        question: "change".into(),
        progress_rating: progress.to_owned(),
        performance_rating: "adequate".into(),
        version: 1,
        ..Default::default()
    };
    let assessment = assessment::AssessmentRecorded { assessment: Some(assessment) };
    let finding = assessment::FindingRecorded { finding: Some(finding) };
    [
        Fact::new("assessment", "recorded", id, Classification::Unclassified, &assessment),
        Fact::new("finding", "recorded", id, classification, &finding),
    ]
}

pub fn recommendation(id: &str, kind: &str, state: &str, due: &str, classification: Classification) -> Fact {
    let recommendation = assessment::Recommendation {
        id: id.to_owned(),
        kind: kind.to_owned(),
        due: due.to_owned(),
        state: state.to_owned(),
        version: 1,
        ..Default::default()
    };
    let message = assessment::RecommendationRecorded { recommendation: Some(recommendation) };
    Fact::new("recommendation", "recorded", id, classification, &message)
}
