//! People at their browsers, against a system on a socket.

use cpas_gateway::{
    App,
    routes::{NewMember, NewMission, add_member, open_mission},
};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

pub const PASSWORD: &str = "a long enough password";

/// A mission and the seven people of the loop, with what they may do there.
#[derive(Clone)]
pub struct Team {
    pub coordinator: Person,
    pub focal_point: Person,
    pub verifier: Person,
    pub component_head: Person,
    pub adviser: Person,
    pub leadership: Person,
    pub reader: Person,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    client: Client,
    address: String,
    mission: String,
    cookie: String,
    csrf: String,
    pub email: String,
}

/// Opens a mission with one member for each role of the loop.
pub async fn team(app: &App, address: &str, code: &str) -> Team {
    let new = NewMission {
        code: code.to_owned(),
        name: format!("Mission {code}"),
        name_fr: String::new(),
        countries: vec!["CF".to_owned()],
        languages: vec!["en".to_owned(), "fr".to_owned()],
        fiscal_year_start_month: 7,
    };
    let mission = open_mission(app, new).await.expect("a mission");
    let mission_id: Uuid = mission.id.parse().expect("an id");
    let member = async |role: &str| {
        let email = format!("{role}@{}.example", code.to_lowercase());
        let new = NewMember {
            email: email.clone(),
            name: format!("{role} of {code}"),
            role: role.to_owned(),
            clearance: "confidential".to_owned(),
            password: PASSWORD.to_owned(),
            ..Default::default()
        };
        add_member(app, mission_id, Uuid::nil(), new).await.expect("a member");
        Person::sign_in(address, code, &email).await
    };
    Team {
        coordinator: member("coordinator").await,
        focal_point: member("focal_point").await,
        verifier: member("verifier").await,
        component_head: member("component_head").await,
        adviser: member("adviser").await,
        leadership: member("leadership").await,
        reader: member("reader").await,
    }
}

impl Person {
    pub async fn sign_in(address: &str, mission: &str, email: &str) -> Self {
        let client = Client::new();
        let body = json!({"email": email, "password": PASSWORD});
        let response = client.post(format!("{address}/api/v1/session")).json(&body).send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK, "{email} signs in");
        let cookie =
            response.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a cookie").to_owned();
        let session: Value = response.json().await.expect("a session");
        Self {
            client,
            address: address.to_owned(),
            mission: mission.to_owned(),
            cookie,
            csrf: session["csrf_token"].as_str().expect("a token").to_owned(),
            email: email.to_owned(),
        }
    }

    /// The same person in another mission's address.
    pub fn at(&self, mission: &str) -> Self {
        Self { mission: mission.to_owned(), ..self.clone() }
    }

    /// What somebody without an account gets from the API.
    pub async fn as_nobody(&self, path: &str) -> (StatusCode, String) {
        let url = format!("{}/api/v1{path}", self.address);
        let response = self.client.get(url).send().await.expect("an answer");
        (response.status(), response.text().await.expect("a body"))
    }

    /// A request below the mission, or below `/api/v1` where the path begins with two slashes.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix("//") {
            Some(path) => format!("{}/api/v1/{path}", self.address),
            None => format!("{}/api/v1/missions/{}{path}", self.address, self.mission),
        };
        self.client.request(method, url).header("cookie", &self.cookie).header("x-csrf-token", &self.csrf)
    }

    pub async fn try_get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.request(Method::GET, path)).await
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.try_get(path).await;
        assert_eq!(status, StatusCode::OK, "{} GET {path}: {body}", self.email);
        body
    }

    pub async fn try_send(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.request(method, path).json(&body)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.try_send(Method::POST, path, body).await;
        assert!(status.is_success(), "{} POST {path}: {status} {answer}", self.email);
        answer
    }

    pub async fn put(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.try_send(Method::PUT, path, body).await;
        assert!(status.is_success(), "{} PUT {path}: {status} {answer}", self.email);
        answer
    }

    /// Sends a file as it is.
    pub async fn try_upload(&self, path: &str, content_type: &str, bytes: Vec<u8>) -> (StatusCode, Value) {
        answer(self.request(Method::POST, path).header("content-type", content_type).body(bytes)).await
    }

    pub async fn upload(&self, path: &str, content_type: &str, bytes: Vec<u8>) -> Value {
        let (status, body) = self.try_upload(path, content_type, bytes).await;
        assert!(status.is_success(), "{} upload {path}: {status} {body}", self.email);
        body
    }

    /// A file as it is sent.
    pub async fn download(&self, path: &str) -> Vec<u8> {
        let response = self.request(Method::GET, path).send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK, "{} GET {path}", self.email);
        response.bytes().await.expect("a body").to_vec()
    }
}

pub async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    match request.send().await {
        Ok(response) => {
            let status = response.status();
            let body = response.bytes().await.unwrap_or_default();
            let body = serde_json::from_slice(&body)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned()));
            (status, body)
        }
        // The door itself is away: as a browser would see it.
        Err(error) => (StatusCode::BAD_GATEWAY, Value::String(error.to_string())),
    }
}

/// The text under a key.
pub fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}")).to_owned()
}
