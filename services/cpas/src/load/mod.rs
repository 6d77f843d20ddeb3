//! `cpas load` and `cpas events`: a folder, or a file of events, through the public API.
//!
//! Invariant: running it again adds nothing (`loading_again_adds_nothing` in `tests/it`).

mod framework;
mod tally;

use std::{
    collections::BTreeMap,
    fs::File,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{Api, ApiError, count, text};
pub use framework::{Framework, FrameworkError};
pub use tally::{Report, Tally};

/// Where the system is and who asks.
#[derive(Debug, clap::Args)]
pub struct Door {
    /// Address of the system.
    #[arg(long, env = "CPAS_URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// API token of a coordinator of the mission.
    #[arg(long, env = "CPAS_TOKEN", hide_env_values = true)]
    token: String,
    /// Code of the mission, "MINUSCA".
    #[arg(long)]
    mission: String,
}

/// What `cpas load` is told.
#[derive(Debug, clap::Args)]
pub struct Load {
    /// Folder with boundaries.geojson, observations.csv and perhaps framework.yaml.
    folder: PathBuf,
    #[command(flatten)]
    door: Door,
}

/// What `cpas events` is told.
#[derive(Debug, clap::Args)]
pub struct Events {
    /// CSV of geocoded events, in UCDP's or ACLED's columns or like them.
    file: PathBuf,
    /// unclassified, confidential or strictly_confidential: none of them is less classified than this.
    #[arg(long, default_value = "")]
    classification: String,
    #[command(flatten)]
    door: Door,
}

/// Why a load ended early. What was stored before stays, and a second run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("There is no folder {}.", .0.display())]
    NoFolder(PathBuf),
    #[error("The folder {} has neither boundaries.geojson nor observations.csv nor framework.yaml.", .0.display())]
    NothingToLoad(PathBuf),
    #[error("{} cannot be read: {error}.", path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("{}: {error}", path.display())]
    Csv { path: PathBuf, error: csv::Error },
    #[error(transparent)]
    Framework(#[from] FrameworkError),
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// Loads a folder and prints what came of it.
///
/// # Errors
/// Names the file or the call that failed.
pub async fn run(load: Load) -> Result<(), LoadError> {
    let api = Api::with_token(&load.door.url, &load.door.mission, &load.door.token)?;
    let report = folder(&api, &load.folder).await?;
    print!("{report}");
    Ok(())
}

/// Loads a file of events and prints what came of it.
///
/// # Errors
/// Names the file or the call that failed.
pub async fn run_events(events: Events) -> Result<(), LoadError> {
    let api = Api::with_token(&events.door.url, &events.door.mission, &events.door.token)?;
    let mut report = Report::default();
    report.push("events", self::events(&api, &events.file, &events.classification).await?);
    print!("{report}");
    Ok(())
}

/// Loads areas, indicators and observations of a folder, those that it has.
///
/// # Errors
/// Names the file or the call that failed.
pub async fn folder(api: &Api, folder: &Path) -> Result<Report, LoadError> {
    if !folder.is_dir() {
        return Err(LoadError::NoFolder(folder.to_owned()));
    }
    let present = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
    let (boundaries, observations) = (present("boundaries.geojson"), present("observations.csv"));
    let framework = present("framework.yaml");
    if boundaries.is_none() && observations.is_none() && framework.is_none() {
        return Err(LoadError::NothingToLoad(folder.to_owned()));
    }
    let mut report = Report::default();
    let mut new = 0;
    if let Some(path) = boundaries {
        let tally = areas(api, read(&path)?).await?;
        new += tally.added + tally.changed;
        report.push("areas", tally);
    }
    let framework = framework.map(|path| read(&path).and_then(|file| Ok(Framework::parse(&file)?))).transpose()?;
    let mut wanted = framework.unwrap_or_default();
    if let Some(path) = &observations {
        wanted.complete(&codes(path)?);
    }
    let tally = indicators(api, &wanted).await?;
    new += tally.added;
    report.push("indicators", tally);
    if let Some(path) = observations {
        report.push("observations", observe(api, "observations.csv", read(&path)?, new > 0).await?);
    }
    Ok(report)
}

/// Loads areas from GeoJSON, all or none.
///
/// # Errors
/// As all calls.
pub async fn areas(api: &Api, geojson: Vec<u8>) -> Result<Tally, ApiError> {
    eprintln!("areas: sending {} kB ...", geojson.len() / 1_000);
    let answer = api.upload("/areas", "application/geo+json", geojson).await?;
    let rejected = answer["rejected"].as_array().cloned().unwrap_or_default();
    for feature in &rejected {
        eprintln!("  feature {} {}: {}", feature["index"], text(feature, "code"), text(feature, "reason"));
    }
    Ok(Tally {
        read: count(&answer, "read"),
        added: count(&answer, "added"),
        changed: count(&answer, "updated"),
        unchanged: count(&answer, "unchanged"),
        rejected: rejected.len() as u64,
        ..Tally::default()
    })
}

/// Drafts the indicators that the mission lacks; those that it has stay as they are.
async fn indicators(api: &Api, wanted: &Framework) -> Result<Tally, ApiError> {
    let known = api.all("/indicators?page_size=500", "indicators").await?;
    let known: Vec<String> = known.iter().map(|indicator| text(indicator, "code").to_uppercase()).collect();
    let mut tally = Tally { read: wanted.indicators.len() as u64, ..Tally::default() };
    for indicator in &wanted.indicators {
        if known.contains(&indicator.code.to_uppercase()) {
            tally.unchanged += 1;
            continue;
        }
        eprintln!("indicators: drafting {} ...", indicator.code);
        match api.write(Method::POST, "/indicators", "", &json!({"indicator": indicator.message()})).await {
            Ok(_) => tally.added += 1,
            Err(ApiError::Refused { detail, .. }) => {
                eprintln!("  {}: {detail}", indicator.code);
                tally.rejected += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(tally)
}

/// Imports a CSV of observations: a dry run, then its good rows, submitted. `is_fresh`: areas or
/// indicators were made just now, and news of them may still be on the way to where observations are kept.
///
/// # Errors
/// As all calls.
pub async fn observe(api: &Api, file_name: &str, file: Vec<u8>, is_fresh: bool) -> Result<Tally, ApiError> {
    eprintln!("observations: checking {} kB ...", file.len() / 1_000);
    let path = format!("/imports?file_name={file_name}");
    let mut preview = api.upload(&path, "text/csv", file.clone()).await?;
    for _ in 0..if is_fresh { FRESH_TRIES } else { 0 } {
        if count(&preview, "rows_rejected") == 0 {
            break;
        }
        tokio::time::sleep(FRESH_PAUSE).await;
        preview = api.upload(&path, "text/csv", file.clone()).await?;
    }
    for row in preview["rejected"].as_array().into_iter().flatten().take(REJECTED_SHOWN) {
        eprintln!("  row {} {}: {}", row["row"], text(row, "column"), text(row, "reason"));
    }
    let changes = count(&preview, "rows_added") + count(&preview, "rows_changed");
    let batch = if changes == 0 {
        preview
    } else {
        eprintln!("observations: storing {changes} ...");
        let body = json!({"version": preview["version"], "submit": true});
        api.write(Method::POST, &format!("/imports/{}/commit", text(&preview, "id")), "", &body).await?
    };
    Ok(of_batch(&batch))
}

/// How often a file is checked again while news of its areas and indicators is on the way.
const FRESH_TRIES: u32 = 5;
const FRESH_PAUSE: Duration = Duration::from_secs(1);

/// How often events are sent again while news of areas is on the way; it always comes.
const AREAS_TRIES: u32 = 30;

/// Rejected rows that are shown; all of them can be downloaded.
const REJECTED_SHOWN: usize = 20;

fn of_batch(batch: &Value) -> Tally {
    Tally {
        read: count(batch, "rows_read"),
        added: count(batch, "rows_added"),
        changed: count(batch, "rows_changed"),
        unchanged: count(batch, "rows_unchanged"),
        rejected: count(batch, "rows_rejected"),
        ..Tally::default()
    }
}

/// Sends a file of events; the system keeps those that lie in an area of the mission. While news of areas is
/// still on the way to where events are kept, it is sent again: what lies in those areas comes in then.
///
/// # Errors
/// The file cannot be read, or as all calls.
pub async fn events(api: &Api, path: &Path, classification: &str) -> Result<Tally, LoadError> {
    let file = read(path)?;
    eprintln!("events: sending {} kB ...", file.len() / 1_000);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    send_events(api, &name, file, classification).await
}

/// The same of a file that is at hand; its name is of letters, digits, `-`, `_` and `.`.
///
/// # Errors
/// The system does not take it.
pub async fn send_events(api: &Api, name: &str, file: Vec<u8>, classification: &str) -> Result<Tally, LoadError> {
    let path = format!("/events?file_name={name}&classification={classification}");
    let areas = api.get("/areas").await?["areas"].as_array().map_or(0, Vec::len) as u64;
    let (mut added, mut changed, mut tries) = (0, 0, AREAS_TRIES);
    let answer = loop {
        match api.upload(&path, "text/csv", file.clone()).await {
            Ok(answer) => {
                added += count(&answer, "added");
                changed += count(&answer, "changed");
                if tries == 0 || count(&answer, "areas") >= areas {
                    break answer;
                }
            }
            Err(ApiError::Refused { status, .. }) if status == StatusCode::CONFLICT && areas > 0 && tries > 0 => {}
            Err(error) => return Err(error.into()),
        }
        tries -= 1;
        eprintln!("events: not all of the {areas} areas have arrived where events are kept; again in a moment ...");
        tokio::time::sleep(FRESH_PAUSE).await;
    };
    for row in answer["rejected"].as_array().into_iter().flatten().take(REJECTED_SHOWN) {
        eprintln!("  row {} {}: {}", row["row"], text(row, "column"), text(row, "reason"));
    }
    let (read, outside, rejected) =
        (count(&answer, "read"), count(&answer, "outside"), count(&answer, "rows_rejected"));
    let unchanged = read.saturating_sub(added + changed + outside + rejected);
    Ok(Tally { read, added, changed, unchanged, outside, rejected })
}

/// The codes of indicators in a CSV of observations, with the shape of a period of each.
fn codes(path: &Path) -> Result<BTreeMap<String, String>, LoadError> {
    let unreadable = |error| LoadError::Unreadable { path: path.to_owned(), error };
    let broken = |error| LoadError::Csv { path: path.to_owned(), error };
    let file = File::open(path).map_err(unreadable)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let headings = reader.headers().map_err(broken)?.clone();
    let named = |words: &[&str]| {
        headings.iter().position(|heading| words.iter().any(|word| heading.to_lowercase().contains(word)))
    };
    let (Some(code), Some(period)) =
        (named(&["indicator", "indicateur"]), named(&["period", "year", "date", "month", "quarter", "annee", "année"]))
    else {
        // The import says more exactly what is missing.
        return Ok(BTreeMap::new());
    };
    let mut codes = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(broken)?;
        let cell = |place: usize| row.get(place).unwrap_or_default().trim().to_owned();
        if !cell(code).is_empty() && !cell(code).starts_with('#') {
            codes.entry(cell(code)).or_insert_with(|| cell(period));
        }
    }
    Ok(codes)
}

fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    std::fs::read(path).map_err(|error| LoadError::Unreadable { path: path.to_owned(), error })
}
