//! Reporting: what the mission knows, for those who must know it. Keeps read models from the events of
//! all services, and turns them into a mission's home, dashboards and fact sheets.
//!
//! Invariant: the same snapshot gives the same bytes (`the_same_snapshot_gives_the_same_bytes` in `domain::pdf`
//! and `domain::html`, `a_published_sheet_is_the_same_bytes_each_time` in `tests/it`).
//! Invariant: what was published can be told from anything else, far away and without this system
//! (`one_changed_bit_is_found` in `domain::manifest`).
//! Invariant: words of others are shown, never run (`hostile_words_*` in `domain`).
//! Invariant: a public sheet cites nothing above unclassified and shows no count of very few persons
//! (`domain::citation`, `no_small_cell_can_be_computed_back`, and a constraint of the table).
//! Invariant: people outside read a published paper where the mission wills it, and nothing once it is withdrawn or its
//! address taken back (`nobody_reads_a_paper_after_its_withdrawal`, `what_is_not_open_is_not_told_from_what_never_was`).
//! Invariant: what was published is never changed (`domain::sheet`, and a trigger of the table).
//! Invariant: the read model is the same whatever the order in which events arrive, and after a rebuild
//! (`a_rebuild_gives_the_same_model` and `an_older_state_never_replaces_a_newer` in `tests/it`).
//! Invariant: a mission is read from outside by headquarters only, and sees each read; one that is not read has no trace
//! (`each_mission_that_is_read_sees_it_and_no_other` in `tests/it`).
//! Invariant: what is missing is never zero and never ranked, and a definition that differs is never ranked with the
//! others (`missions_are_ranked_where_their_definitions_are_the_librarys` in `tests/it`).
//! Invariant: values of several missions become one only as the library defines them, a ratio as sum over sum
//! (`a_theme_opens_what_it_counts_and_adds_up_only_what_the_library_defines` in `tests/it`,
//! `a_ratio_lies_between_its_parts` in `domain::theme`).
//! Invariant: when a record first was in a state is the same in whatever order it was heard, and after a rebuild
//! (`a_rebuild_knows_again_when_states_were_reached` in `tests/it`).
//! Invariant: a private dashboard is its maker's alone: nobody else reads it, counts it or hears of it
//! (`a_private_dashboard_is_its_makers_alone` in `tests/it`, `nobody_takes_what_is_private` in `domain::dashboard`).
//! Invariant: a tile says what it cannot show, and a missing value is never zero (`a_gap_is_missing_and_never_zero`
//! in `tests/it`, `an_axis_goes_from_period_to_period` in `domain::window`).
//! Invariant: a table tells what the tile tells, no more, and of what is suppressed not even what would let it be computed
//! (`a_tiles_rows_are_what_the_tile_shows` in `tests/it`, `no_sum_is_left_with_one_that_is_hidden` in
//! `domain::disclosure::told`).
//! Invariant: what is kept beside the records is what they say, in whatever order they came, at each clearance
//! (`what_is_kept_is_what_the_records_say` in `tests/it`).
//! Invariant: a reader is told only of what is published (`a_reader_sees_only_what_is_published`).
//!
//! Not here: the values themselves. They are collection's; a sheet reads them there as known at its
//! snapshot, and a read model keeps only the series that screens show.

pub mod api;
pub mod app;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod store;

use chassis::{
    Bus, Clock, Db, Link, Service,
    config::BadConfig,
    run::{Base, Binary},
};
use cpas_proto::reporting::v1::reporting_service_server::ReportingServiceServer;

pub use config::Config;
use domain::manifest::PaperKey;
pub use error::Error;
pub use store::MIGRATOR;

/// What the service needs from outside.
#[derive(Clone)]
pub struct Deps {
    pub db: Db,
    pub bus: Bus,
    pub clock: Clock,
    pub collection: Link,
    /// Signs what is published; without one it goes out unsigned.
    pub paper_key: Option<PaperKey>,
    pub remembered: std::sync::Arc<app::Remembered>,
}

/// The name of the service, as an audience and in subjects of events.
pub const NAME: &str = "reporting";

/// The service: its routes, and what it hears. The outbox relay comes with it.
pub fn service(config: Config, deps: Deps) -> Service {
    let (db, bus) = (deps.db.clone(), deps.bus.clone());
    let series = events::series_inbox(deps.collection.clone());
    let server = ReportingServiceServer::new(api::Api { deps, config });
    Service::new(NAME, db, bus, tonic::service::Routes::new(server))
        .hears(events::records_inbox())
        .hears(series)
        .hears(events::papers_inbox())
}

/// The service as a binary of its own.
pub const BINARY: Binary<Config> = Binary { name: NAME, defaults: config::DEFAULTS, migrations: &MIGRATOR, build };

fn build(config: Config, base: Base) -> Result<Service, BadConfig> {
    let collection = base.link("collection")?;
    let paper_key = config.paper_key()?;
    Ok(service(
        config,
        Deps { db: base.db, bus: base.bus, clock: base.clock, collection, paper_key, remembered: Default::default() },
    ))
}
