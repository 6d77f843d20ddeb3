//! One account for each role.

use chassis::{Code, Failure};
use cpas_gateway::{
    App,
    routes::{NewMember, NewMission, add_account, add_member, open_mission},
    store::missions,
};
use futures::future::try_join_all;
use uuid::Uuid;

use super::{MISSION, content::Content};
use crate::client::{Api, ApiError};

/// Role, name, clearance.
const MEMBERS: &[(&str, &str, &str)] = &[
    ("contributor", "Samuel Okoro", ""),
    ("focal_point", "Amina Diallo", "confidential"),
    ("verifier", "Jonas Lindqvist", "confidential"),
    ("component_head", "Colonel Maria Quispe", "confidential"),
    ("coordinator", "Priya Raman", "strictly_confidential"),
    ("adviser", "Nadège Mbemba", "strictly_confidential"),
    ("leadership", "Ambassador Helena Sousa", "strictly_confidential"),
    ("reader", "Tomás Herrera", ""),
    ("auditor", "Ingrid Vos", "confidential"),
];
const HQ: (&str, &str) = ("hq_analyst@hq.example", "Daniel Asante");
const OPERATOR: (&str, &str) = ("operator@hq.example", "Mei Tanaka");

/// Everybody who acts in the demo, signed in.
pub(super) struct People {
    pub coordinator: Api,
    pub focal_point: Api,
    pub verifier: Api,
    pub component_head: Api,
    pub adviser: Api,
    pub leadership: Api,
    pub hq_analyst: Api,
}

/// Makes the mission and the accounts, those that are missing.
pub(super) async fn ensure(app: &App) -> Result<(), Failure> {
    let known = missions::by_code(&mut *app.db.connection().await?, MISSION).await?;
    let mission: Uuid = match known {
        Some(row) => row.id,
        None => {
            let new = NewMission {
                code: MISSION.to_owned(),
                name: "United Nations Mission in Carana".to_owned(),
                name_fr: "Mission des Nations Unies en Carana".to_owned(),
                countries: vec!["Carana".to_owned()],
                languages: vec!["en".to_owned(), "fr".to_owned()],
                fiscal_year_start_month: 7,
            };
            open_mission(app, new).await?.id.parse().map_err(Failure::internal)?
        }
    };
    let members = MEMBERS.iter().map(|(role, name, clearance)| async move {
        let new = NewMember {
            email: email(role),
            name: (*name).to_owned(),
            role: (*role).to_owned(),
            clearance: (*clearance).to_owned(),
            password: password(role),
            ..NewMember::default()
        };
        unless_there(add_member(app, mission, Uuid::nil(), new).await)
    });
    try_join_all(members).await?;
    unless_there(add_account(app, HQ.0, HQ.1, password("hq_analyst"), true, false).await)?;
    unless_there(add_account(app, OPERATOR.0, OPERATOR.1, password("operator"), false, true).await)
}

/// Signs in those who act.
pub(super) async fn sign_in(address: &str) -> Result<People, ApiError> {
    let one = |role: &'static str| async move { Api::sign_in(address, MISSION, &email(role), &password(role)).await };
    let headquarters = async { Api::sign_in(address, MISSION, HQ.0, &password("hq_analyst")).await };
    let (coordinator, focal_point, verifier, component_head, adviser, leadership, hq_analyst) = futures::try_join!(
        one("coordinator"),
        one("focal_point"),
        one("verifier"),
        one("component_head"),
        one("adviser"),
        one("leadership"),
        headquarters
    )?;
    Ok(People { coordinator, focal_point, verifier, component_head, adviser, leadership, hq_analyst })
}

/// Says how to get in.
pub fn print_accounts(address: &str) {
    println!("\nOpen {address} and sign in as one of these:");
    println!("  {:<16}{:<34}password", "role", "e-mail");
    for (role, _, _) in MEMBERS {
        println!("  {role:<16}{:<34}{}", email(role), password(role));
    }
    for ((address, _), role) in [(HQ, "hq_analyst"), (OPERATOR, "operator")] {
        println!("  {role:<16}{address:<34}{}", password(role));
    }
    for (mission, address, password) in super::neighbours::accounts() {
        println!("  {:<16}{address:<34}{password}", format!("of {mission}"));
    }
    println!("  The demo's passwords are public: do not open this address to others.\n");
}

fn email(role: &str) -> String {
    format!("{role}@unmic.example")
}

fn password(role: &str) -> String {
    format!("carana-demo-{role}")
}

pub(super) fn unless_there<T>(made: Result<T, Failure>) -> Result<(), Failure> {
    match made {
        Ok(_) => Ok(()),
        Err(failure) if failure.code == Code::Conflict => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Codes of all provinces.
pub(super) fn all_areas(content: &Content) -> Vec<String> {
    (1..=content.provinces.len()).map(super::provinces::area_code).collect()
}
