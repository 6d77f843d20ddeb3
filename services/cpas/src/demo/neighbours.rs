//! What headquarters sees side by side: indicators of the library that the demo mission has in use, and two smaller
//! missions beside it that have them too. One of them measures one of them otherwise, and not all report everything.

use std::fmt::Write as _;

use chassis::Failure;
use chrono::NaiveDate;
use cpas_gateway::{
    App,
    routes::{NewMember, NewMission, add_member, open_mission},
    store::missions,
};
use futures::future::try_join_all;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    DemoError, SEED,
    calendar::{Calendar, MONTHS, QUARTERS},
    chance::Chance,
    people::{People, unless_there},
};
use crate::{
    client::{Api, text},
    load,
};

/// Months with values, the last ones of the demo's years.
const SHARED_MONTHS: u32 = 24;
/// How often a value did not come.
const GAPS: f64 = 0.06;
const FILE: &str = "shared-indicators.csv";
const SECTION: &str = "JMAC";

/// An indicator of the library, and about what a mission of the demo's size comes to.
struct Shared {
    code: &'static str,
    monthly: bool,
    /// Of a ratio: its denominator; the value is a share then.
    of: f64,
    typical: f64,
}

const SHARED: &[Shared] = &[
    Shared { code: "POC-DEATHS", monthly: true, of: 0.0, typical: 34.0 },
    Shared { code: "POC-ALERTS", monthly: true, of: 60.0, typical: 0.55 },
    Shared { code: "POC-DISPLACED", monthly: false, of: 0.0, typical: 140_000.0 },
    Shared { code: "POC-RETURNS", monthly: false, of: 0.0, typical: 6_200.0 },
];

/// A mission beside the demo's.
struct Neighbour {
    code: &'static str,
    name: &'static str,
    country: &'static str,
    coordinator: &'static str,
    /// Against the demo's mission.
    size: f64,
    /// What it does not take from the library.
    without: &'static str,
    /// What it measures in another unit than the library, and in which.
    otherwise: Option<(&'static str, &'static str)>,
}

const NEIGHBOURS: &[Neighbour] = &[
    Neighbour {
        code: "UNMIR",
        name: "United Nations Mission in Rimosa",
        country: "Rimosa",
        coordinator: "Aroha Tane",
        size: 0.6,
        without: "",
        otherwise: Some(("POC-RETURNS", "households")),
    },
    Neighbour {
        code: "UNMOS",
        name: "United Nations Mission in Sumora",
        country: "Sumora",
        coordinator: "Mateo Quiroga",
        size: 1.3,
        without: "POC-ALERTS",
        otherwise: None,
    },
];

/// Makes what is not there yet.
pub(super) async fn ensure(app: &App, address: &str, people: &People, today: NaiveDate) -> Result<(), DemoError> {
    let calendar = Calendar::before(today);
    share(&people.coordinator, calendar, 1.0, SHARED.iter().collect(), None).await?;
    approve(people).await?;
    try_join_all(NEIGHBOURS.iter().map(|own| neighbour(app, address, calendar, own))).await?;
    Ok(())
}

/// E-mail addresses and passwords of the coordinators.
pub(super) fn accounts() -> impl Iterator<Item = (&'static str, String, String)> {
    NEIGHBOURS.iter().map(|own| (own.code, email(own.code), password(own.code)))
}

async fn neighbour(app: &App, address: &str, calendar: Calendar, own: &Neighbour) -> Result<(), DemoError> {
    open(app, own).await?;
    let coordinator = Api::sign_in(address, own.code, &email(own.code), &password(own.code)).await?;
    let taken = SHARED.iter().filter(|shared| shared.code != own.without).collect();
    share(&coordinator, calendar, own.size, taken, own.otherwise).await
}

async fn open(app: &App, own: &Neighbour) -> Result<(), Failure> {
    let known = missions::by_code(&mut *app.db.connection().await?, own.code).await?;
    let mission: Uuid = match known {
        Some(row) => row.id,
        None => {
            let new = NewMission {
                code: own.code.to_owned(),
                name: own.name.to_owned(),
                name_fr: String::new(),
                countries: vec![own.country.to_owned()],
                languages: vec!["en".to_owned(), "fr".to_owned()],
                fiscal_year_start_month: 7,
            };
            open_mission(app, new).await?.id.parse().map_err(Failure::internal)?
        }
    };
    let new = NewMember {
        email: email(own.code),
        name: own.coordinator.to_owned(),
        role: "coordinator".to_owned(),
        clearance: "strictly_confidential".to_owned(),
        password: password(own.code),
        ..NewMember::default()
    };
    unless_there(add_member(app, mission, Uuid::nil(), new).await)
}

