//! A gateway on a real socket, with people who sign in.

use std::{net::SocketAddr, sync::Arc};

use chassis::{Link, testing::Stage};
use cpas_gateway::{
    App, Config, Links, MIGRATOR,
    routes::{NewMember, NewMission, add_account, add_member, open_mission},
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::neighbours::Neighbours;

pub const PASSWORD: &str = "a long enough password";

pub struct World {
    pub stage: Stage,
    pub app: App,
    address: SocketAddr,
    client: Client,
}

/// Somebody at a browser.
pub struct Browser<'w> {
    world: &'w World,
    pub cookie: String,
    pub csrf: String,
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_beside(&Arc::default(), change).await
    }

    pub async fn start_beside(neighbours: &Arc<Neighbours>, change: impl FnOnce(&mut Config)) -> Self {
        Self::on(Stage::open("gateway", &MIGRATOR).await, neighbours, change).await
    }

    /// On a stage that is set.
    pub async fn on(stage: Stage, neighbours: &Arc<Neighbours>, change: impl FnOnce(&mut Config)) -> Self {
        let routes = |name: &str| match name {
            "collection" => neighbours.collection(),
            "reporting" => neighbours.reporting(),
            _ => tonic::service::Routes::default(),
        };
        let link = |name: &'static str| stage.neighbour(name, "gateway", routes(name));
        let links = Links {
            context: link("context"),
            planning: link("planning"),
            collection: link("collection"),
            assessment: link("assessment"),
            reporting: link("reporting"),
        };
        let _: &Link = &links.context;
        let whole = chassis::config::load::<Config>(cpas_gateway::DEFAULTS, None, Default::default());
        let mut config = whole.expect("the defaults").service;
        change(&mut config);
        let app = App::new(stage.db.clone(), stage.bus.clone(), config, links).expect("an app");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(cpas_gateway::serve(app.clone(), listener, stage.stop.clone()));
        Self { stage, app, address, client: Client::new() }
    }

    pub async fn mission(&self, code: &str) -> Uuid {
        let new = NewMission {
            code: code.to_owned(),
            name: format!("Mission {code}"),
            name_fr: String::new(),
            countries: vec![],
            languages: vec!["en".to_owned()],
            fiscal_year_start_month: 7,
        };
        let mission = open_mission(&self.app, new).await.expect("a mission");
        mission.id.parse().expect("an id")
    }

    pub async fn member(&self, mission: Uuid, email: &str, role: &str) {
        let new = NewMember {
            email: email.to_owned(),
            name: email.to_owned(),
            role: role.to_owned(),
            password: PASSWORD.to_owned(),
            ..Default::default()
        };
        add_member(&self.app, mission, Uuid::nil(), new).await.expect("a member");
    }

    pub async fn operator(&self, email: &str) {
        add_account(&self.app, email, email, PASSWORD.to_owned(), false, true).await.expect("an operator");
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    pub async fn try_sign_in(&self, email: &str, password: &str) -> Response {
        let body = json!({"email": email, "password": password});
        self.request(Method::POST, "/api/v1/session").json(&body).send().await.expect("an answer")
    }

    pub async fn sign_in(&self, email: &str) -> Browser<'_> {
        let response = self.try_sign_in(email, PASSWORD).await;
        assert_eq!(response.status(), StatusCode::OK, "{email} signs in");
        let cookie = response.headers()["set-cookie"].to_str().expect("text").to_owned();
        let session: Value = response.json().await.expect("a session");
        let csrf = session["csrf_token"].as_str().expect("a token").to_owned();
        Browser { world: self, cookie: cookie.split(';').next().expect("a cookie").to_owned(), csrf }
    }
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.world.request(Method::GET, path).header("cookie", &self.cookie)).await
    }

    /// Takes a mission that was just opened to its end.
    pub async fn close(&self, code: &str) {
        for (version, state) in [(1, "closing"), (2, "closed")] {
            let change = json!({"state": state, "reason": "The mandate ends.", "version": version});
            let (status, problem) = self.send(Method::PATCH, &format!("/api/v1/missions/{code}"), change).await;
            assert_eq!(status, StatusCode::OK, "{problem}");
        }
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let request =
            self.world.request(method, path).header("cookie", &self.cookie).header("x-csrf-token", &self.csrf);
        answer(request.json(&body)).await
    }
}

pub async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.expect("an answer");
    let status = response.status();
    let body = response.bytes().await.expect("a body");
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}
