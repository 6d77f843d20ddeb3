//! Phones: forms out, instances in, once each and whole or not at all.

use chassis::{Caller, Code, Failure};
use cpas_collection::domain::{
    definition::Definition,
    phone::{Part, names},
};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::*;

/// The first bytes of a picture.
pub const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 1];

/// Sends parts as the gateway does.
pub async fn send(client: &mut Client, parts: &[(&str, &[u8])]) -> Result<pb::SubmittedInstance, Failure> {
    let mut pieces = Vec::new();
    for (name, bytes) in parts {
        let first = pb::SubmitInstanceRequest { name: (*name).to_owned(), ..Default::default() };
        pieces.push(first);
        let rest = bytes.chunks(1 << 16);
        pieces.extend(rest.map(|data| pb::SubmitInstanceRequest { data: data.to_vec(), ..Default::default() }));
    }
    client.submit_instance(tokio_stream::iter(pieces)).await.map(|answer| answer.into_inner()).map_err(Failure::from)
}

/// An instance as it is typed.
#[derive(Clone)]
pub struct Filled {
    pub id: String,
    pub corrects: String,
    pub section: &'static str,
    pub period: String,
    pub areas: Vec<&'static str>,
    /// Indicator, slice, value.
    pub values: Vec<(Uuid, &'static str, String)>,
    pub more: String,
}

impl Filled {
    pub fn of(id: &str, values: &[(&'static str, f64)]) -> Self {
        Self {
            id: format!("uuid:{id}"),
            corrects: String::new(),
            section: "Human Rights",
            period: "2024-01".to_owned(),
            areas: vec!["A", "A1"],
            values: values.iter().map(|(slice, value)| (deaths().id, *slice, value.to_string())).collect(),
            more: String::new(),
        }
    }

    pub fn xml(&self) -> Vec<u8> {
        let mut values = String::new();
        for (indicator, slice, value) in &self.values {
            let (group, name) = (names::of_indicator(*indicator), names::of_field(Part::Value, slice));
            values += &format!("<{group}><kind>value</kind><{name}>{value}</{name}></{group}>");
        }
        let areas: String =
            self.areas.iter().enumerate().map(|(n, area)| format!("<a{0}>{area}</a{0}>", n + 1)).collect();
        let corrects = match self.corrects.as_str() {
            "" => String::new(),
            id => format!("<deprecatedID>{id}</deprecatedID>"),
        };
        format!(
            "<data id=\"{}\" version=\"v1\"><start>2024-02-01T08:00:00Z</start><deviceid>collect:1</deviceid>\
             <time><frequency>month</frequency><period>{}</period></time><place>{areas}</place><values>{values}</values>\
             {}<meta><instanceID>{}</instanceID>{corrects}</meta></data>",
            names::of_form(self.section),
            self.period,
            self.more,
            self.id
        )
        .into_bytes()
    }
}

pub async fn sent(world: &World, by: &Caller, filled: &Filled) -> Result<pb::SubmittedInstance, Failure> {
    send(&mut world.of(by), &[("xml_submission_file", &filled.xml())]).await
}

async fn submissions(world: &World) -> Vec<pb::Submission> {
    done(world.coordinator().list_submissions(pb::ListSubmissionsRequest::default()).await).submissions
}

pub async fn observations(world: &World) -> Vec<pb::Observation> {
    done(world.coordinator().list_observations(pb::ListObservationsRequest::default()).await).observations
}

pub fn outcomes(answer: &pb::SubmittedInstance) -> Vec<(&str, &str)> {
    let submission = answer.submission.as_ref().expect("a submission");
    submission.answers.iter().map(|one| (one.slice.as_str(), one.outcome.as_str())).collect()
}

pub fn said(answer: &pb::SubmittedInstance) -> &str {
    answer.message.as_ref().map_or("", |message| message.en.as_str())
}

#[tokio::test]
async fn a_form_asks_for_what_a_section_reports_where_one_enters_it() {
    let world = World::start().await;
    let forms = |client: Client| async move {
        let mut client = client;
        done(client.list_phone_forms(pb::ListPhoneFormsRequest {}).await).forms
    };
    let all = forms(world.coordinator()).await;
    assert_eq!(all.iter().map(|form| form.section.as_str()).collect::<Vec<_>>(), ["Human Rights", "UNPOL"]);
    assert_eq!((all[0].questions, all[1].questions), (4, 2), "a total and three categories; two parts of a ratio");

    let held = world.held_to(Role::Contributor, Some("Human Rights"), &["A1"]);
    let own = forms(world.of(&held)).await;
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].id, all[0].id);
    assert_ne!(own[0].version, all[0].version, "it has fewer places");
    let id = own[0].id.clone();
    let file = done(world.of(&held).get_phone_form(pb::GetPhoneFormRequest { id }).await);
    assert!(file.xml.contains("<name>A1</name><parent>A</parent><own>yes</own>"), "{}", file.xml);
    assert!(file.xml.contains("<name>A</name><parent></parent><own>no</own>"), "the way to it");
    assert!(!file.xml.contains("<name>B</name>") && !file.xml.contains("area-whole</itextId>"));
    let other = pb::GetPhoneFormRequest { id: all[1].id.clone() };
    expect_code(world.of(&held).get_phone_form(other).await, Code::NotFound);
}

#[tokio::test]
async fn an_instance_becomes_observations_that_know_where_they_come_from() {
    let world = World::start().await;
    let contributor = world.caller(Role::Contributor);
    let mut filled = Filled::of("1", &[("", 12.0), ("sex=f", 7.0)]);
    filled.more = "<source>Health centre</source><note>Two wards</note><point>1 1 0 6</point>".to_owned();
    let answer = sent(&world, &contributor, &filled).await.expect("taken");
    assert!(answer.is_new);
    assert_eq!(outcomes(&answer), [("", "stored"), ("sex=f", "stored")]);
    assert!(said(&answer).starts_with("2 values recorded: 0 submitted, 2 as a draft."), "{}", said(&answer));
    let found = observations(&world).await;
    let total = found.iter().find(|one| one.slice.is_empty()).expect("the total");
    assert_eq!((total.state.as_str(), total.area.as_str(), total.value), ("draft", "A1", Some(12.0)));
    assert_eq!((total.source.as_str(), total.note.as_str()), ("Health centre", "Two wards"));
    let one = done(world.coordinator().get_observation(pb::GetObservationRequest { id: total.id.clone() }).await);
    let submission = one.submission.expect("where it came from");
    assert_eq!((submission.instance_id.as_str(), submission.device.as_str()), ("uuid:1", "collect:1"));
    assert_eq!((submission.form_version.as_str(), submission.accuracy_m), ("v1", Some(6.0)));

    // Who may submit for the section submits by sending: the series has it at once.
    let focal = world.caller(Role::FocalPoint);
    let mut february = Filled::of("2", &[("", 3.0)]);
    february.period = "2024-02".to_owned();
    let answer = sent(&world, &focal, &february).await.expect("taken");
    assert!(said(&answer).starts_with("1 value recorded: 1 submitted, 0 as a draft."), "{}", said(&answer));
    let values = world.values("OC-CIVDEATHS", "A1", "").await;
    assert!(values.contains(&("2024-02".to_owned(), Some(3.0))), "{values:?}");
    assert!(!values.contains(&("2024-01".to_owned(), Some(12.0))), "a draft counts nowhere");
}

#[tokio::test]
async fn an_instance_counts_once_however_often_it_comes() {
    let world = World::start().await;
    let focal = world.caller(Role::FocalPoint);
    let mut filled = Filled::of("1", &[("", 12.0)]);
    filled.more = "<photo>a.jpg</photo>".to_owned();
    let mut clients: Vec<Client> = (0..8).map(|_| world.of(&focal)).collect();
    let (xml, parts) = (filled.xml(), "xml_submission_file");
    let pieces = [(parts, xml.as_slice())];
    let answers = futures::future::join_all(clients.iter_mut().map(|client| send(client, &pieces))).await;
    let new = answers.iter().filter(|one| one.as_ref().expect("taken").is_new).count();
    assert_eq!(new, 1);
    assert_eq!((observations(&world).await.len(), submissions(&world).await.len()), (1, 1));

    // Its picture comes in another request, and once.
    let with_picture: &[(&str, &[u8])] = &[("xml_submission_file", &xml), ("a.jpg", JPEG), ("b.jpg", JPEG)];
    for added in ["Files added: 1.", "Files added: 0."] {
        let answer = send(&mut world.of(&focal), with_picture).await.expect("taken");
        assert!(!answer.is_new && said(&answer).contains(added), "{}", said(&answer));
    }
    let id = submissions(&world).await[0].id.clone();
    let whole = done(world.coordinator().get_submission(pb::GetSubmissionRequest { id: id.clone() }).await);
    assert_eq!(whole.xml.as_bytes(), xml.as_slice(), "the instance as it came");
    let whole = whole.submission.expect("it");
    assert_eq!((whole.files.len(), whole.files[0].content_type.as_str()), (1, "image/jpeg"));
    assert!(whole.awaited.is_empty());
    let asked = pb::DownloadAttachmentRequest { id, name: "a.jpg".to_owned() };
    let mut stream = done(world.coordinator().download_attachment(asked).await);
    let mut bytes = Vec::new();
    while let Some(piece) = stream.message().await.expect("a piece") {
        bytes.extend(piece.data);
    }
    assert_eq!(bytes, JPEG);

    // The same id with something else, or by somebody else, is another instance.
    let other = Filled { values: Filled::of("1", &[("", 13.0)]).values, ..filled.clone() };
    assert_eq!(sent(&world, &focal, &other).await.expect_err("another").code, Code::Conflict);
    let somebody = Caller { account: Uuid::from_u128(99), ..focal.clone() };
    assert_eq!(sent(&world, &somebody, &filled).await.expect_err("another's").code, Code::Conflict);
}

#[tokio::test]
async fn an_older_form_is_taken_and_what_is_not_asked_any_more_is_kept() {
    let world = World::start().await;
    let focal = world.caller(Role::FocalPoint);
    let gone = Uuid::from_u128(0xDEAD);
    let mut filled = Filled::of("1", &[("", 12.0), ("sex=other", 1.0)]);
    filled.values.push((gone, "", "4".to_owned()));
    filled.more = "<mood>tense</mood>".to_owned();
    let answer = sent(&world, &focal, &filled).await.expect("taken");
    assert_eq!(outcomes(&answer), [("", "stored"), ("sex=other", "left"), ("", "left"), ("", "left")]);
    assert!(said(&answer).contains("Not asked any more, and kept in the instance: 3."), "{}", said(&answer));
    assert!(said(&answer).contains("\"other\" is not a category of sex"), "{}", said(&answer));
    // The section has another name now; the questions say what they are about.
    let renamed = Filled { section: "Rights", period: "2024-03".to_owned(), ..Filled::of("r", &[("", 1.0)]) };
    let answer = sent(&world, &focal, &renamed).await.expect("taken");
    assert_eq!(answer.submission.expect("it").section, "Human Rights");
    let retired = Definition { retired: true, ..deaths() };
    world.indicator_in(&world.stage.mission, &retired, 2).await;
    let answer = sent(&world, &focal, &Filled::of("2", &[("", 5.0)])).await.expect("taken");
    assert_eq!(outcomes(&answer), [("", "left")]);
    let only_left = pb::ListSubmissionsRequest { only_left: true, ..Default::default() };
    assert_eq!(done(world.coordinator().list_submissions(only_left).await).submissions.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_taken_leaves_nothing_behind() {
    let world = World::start().await;
    let focal = world.caller(Role::FocalPoint);
    let most = pb::ValidationRule {
        indicator_code: "OC-CIVDEATHS".to_owned(),
        kind: "range".to_owned(),
        severity: "error".to_owned(),
        most: Some(100.0),
        active: true,
        ..Default::default()
    };
    let asked = pb::SetValidationRuleRequest { version: 0, rule: Some(most) };
    done(world.coordinator().set_validation_rule(asked).await);
    let lock = pb::LockPeriodRequest { period: "2023".to_owned(), reason: "reported".to_owned() };
    done(world.coordinator().lock_period(lock).await);

    let good = Filled::of("1", &[("", 12.0)]);
    let here = world.held_to(Role::Contributor, Some("Human Rights"), &["A2"]);
    let cases: [(&Caller, Filled, Code, &str); 8] = [
        (&focal, Filled::of("1", &[("sex=f", 3.0), ("", 101.0)]), Code::Invalid, "101 is above 100"),
        (&focal, Filled { period: "2023-05".to_owned(), ..good.clone() }, Code::Conflict, "2023 is locked (reported)"),
        (&focal, Filled { section: "Nobody", values: Vec::new(), ..good.clone() }, Code::NotFound, "has no form"),
        (&focal, Filled { period: "soon".to_owned(), ..good.clone() }, Code::Invalid, "is not a period"),
        (&focal, Filled { areas: vec!["B", "A1"], ..good.clone() }, Code::Invalid, "A1 does not lie in B"),
        (&focal, Filled { areas: vec!["Z"], ..good.clone() }, Code::Invalid, "no area \"Z\""),
        (&here, good.clone(), Code::Denied, "does not reach Human Rights in A1"),
        (&focal, Filled { values: vec![(deaths().id, "", "many".to_owned())], ..good.clone() }, Code::Invalid, "many"),
    ];
    for (by, filled, code, part) in cases {
        let refusal = sent(&world, by, &filled).await.expect_err(part);
        assert_eq!(refusal.code, code, "{refusal}");
        assert!(refusal.message.contains(part), "{part}: {}", refusal.message);
    }
    let xml = Filled { more: "<photo>a.jpg</photo>".to_owned(), ..good.clone() }.xml();
    for (parts, part) in [
        (vec![("a.jpg", JPEG)], "xml_submission_file is missing"),
        (vec![("xml_submission_file", xml.as_slice()), ("a.jpg", b"<svg/>".as_slice())], "a.jpg is no picture"),
        (vec![("xml_submission_file", b"<data".as_slice())], "not XML"),
    ] {
        let refusal = send(&mut world.of(&focal), &parts).await.expect_err(part);
        assert_eq!(refusal.code, Code::Invalid, "{refusal}");
        assert!(refusal.message.contains(part), "{part}: {}", refusal.message);
    }
    assert_eq!((submissions(&world).await.len(), observations(&world).await.len()), (0, 0));
    sent(&world, &focal, &good).await.expect("the same instance, mended");
}

#[tokio::test]
async fn a_value_of_another_stays_and_the_answer_is_kept_beside_it() {
    let world = World::start().await;
    let other = Caller { account: Uuid::from_u128(99), name: "Other".to_owned(), ..world.caller(Role::FocalPoint) };
    world.entered(&other, "A1", "2024-01", 5.0).await;
    let contributor = world.caller(Role::Contributor);
    let answer = sent(&world, &contributor, &Filled::of("1", &[("", 12.0), ("sex=f", 2.0)])).await.expect("taken");
    assert_eq!(outcomes(&answer), [("", "conflict"), ("sex=f", "stored")]);
    assert!(said(&answer).contains("Other recorded another value"), "{}", said(&answer));
    assert_eq!(answer.submission.as_ref().expect("it").left, 1);

    // An instance that was edited on the phone corrects what the first one brought.
    let corrected = Filled { corrects: "uuid:1".to_owned(), ..Filled::of("2", &[("sex=f", 3.0)]) };
    let answer = sent(&world, &contributor, &corrected).await.expect("taken");
    assert_eq!(outcomes(&answer), [("sex=f", "stored")]);
    assert!(!answer.submission.expect("it").corrects.is_empty());
    let found = observations(&world).await;
    let women: Vec<_> = found.iter().filter(|one| one.slice == "sex=f").map(|one| one.value).collect();
    assert_eq!(women, [Some(2.0), Some(3.0)], "the first is superseded and readable");
    assert!(found.iter().any(|one| one.value == Some(2.0) && !one.superseded_by.is_empty()));
}

#[tokio::test]
async fn a_point_elsewhere_is_told_and_kept() {
    let world = World::start().await;
    let focal = world.caller(Role::FocalPoint);
    // A1 is the square from 10 to 19 degrees east; A2 from 20 on.
    for (id, point, expected) in [("1", "1 12 0 5", ""), ("2", "1 22 0 5", "A2"), ("3", "-50 100 0 5", "-")] {
        let period = format!("2024-0{id}");
        let filled = Filled { more: format!("<point>{point}</point>"), period, ..Filled::of(id, &[("", 1.0)]) };
        let answer = sent(&world, &focal, &filled).await.expect("taken");
        assert_eq!(answer.submission.as_ref().expect("it").point_area, expected, "{}", said(&answer));
    }
}

#[tokio::test]
async fn what_is_about_a_secret_indicator_is_not_there_for_others() {
    let world = World::start().await;
    let secret = Definition { id: Uuid::from_u128(0xD9), code: "OC-SECRET".to_owned(), ..deaths() };
    let secret = Definition { classification: Classification::Confidential, ..secret };
    world.indicator(&secret).await;
    let mut filled = Filled::of("1", &[]);
    filled.values.push((secret.id, "", "9".to_owned()));
    filled.more = "<photo>a.jpg</photo>".to_owned();
    let insider = world.caller(Role::FocalPoint);
    let parts: &[(&str, &[u8])] = &[("xml_submission_file", &filled.xml()), ("a.jpg", JPEG)];
    let answer = send(&mut world.of(&insider), parts).await.expect("taken");
    let id = answer.submission.expect("it").id;

    let outsider = world.cleared(Role::FocalPoint, Classification::Unclassified);
    let mut there = world.of(&outsider);
    assert!(done(there.list_submissions(pb::ListSubmissionsRequest::default()).await).submissions.is_empty());
    expect_code(there.get_submission(pb::GetSubmissionRequest { id: id.clone() }).await, Code::NotFound);
    let picture = pb::DownloadAttachmentRequest { id: id.clone(), name: "a.jpg".to_owned() };
    expect_code(there.download_attachment(picture).await.map(drop).map(tonic::Response::new), Code::NotFound);
    let forms = done(there.list_phone_forms(pb::ListPhoneFormsRequest {}).await).forms;
    assert!(forms.iter().all(|form| !form.indicator_codes.contains(&secret.code)));
    // A guess at its id is as an indicator that is not there.
    let guess = Filled { id: "uuid:2".to_owned(), ..filled };
    let answer = sent(&world, &outsider, &guess).await.expect("taken");
    assert_eq!(outcomes(&answer), [("", "left")]);
    assert!(said(&answer).contains("does not have this indicator"), "{}", said(&answer));

    // Of what its sender does not see nobody can tell how secret it is: as secret as they may see.
    let between = world.cleared(Role::FocalPoint, Classification::Confidential);
    let secret = Definition { classification: Classification::StrictlyConfidential, ..secret };
    world.indicator_in(&world.stage.mission, &secret, 2).await;
    let hidden = Filled { id: "uuid:3".to_owned(), ..guess };
    let answer = sent(&world, &between, &hidden).await.expect("taken");
    assert_eq!(answer.submission.expect("it").classification, "confidential");
    // What was recorded of it while it was less secret has become as secret as it is.
    let listed = done(world.of(&between).list_submissions(pb::ListSubmissionsRequest::default()).await).submissions;
    assert!(listed.iter().all(|one| one.id != id), "{listed:?}");
    expect_code(world.of(&between).get_submission(pb::GetSubmissionRequest { id: id.clone() }).await, Code::NotFound);
    let all = done(world.of(&insider).list_submissions(pb::ListSubmissionsRequest::default()).await).submissions;
    assert!(all.iter().any(|one| one.id == id));
}

#[tokio::test]
async fn a_note_of_the_whole_form_stands_with_the_most_secret_answers_only() {
    let world = World::start().await;
    let secret = Definition { id: Uuid::from_u128(0xD9), code: "OC-SECRET".to_owned(), ..deaths() };
    let secret = Definition { classification: Classification::Confidential, ..secret };
    world.indicator(&secret).await;
    let mut filled = Filled::of("1", &[("", 12.0)]);
    filled.values.push((secret.id, "", "9".to_owned()));
    filled.more = "<note>Two wards</note>".to_owned();
    sent(&world, &world.caller(Role::FocalPoint), &filled).await.expect("taken");
    let notes: Vec<(String, String)> =
        observations(&world).await.into_iter().map(|one| (one.indicator_code, one.note)).collect();
    let of = |code: &str| notes.iter().find(|(own, _)| own == code).map(|(_, note)| note.clone());
    assert_eq!((of("OC-SECRET"), of("OC-CIVDEATHS")), (Some("Two wards".to_owned()), Some(String::new())), "{notes:?}");
}
