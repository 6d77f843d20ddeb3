//! Every table that holds something of a mission forces row-level security, in every service's database.

use chassis::testing::Database;
use sqlx::{Connection as _, PgConnection, migrate::Migrator};

/// The gateway's tables decide which missions somebody may enter; they are read before one is known.
const ROOT_OF_TENANCY: &[&str] = &["membership", "api_token"];
/// Read and written by relay, consumers and senders for all missions: chassis' own, the ids of messages that are to be sent
/// to other systems and to members, and when; a request reaches those of its own mission only.
const MACHINERY: &[&str] =
    &["outbox", "dead_letter", "alarm", "webhook_queue", "digest_queue", "subscription_clock", "subscription_queue"];

#[tokio::test(flavor = "multi_thread")]
async fn every_tenant_table_forces_row_level_security() {
    let services: [(&str, &'static Migrator); 6] = [
        ("context", &cpas_context::MIGRATOR),
        ("planning", &cpas_planning::MIGRATOR),
        ("collection", &cpas_collection::MIGRATOR),
        ("assessment", &cpas_assessment::MIGRATOR),
        ("reporting", &cpas_reporting::MIGRATOR),
        ("gateway", &cpas_gateway::MIGRATOR),
    ];
    let mut guarded = 0;
    for (service, migrations) in services {
        let database = Database::create(service, migrations).await;
        let mut connection = PgConnection::connect(&database.owner_url).await.expect("the database");
        let tables: Vec<(String, bool, bool)> = sqlx::query_as(
            "SELECT c.relname::text, c.relrowsecurity AND c.relforcerowsecurity, \
                    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'mission_id') \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')",
        )
        .fetch_all(&mut connection)
        .await
        .expect("the tables");
        for (table, is_guarded, has_mission) in tables {
            let exempt = MACHINERY.contains(&table.as_str())
                || (service == "gateway" && ROOT_OF_TENANCY.contains(&table.as_str()));
            if has_mission && !exempt {
                assert!(is_guarded, "{service}.{table} has rows of missions and no forced row-level security");
                guarded += 1;
            }
        }
        let unsafe_views: Vec<String> = sqlx::query_scalar(
            "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND (c.relkind = 'm' OR (c.relkind = 'v' \
             AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false)))",
        )
        .fetch_all(&mut connection)
        .await
        .expect("the views");
        assert!(unsafe_views.is_empty(), "{service}: views that go round row-level security: {unsafe_views:?}");
        let (owns, powerful): (i64, bool) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname LIKE '%\\_app'), \
                    EXISTS (SELECT FROM pg_roles WHERE rolname LIKE '%\\_app' AND (rolsuper OR rolbypassrls))",
        )
        .fetch_one(&mut connection)
        .await
        .expect("the roles");
        assert_eq!((owns, powerful), (0, false), "{service}: the application role owns nothing and goes round nothing");
    }
    assert!(guarded > 20, "only {guarded} tables: the walk saw little");
}
