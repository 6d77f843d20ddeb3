//! The assessment service on a real PostgreSQL and a real nats-server.

mod access;
mod comparisons;
mod contribution;
mod contributions;
mod decisions;
mod events;
mod findings;
mod forecast;
mod freezing;
mod gaps;
mod gathering;
mod hot_spots;
mod intervals;
mod linked;
mod neighbours;
mod plan_changes;
mod recommendations;
mod seasons;
mod since;
mod trend;
mod workshop;
mod workshop_votes;
mod world;
