//! Who enters what: the gateway says what a member may enter, and refuses whoever is none.

use std::sync::Arc;

use chassis::Inbound;
use chassis::testing::eventually;
use cpas_gateway::routes::{NewMember, add_member};
use cpas_proto::{collection::v1::AssignedTasks, common::v1::EntryReach, gateway::v1::MemberRecorded};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    neighbours::Neighbours,
    world::{Browser, PASSWORD, World, answer},
};

const PATH: &str = "/api/v1/missions/OURS/collection-tasks/assign";

struct Stage {
    world: World,
    neighbours: Arc<Neighbours>,
    mission: Uuid,
}

impl Stage {
    async fn set() -> Self {
        let neighbours = Arc::new(Neighbours::default());
        neighbours.assigning.answers(|_, asked| Ok(AssignedTasks { changed: asked.places.len() as u32 }));
        let world = World::start_beside(&neighbours, |_| {}).await;
        let mission = world.mission("OURS").await;
        Self { world, neighbours, mission }
    }

    async fn member(&self, name: &str, role: &str, component: &str, section: &str, areas: &[&str]) -> String {
        let new = NewMember {
            email: format!("{}@ours.example", name.to_lowercase()),
            name: name.to_owned(),
            role: role.to_owned(),
            component: component.to_owned(),
            section: section.to_owned(),
            areas: areas.iter().map(|&area| area.to_owned()).collect(),
            clearance: "confidential".to_owned(),
            password: PASSWORD.to_owned(),
        };
        add_member(&self.world.app, self.mission, Uuid::nil(), new).await.expect("a member").account_id.to_string()
    }

    async fn browser(&self, name: &str) -> Browser<'_> {
        self.world.sign_in(&format!("{}@ours.example", name.to_lowercase())).await
    }
}

fn asked(assignee: &str) -> Value {
    json!({"places": [{"indicator": "OC-CIVDEATHS", "area": "A1"}], "assignee_id": assignee})
}

