//! Use cases, one a file. Which role may call is decided at the gate, by `cpas_proto::policy`; here is
//! decided what the caller may see.

mod across;
mod copy_dashboard;
mod draft_dashboard;
mod draft_fact_sheet;
mod explain_number;
mod get_dashboard;
mod get_fact_sheet;
mod get_indicator_page;
mod get_leadership_view;
mod get_manifest;
mod get_mission_home;
mod get_outside;
mod get_time_line;
pub(crate) mod heard;
mod home_assessing;
mod home_objectives;
mod home_tasks;
mod kept;
mod list_open_work;
mod list_outside_reads;
mod move_fact_sheet;
mod open_outside;
mod paper_material;
mod publish_fact_sheet;
mod ratings;
mod read_dashboard;
mod read_dashboard_table;
mod read_model_state;
mod read_outside;
mod read_series;
mod read_table;
mod rebuild_read_model;
mod remembered;
mod remove_dashboard;
mod render_dashboard;
mod render_fact_sheet;
mod revise_dashboard;
mod revise_fact_sheet;
mod standing;
mod take_in;
mod take_snapshot;
mod time_line;
pub(crate) mod told;
mod touch_papers;

pub use across::{
    HeatMapAsked, TimeLinesAsked, compare_missions, get_across_missions, get_recommendations_across_missions,
    get_theme_across_missions, get_themes_across_missions, get_time_lines_across_missions, list_late_missions,
    list_shared_indicators,
};
pub use copy_dashboard::copy_dashboard;
pub use draft_dashboard::{WrittenDashboard, draft_dashboard};
pub use draft_fact_sheet::{NewSheet, draft_fact_sheet};
pub use explain_number::explain_number;
pub use get_dashboard::{get_dashboard, list_dashboards};
pub use get_fact_sheet::{get_fact_sheet, list_fact_sheets};
pub use get_indicator_page::get_indicator_page;
pub use get_leadership_view::get_leadership_view;
pub use get_manifest::{get_manifest, get_paper_key};
pub use get_mission_home::get_mission_home;
pub use get_outside::get_outside;
pub use get_time_line::{MonthsAsked, get_time_line};
pub use list_open_work::list_open_work;
pub use list_outside_reads::list_outside_reads;
pub use move_fact_sheet::{clear_fact_sheet, withdraw_fact_sheet};
pub use open_outside::{close_outside, open_outside};
pub use publish_fact_sheet::publish_fact_sheet;
pub use read_dashboard::{preview_dashboard, read_dashboard};
pub use read_dashboard_table::read_dashboard_table;
pub use read_model_state::get_read_model_state;
pub use read_outside::{Asked, OutsideAsked, read_outside};
pub use read_series::read_series;
pub use read_table::read_table;
pub use rebuild_read_model::rebuild_read_model;
pub use remembered::Remembered;
pub use remove_dashboard::{remove_dashboard, restore_dashboard};
pub use render_dashboard::render_dashboard;
pub use render_fact_sheet::{Rendered, render_fact_sheet};
pub use revise_dashboard::revise_dashboard;
pub use revise_fact_sheet::revise_fact_sheet;
pub use take_in::take_in;
pub(crate) use take_snapshot::as_number;
pub use touch_papers::touch_papers;

use chassis::{Caller, Tx};
use cpas_proto::reporting::v1 as pb;
use uuid::Uuid;

use crate::{
    Error,
    domain::sheet::{Audience, FactSheet, SheetState},
    store::sheets,
};

/// True when the caller may know of the sheet at all. Row-level security has hidden what is above the
/// caller's clearance; a reader sees only what is published for the public.
fn is_visible(caller: &Caller, sheet: &FactSheet) -> bool {
    !caller.is_only_reader() || (sheet.state == SheetState::Published && sheet.audience == Audience::Public)
}

/// True when the caller may know that the sheet was there: of a withdrawn public one a reader learns that it
/// was withdrawn, and why, and no more of it.
fn is_known(caller: &Caller, sheet: &FactSheet) -> bool {
    is_visible(caller, sheet) || (sheet.state == SheetState::Withdrawn && sheet.audience == Audience::Public)
}

/// The sheet for one who changes it and saw a version of it.
async fn sheet_to_change(tx: &mut Tx, id: Uuid, seen_version: i64) -> Result<FactSheet, Error> {
    let sheet = sheets::find_for_update(tx, id).await?.ok_or(Error::NotFound("fact sheet"))?;
    fresh(&sheet, seen_version)?;
    Ok(sheet)
}

/// Stops a writer who saw another version, and shows the stored one.
fn fresh(sheet: &FactSheet, seen_version: i64) -> Result<(), Error> {
    if sheet.version == seen_version {
        return Ok(());
    }
    let json = serde_json::to_string(&pb::FactSheet::from(sheet)).map_err(chassis::Failure::internal)?;
    Err(Error::Stale { version: sheet.version, json })
}
