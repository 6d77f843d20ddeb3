//! Making a service's database: roles, the database, and its migrations.

use std::str::FromStr as _;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, migrate::Migrator, postgres::PgConnectOptions};

static CHASSIS: Migrator = sqlx::migrate!();

/// A database that could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    #[error("the address of the database cannot be used or does not answer: {0}")]
    Connect(#[source] sqlx::Error),
    #[error("a statement failed while the database was made: {0}")]
    Statement(#[source] sqlx::Error),
    #[error("the migrations did not run: {0}. What ran before is kept; nothing is half done")]
    Migrate(#[source] sqlx::migrate::MigrateError),
}

/// Makes `cpas_<service>` with its owner and its application role, where they are missing; both roles
/// get the password. Returns the addresses of the owner and of the application.
///
/// For a database of one's own (a laptop, a test). A cluster's operator makes these by its own means.
///
/// # Errors
/// When the superuser's address does not answer, or lacks the rights.
pub async fn create_database(
    superuser_url: &str,
    database: &str,
    password: &str,
) -> Result<(String, String), PrepareError> {
    let options = PgConnectOptions::from_str(superuser_url).map_err(PrepareError::Connect)?;
    let mut connection = PgConnection::connect_with(&options).await.map_err(PrepareError::Connect)?;
    let (owner, app) = (format!("{database}_owner"), format!("{database}_app"));
    // One at a time: roles belong to the whole cluster.
    let lock = super::lock_number("cpas create database");
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(lock)
        .execute(&mut connection)
        .await
        .map_err(PrepareError::Statement)?;
    for (role, attributes) in [("cpas_app", "NOLOGIN"), ("cpas_across", "NOLOGIN"), (&owner, "LOGIN"), (&app, "LOGIN")]
    {
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
            .bind(role)
            .fetch_one(&mut connection)
            .await
            .map_err(PrepareError::Statement)?;
        if !exists {
            run(&mut connection, format!("CREATE ROLE {} {attributes} NOSUPERUSER NOBYPASSRLS", quoted(role))).await?;
        }
        if attributes == "LOGIN" {
            run(&mut connection, format!("ALTER ROLE {} PASSWORD {}", quoted(role), literal(password))).await?;
        }
    }
    run(&mut connection, format!("GRANT cpas_app TO {}", quoted(&app))).await?;
    // Taken on for one transaction, never by the way: the door of `Db::begin_across`.
    run(&mut connection, format!("GRANT cpas_across TO {} WITH INHERIT FALSE, SET TRUE", quoted(&app))).await?;
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(database)
        .fetch_one(&mut connection)
        .await
        .map_err(PrepareError::Statement)?;
    if !exists {
        run(&mut connection, format!("CREATE DATABASE {} OWNER {}", quoted(database), quoted(&owner))).await?;
        run(&mut connection, format!("REVOKE ALL ON DATABASE {} FROM PUBLIC", quoted(database))).await?;
        run(&mut connection, format!("GRANT CONNECT ON DATABASE {} TO {}", quoted(database), quoted(&app))).await?;
    }
    sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(lock)
        .execute(&mut connection)
        .await
        .map_err(PrepareError::Statement)?;
    let url =
        |role: &str| format!("postgres://{role}:{password}@{}:{}/{database}", options.get_host(), options.get_port());
    Ok((url(&owner), url(&app)))
}

/// Runs the migrations of chassis and then those of the service, as the owner.
///
/// # Errors
/// When the database does not answer, or a migration fails; a failed one is rolled back.
pub async fn migrate(owner_url: &str, service: &Migrator) -> Result<(), PrepareError> {
    let options = PgConnectOptions::from_str(owner_url).map_err(PrepareError::Connect)?;
    let mut connection = PgConnection::connect_with(&options).await.map_err(PrepareError::Connect)?;
    let mut chassis = Migrator { migrations: CHASSIS.migrations.clone(), ..Migrator::DEFAULT };
    chassis.dangerous_set_table_name("_chassis_migrations");
    chassis.run(&mut connection).await.map_err(PrepareError::Migrate)?;
    run(&mut connection, "GRANT USAGE ON SCHEMA public TO cpas_app".to_owned()).await?;
    service.run(&mut connection).await.map_err(PrepareError::Migrate)?;
    connection.close().await.map_err(PrepareError::Connect)
}

pub(crate) async fn run(connection: &mut PgConnection, statement: String) -> Result<(), PrepareError> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.map(drop).map_err(PrepareError::Statement)
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