/// Takes indicators of the library into use and sends their values; once, for what is there is left.
async fn share(
    coordinator: &Api,
    calendar: Calendar,
    size: f64,
    taken: Vec<&Shared>,
    otherwise: Option<(&str, &str)>,
) -> Result<(), DemoError> {
    if batch(coordinator).await?.is_some() {
        return Ok(());
    }
    let codes: Vec<&str> = taken.iter().map(|shared| shared.code).collect();
    let body = json!({"codes": codes, "owner_section": SECTION});
    coordinator.write(Method::POST, "/library/indicators/clone", "", &body).await?;
    for code in &codes {
        let mut indicator = coordinator.get(&format!("/indicators/{code}")).await?;
        let unit = otherwise.filter(|(own, _)| own == code).map(|(_, unit)| unit);
        if let Some(unit) = unit.filter(|unit| text(&indicator, "unit") != *unit) {
            indicator["unit"] = json!(unit);
            let body = json!({"indicator": indicator});
            indicator = coordinator.write(Method::PUT, "/indicators", "", &body).await?;
        }
        for (from, step) in [("draft", "approve"), ("approved", "activate")] {
            if text(&indicator, "state") == from {
                let path = format!("/indicators/{}/{step}", text(&indicator, "id"));
                let body = json!({"version": indicator["version"]});
                indicator = coordinator.write(Method::POST, &path, "", &body).await?;
            }
        }
    }
    let file = values(calendar, size, &taken);
    let sent = load::observe(coordinator, FILE, file.into_bytes(), true).await?;
    if sent.rejected > 0 {
        return Err(DemoError::Unexpected(format!("some values of {FILE} were not taken: {sent:?}")));
    }
    // Ready is when headquarters sees it.
    for code in codes {
        let path = format!("/indicator-pages/{code}");
        coordinator.settle(Method::GET, &path, "", &Value::Null).await?;
        coordinator.until(&path, |page| page["indicator"]["latest_value"].as_f64()).await?;
    }
    Ok(())
}

/// The file of values, if it was committed.
async fn batch(coordinator: &Api) -> Result<Option<Value>, DemoError> {
    let known = coordinator.all("/imports?page_size=100", "batches").await?;
    let same = |batch: &Value| text(batch, "file_name") == FILE && text(batch, "state") == "committed";
    Ok(known.into_iter().find(same))
}

/// In the demo's mission there is somebody who verifies and somebody who approves.
async fn approve(people: &People) -> Result<(), DemoError> {
    let Some(batch) = batch(&people.coordinator).await? else { return Ok(()) };
    for (step, who) in [("verify", &people.verifier), ("approve", &people.component_head)] {
        // Moves what is in the state before, so that a second time moves nothing.
        let body = json!({"batch_id": batch["id"]});
        who.write(Method::POST, &format!("/observations/{step}"), "", &body).await?;
    }
    Ok(())
}

fn values(calendar: Calendar, size: f64, taken: &[&Shared]) -> String {
    let mut file = "Indicator code,Period,Value,Numerator,Denominator\n".to_owned();
    for shared in taken {
        let mut chance = Chance::new(SEED, &format!("{} {size}", shared.code));
        let (first, last) = match shared.monthly {
            true => (MONTHS - SHARED_MONTHS, MONTHS),
            false => (QUARTERS - SHARED_MONTHS / 3, QUARTERS),
        };
        for place in first..last {
            let spread = chance.between(0.85, 1.15);
            if chance.happens(GAPS) {
                continue;
            }
            let step = i32::try_from(place).unwrap_or_default();
            let period = if shared.monthly { calendar.month(step) } else { calendar.quarter(step) };
            let cells = if shared.of > 0.0 {
                let of = (shared.of * size * spread).round().max(1.0);
                format!(",{},{of}", (of * shared.typical * chance.between(0.8, 1.2)).round().min(of))
            } else {
                format!("{},,", (shared.typical * size * spread).round())
            };
            // Writing to a String does not fail.
            let _ = writeln!(file, "{},{period},{cells}", shared.code);
        }
    }
    file
}

fn email(code: &str) -> String {
    format!("coordinator@{}.example", code.to_lowercase())
}

fn password(code: &str) -> String {
    format!("carana-demo-{}", code.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_day_gives_the_same_values_with_gaps() {
        let calendar = Calendar::before("2026-11-24".parse().expect("a day"));
        let all: Vec<&Shared> = SHARED.iter().collect();
        let file = values(calendar, 1.0, &all);
        assert_eq!(file, values(calendar, 1.0, &all));
        let rows = file.lines().count() - 1;
        assert!((50..64).contains(&rows), "{rows} of 64 values: some did not come");
        assert!(file.lines().skip(1).all(|line| line.split(',').count() == 5), "{file}");
        assert!(file.contains(",2026-09,") && file.contains(",2026-Q3,"));
    }
}
