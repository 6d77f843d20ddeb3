//! Papers at the door, for whoever comes.

use std::sync::Arc;

use chassis::{Clock, Failure, testing::Stage};
use cpas_gateway::MIGRATOR;
use cpas_proto::{
    reporting::v1 as reporting,
    words::{Classification, Role},
};
use reqwest::{Method, Response, StatusCode, header};

use crate::{neighbours::Neighbours, world::World};

const KEY: &str = "0123456789abcdefghjkmnpqrs";
const GONE: &str = "1123456789abcdefghjkmnpqrs";

/// A mission with a paper under [`KEY`] and one that was withdrawn under [`GONE`].
async fn world(a_minute: u32) -> (Arc<Neighbours>, World) {
    let neighbours = Arc::new(Neighbours::default());
    neighbours.outside.answers(|caller, asked| {
        let ours = caller.mission()?.code == "UNMIC";
        let paper = |state: &str, content: String| reporting::OutsidePaper {
            state: state.to_owned(),
            content: content.into_bytes(),
            content_type: "text/html; charset=utf-8".to_owned(),
            file_name: if asked.format.is_empty() { String::new() } else { format!("paper.{}", asked.format) },
            indexed: false,
        };
        match asked.key.as_str() {
            KEY if ours => Ok(paper("published", format!("<p>{} {}", asked.language, asked.base))),
            GONE if ours => {
                Ok(reporting::OutsidePaper { file_name: String::new(), ..paper("withdrawn", "why".into()) })
            }
            "broken" => Err(Failure::unavailable("The database UNMIC is away.")),
            _ => Err(Failure::not_found("paper")),
        }
    });
    // A minute does not end in the middle.
    let stage =
        Stage::open_at("gateway", &MIGRATOR, Clock::fixed("2026-03-02T04:00:00Z".parse().expect("an instant"))).await;
    let world = World::on(stage, &neighbours, |config| config.outside_reads_per_minute = a_minute).await;
    world.mission("UNMIC").await;
    world.mission("OTHER").await;
    (neighbours, world)
}

async fn get(world: &World, path: &str) -> Response {
    world.request(Method::GET, path).send().await.expect("an answer")
}

/// Status, headers but for the date, and body.
async fn whole(response: Response) -> (StatusCode, Vec<(String, String)>, String) {
    let status = response.status();
    let named = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        (name.to_string(), value.to_str().expect("text").to_owned())
    };
    let mut headers: Vec<_> = response.headers().iter().map(named).filter(|(name, _)| name != "date").collect();
    headers.sort();
    (status, headers, response.text().await.expect("a body"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_read_without_an_account_and_leaves_none() {
    let (neighbours, world) = world(1_000).await;
    let request = world.request(Method::GET, &format!("/public/UNMIC/{KEY}"));
    let french = request.header("accept-language", "fr").header("cookie", "__Host-cpas=whatever; cpas_language=en");
    let (status, headers, body) = whole(french.send().await.expect("an answer")).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, format!("<p>fr /public/UNMIC/{KEY}").as_str()));
    let value = |name: &str| headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    assert_eq!(value("set-cookie"), None);
    assert_eq!(value("cache-control"), Some("public, no-cache"));
    assert_eq!(value("x-robots-tag"), Some("noindex, nofollow"));
    assert_eq!(value("referrer-policy"), Some("no-referrer"));
    assert_eq!(value("content-language"), Some("fr"));
    assert!(value("content-security-policy").is_some_and(|policy| {
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("script")
    }));
    assert!(value("strict-transport-security").is_some() && value("x-content-type-options") == Some("nosniff"));

    let file = get(&world, &format!("/public/UNMIC/{KEY}/en.pdf")).await;
    assert_eq!(file.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"paper.pdf\"");
    let head = world.request(Method::HEAD, &format!("/public/UNMIC/{KEY}/fr")).send().await.expect("an answer");
    assert_eq!(head.status(), StatusCode::OK);
    let asked = neighbours.outside.asked();
    let counted: Vec<bool> = asked.iter().map(|(_, asked)| asked.counted).collect();
    assert_eq!(counted, [true, true, false], "who only asks for the head reads nothing");
    for (caller, _) in asked {
        assert_eq!(caller.clearance, Classification::Unclassified, "asked with the clearance of nobody");
        assert!(caller.has(Role::Service) && caller.roles().count() == 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_keeps_a_paper_asks_before_showing_it_again() {
    let (neighbours, world) = world(1_000).await;
    let path = format!("/public/UNMIC/{KEY}/en");
    let tag = get(&world, &path).await.headers()[header::ETAG].to_str().expect("text").to_owned();
    let again = world.request(Method::GET, &path).header("if-none-match", format!("\"x\", {tag}"));
    let (status, _, body) = whole(again.send().await.expect("an answer")).await;
    assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    neighbours.outside.answers(|_, _| Err(Failure::not_found("paper")));
    let later = world.request(Method::GET, &path).header("if-none-match", &tag).send().await.expect("an answer");
    assert_eq!(later.status(), StatusCode::NOT_FOUND, "taken back at once, whoever keeps it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_open_is_one_answer() {
    let (_, world) = world(1_000).await;
    let told = whole(get(&world, &format!("/public/UNMIC/{}", "z".repeat(26))).await).await;
    assert_eq!(told.0, StatusCode::NOT_FOUND);
    for path in [
        "/public",
        "/public/",
        "/public/UNMIC",
        "/public/NOWHERE",
        &format!("/public/NOWHERE/{KEY}"),
        &format!("/public/OTHER/{KEY}"),
        &format!("/public/unmic/{KEY}"),
        &format!("/public/UNMIC/{KEY}/"),
        &format!("/public/UNMIC/{KEY}/de"),
        &format!("/public/UNMIC/{KEY}/en.exe"),
        &format!("/public/UNMIC/{KEY}/en.pdf/more"),
        &format!("/public/UNMIC/{}/en.csv", "z".repeat(26)),
        "/public/UNMIC/%2e%2e%2f%2e%2e",
    ] {
        assert_eq!(whole(get(&world, path).await).await, told, "{path}");
    }
    let withdrawn = whole(get(&world, &format!("/public/UNMIC/{GONE}/en.pdf")).await).await;
    assert_eq!((withdrawn.0, withdrawn.2.as_str()), (StatusCode::GONE, "why"));
    assert!(withdrawn.1.contains(&("cache-control".to_owned(), "no-store".to_owned())), "{:?}", withdrawn.1);
    let away = whole(get(&world, "/public/UNMIC/broken").await).await;
    assert_eq!(away.0, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!away.2.contains("UNMIC"), "no word of what is broken");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_waits_and_learns_nothing_by_it() {
    let (neighbours, world) = world(3).await;
    for _ in 0..3 {
        assert_eq!(get(&world, "/public/UNMIC/guess").await.status(), StatusCode::NOT_FOUND);
    }
    let one = whole(get(&world, &format!("/public/UNMIC/{KEY}")).await).await;
    assert_eq!(one.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(whole(get(&world, "/public/UNMIC/guess").await).await, one);
    assert_eq!(neighbours.outside.asked().len(), 3, "nobody is asked any more");
    let app = get(&world, "/api/v1/session").await;
    assert_eq!(app.status(), StatusCode::UNAUTHORIZED, "the app goes on");
}
