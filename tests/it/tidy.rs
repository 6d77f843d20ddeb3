//! The rules of the house: what may depend on what, and where things live.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const DOMAIN_SERVICES: &[&str] = &["context", "planning", "collection", "assessment", "reporting"];
const ROOMS: &[&str] = &[
    "Cargo.toml",
    "migrations",
    "config.default.toml",
    "src/main.rs",
    "src/lib.rs",
    "src/config.rs",
    "src/error.rs",
    "src/events.rs",
    "src/domain",
    "src/app",
    "src/store",
    "src/api",
    "tests/it/main.rs",
];
const LINES_MAX: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Files below a folder with one of the endings, without what is built or fetched.
fn files(below: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![below.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "target" | "node_modules" | "dist" | ".git" | ".cpas") {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file's code: without comments and without its test module at the end.
fn code(path: &Path) -> String {
    let text = read(path);
    let text = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned()
}

fn service(name: &str) -> PathBuf {
    root().join("services").join(name)
}

#[test]
fn no_service_depends_on_anothers_crate() {
    for name in DOMAIN_SERVICES.iter().chain(&["gateway", "chassis"]) {
        let manifest: toml::Table = read(&service(name).join("Cargo.toml")).parse().expect("a manifest");
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = manifest.get(section).and_then(|section| section.as_table()) else { continue };
            for other in DOMAIN_SERVICES.iter().chain(&["gateway"]) {
                assert!(
                    !dependencies.contains_key(&format!("cpas-{other}")),
                    "{name} depends on cpas-{other}; services speak over gRPC and events, not through crates"
                );
            }
        }
    }
}

#[test]
fn sql_is_in_store_only() {
    for name in DOMAIN_SERVICES.iter().chain(&["gateway"]) {
        for path in files(&service(name).join("src"), &[".rs"]) {
            let in_store = relative(&path).contains("/src/store/");
            // An error enum may carry what the database said; it runs nothing.
            let is_error = path.ends_with("src/error.rs");
            let runs_sql =
                code(&path).contains("sqlx::query") || (!is_error && !in_store && code(&path).contains("sqlx::"));
            assert!(in_store || !runs_sql, "{} speaks SQL; that belongs into store/", relative(&path));
        }
    }
}

#[test]
fn grpc_is_in_api_only() {
    for name in DOMAIN_SERVICES {
        for path in files(&service(name).join("src"), &[".rs"]) {
            let place = relative(&path);
            let allowed = place.contains("/src/api/") || place.ends_with("/lib.rs") || place.ends_with("/error.rs");
            assert!(allowed || !code(&path).contains("tonic::"), "{place} speaks gRPC; that belongs into api/");
        }
    }
}

#[test]
fn the_domain_is_pure() {
    let impure = [
        "async ",
        ".await",
        "sqlx",
        "tonic",
        "chassis::",
        "rand::",
        "Utc::now",
        "SystemTime",
        "Instant::now",
        "Uuid::new",
        "new_id(",
    ];
    for name in DOMAIN_SERVICES {
        for path in files(&service(name).join("src/domain"), &[".rs"]) {
            let code = code(&path);
            for word in impure {
                assert!(
                    !code.contains(word),
                    "{} has `{word}`; the domain takes time, ids and chance as arguments",
                    relative(&path)
                );
            }
        }
    }
}

#[test]
fn only_the_clock_asks_for_the_time() {
    for path in files(&root().join("services"), &[".rs"]) {
        let place = relative(&path);
        if place.ends_with("chassis/src/clock.rs") || place.contains("/tests/") {
            continue;
        }
        assert!(!code(&path).contains("Utc::now"), "{place} asks the system for the time; take it from Clock");
    }
}

#[test]
fn every_service_has_the_same_rooms() {
    for name in DOMAIN_SERVICES {
        for room in ROOMS {
            assert!(service(name).join(room).exists(), "services/{name}/{room} is missing");
        }
        for path in fs::read_dir(service(name).join("src")).expect("src") {
            let file = path.expect("an entry").file_name().to_string_lossy().into_owned();
            let known = ["main.rs", "lib.rs", "config.rs", "error.rs", "events.rs", "domain", "app", "store", "api"];
            assert!(known.contains(&file.as_str()), "services/{name}/src/{file} is a room that the others do not have");
        }
    }
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let endings = [".rs", ".proto", ".sql", ".py", ".sh", ".ts", ".tsx", ".mjs", ".css"];
    let long: Vec<String> = files(&root(), &endings)
        .into_iter()
        .map(|path| (read(&path).lines().count(), path))
        // The API's types are written from the protocol, a file for each of its files.
        .filter(|(lines, path)| *lines > LINES_MAX && !relative(path).contains("ui/src/api/types/"))
        // The protocol of one service is one list; split, it would be harder to read.
        .filter(|(_, path)| path.extension().is_none_or(|ending| ending != "proto"))
        .map(|(lines, path)| format!("{} ({lines})", relative(&path)))
        .collect();
    assert!(long.is_empty(), "longer than {LINES_MAX} lines, each usually holds two things: {long:#?}");
}

#[test]
fn nothing_is_named_after_having_no_name() {
    let nameless: BTreeSet<&str> = ["utils", "util", "helpers", "helper", "common", "manager", "misc"].into();
    for path in files(&root().join("services"), &[".rs", ".ts", ".tsx"]) {
        // Named after the package of the protocol that they mirror.
        if relative(&path).contains("/api/types/") {
            continue;
        }
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(!nameless.contains(stem.as_str()), "{}: name it after what it does", relative(&path));
    }
}

#[test]
fn only_reporting_carries_typst() {
    for name in DOMAIN_SERVICES.iter().filter(|name| **name != "reporting").chain(&["gateway", "chassis", "cpas"]) {
        assert!(
            !read(&service(name).join("Cargo.toml")).contains("typst"),
            "{name} depends on typst; it is heavy, and reporting's"
        );
    }
}

#[test]
fn every_crate_takes_its_dependencies_from_the_workspace() {
    for path in files(&root(), &["Cargo.toml"]) {
        let manifest: toml::Table = read(&path).parse().expect("a manifest");
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = manifest.get(section).and_then(|section| section.as_table()) else { continue };
            for (name, dependency) in dependencies {
                let shared = dependency.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                let plain = dependency.as_table().is_some_and(|table| table.len() == 1);
                assert!(
                    shared && plain,
                    "{}: {name} has a version or features of its own; they belong into the workspace",
                    relative(&path)
                );
            }
        }
    }
}
