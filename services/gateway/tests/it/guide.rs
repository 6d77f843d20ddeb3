//! What the guide for other systems shows, run as it stands there.

use std::process::Command;

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

/// What the check in docs/exchange.md says of a message: `True` or `False`.
pub fn says_it_is_ours(secret: &str, headers: &HeaderMap, body: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/exchange.md");
    let guide = std::fs::read_to_string(path).expect("the guide");
    let (_, after) = guide.split_once("```python\n").expect("a check");
    let (check, _) = after.split_once("```").expect("its end");
    let script = format!(
        "{check}\nimport json, sys\nprint(is_ours(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3].encode()))"
    );
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let given: Map<String, Value> =
        names.iter().map(|&name| (name.to_owned(), json!(headers[name].to_str().expect("text")))).collect();
    let arguments = [&*script, secret, &Value::Object(given).to_string(), body];
    let done = Command::new("python3").arg("-c").args(arguments).output().expect("python3 runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}
