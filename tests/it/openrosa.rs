//! Phones: a client that speaks OpenRosa as ODK Collect does, from its settings to a picture in the drawer.

use chassis::testing::eventually;
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    people::{Person, Team, answer, team, text},
};

const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 1];

/// A phone: it knows the address of its server, a name and a password.
struct Phone {
    client: Client,
    root: String,
    password: String,
}

/// An answer of the protocol.
struct Said {
    status: StatusCode,
    body: String,
}

impl Phone {
    fn of(cluster: &Cluster, mission: &str, password: &str) -> Self {
        let root = format!("{}/openrosa/{mission}", cluster.address);
        Self { client: Client::new(), root, password: password.to_owned() }
    }

    fn ask(&self, method: Method, url: &str) -> RequestBuilder {
        let asked = self.client.request(method, url).header("x-openrosa-version", "1.0");
        asked.header("date", "Mon, 02 Nov 2026 08:00:00 GMT").basic_auth("phone", Some(&self.password))
    }

    async fn get(&self, below: &str) -> Said {
        said(self.ask(Method::GET, &format!("{}{below}", self.root)).send().await.expect("an answer")).await
    }

    /// As Collect sends: asks first where to and how much, then sends the instance and its files in parts.
    async fn send(&self, xml: &str, files: &[(&str, &[u8])]) -> Said {
        let asked = self.ask(Method::HEAD, &format!("{}/submission", self.root)).query(&[("deviceID", "collect:1")]);
        let head = asked.send().await.expect("an answer");
        assert_eq!(head.status(), StatusCode::NO_CONTENT);
        assert_eq!(header(&head, "x-openrosa-version"), "1.0");
        assert!(header(&head, "x-openrosa-accept-content-length").parse::<u64>().expect("a number") >= 10_000_000);
        let to = header(&head, "location").to_owned();
        self.post(&to, xml, files).await
    }

    async fn post(&self, to: &str, xml: &str, files: &[(&str, &[u8])]) -> Said {
        let part = |bytes: &[u8], name: &str, kind| {
            Part::bytes(bytes.to_vec()).file_name(name.to_owned()).mime_str(kind).expect("a media type")
        };
        let mut form = Form::new().part("xml_submission_file", part(xml.as_bytes(), "form.xml", "text/xml"));
        for (name, bytes) in files {
            form = form.part((*name).to_owned(), part(bytes, name, "image/jpeg"));
        }
        said(self.ask(Method::POST, to).multipart(form).send().await.expect("an answer")).await
    }
}

async fn said(response: Response) -> Said {
    assert_eq!(header(&response, "x-openrosa-version"), "1.0", "on every answer");
    assert!(!header(&response, "date").is_empty());
    let status = response.status();
    Said { status, body: response.text().await.expect("text") }
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

/// What stands between two tags, of each.
fn all<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(open.as_str()).skip(1).filter_map(|rest| rest.split_once(close.as_str()).map(|(text, _)| text)).collect()
}

async fn token(person: &Person, role: &str, more: Value) -> Value {
    let mut new = json!({"name": "phone", "mission": "OURS", "roles": [role], "expires_in_days": 1});
    new.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    person.post("//tokens", new).await
}

/// An active indicator by month and sex, and one that the next form does not ask for.
async fn an_indicator(team: &Team, code: &str) -> String {
    let drafted = json!({"indicator": {
        "code": code, "name": {"en": "Patrols & more", "fr": "Patrouilles"}, "level": "output", "kind": "sum",
        "unit": "patrols", "direction": "higher", "over_time": "sum", "over_areas": "sum", "frequency": "month",
        "owner_section": "UNPOL", "disaggregations": [{"dimension": "sex", "categories": ["f", "m"]}]
    }});
    let drafted = team.coordinator.post("/indicators", drafted).await;
    let id = text(&drafted, "id");
    let approved =
        team.component_head.post(&format!("/indicators/{id}/approve"), json!({"version": drafted["version"]})).await;
    team.coordinator.post(&format!("/indicators/{id}/activate"), json!({"version": approved["version"]})).await;
    id
}

