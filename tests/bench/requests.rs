//! Requests through the gateway: one that does nothing, and one for a series.

use reqwest::{Client, Method, RequestBuilder, StatusCode};

use crate::{
    samples::{LONG, SHORT, Samples, compare},
    stage::{MONTHLY, MONTHS, Stage},
};

/// A no-op: an address that does not exist, and who is signed in.
pub async fn nothing(stage: &Stage, bare: &str) {
    let client = Client::new();
    let address = format!("{bare}/nothing");
    let baseline = Samples::take(SHORT, async || spent(client.get(&address), StatusCode::NOT_FOUND).await).await;
    let coordinator = &stage.team.coordinator;
    let nowhere = Samples::take(SHORT, async || {
        spent(coordinator.request(Method::GET, "//nothing"), StatusCode::NOT_FOUND).await
    })
    .await;
    compare("(3) no-op through the gateway: 404, no session looked up", &nowhere, "bare axum, same answer", &baseline);
    let session =
        Samples::take(SHORT, async || spent(coordinator.request(Method::GET, "//session"), StatusCode::OK).await).await;
    compare(
        "(3) cheapest with a session (`GET /session`, PostgreSQL)",
        &session,
        "bare axum, same as above",
        &baseline,
    );
}

/// One indicator, all areas added up, month by month.
pub async fn series(stage: &Stage, bare: &str) {
    let client = Client::new();
    let address = format!("{bare}/series/{}/{}", stage.mission, stage.indicator(MONTHLY).await);
    let by_hand: serde_json::Value = client.get(&address).send().await.expect("an answer").json().await.expect("JSON");
    let path = format!("/series/{MONTHLY}");
    let ours = stage.team.coordinator.get(&path).await;
    let (ours, by_hand) = (&ours["parts"][0]["points"], &by_hand["points"]);
    for place in 0..MONTHS {
        assert_eq!(ours[place]["value"], by_hand[place]["value"], "both answer the same: {ours} {by_hand}");
    }
    let baseline = Samples::take(LONG, async || spent(client.get(&address), StatusCode::OK).await).await;
    let coordinator = &stage.team.coordinator;
    let measured =
        Samples::take(LONG, async || spent(coordinator.request(Method::GET, &path), StatusCode::OK).await).await;
    compare(
        "(2) series of one indicator: gateway, gRPC, PostgreSQL",
        &measured,
        "bare axum, same SQL, summed by hand",
        &baseline,
    );
}

/// Sends a request and reads the whole answer.
async fn spent(request: RequestBuilder, expected: StatusCode) {
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), expected);
    response.bytes().await.expect("a body");
}
