//! The protocol only grows: what stood in the baseline still stands, under the same number and type.
//!
//! `CPAS_BLESS=1 cargo test -p cpas-proto --test baseline` writes the baseline anew, after a
//! change that adds.

use std::collections::BTreeMap;

use prost::Message as _;
use prost_types::{DescriptorProto, FileDescriptorSet};

/// Path of a field or method -> what a reader of old bytes relies on.
fn promises(set: &FileDescriptorSet) -> BTreeMap<String, String> {
    let mut promises = BTreeMap::new();
    for file in &set.file {
        for message in &file.message_type {
            message_promises(&mut promises, file.package(), message);
        }
        for service in &file.service {
            for method in &service.method {
                promises.insert(
                    format!("{}.{}/{}", file.package(), service.name(), method.name()),
                    format!(
                        "({}{}) -> {}{}",
                        if method.client_streaming() { "stream " } else { "" },
                        method.input_type(),
                        if method.server_streaming() { "stream " } else { "" },
                        method.output_type()
                    ),
                );
            }
        }
    }
    promises
}

fn message_promises(promises: &mut BTreeMap<String, String>, scope: &str, message: &DescriptorProto) {
    let scope = format!("{scope}.{}", message.name());
    for field in &message.field {
        promises.insert(
            format!("{scope}#{}", field.number()),
            format!("{} {:?} {:?} {}", field.name(), field.r#type(), field.label(), field.type_name()),
        );
    }
    for nested in &message.nested_type {
        message_promises(promises, &scope, nested);
    }
}

#[test]
fn the_protocol_keeps_its_promises() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/baseline.binpb");
    if std::env::var_os("CPAS_BLESS").is_some() {
        std::fs::write(path, cpas_proto::DESCRIPTORS).expect("the baseline is written");
    }
    let baseline = std::fs::read(path).expect("proto/baseline.binpb; make it with CPAS_BLESS=1");
    let before = promises(&FileDescriptorSet::decode(baseline.as_slice()).expect("a descriptor set"));
    let now = promises(&FileDescriptorSet::decode(cpas_proto::DESCRIPTORS).expect("a descriptor set"));
    for (path, promise) in &before {
        assert_eq!(now.get(path), Some(promise), "{path} was promised and is gone or changed");
    }
    for path in now.keys() {
        assert!(
            before.contains_key(path),
            "{path} is new; take it into the baseline: CPAS_BLESS=1 cargo test -p cpas-proto --test baseline"
        );
    }
}
