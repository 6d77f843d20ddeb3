//! What reporting publishes, and what it hears: everything.

use chassis::{Fact, Failure, Inbound, Inbox, Link};
use cpas_proto::{collection::v1 as collection, reporting::v1 as pb, words::Classification};
use prost::Name as _;

use crate::{
    app::{
        self,
        heard::{about, kept, kept_analysis, kept_indicator, kept_recommendation, rhythm},
        told,
    },
    domain::dashboard::Dashboard,
    store::{
        changes::Told,
        records::{Kept, WITHDRAWN},
    },
};

/// The records of all services, and the changes to them.
const ALL: &[&str] = &["cpas.*.*.*.*"];
const OBSERVATIONS: &[&str] = &["cpas.collection.observations.changed.*"];

/// State of a stakeholder that another one stands for.
pub const MERGED: &str = "merged";

/// The one record of its kind that a mission has.
pub const MAPPING_SCHEDULE: &str = "mapping_schedule";

/// Likewise.
pub const ASSESSMENT_CYCLE: &str = "assessment_cycle";

/// fact_sheet.recorded, without its numbers.
pub fn fact_sheet_recorded(sheet: pb::FactSheet, classification: Classification) -> Fact {
    let id = sheet.id.clone();
    let message = pb::FactSheetRecorded { fact_sheet: Some(pb::FactSheet { numbers: Vec::new(), ..sheet }) };
    Fact::new("fact_sheet", "recorded", id, classification, &message)
}

/// fact_sheet.touched
pub fn fact_sheet_touched(touched: pb::FactSheetTouched, classification: Classification) -> Fact {
    Fact::new("fact_sheet", "touched", touched.fact_sheet_id.clone(), classification, &touched)
}

/// fact_sheet.opened or fact_sheet.closed
pub fn fact_sheet_outside(told: pb::FactSheetOutside, classification: Classification) -> Fact {
    let verb = if told.open { "opened" } else { "closed" };
    Fact::new("fact_sheet", verb, told.fact_sheet_id.clone(), classification, &told)
}

/// dashboard.recorded. Of one that nobody else sees it says that there is a new version, and no more.
pub fn dashboard_recorded(dashboard: &Dashboard, was_shared: bool) -> Fact {
    let told = pb::Dashboard::from(dashboard);
    let told = match dashboard.shared {
        true => told,
        false => pb::Dashboard {
            id: told.id,
            version: told.version,
            recorded_at: told.recorded_at,
            classification: told.classification,
            removed_at: told.removed_at,
            ..Default::default()
        },
    };
    let maker_id = dashboard.maker.to_string();
    let id = told.id.clone();
    let message = pb::DashboardRecorded { dashboard: Some(told), maker_id, was_shared };
    Fact::new("dashboard", "recorded", id, dashboard.classification, &message)
}

/// True for an event about something that is one person's alone: it is no change of the mission, and not even
/// counted as one.
///
/// # Errors
/// `Internal` when it is not the message that it says it is.
pub fn is_private(event: &Inbound) -> Result<bool, Failure> {
    if event.kind != pb::DashboardRecorded::full_name() {
        return Ok(false);
    }
    let told: pb::DashboardRecorded = event.decode()?;
    Ok(!told.was_shared && told.dashboard.is_none_or(|dashboard| !dashboard.shared))
}

/// Keeps the newest state of every record, and one line for every event: those that have arrived in one transaction, so
/// that a burst of writes is flushed to disk once for many.
pub fn records_inbox() -> Inbox {
    Inbox::gathered("reporting", ALL, |tx, events| Box::pin(async move { Ok(app::take_in(tx, events).await?) }))
}

/// Reads series again whose data changed, once for all the changes that have arrived: a burst of writes
/// to one indicator costs one reading. Apart from the records, so that a collection that is away holds up
/// nothing else.
pub fn series_inbox(collection: Link) -> Inbox {
    Inbox::gathered("reporting-series", OBSERVATIONS, move |tx, events| {
        let collection = collection.clone();
        Box::pin(async move { Ok(app::read_series(tx, &collection, events).await?) })
    })
}

/// Marks sheets that cite data which changed after their snapshot. Apart from the others: it looks into
/// snapshots, which takes time.
pub fn papers_inbox() -> Inbox {
    Inbox::gathered("reporting-papers", OBSERVATIONS, |tx, events| {
        Box::pin(async move {
            for event in events {
                app::touch_papers(tx, event).await?;
            }
            Ok(())
        })
    })
}