/// The model instance of a form with answers, as JavaRosa serialises it.
fn filled(form: &str, uuid: &str, answers: &[(&str, &str)]) -> String {
    let start = form.find("<data id=").expect("the instance");
    let end = form.find("</data>").expect("its end") + "</data>".len();
    let mut xml = form[start..end].replacen("<data ", "<data xmlns:orx=\"http://openrosa.org/xforms\" ", 1);
    let id = format!("<orx:instanceID>uuid:{uuid}</orx:instanceID>");
    for (empty, answered) in answers.iter().copied().chain([("<orx:instanceID/>", id.as_str())]) {
        assert!(xml.contains(empty), "{empty} is not in the form: {xml}");
        xml = xml.replacen(empty, answered, 1);
    }
    format!("<?xml version='1.0' ?>{xml}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_fills_forms() {
    let cluster = Cluster::start().await;
    let ours = team(&cluster.app, &cluster.address, "OURS").await;
    let theirs = team(&cluster.app, &cluster.address, "THEIRS").await;
    let id = an_indicator(&ours, "OP-PATROLS").await;
    let made = token(&ours.focal_point, "focal_point", json!({"phones_only": true})).await;
    let settings = &made["phone"];
    assert_eq!(settings["server_url"], format!("{}/openrosa/OURS", cluster.address));
    assert!(text(settings, "qr_svg").contains("<svg"));
    let phone = Phone::of(&cluster, "OURS", &text(&made, "token"));
    eventually("collection knows the indicator", || async { phone.get("/formList").await.body.contains("OP-PATROLS") })
        .await;

    let form = fetches(&phone).await;
    assert!(form.contains("<value>Patrols &amp; more (patrols)</value>"), "its name and unit: {form}");
    assert!(form.contains("<value>Patrouilles (patrols)</value>"));
    let group = format!("i_{}", id.replace('-', ""));
    sends(&phone, &ours, &form, &group).await;
    older_forms_are_taken(&phone, &ours, &form, &group).await;
    refusals(&phone, &form).await;
    who_may(&cluster, &ours, &theirs, &phone, &form).await;
}

/// The list, the form and its manifest, by the addresses that the list gives.
async fn fetches(phone: &Phone) -> String {
    let list = phone.get("/formList").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.body.contains("<xforms xmlns=\"http://openrosa.org/xforms/xformsList\">"));
    assert_eq!(all(&list.body, "name"), ["UNPOL"]);
    let form_id = all(&list.body, "formID")[0];
    let by = async |url: &str| said(phone.ask(Method::GET, url).send().await.expect("an answer")).await;
    let form = by(all(&list.body, "downloadUrl")[0]).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.body.contains(&format!("<data id=\"{form_id}\" version=\"{}\">", all(&list.body, "version")[0])));
    let manifest = by(all(&list.body, "manifestUrl")[0]).await;
    assert!(manifest.body.contains("<manifest xmlns=\"http://openrosa.org/xforms/xformsManifest\">"));
    assert!(all(&list.body, "hash")[0].starts_with("md5:"));
    let none = phone.get("/formList?formID=other").await;
    assert!(all(&none.body, "formID").is_empty());
    form.body
}

