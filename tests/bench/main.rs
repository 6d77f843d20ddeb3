//! What the system costs, each figure beside a baseline measured in the same run. See README.md.

#[path = "../../services/planning/tests/it/archive.rs"]
mod archive;
mod bare;
#[path = "../it/cluster.rs"]
#[expect(dead_code, reason = "the journeys use more of it")]
mod cluster;
mod data;
mod hostile;
mod import;
mod memory;
#[path = "../it/people.rs"]
#[expect(dead_code, reason = "the journeys use more of it")]
mod people;
mod phones;
mod reads;
mod reports;
mod requests;
mod samples;
mod scaled;
mod stage;
mod writes;

use std::time::{Duration, Instant};

use cluster::Cluster;
use stage::Stage;

const ROWS_DEFAULT: usize = 1_200_000;
/// Until the processes have finished what they do at their start.
const SETTLE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() {
    let rows = match std::env::var("CPAS_BENCH_ROWS") {
        Ok(rows) => rows.parse().expect("CPAS_BENCH_ROWS is a number of rows"),
        Err(_) => ROWS_DEFAULT,
    };
    let began = Instant::now();
    let cluster = Cluster::start().await;
    tokio::time::sleep(SETTLE).await;
    let idle = memory::residents();
    let mut stage = Stage::set(cluster).await;
    machine(&stage).await;

    let bare = bare::serve(stage.collection.clone()).await;
    // Parts that are named are measured, and all where none is.
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    samples::heading();
    if wanted("requests") {
        requests::nothing(&stage, &bare).await;
    }
    if wanted("writes") {
        writes::measure(&stage).await;
    }
    if wanted("data") {
        import::measure(&stage, rows).await;
        requests::series(&stage, &bare).await;
        data::measure(&stage, &bare, rows).await;
    }
    if wanted("phones") {
        phones::measure(&stage).await;
    }
    if wanted("plans") {
        let plan = reads::measure(&stage, &bare).await;
        hostile::measure(&stage.team.coordinator, &plan).await;
    }
    if wanted("reports") {
        reports::measure(&stage, &bare).await;
    }
    println!();
    memory::show(&idle, &memory::residents());
    for name in cluster::SERVICES {
        stage.cluster.terminate(name);
    }
    println!("\nThe whole run took {:.0} s.", began.elapsed().as_secs_f64());
    let broken = samples::broken_promises();
    broken.iter().for_each(|one| println!("NOT KEPT: {one}"));
    // Of a debug build the times say nothing.
    if !broken.is_empty() && !cfg!(debug_assertions) {
        std::process::exit(1);
    }
}

/// What the figures were measured on.
async fn machine(stage: &Stage) {
    let postgres: String =
        sqlx::query_scalar("SHOW server_version").fetch_one(&stage.collection).await.expect("a version");
    let file = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let after = |text: String, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
        line.map_or_else(|| "unknown".to_owned(), |line| line.trim_start_matches([':', ' ', '\t']).to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("- {cores} cores, {}", after(file("/proc/cpuinfo"), "model name"));
    println!("- memory {}, load average {}", after(file("/proc/meminfo"), "MemTotal"), file("/proc/loadavg").trim());
    println!("- PostgreSQL {postgres}, flushing to disk; all on the loopback of one machine");
    if cfg!(debug_assertions) {
        println!("- NOT OPTIMISED: a debug build. The ratios say nothing.");
    }
    println!();
}
