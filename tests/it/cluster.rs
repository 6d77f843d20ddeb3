//! The whole system as separate processes, as on Kubernetes: six binaries on one PostgreSQL and one NATS,
//! all of which can be killed and started again.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use chassis::{
    Bus, Clock, Db, Identity, Link, config,
    testing::{eventually, free_port},
};
use cpas::local::{Given, Local, Phase, Tools};
use cpas_gateway::{App, Config, Links};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey as _, pkcs8::spki::der::pem::LineEnding};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

pub const SERVICES: &[&str] = &["context", "planning", "collection", "assessment", "reporting", "gateway"];
const PASSWORD: &str = "test";

/// One process, and how to start it again.
struct Process {
    name: &'static str,
    environment: BTreeMap<String, String>,
    admin: String,
    /// Where it writes what it logs; `None`: where the test does.
    log: Option<PathBuf>,
    child: Option<Child>,
}

/// Six processes and what they stand on. Everything ends with it.
pub struct Cluster {
    pub local: Local,
    pub address: String,
    /// The gateway's library on the gateway's database: to make missions and people.
    pub app: App,
    processes: BTreeMap<&'static str, Process>,
    client: reqwest::Client,
    folder: TempDir,
}

impl Cluster {
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    /// With traces that go to an OTLP endpoint, and logs as a deployment has them, each in a file.
    pub async fn start_traced(endpoint: &str) -> Self {
        Self::start_with(Some(endpoint)).await
    }

    async fn start_with(traces: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // PostgreSQL runs under another uid where we are root.
        open_to_all(folder.path());
        let given = Given { database_url: None, nats_url: None };
        let tools = Tools::from_env();
        let local = Local::start(&folder.path().join("home"), &tools, given).await.expect("PostgreSQL and NATS");
        let ports: BTreeMap<&str, (u16, u16)> =
            SERVICES.iter().map(|name| (*name, (free_port(), free_port()))).collect();
        let keys = keys(folder.path());
        let mut processes = BTreeMap::new();
        for name in SERVICES {
            let database = format!("cpas_{name}");
            let (owner, app) =
                chassis::db::create_database(local.database_url(), &database, PASSWORD).await.expect("a database");
            let (grpc, admin) = ports[name];
            let mut environment = BTreeMap::from([
                ("CPAS__DATABASE__URL".to_owned(), app),
                ("CPAS__DATABASE__OWNER_URL".to_owned(), owner),
                ("CPAS__NATS__URL".to_owned(), local.nats_url().to_owned()),
                ("CPAS__IDENTITY__SIGNING_KEY_FILE".to_owned(), keys.join(format!("{name}.pem")).display().to_string()),
                ("CPAS__IDENTITY__VERIFYING_KEYS_FILE".to_owned(), keys.join("public.toml").display().to_string()),
                ("CPAS__SERVER__GRPC_LISTEN".to_owned(), format!("127.0.0.1:{grpc}")),
                ("CPAS__SERVER__ADMIN_LISTEN".to_owned(), format!("127.0.0.1:{admin}")),
                ("CPAS__TELEMETRY__LOG_FORMAT".to_owned(), "text".to_owned()),
                ("CPAS__TELEMETRY__LOG_FILTER".to_owned(), "warn".to_owned()),
            ]);
            if let Some(endpoint) = traces {
                environment.insert("CPAS__TELEMETRY__OTLP_ENDPOINT".to_owned(), endpoint.to_owned());
                environment.insert("CPAS__TELEMETRY__LOG_FORMAT".to_owned(), "json".to_owned());
                environment.insert("CPAS__TELEMETRY__LOG_FILTER".to_owned(), "info".to_owned());
            }
            for (other, (grpc, _)) in ports.iter().filter(|(other, _)| **other != "gateway") {
                environment
                    .insert(format!("CPAS__LINKS__{}", other.to_uppercase()), format!("http://127.0.0.1:{grpc}"));
            }
            if *name == "reporting" {
                environment.insert(
                    "CPAS__SERVICE__PAPER_KEY_FILE".to_owned(),
                    keys.join("reporting.pem").display().to_string(),
                );
            }
            if *name == "gateway" {
                environment.insert("CPAS__SERVICE__HTTP_LISTEN".to_owned(), format!("127.0.0.1:{grpc}"));
            }
            let log = traces.map(|_| folder.path().join(format!("{name}.log")));
            let process = Process { name, environment, admin: format!("http://127.0.0.1:{admin}"), log, child: None };
            process.run_to_end("migrate");
            processes.insert(*name, process);
        }
        let app = gateway_library(&processes["gateway"].environment, &local).await;
        let address = format!("http://127.0.0.1:{}", ports["gateway"].0);
        // Without a limit a port that somebody else took would keep us waiting for ever.
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().expect("a client");
        let mut cluster = Self { local, address, app, processes, client, folder };
        for name in SERVICES {
            cluster.resume(name);
        }
        for name in SERVICES {
            cluster.is_ready(name).await;
        }
        cluster
    }

    /// Kills a service as a failing node would: no drain, no goodbye.
    pub fn kill(&mut self, name: &str) {
        let process = self.processes.get_mut(name).expect("a service");
        let mut child = process.child.take().expect("it runs");
        child.kill().expect("our own child");
        child.wait().expect("our own child");
    }