async fn sends(phone: &Phone, ours: &Team, form: &str, group: &str) {
    let period = all(form, "name").into_iter().find(|name| name.len() == 7).expect("an open month");
    let answers = [
        ("<deviceid/>", "<deviceid>collect:1</deviceid>".to_owned()),
        ("<period/>", format!("<period>{period}</period>")),
        ("<a1/>", "<a1>-</a1>".to_owned()),
        ("<v_/>", "<v_>12.5</v_>".to_owned()),
        ("<v_sex_3df/>", "<v_sex_3df>7</v_sex_3df>".to_owned()),
        ("<photo/>", "<photo>1.jpg</photo>".to_owned()),
    ];
    let answers: Vec<(&str, &str)> = answers.iter().map(|(empty, answered)| (*empty, answered.as_str())).collect();
    let xml = filled(form, "one", &answers);
    assert!(xml.contains(group));
    let sent = phone.send(&xml, &[]).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.body);
    assert!(sent.body.contains("<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\">"));
    assert!(sent.body.contains("2 values recorded: 2 submitted, 0 as a draft. Still to come: 1.jpg."), "{}", sent.body);

    // The picture comes later with the same instance; then a retry, since the answer was lost.
    for part in ["Files added: 1.", "Files added: 0."] {
        let again = phone.send(&xml, &[("1.jpg", JPEG)]).await;
        assert_eq!(again.status, StatusCode::CREATED, "{}", again.body);
        assert!(again.body.contains(part), "{}", again.body);
    }
    let page = ours.coordinator.get("/submissions").await;
    let submissions = page["submissions"].as_array().expect("submissions");
    assert_eq!(submissions.len(), 1, "once, however often it is sent");
    let id = text(&submissions[0], "id");
    let one = ours.coordinator.get(&format!("/submissions/{id}")).await;
    assert_eq!(text(&one, "xml"), xml, "as it came");
    assert_eq!(one["submission"]["files"][0]["content_type"], "image/jpeg");
    assert_eq!(ours.verifier.download(&format!("/submissions/{id}/files/1.jpg")).await, JPEG);

    let series = ours.coordinator.get("/series/OP-PATROLS").await;
    let points = series["parts"][0]["points"].as_array().expect("points");
    assert!(points.iter().any(|point| point["period"] == period && point["value"] == 12.5), "{series}");
    let observation = text(&one["submission"]["answers"][0], "observation_id");
    let known = ours.coordinator.get(&format!("/observations/{observation}")).await;
    assert_eq!(known["submission"]["id"], id, "a number leads to the phone that it came from");
}

async fn older_forms_are_taken(phone: &Phone, ours: &Team, form: &str, group: &str) {
    let second = an_indicator(ours, "OP-ESCORTS").await;
    let second = format!("i_{}", second.replace('-', ""));
    eventually("the form asks for both", || async { fetches_again(phone).await.contains(&second) }).await;
    let newer = fetches_again(phone).await;
    assert_ne!(version(form), version(&newer), "another form has another version");
    let period = all(form, "name").into_iter().filter(|name| name.len() == 7).nth(1).expect("another month");
    let period = format!("<period>{period}</period>");
    let answers = [("<period/>", period.as_str()), ("<a1/>", "<a1>-</a1>"), ("<v_/>", "<v_>3</v_>")];
    let old = filled(form, "two", &answers).replace("<v_sex_3dm/>", "<v_sex_3dx>1</v_sex_3dx>");
    assert!(old.contains(group));
    let sent = phone.send(&old, &[]).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.body);
    assert!(sent.body.contains("1 value recorded"), "{}", sent.body);
    assert!(sent.body.contains("Not asked any more, and kept in the instance: 1."), "{}", sent.body);
}

async fn fetches_again(phone: &Phone) -> String {
    let list = phone.get("/formList").await.body;
    let url = all(&list, "downloadUrl")[0];
    said(phone.ask(Method::GET, url).send().await.expect("an answer")).await.body
}

fn version(form: &str) -> &str {
    form.split(" version=\"").nth(2).and_then(|rest| rest.split('"').next()).expect("a version")
}

