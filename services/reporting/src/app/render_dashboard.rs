//! A dashboard as a document: what its tiles show to whoever asks, as tables.

mod layout;

use chassis::{Caller, Failure};
use chrono::SecondsFormat;
use cpas_proto::words::Language;

use super::{
    get_dashboard::{Found, find},
    read_dashboard::data,
    render_fact_sheet::Rendered,
};
use crate::{
    Config, Deps, Error,
    domain::{
        csv, docx, html, manifest,
        output::{Format, NotWritten},
        pdf,
        tile::Filters,
        xlsx,
    },
};
use layout::Board;

/// Writes a dashboard, or "ready", with the filters with which it opens.
pub async fn render_dashboard(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    id: &str,
    format: Format,
    language: Language,
) -> Result<Rendered, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let (title, tiles, filters) = match find(&mut tx, &deps.remembered, caller, id).await? {
        Found::Built(dashboard) => (dashboard.title, dashboard.tiles, dashboard.filters),
        Found::Ready(ready) => (ready.title, ready.tiles, Filters::default()),
    };
    let shown = data(tx, deps, config, caller, &tiles, filters).await?;
    let mission = caller.mission()?.code.clone();
    let now = deps.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let file_name = manifest::file_name(&mission, &format!("dashboard-{id}"), language, format.word());
    let identity = format!("dashboard {id} {now}");
    let write =
        move || {
            let board = Board { title: &title, tiles: &tiles, shown: &shown, mission: &mission, now: &now, language };
            let refused = |why: String| NotWritten { format, why };
            match format {
                Format::Csv => Ok(csv::write_table(&board.columns(), board.lines())),
                Format::Xlsx => xlsx::write_tables(&board.document(usize::MAX), language)
                    .map_err(|error| refused(error.to_string())),
                Format::Html => Ok(html::write(&board.document(layout::COLUMNS_MAX)).into_bytes()),
                Format::Docx => docx::write(&board.document(layout::COLUMNS_MAX)).map_err(refused),
                Format::Pdf => pdf::write(&board.document(layout::COLUMNS_MAX), &identity)
                    .map_err(|error| refused(error.to_string())),
            }
        };
    // Layout is work for a processor, not for the runtime's threads.
    let bytes = tokio::task::spawn_blocking(write).await.map_err(Failure::internal)??;
    Ok(Rendered { file_name, content_type: format.content_type(), bytes })
}
