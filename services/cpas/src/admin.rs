//! `cpas admin`: the first account and mission of an installation, made directly in the gateway's
//! database while nobody can sign in yet.

use std::io::{self, IsTerminal as _, Read as _};

use chassis::{Bus, Clock, Db, Failure, Identity, Link};
use cpas_gateway::{
    App, Config, Links,
    routes::{NewMember, NewMission, add_account, add_member, open_mission},
};
use uuid::Uuid;

/// What `cpas admin` is told.
#[derive(Debug, clap::Args)]
pub struct Admin {
    /// URL of the gateway's database, as its application role.
    #[arg(long, env = "CPAS__DATABASE__URL", hide_env_values = true)]
    database_url: String,
    /// URL of NATS.
    #[arg(long, env = "CPAS__NATS__URL", hide_env_values = true)]
    nats_url: String,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, clap::Subcommand)]
enum Task {
    /// Makes an operator, who opens and closes missions. The password comes from CPAS_PASSWORD or the
    /// standard input.
    CreateOperator {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
    },
    /// Opens a mission, and makes its first coordinator where one is named.
    CreateMission {
        /// Capital letters and digits, "MINUSCA".
        #[arg(long)]
        code: String,
        #[arg(long)]
        name: String,
        /// Its name in French, where it has one of its own.
        #[arg(long, default_value = "")]
        name_fr: String,
        /// Month in which the fiscal year starts, 1 to 12.
        #[arg(long, default_value_t = 7)]
        fiscal_year_start_month: u32,
        /// ISO codes of the countries, "CF".
        #[arg(long, value_delimiter = ',')]
        countries: Vec<String>,
        #[arg(long, value_delimiter = ',', default_value = "en,fr")]
        languages: Vec<String>,
        /// E-mail address of the first coordinator; the password as for an operator.
        #[arg(long, requires = "coordinator_name")]
        coordinator_email: Option<String>,
        #[arg(long)]
        coordinator_name: Option<String>,
    },
}

/// Why it was not made.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error("{0}")]
    Refused(#[from] Failure),
    #[error(transparent)]
    Config(#[from] chassis::config::BadConfig),
    #[error("There is no password: set CPAS_PASSWORD, or send it to the standard input (`cpas admin … < file`).")]
    NoPassword,
    #[error("The password cannot be read: {0}.")]
    Unreadable(#[from] io::Error),
}

/// Does the task.
///
/// # Errors
/// The database does not answer, or the gateway refuses in a sentence.
pub async fn run(admin: Admin) -> Result<(), AdminError> {
    let app = gateway(&admin).await?;
    match admin.task {
        Task::CreateOperator { email, name } => {
            add_account(&app, &email, &name, password()?, false, true).await?;
            println!("{name} is an operator and signs in as {email}.");
        }
        Task::CreateMission {
            code,
            name,
            name_fr,
            fiscal_year_start_month,
            countries,
            languages,
            coordinator_email,
            coordinator_name,
        } => {
            // Before anything is stored.
            let password = coordinator_email.as_ref().map(|_| password()).transpose()?;
            let new = NewMission { code, name, name_fr, countries, languages, fiscal_year_start_month };
            let mission = open_mission(&app, new).await?;
            println!("Mission {} is open.", mission.code);
            if let (Some(email), Some(password)) = (coordinator_email, password) {
                let id: Uuid = mission.id.parse().map_err(Failure::internal)?;
                let new = NewMember {
                    email: email.clone(),
                    name: coordinator_name.unwrap_or_default(),
                    role: "coordinator".to_owned(),
                    clearance: "confidential".to_owned(),
                    password,
                    ..NewMember::default()
                };
                let member = add_member(&app, id, Uuid::nil(), new).await?;
                println!("{} coordinates it and signs in as {email}.", member.name);
            }
        }
    }
    Ok(())
}

/// The gateway's library on its database; the services are not asked for anything.
async fn gateway(admin: &Admin) -> Result<App, AdminError> {
    let mut config: chassis::config::Whole<Config> =
        chassis::config::load(cpas_gateway::DEFAULTS, None, Default::default())?;
    config.database.url = admin.database_url.clone();
    config.database.connections_max = 2;
    config.nats.url = admin.nats_url.clone();
    let clock = Clock::system();
    let db = Db::open("gateway", &config.database, clock.clone())?;
    let bus = Bus::connect("gateway", &config.nats).await?;
    let identity = Identity::circle(&["gateway"], &clock)["gateway"].clone();
    let nowhere = |name| Link::local(name, identity.clone(), axum::Router::new());
    let links = Links {
        context: nowhere("context"),
        planning: nowhere("planning"),
        collection: nowhere("collection"),
        assessment: nowhere("assessment"),
        reporting: nowhere("reporting"),
    };
    Ok(App::new(db, bus, config.service, links)?)
}

/// From the environment or the standard input, so that it is in no list of processes.
fn password() -> Result<String, AdminError> {
    if let Some(password) = std::env::var("CPAS_PASSWORD").ok().filter(|password| !password.is_empty()) {
        return Ok(password);
    }
    if io::stdin().is_terminal() {
        return Err(AdminError::NoPassword);
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let password = text.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() { Err(AdminError::NoPassword) } else { Ok(password) }
}
