//! What the processes of the system hold in memory.

use std::{collections::BTreeMap, fs};

use crate::{cluster::SERVICES, samples::promise};

/// The most that collection may hold, in kilobytes: 300 MB.
const COLLECTION_MAX: u64 = 300_000_000 / 1024;

/// Resident memory now, and the most until now, in kilobytes.
#[derive(Clone, Copy)]
pub struct Resident {
    now: u64,
    most: u64,
}

/// Of every service that this process started; empty where there is no `/proc`.
pub fn residents() -> BTreeMap<&'static str, Resident> {
    let own = std::process::id().to_string();
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(status) = fs::read_to_string(entry.path().join("status")) else { continue };
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.strip_prefix(':')?.split_whitespace().next()
        };
        if field("PPid") != Some(own.as_str()) {
            continue;
        }
        let service = SERVICES.iter().find(|name| field("Name") == Some(&format!("cpas-{name}")));
        let kilobytes = |name| field(name)?.parse().ok();
        if let (Some(service), Some(now), Some(most)) = (service, kilobytes("VmRSS"), kilobytes("VmHWM")) {
            found.insert(*service, Resident { now, most });
        }
    }
    found
}

/// The most that a service held until now, in kilobytes; `None` where there is no `/proc`.
pub fn most(service: &str) -> Option<u64> {
    residents().get(service).map(|resident| resident.most)
}

/// Prints the idle processes, and the same after all that was measured.
pub fn show(idle: &BTreeMap<&str, Resident>, after: &BTreeMap<&str, Resident>) {
    if idle.is_empty() {
        println!("(6) Memory was not measured: this system has no /proc.");
        return;
    }
    println!("| (6) resident memory | idle | after the run | most during the run |");
    println!("|---|--:|--:|--:|");
    let shown = |kilobytes: u64| format!("{:.1} MB", kilobytes as f64 * 1024.0 / 1e6);
    for (name, resident) in idle {
        let after = after.get(name).map_or_else(
            || "not measured | not measured".to_owned(),
            |after| format!("{} | {}", shown(after.now), shown(after.most)),
        );
        println!("| {name} | {} | {after} |", shown(resident.now));
    }
    if let Some(resident) = after.get("collection") {
        promise(resident.most <= COLLECTION_MAX, || {
            format!("(6) collection held {}, at most {} was promised", shown(resident.most), shown(COLLECTION_MAX))
        });
    }
}