    /// Starts a service (again).
    pub fn resume(&mut self, name: &str) {
        let process = self.processes.get_mut(name).expect("a service");
        process.child = Some(process.command("serve").spawn().expect("the service starts"));
    }

    /// Asks a service to end, and tells how long that took and how it ended.
    pub fn terminate(&mut self, name: &str) -> (Duration, Option<i32>) {
        let process = self.processes.get_mut(name).expect("a service");
        let mut child = process.child.take().expect("it runs");
        let began = std::time::Instant::now();
        kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM).expect("our own child");
        let status = child.wait().expect("our own child");
        (began.elapsed(), status.code())
    }

    /// Waits until a service says that it can work.
    pub async fn is_ready(&self, name: &str) {
        let page = format!("{}/readyz", self.processes[name].admin);
        eventually(&format!("{name} is ready"), || async {
            self.client.get(&page).send().await.is_ok_and(|response| response.status().is_success())
        })
        .await;
    }

    /// What a service has logged.
    pub fn log(&self, name: &str) -> String {
        let path = self.processes[name].log.as_ref().expect("a cluster that writes its logs to files");
        fs::read_to_string(path).expect("a file of ours")
    }

    /// A page of a service's admin port.
    pub async fn admin_page(&self, name: &str, page: &str) -> (u16, String) {
        let response =
            self.client.get(format!("{}{page}", self.processes[name].admin)).send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("text"))
    }

    /// Kills a service, or one of the servers beneath, whose watchdog starts it again.
    pub fn strike(&mut self, victim: &str) {
        let phase = match victim {
            "postgres" => self.local.postgres_phase(),
            "nats" => self.local.nats_phase(),
            service => return self.kill(service),
        };
        let Some(Phase::Running(pid)) = phase else { panic!("{victim} does not run: {phase:?}") };
        kill(Pid::from_raw(pid.cast_signed()), Signal::SIGKILL).expect("a process of ours");
    }

    /// Brings back what was struck, and waits until everybody can work again.
    pub async fn mend(&mut self, victim: &str) {
        if SERVICES.contains(&victim) {
            self.resume(victim);
        }
        for name in SERVICES {
            self.is_ready(name).await;
        }
    }

    /// The gateway's identity, with which a test speaks to the services behind the gateway's back.
    pub fn gateway_identity(&self) -> Identity {
        let keys = self.folder.path().join("keys");
        let pem = fs::read_to_string(keys.join("gateway.pem")).expect("the gateway's key");
        Identity::new("gateway", &pem, &BTreeMap::new(), Clock::system()).expect("an identity")
    }

    /// A link to one of the services over the network.
    pub fn link(&self, name: &'static str, identity: &Identity) -> Link {
        let address = &self.processes["gateway"].environment[&format!("CPAS__LINKS__{}", name.to_uppercase())];
        Link::remote(name, identity.clone(), address).expect("an address")
    }
}

impl Process {
    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(binary(self.name));
        let log = self.log.as_ref().map_or_else(Stdio::inherit, |path| {
            fs::OpenOptions::new().create(true).append(true).open(path).expect("a file of ours").into()
        });
        command.arg(verb).env_clear().envs(&self.environment).stdout(Stdio::null()).stderr(log);
        command
    }

    fn run_to_end(&self, verb: &str) {
        let status = self.command(verb).status().expect("the binary runs");
        assert!(status.success(), "{} {verb}: {status}", self.name);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// The binary of a service, beside this test's.
fn binary(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("this test's binary");
    let folder = own.parent().and_then(|deps| deps.parent()).expect("target/debug");
    let path = folder.join(format!("cpas-{name}"));
    assert!(path.exists(), "{} is missing: cargo build -p cpas-{name}", path.display());
    path
}

fn keys(folder: &std::path::Path) -> PathBuf {
    let folder = folder.join("keys");
    fs::create_dir(&folder).expect("a folder");
    let mut public = String::new();
    for name in SERVICES {
        let key = SigningKey::from_bytes(&rand::random());
        let pem = key.to_pkcs8_pem(LineEnding::LF).expect("a key");
        fs::write(folder.join(format!("{name}.pem")), pem.as_bytes()).expect("a file");
        let hex: String = key.verifying_key().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        public.push_str(&format!("{name} = [\"{hex}\"]\n"));
    }
    fs::write(folder.join("public.toml"), public).expect("a file");
    folder
}

async fn gateway_library(environment: &BTreeMap<String, String>, local: &Local) -> App {
    let clock = Clock::system();
    let whole = config::load::<Config>(cpas_gateway::DEFAULTS, None, environment.clone()).expect("the configuration");
    let db = Db::open("gateway", &config::Database { connections_max: 3, ..whole.database }, clock.clone())
        .expect("an address");
    let nats = config::Nats { url: local.nats_url().to_owned(), ..whole.nats };
    let bus = Bus::connect("gateway", &nats).await.expect("an address");
    let identity = Identity::circle(&["gateway"], &clock).remove("gateway").expect("an identity");
    let link = |name| Link::remote(name, identity.clone(), "http://127.0.0.1:1").expect("an address");
    let links = Links {
        context: link("context"),
        planning: link("planning"),
        collection: link("collection"),
        assessment: link("assessment"),
        reporting: link("reporting"),
    };
    App::new(db, bus, whole.service, links).expect("an app")
}

fn open_to_all(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("our own folder");
}
