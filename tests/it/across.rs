//! Headquarters through the outer door: a shared indicator of two missions side by side, and each mission sees who read.

use chassis::testing::eventually;
use cpas_gateway::routes::add_account;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    cluster::Cluster,
    people::{PASSWORD, Person, team, text},
};

const HQ: &str = "daniel@hq.example";
const SHARED: &str = "//hq/shared-indicators";

/// A mission takes an indicator of the library into use.
async fn takes_up(coordinator: &Person, code: &str) {
    let cloned = coordinator.post("/library/indicators/clone", json!({"codes": [code], "owner_section": "JMAC"})).await;
    let mut indicator = cloned["indicators"][0].clone();
    for step in ["approve", "activate"] {
        let path = format!("/indicators/{}/{step}", text(&indicator, "id"));
        indicator = coordinator.post(&path, json!({"version": indicator["version"]})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headquarters_reads_across_missions_and_each_sees_it() {
    let cluster = Cluster::start().await;
    add_account(&cluster.app, HQ, "Daniel Asante", PASSWORD.to_owned(), true, false).await.expect("an account");
    let one = team(&cluster.app, &cluster.address, "MONE").await;
    let other = team(&cluster.app, &cluster.address, "MTWO").await;
    let hq = Person::sign_in(&cluster.address, "MONE", HQ).await;
    let code = "POC-RETURNS";
    for coordinator in [&one.coordinator, &other.coordinator] {
        takes_up(coordinator, code).await;
    }
    eventually("both missions are seen", || async {
        let shared = hq.get(SHARED).await;
        shared["indicators"][0]["missions"] == json!(["MONE", "MTWO"])
    })
    .await;
    let map = hq.get(&format!("{SHARED}/{code}?frequency=quarter&first_period=2024-Q1&last_period=2024-Q4")).await;
    assert_eq!(map["rows"].as_array().map(Vec::len), Some(2), "{map}");
    assert_eq!(map["rows"][0]["cautions"], json!([]), "both have the library's definition: {map}");

    // The mission reads in its own language who read it, and for what.
    let reads = one.coordinator.get("/reads-from-outside").await;
    let [newest, ..] = reads["reads"].as_array().map(Vec::as_slice).expect("a list") else { panic!("{reads}") };
    assert_eq!((&newest["account_name"], &newest["clearance"]), (&json!("Daniel Asante"), &json!("confidential")));
    let said = format!("Valeurs de l’indicateur partagé {code} par trimestre de 2024-Q1 à 2024-Q4");
    assert_eq!(newest["text"]["fr"], said, "{newest}");
    let before = reads["reads"].as_array().map(Vec::len);
    let beside = hq.get("//hq/comparison?one=MTWO&other=MONE").await;
    assert_eq!(beside["indicators"].as_array().map(Vec::len), Some(1), "{beside}");
    let after = one.leadership.get("/reads-from-outside").await;
    assert_eq!(after["reads"].as_array().map(Vec::len), before.map(|before| before + 1), "one more read");
    assert!(!after.to_string().contains("MTWO"), "a mission is not told of another: {after}");
    assert_eq!(one.verifier.try_get("/reads-from-outside").await.0, StatusCode::FORBIDDEN);

    // For everybody else there is nothing there, and for a token of headquarters, which has one mission, neither.
    for path in [
        SHARED,
        "//hq/late",
        "//hq/themes",
        "//hq/recommendations",
        "//hq/comparison?one=MONE&other=MTWO",
        "//hq/theme?theme=poc",
        "//hq/time-lines?missions=MONE",
    ] {
        assert_eq!(hq.try_get(path).await.0, StatusCode::OK, "{path}");
        let (status, body) = one.leadership.try_get(path).await;
        assert_eq!((status, body), one.leadership.try_get("//hq/nothing").await, "{path}");
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(one.leadership.as_nobody(&path[1..]).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    let unknown = hq.try_send(Method::GET, "//hq/comparison?one=MONE&other=NONE", json!({})).await;
    assert_eq!(unknown.0, StatusCode::NOT_FOUND, "{}", unknown.1);
}

/// What headquarters reads in a mission's own pages is seen there too, among its reads across missions.
#[tokio::test(flavor = "multi_thread")]
async fn headquarters_in_a_missions_own_pages_is_seen_there() {
    let cluster = Cluster::start().await;
    add_account(&cluster.app, HQ, "Daniel Asante", PASSWORD.to_owned(), true, false).await.expect("an account");
    let one = team(&cluster.app, &cluster.address, "MONE").await;
    let other = team(&cluster.app, &cluster.address, "MTWO").await;
    let hq = Person::sign_in(&cluster.address, "MONE", HQ).await;
    let reads = async |of: &Person| {
        let reads = of.get("/reads-from-outside?page_size=3").await;
        let said = |read: &serde_json::Value| read["text"]["en"].as_str().map(str::to_owned);
        let all: Vec<String> = reads["reads"].as_array().into_iter().flatten().filter_map(said).collect();
        (all, text(&reads, "next_before").to_owned())
    };
    eventually("both missions are known", || async {
        hq.get(SHARED).await["missions"].as_array().map(Vec::len) == Some(2)
    })
    .await;
    hq.get("/home").await;
    hq.get("//hq/late").await;
    hq.get("/indicators?page_size=500").await;
    hq.get("/plans").await;
    let (newest, next) = reads(&one.leadership).await;
    let late = "What is late: context map, data, assessments, recommendations";
    let pages = |page: &str| format!("The mission’s own pages: {page}");
    assert_eq!(newest, [pages("plan"), pages("indicators"), late.to_owned()], "in order of time, from both");
    let earlier = one.leadership.get(&format!("/reads-from-outside?page_size=3&before={next}")).await;
    assert_eq!(earlier["reads"][0]["text"]["en"], pages("home"), "{earlier}");
    assert_eq!(reads(&other.leadership).await.0[0], late, "its own pages were not read");

    // The line of time, of one's own mission and across; themes with what they count.
    assert_eq!(one.verifier.try_get("/time-line").await.0, StatusCode::FORBIDDEN);
    let own = one.leadership.get("/time-line?first_month=2024-01&last_month=2024-12").await;
    assert_eq!((&own["mission"]["code"], &own["first_month"]), (&json!("MONE"), &json!("2024-01")));
    let lines = hq.get("//hq/time-lines?missions=MTWO,MONE").await;
    assert_eq!(lines["lines"].as_array().map(Vec::len), Some(2), "{lines}");
    let themes = hq.get("//hq/themes").await;
    assert_eq!(themes["regions"][0]["code"], "017", "both are in the Central African Republic: {themes}");
    assert_eq!(hq.get("//hq/theme?theme=poc").await["items"], json!([]));
}