/// What an event says: the records whose newest state it carries, and a line about it.
///
/// # Errors
/// `Internal` when it is not the message that it says it is.
pub fn read(event: &Inbound) -> Result<(Vec<Kept>, Told), Failure> {
    use cpas_proto::{
        assessment::v1 as assessment, context::v1 as context, gateway::v1 as gateway, planning::v1 as planning,
    };
    macro_rules! one {
        ($message:ty, $field:ident, $kept:expr, $told:expr) => {
            match event.decode::<$message>()?.$field {
                Some(record) => (vec![$kept(&record)], $told(&record)),
                None => (Vec::new(), Told::default()),
            }
        };
    }
    let untold = || Told::default();
    Ok(match event.kind.as_str() {
        "cpas.gateway.v1.MissionRecorded" => one!(
            gateway::MissionRecorded,
            mission,
            |of: &gateway::Mission| Kept {
                code: of.code.clone(),
                ..kept("mission", &of.id, of.version, &of.state, of)
            },
            |_: &_| untold()
        ),
        "cpas.context.v1.AreaRecorded" => one!(
            context::AreaRecorded,
            area,
            |of: &context::Area| {
                let state = if of.withdrawn { WITHDRAWN } else { "" };
                Kept { code: of.code.clone(), ..kept("area", &of.id, of.version, state, of) }
            },
            |_: &_| untold()
        ),
        "cpas.context.v1.ContextMapRecorded" => one!(
            context::ContextMapRecorded,
            context_map,
            |of: &context::ContextMap| kept("context_map", &of.id, of.version, &of.state, of),
            told::context_map
        ),
        "cpas.context.v1.MappingScheduleRecorded" => one!(
            context::MappingScheduleRecorded,
            mapping_schedule,
            |of: &context::MappingSchedule| kept("mapping_schedule", MAPPING_SCHEDULE, of.version, "", of),
            |_: &_| untold()
        ),
        "cpas.context.v1.ContextMapOverdue" => {
            (Vec::new(), told::overdue_map(&event.decode::<context::ContextMapOverdue>()?))
        }
        "cpas.context.v1.StakeholderRecorded" => one!(
            context::StakeholderRecorded,
            stakeholder,
            |of: &context::Stakeholder| {
                let state = if of.merged_into.is_empty() { "" } else { MERGED };
                kept("stakeholder", &of.id, of.version, state, of)
            },
            told::stakeholder
        ),
        "cpas.context.v1.StakeholdersMerged" => {
            (Vec::new(), told::merged(&event.decode::<context::StakeholdersMerged>()?))
        }
        "cpas.context.v1.StakeholdersParted" => {
            (Vec::new(), told::parted(&event.decode::<context::StakeholdersParted>()?))
        }
        "cpas.context.v1.StakeholderShifted" => {
            (Vec::new(), told::shifted(&event.decode::<context::StakeholderShifted>()?))
        }
        "cpas.planning.v1.MandateRecorded" => one!(
            planning::MandateRecorded,
            mandate,
            |of: &planning::Mandate| kept("mandate", &of.id, of.version, "", of),
            told::mandate
        ),
        "cpas.planning.v1.PlanRecorded" => one!(
            planning::PlanRecorded,
            plan,
            |of: &planning::Plan| kept("plan", &of.id, of.version, &of.state, of),
            told::plan
        ),
        "cpas.planning.v1.IndicatorRecorded" => {
            let planning::IndicatorRecorded { indicator, library_indicator } = event.decode()?;
            match indicator {
                Some(of) => (kept_indicator(&of, library_indicator), told::indicator(&of)),
                None => (Vec::new(), untold()),
            }
        }
        "cpas.planning.v1.TargetSet" => one!(
            planning::TargetSet,
            target,
            |of: &planning::Target| Kept {
                parent: of.indicator_id.clone(),
                ..kept("target", &of.id, of.version, "", of)
            },
            |_: &_| untold()
        ),
        "cpas.planning.v1.PlanChangeRecorded" => one!(
            planning::PlanChangeRecorded,
            plan_change,
            |of: &planning::PlanChange| kept("plan_change", &of.id, of.version, &of.state, of),
            told::plan_change
        ),
        "cpas.planning.v1.RbbLineRecorded" => one!(
            planning::RbbLineRecorded,
            line,
            |of: &planning::RbbLine| Kept {
                code: of.code.clone(),
                parent: of.parent_id.clone(),
                ..kept("rbb_line", &of.id, of.version, "", of)
            },
            |_: &_| untold()
        ),
        "cpas.planning.v1.RbbLineRemoved" => {
            let id = event.decode::<planning::RbbLineRemoved>()?.line_id;
            // Nothing comes after it.
            (vec![kept("rbb_line", &id, i64::MAX, WITHDRAWN, &planning::RbbLine::default())], untold())
        }
        "cpas.planning.v1.RbbLinkSet" => one!(
            planning::RbbLinkSet,
            link,
            |of: &planning::RbbLink| {
                let (id, at) = (format!("{}|{}", of.item_id, of.line_id), event.recorded_at.timestamp_micros());
                Kept { parent: of.line_id.clone(), ..kept("rbb_link", &id, at, "", of) }
            },
            |_: &_| untold()
        ),
        "cpas.planning.v1.RiskRecorded" => {
            let risk = event.decode::<planning::RiskRecorded>()?.risk;
            (Vec::new(), risk.as_ref().map(told::risk).unwrap_or_default())
        }
        "cpas.planning.v1.TripwireChanged" => {
            (Vec::new(), told::tripwire(&event.decode::<planning::TripwireChanged>()?))
        }
        "cpas.collection.v1.ImportRecorded" => one!(
            collection::ImportRecorded,
            batch,
            |of: &collection::ImportBatch| {
                // A map is encoded in any order; the same event must give the same bytes.
                let plain = collection::ImportBatch { mapping: Default::default(), ..of.clone() };
                kept("import", &of.id, of.version, &of.state, &plain)
            },
            told::import
        ),
        "cpas.collection.v1.ObservationsChanged" => {
            (Vec::new(), told::observations(&event.decode::<collection::ObservationsChanged>()?))
        }
        "cpas.collection.v1.EventsChanged" => {
            (Vec::new(), told::incidents(&event.decode::<collection::EventsChanged>()?))
        }
        "cpas.collection.v1.PeriodLocked" => match event.decode::<collection::PeriodLocked>()?.lock {
            Some(lock) => (Vec::new(), told::lock(&lock)),
            None => (Vec::new(), untold()),
        },
        "cpas.collection.v1.PeriodUnlocked" => match event.decode::<collection::PeriodUnlocked>()?.lock {
            Some(lock) => (Vec::new(), told::unlocked(&lock)),
            None => (Vec::new(), untold()),
        },
        "cpas.collection.v1.CellRemarked" => (Vec::new(), told::remarked(&event.decode::<collection::CellRemarked>()?)),
        "cpas.assessment.v1.AssessmentRecorded" => one!(
            assessment::AssessmentRecorded,
            assessment,
            |of: &assessment::Assessment| kept("assessment", &of.id, of.version, &of.state, of),
            told::assessment
        ),
        "cpas.assessment.v1.AnalysesComputed" => {
            let analyses = event.decode::<assessment::AnalysesComputed>()?.analyses;
            let version = event.recorded_at.timestamp_micros();
            (analyses.iter().map(|of| kept_analysis(of, version)).collect(), untold())
        }
        "cpas.assessment.v1.FindingRecorded" => one!(
            assessment::FindingRecorded,
            finding,
            |of: &assessment::Finding| Kept {
                parent: of.assessment_id.clone(),
                about: about(&of.outcome_lineage_id),
                ..kept("finding", &of.id, of.version, "", of)
            },
            told::finding
        ),
        "cpas.assessment.v1.RecommendationRecorded" => {
            one!(assessment::RecommendationRecorded, recommendation, kept_recommendation, told::recommendation)
        }
        "cpas.assessment.v1.AssessmentReopened" => {
            (Vec::new(), told::reopened(&event.decode::<assessment::AssessmentReopened>()?))
        }
        "cpas.assessment.v1.SignOffAsked" => {
            let of: assessment::SignOffAsked = event.decode()?;
            (vec![kept("sign_off", &of.assessment_id, event.recorded_at.timestamp_micros(), "", &of)], untold())
        }
        "cpas.assessment.v1.SignatureRecorded" => one!(
            assessment::SignatureRecorded,
            signature,
            |of: &assessment::AssessmentSignature| {
                let id = format!("{}/{}/{}", of.assessment_id, of.role, of.component);
                let version = event.recorded_at.timestamp_micros();
                Kept { parent: of.assessment_id.clone(), ..kept("signature", &id, version, &of.decision, of) }
            },
            told::signature
        ),
        "cpas.assessment.v1.AssessmentInvitationRecorded" => one!(
            assessment::AssessmentInvitationRecorded,
            invitation,
            |of: &assessment::AssessmentInvitation| {
                let id = format!("{}/{}", of.assessment_id, of.account_id);
                Kept { parent: of.account_id.clone(), ..kept("invitation", &id, of.version, &of.state, of) }
            },
            |_: &_| untold()
        ),
        "cpas.assessment.v1.AssessmentCycleRecorded" => one!(
            assessment::AssessmentCycleRecorded,
            cycle,
            |of: &assessment::AssessmentCycle| kept(ASSESSMENT_CYCLE, ASSESSMENT_CYCLE, of.version, &rhythm(of), of),
            |_: &_| untold()
        ),
        "cpas.reporting.v1.FactSheetRecorded" => match event.decode::<pb::FactSheetRecorded>()?.fact_sheet {
            Some(sheet) => (Vec::new(), told::fact_sheet(&sheet)),
            None => (Vec::new(), untold()),
        },
        "cpas.reporting.v1.FactSheetTouched" => {
            (Vec::new(), told::fact_sheet_touched(&event.decode::<pb::FactSheetTouched>()?))
        }
        "cpas.reporting.v1.FactSheetOutside" => {
            (Vec::new(), told::fact_sheet_outside(&event.decode::<pb::FactSheetOutside>()?))
        }
        "cpas.reporting.v1.DashboardRecorded" => {
            (Vec::new(), told::dashboard(&event.decode::<pb::DashboardRecorded>()?))
        }
        // A newer service says more than this one knows; that it said something is still counted.
        _ => (Vec::new(), untold()),
    })
}

/// The change to observations that an event tells of, if it does.
///
/// # Errors
/// `Internal` when it is not the message that it says it is.
pub fn observations_changed(event: &Inbound) -> Result<Option<collection::ObservationsChanged>, Failure> {
    (event.kind == collection::ObservationsChanged::full_name()).then(|| event.decode()).transpose()
}
