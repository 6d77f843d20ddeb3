//! Use cases: one a file. Each authorises first, then works in one transaction, with its event in it.
//!
//! Which role may call is decided at the gate, by `cpas_proto::policy`; here is decided how far the
//! role reaches, and what the caller may see.

pub mod check_plan;
mod clone_library;
mod comment_plan;
mod diff_plans;
mod draft_indicator;
mod draft_next_version;
mod draft_plan;
mod edit_plan;
mod edit_rbb;
mod edit_risk;
mod keep_in_library;
mod list_risks;
mod list_targets;
mod reach;
mod read_indicators;
mod read_library;
mod read_plans;
mod read_rbb;
mod read_table;
mod read_theory;
pub mod read_tripwires;
mod record_mandate;
mod remove_risk;
mod restore_item;
mod revise_indicator;
mod revise_plan;
mod set_risk_status;
mod set_target;
mod step_indicator;
mod step_plan;
pub mod take_in;
pub mod take_in_strategy;
mod template_offers;
mod waive_finding;
mod work_plan;
pub mod workbook;

pub use check_plan::{Checked, check_plan};
pub use clone_library::{answer_library_offer, clone_library_indicators, clone_library_template};
pub use comment_plan::{SeenComment, add_comment, list_comments, resolve_comment};
pub use diff_plans::{Comparison, diff_plans};
pub use draft_indicator::draft_indicator;
pub use draft_next_version::draft_next_version;
pub use draft_plan::{NewPlan, draft_plan};
pub use edit_plan::edit_plan;
pub use edit_rbb::{GivenLine, remove_rbb_line, set_rbb_line, set_rbb_link};
pub use edit_risk::{RiskEdit, edit_risk};
pub use keep_in_library::{
    NewLibraryIndicator, NewLibraryTemplate, keep_library_template, set_library_indicator, set_library_template,
};
pub use list_risks::list_risks;
pub use list_targets::list_targets;
pub use read_indicators::{IndicatorPage, IndicatorVersions, get_indicator, list_indicator_versions, list_indicators};
pub use read_library::{Offer, TemplateVersion, get_library, list_library_offers, list_library_template_versions};
pub use read_plans::{get_plan, list_plan_changes, list_plans};
pub use read_rbb::{SeenCrosswalk, rbb_crosswalk};
pub use read_table::read_table;
pub use read_theory::get_theory_of_change;
pub use record_mandate::{list_mandates, record_mandate};
pub use remove_risk::remove_risk;
pub use restore_item::{list_removed_items, restore_item};
pub use revise_indicator::{Revision, revise_indicator};
pub use revise_plan::revise_plan;
pub use set_risk_status::{NewStatus, set_risk_status};
pub use set_target::set_target;
pub use step_indicator::step_indicator;
pub use step_plan::step_plan;
pub use template_offers::{PlanOffer, TemplateAnswer, answer_template_offer, list_template_offers};
pub use waive_finding::{take_back_waiver, waive_finding};
pub use work_plan::{Progress, Work, WorkPlanAsked, report_progress, work_plan};

use chassis::{Caller, Clock, Fact, Tx};
use cpas_proto::planning::v1 as pb;

use crate::{
    domain::{Recorded, Who, definition::Definition, indicator::Indicator, plan::Plan},
    error::Error,
    events,
    store::{library, risks::KeptRisk},
};

/// The caller, now.
fn recorded(caller: &Caller, clock: &Clock) -> Recorded {
    Recorded { by: Who { account: caller.account, name: caller.name.clone() }, at: clock.now() }
}

/// The event of an indicator, with what the library says of it in the version that it last took or left.
async fn indicator_recorded(tx: &mut Tx, indicator: &Indicator) -> Result<Fact, Error> {
    let entry = match &indicator.definition.library {
        Some(link) => library::find::<Definition>(tx, &link.code, link.version).await?,
        None => None,
    };
    Ok(events::indicator_recorded(indicator, entry.as_ref()))
}

/// Stops a writer who saw another version of the plan, and shows the stored one.
fn fresh_plan(stored: &Plan, seen_version: i64) -> Result<(), Error> {
    if stored.head.version == seen_version {
        return Ok(());
    }
    Err(Error::Stale { version: stored.head.version, current_json: json(&pb::Plan::from(stored))? })
}

/// Stops a writer who saw another version of the indicator, and shows the stored one.
fn fresh_indicator(stored: &Indicator, seen_version: i64) -> Result<(), Error> {
    if stored.version == seen_version {
        return Ok(());
    }
    Err(Error::Stale { version: stored.version, current_json: json(&pb::Indicator::from(stored))? })
}

/// Stops a writer who saw another version of the assumption or risk, and shows the stored one.
fn fresh_risk(stored: &KeptRisk, seen_version: i64) -> Result<(), Error> {
    if stored.risk.version == seen_version {
        return Ok(());
    }
    Err(Error::Stale { version: stored.risk.version, current_json: json(&pb::Risk::from(stored))? })
}

fn json(message: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(message).map_err(Error::unreadable)
}