#[tokio::test(flavor = "multi_thread")]
async fn collection_is_told_what_a_member_may_enter() {
    let stage = Stage::set().await;
    stage.member("Cora", "coordinator", "", "", &[]).await;
    let ada = stage.member("Ada", "contributor", "", "Human Rights", &["A1"]).await;
    stage.member("Ada", "focal_point", "", "JMAC", &[]).await;
    stage.member("Ada", "verifier", "", "UNPOL", &[]).await;
    let cora = stage.browser("Cora").await;
    let (status, done) = cora.send(Method::POST, PATH, asked(&ada)).await;
    assert_eq!((status, &done), (StatusCode::OK, &json!({"changed": 1})));
    let (caller, request) = stage.neighbours.assigning.asked().pop().expect("a call");
    assert_eq!((caller.name.as_str(), request.places[0].area.as_str()), ("Cora", "A1"));
    let member = request.assignee.expect("a member");
    assert_eq!((&*member.account_id, &*member.name, &*member.clearance), (&*ada, "Ada", "confidential"));
    let reach = |section: &str, areas: &[&str]| EntryReach {
        section: section.to_owned(),
        areas: areas.iter().map(|&area| area.to_owned()).collect(),
    };
    assert_eq!(member.reaches, [reach("Human Rights", &["A1"]), reach("JMAC", &[])], "verifying enters nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_enters_nothing_here_is_refused() {
    let stage = Stage::set().await;
    stage.member("Cora", "coordinator", "", "", &[]).await;
    stage.member("Hank", "component_head", "military", "", &[]).await;
    let vera = stage.member("Vera", "verifier", "", "", &[]).await;
    let peter = stage.member("Peter", "contributor", "police", "UNPOL", &[]).await;
    let mike = stage.member("Mike", "contributor", "military", "Sector East", &[]).await;
    let theirs = stage.world.mission("THEIRS").await;
    let new = NewMember {
        email: "theo@theirs.example".to_owned(),
        name: "Theo".to_owned(),
        role: "contributor".to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    let theo = add_member(&stage.world.app, theirs, Uuid::nil(), new).await.expect("a member").account_id.to_string();

    let (cora, hank) = (stage.browser("Cora").await, stage.browser("Hank").await);
    let unknown = Uuid::from_u128(9).to_string();
    let none = "This is no member of the mission who enters data.";
    let other = "Peter enters data for another component than yours. Choose somebody else.";
    for (who, assignee, sentence) in [
        (&cora, "", none),
        (&cora, "Peter", none),
        (&cora, unknown.as_str(), none),
        (&cora, theo.as_str(), none),
        (&cora, vera.as_str(), none),
        (&hank, peter.as_str(), other),
    ] {
        let (status, problem) = who.send(Method::POST, PATH, asked(assignee)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{assignee}: {problem}");
        assert_eq!(problem["violations"][0], json!({"field": "assignee_id", "message": sentence}));
    }
    assert!(stage.neighbours.assigning.asked().is_empty(), "nothing was forwarded");
    assert_eq!(hank.send(Method::POST, PATH, asked(&mike)).await.0, StatusCode::OK, "his own component");
    assert_eq!(cora.send(Method::POST, PATH, asked(&peter)).await.0, StatusCode::OK, "any component");

    // Who may not assign is not told who is a member either; nor is a stranger.
    let vera = stage.browser("Vera").await;
    for assignee in [unknown.as_str(), peter.as_str()] {
        let (status, problem) = vera.send(Method::POST, PATH, asked(assignee)).await;
        assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("denied")), "{problem}");
    }
    let theo = stage.world.sign_in("theo@theirs.example").await;
    assert_eq!(theo.send(Method::POST, PATH, asked(&peter)).await.0, StatusCode::NOT_FOUND);
    let nobody = answer(stage.world.request(Method::POST, PATH).json(&asked(&peter))).await;
    assert_eq!(nobody.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_taken_away_is_told() {
    let stage = Stage::set().await;
    let mut background = cpas_gateway::background(&stage.world.app).expect("background work");
    let _running = stage.world.stage.start(&mut background);
    stage.member("Cora", "coordinator", "", "", &[]).await;
    let ada = stage.member("Ada", "contributor", "", "Human Rights", &[]).await;
    stage.member("Ada", "focal_point", "", "JMAC", &[]).await;
    let cora = stage.browser("Cora").await;
    let (_, list) = cora.get("/api/v1/missions/OURS/members").await;
    let role = |role: &str| {
        let mut rows = list["members"].as_array().expect("a list").iter();
        let row = rows.find(|row| row["account_id"] == json!(ada) && row["role"] == json!(role)).expect("a role");
        format!("/api/v1/missions/OURS/members/{}", row["id"].as_str().expect("an id"))
    };
    for gone in ["contributor", "focal_point"] {
        assert_eq!(cora.send(Method::DELETE, &role(gone), json!({})).await.0, StatusCode::NO_CONTENT);
    }
    assert_eq!(cora.send(Method::DELETE, &role("focal_point"), json!({})).await.0, StatusCode::NOT_FOUND);
    let told = || async {
        let all: Vec<Inbound> = stage.world.stage.bus.replay(stage.mission).await.unwrap_or_default();
        let members = all.iter().filter(|event| event.noun_and_verb() == ("member", "recorded"));
        members.map(|event| event.decode::<MemberRecorded>().expect("its message")).collect::<Vec<_>>()
    };
    eventually("both are told", || async { told().await.len() == 2 }).await;
    let members: Vec<_> = told().await.into_iter().map(|one| one.member.expect("a member")).collect();
    assert!(members.iter().all(|own| own.account_id == ada));
    let sections = |number: usize| members[number].reaches.iter().map(|own| own.section.clone()).collect::<Vec<_>>();
    assert_eq!((sections(0), sections(1)), (vec!["JMAC".to_owned()], vec![]), "what is left");
}
