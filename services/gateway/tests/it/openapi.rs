//! The OpenAPI document in the repository is what is served.

#[test]
fn the_snapshot_is_what_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let mut served = serde_json::to_string_pretty(&cpas_gateway::document()).expect("JSON");
    served.push('\n');
    if std::env::var_os("CPAS_BLESS").is_some() {
        std::fs::write(path, &served).expect("the snapshot is written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == served,
        "services/gateway/openapi.json is not what is served; take the change into it: \
         CPAS_BLESS=1 cargo test -p cpas-gateway --test it openapi"
    );
}

#[test]
fn every_operation_has_its_own_name_and_a_summary() {
    let document = serde_json::to_value(cpas_gateway::document()).expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let name = operation["operationId"].as_str().expect("a name").to_owned();
            assert!(names.insert(name), "{method} {path} has the name of another operation");
            assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{method} {path}");
        }
    }
    assert!(names.len() > 80, "only {} operations", names.len());
}

#[test]
fn the_headers_of_safe_writing_are_told() {
    let document = serde_json::to_value(cpas_gateway::document()).expect("JSON");
    let headers = |path: &str, method: &str| -> Vec<String> {
        let operation = &document["paths"][format!("/api/v1/missions/{{mission}}{path}")][method];
        let parameters = operation["parameters"].as_array().expect("parameters");
        let told =
            parameters.iter().filter(|own| own["in"] == "header").map(|own| own["name"].as_str().expect("a name"));
        let tags = operation["responses"].as_object().expect("responses").values();
        let tags = tags.filter_map(|own| own["headers"].as_object()).flat_map(|own| own.keys().map(String::as_str));
        told.chain(tags).map(str::to_owned).collect()
    };
    assert_eq!(headers("/stakeholders/{id}", "get"), ["ETag"], "a record beside its list");
    assert_eq!(headers("/context-maps/{id}", "get"), ["ETag"]);
    assert_eq!(headers("/stakeholders/{id}", "put"), ["Idempotency-Key", "If-Match", "ETag"]);
    assert_eq!(headers("/stakeholders", "post"), ["Idempotency-Key", "ETag"], "nothing to match yet");
    assert_eq!(headers("/areas", "post"), ["Idempotency-Key"]);
    assert_eq!(headers("/areas", "get"), [] as [&str; 0]);
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(cpas_gateway::document()).expect("JSON");
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().expect("an end");
        assert!(document.pointer(pointer).is_some(), "#{pointer} leads nowhere");
    }
}