async fn refusals(phone: &Phone, form: &str) {
    let answers = [("<period/>", "<period>2024-01</period>"), ("<a1/>", "<a1>-</a1>"), ("<v_/>", "<v_>many</v_>")];
    let wrong = filled(form, "three", &answers);
    let unknown = wrong.replace("many", "1").replace("unpol-", "nobody-").replace("i_", "x_");
    for (xml, files, status, part) in [
        (wrong.as_str(), vec![], 400, "\"many\" is not a number"),
        (unknown.as_str(), vec![], 404, "has no form"),
        ("<data", vec![], 400, "not XML"),
        (
            &wrong.replace("many", "1").replace("<photo/>", "<photo>x</photo>"),
            vec![("x", b"<svg/>".as_slice())],
            400,
            "no picture",
        ),
    ] {
        let refused = phone.send(xml, &files).await;
        assert_eq!(refused.status.as_u16(), status, "{}", refused.body);
        assert!(refused.body.contains("submit_failure"), "{}", refused.body);
        let message = refused.body.replace("&quot;", "\"");
        assert!(message.contains(part) && message.contains("Nothing was stored"), "{}", refused.body);
    }
    // A little more than is taken: what is left over when it is refused is in the line already.
    let large = vec![0; (10 << 20) + (80 << 10)];
    let xml = wrong.replace("many", "1");
    let refused = phone.post(&format!("{}/submission", phone.root), &xml, &[("large", &large)]).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", refused.body);
    // A page of another site can make a browser send Basic along, but not this header.
    let bare = phone.client.post(format!("{}/submission", phone.root)).basic_auth("x", Some(&phone.password));
    let bare =
        said(bare.multipart(Form::new().text("xml_submission_file", xml)).send().await.expect("an answer")).await;
    assert_eq!(bare.status, StatusCode::BAD_REQUEST, "{}", bare.body);
    for below in ["", "/", "/nothing", "/forms/none.xml", "/forms/none/manifest"] {
        assert_eq!(phone.get(below).await.status, StatusCode::NOT_FOUND, "{below}");
    }
}

async fn who_may(cluster: &Cluster, ours: &Team, theirs: &Team, phone: &Phone, form: &str) {
    // Without a token, and with a wrong one: asked for one.
    for password in [None, Some("cpas_wrong")] {
        for (method, below) in [(Method::GET, "formList"), (Method::HEAD, "submission"), (Method::POST, "submission")] {
            let asked = phone.client.request(method, format!("{}/{below}", phone.root));
            let asked = password.map_or_else(
                || asked.try_clone().expect("a copy"),
                |one| asked.try_clone().expect("a copy").basic_auth("x", Some(one)),
            );
            let response = asked.send().await.expect("an answer");
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{below}");
            assert!(header(&response, "www-authenticate").starts_with("Basic "), "{below}");
        }
    }
    // A token of a phone opens nothing else.
    for below in ["/api/v1/missions/OURS/areas", "/api/v1/session", "/odata/v4/OURS/Areas"] {
        let asked = phone.client.get(format!("{}{below}", cluster.address)).bearer_auth(&phone.password);
        let (status, body) = answer(asked).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{below}: {body}");
    }
    // One that may only read fetches forms and sends none; who does not enter has no forms.
    let reading = token(&ours.focal_point, "focal_point", json!({"read_only": true})).await;
    let reading = Phone::of(cluster, "OURS", &text(&reading, "token"));
    assert_eq!(reading.get("/formList").await.status, StatusCode::OK);
    let to = format!("{}/submission", reading.root);
    let refused = reading.post(&to, &filled(form, "four", &[]), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    let reader = token(&ours.reader, "reader", json!({})).await;
    let reader = Phone::of(cluster, "OURS", &text(&reader, "token"));
    assert_eq!(reader.get("/formList").await.status, StatusCode::FORBIDDEN);

    // A stranger learns nothing: a mission that is not theirs is as one that is not there.
    let new =
        json!({"name": "x", "mission": "THEIRS", "roles": ["coordinator"], "expires_in_days": 1, "phones_only": true});
    let foreign = text(&theirs.coordinator.post("//tokens", new).await, "token");
    for below in ["/formList", "/forms/x.xml", "/forms/x/manifest", "/other"] {
        let ask = async |mission: &str| {
            let answer = Phone::of(cluster, mission, &foreign).get(below).await;
            (answer.status, answer.body)
        };
        let known = ask("OURS").await;
        assert_eq!(known.0, StatusCode::NOT_FOUND, "{below}: {}", known.1);
        assert_eq!(known, ask("NOSUCH").await, "{below}");
    }
    let there = Phone::of(cluster, "OURS", &foreign);
    let refused = there.post(&format!("{}/submission", there.root), &filled(form, "five", &[]), &[]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.body);
}
