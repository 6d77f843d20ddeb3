//! These start the real programs: run them through `deploy/local/backing.py`, which names them.

use std::env;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use tempfile::TempDir;

use super::postgres::Why;
use super::runas::RunAs;
use super::{Given, Home, Local, LocalError, Phase, Tools};

const EVENTUALLY: Duration = Duration::from_secs(30);

/// A folder for one test, open to the user PostgreSQL runs under.
struct Stage {
    folder: TempDir,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    async fn start(&self) -> Result<Local, LocalError> {
        Local::start(&self.home(), &tools(), Given::default()).await
    }

    async fn refusal(&self) -> String {
        match self.start().await {
            Ok(_) => panic!("it started"),
            Err(error) => error.to_string(),
        }
    }
}

fn tools() -> Tools {
    assert!(env::var_os("CPAS_PG_BIN").is_some(), "run the tests with deploy/local/backing.py -- cargo test");
    Tools::from_env()
}

fn pg_bin() -> PathBuf {
    env::var_os("CPAS_PG_BIN").unwrap().into()
}

/// Rows of one statement, unaligned; or what psql complains of.
fn sql(url: &str, statement: &str) -> Result<String, String> {
    let psql = Command::new(pg_bin().join("psql")).args([url, "-XAtqc", statement]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if psql.status.success() { Ok(text(&psql.stdout)) } else { Err(text(&psql.stderr)) }
}

/// What NATS answers to a login with the user and password of the URL, and a ping.
fn nats_ping(url: &str) -> std::io::Result<String> {
    let (login, address) = url.strip_prefix("nats://").unwrap().split_once('@').unwrap();
    let (user, pass) = login.split_once(':').unwrap();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    write!(stream, "CONNECT {{\"user\":\"{user}\",\"pass\":\"{pass}\",\"verbose\":false}}\r\nPING\r\n")?;
    line.clear();
    reader.read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + EVENTUALLY;
    while !holds() {
        assert!(Instant::now() < until, "not within {EVENTUALLY:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn running(phase: Option<Phase>) -> u32 {
    match phase {
        Some(Phase::Running(pid)) => pid,
        other => panic!("not running: {other:?}"),
    }
}

fn signal(pid: u32, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), signal).unwrap();
}

fn lives(pid: u32) -> bool {
    // A zombie that nobody reaps has ended for our purpose.
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_finds_the_data_and_the_passwords() {
    let stage = Stage::new();
    let local = stage.start().await.unwrap();
    sql(local.database_url(), "create table kept (v int); insert into kept values (7)").unwrap();
    assert_eq!(nats_ping(local.nats_url()).unwrap(), "PONG");
    let pids = [running(local.postgres_phase()), running(local.nats_phase())];
    local.shutdown().await;
    assert!(!pids.into_iter().any(lives), "a child outlived the shutdown");

    let again = stage.start().await.unwrap();
    assert_eq!(sql(again.database_url(), "select v from kept").unwrap(), "7");
    assert_eq!(sql(again.database_url(), "show fsync").unwrap(), "on");
    assert_eq!(sql(again.database_url(), "show listen_addresses").unwrap(), "127.0.0.1");
    again.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_reads_the_passwords_and_only_they_open_the_doors() {
    let stage = Stage::new();
    let local = stage.start().await.unwrap();
    for name in ["secrets/postgres", "secrets/nats", "nats/nats.conf"] {
        let mode = fs::metadata(stage.home().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let with = |url: &str, wrong: &str| {
        let (start, end) = (url.find("://").unwrap() + 3, url.find('@').unwrap());
        format!("{}{wrong}{}", &url[..start], &url[end..])
    };
    let refused = sql(&with(local.database_url(), "postgres:wrong"), "select 1").unwrap_err();
    assert!(refused.contains("password authentication failed"), "{refused}");
    assert_eq!(nats_ping(&with(local.nats_url(), "cpas:wrong")).unwrap(), "-ERR 'Authorization Violation'");
    local.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_on_the_same_home_is_refused() {
    let stage = Stage::new();
    let local = stage.start().await.unwrap();
    let said = stage.refusal().await;
    assert!(said.starts_with(&format!("Another `cpas up` (process {}) already uses", std::process::id())), "{said}");
    assert_eq!(nats_ping(local.nats_url()).unwrap(), "PONG");
    assert_eq!(sql(local.database_url(), "select 1").unwrap(), "1");
    local.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_postgres_comes_back_with_its_data() {
    let stage = Stage::new();
    let local = stage.start().await.unwrap();
    sql(local.database_url(), "create table kept (v int); insert into kept values (7)").unwrap();
    let first = running(local.postgres_phase());
    signal(first, Signal::SIGKILL);
    eventually("PostgreSQL answers again at the same address", || {
        sql(local.database_url(), "select v from kept").is_ok_and(|rows| rows == "7")
    });
    assert_ne!(running(local.postgres_phase()), first);
    local.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_nats_comes_back_and_again() {
    let stage = Stage::new();
    let local = stage.start().await.unwrap();
    for _ in 0..2 {
        let pid = running(local.nats_phase());
        signal(pid, Signal::SIGKILL);
        eventually("another nats-server answers at the same address", || {
            local.nats_phase() != Some(Phase::Running(pid))
                && nats_ping(local.nats_url()).is_ok_and(|answer| answer == "PONG")
        });
    }
    local.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_child_is_killed_within_the_limit() {
    let stage = Stage::new();
    let local = stage.start().await.unwrap();
    let pid = running(local.nats_phase());
    signal(pid, Signal::SIGSTOP);
    let started = Instant::now();
    local.shutdown().await;
    assert!(!lives(pid));
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_does_not_hinder_the_next_start() {
    let stage = Stage::new();
    stage.start().await.unwrap().shutdown().await;
    let data = stage.home().join("postgres/data");

    // The number in the pid file now belongs to a stranger: this very process.
    let pid_file = data.join("postmaster.pid");
    fs::write(&pid_file, format!("{}\n{}\n1\n1\n\n127.0.0.1\n\nready\n", std::process::id(), data.display())).unwrap();
    if let Some(user) = RunAs::for_data(&data).unwrap() {
        chown(&pid_file, Some(user.uid), Some(user.gid)).unwrap();
    }
    // And a first start was interrupted.
    fs::create_dir(stage.home().join("postgres/data.partial-1")).unwrap();
    stage.start().await.unwrap().shutdown().await;

    // A PostgreSQL that outlived its parent.
    let mut orphan = Command::new(pg_bin().join("postgres"));
    orphan.arg("-D").arg(&data).args(["-p", &super::postgres::free_port().unwrap().to_string()]);
    orphan.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]).stderr(Stdio::null());
    if let Some(user) = RunAs::for_data(&data).unwrap() {
        orphan.uid(user.uid).gid(user.gid);
    }
    let mut orphan = orphan.spawn().unwrap();
    eventually("the orphan runs", || fs::read_to_string(&pid_file).is_ok_and(|text| text.contains("ready")));
    let local = stage.start().await.unwrap();
    assert_ne!(running(local.postgres_phase()), orphan.id());
    assert!(orphan.try_wait().unwrap().is_some(), "the orphan still runs");
    assert_eq!(sql(local.database_url(), "select 1").unwrap(), "1");
    local.shutdown().await;
}

/// Runs itself a second time as the parent, and kills that.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_children_die_with_their_parent() {
    const ROLE: &str = "CPAS_TEST_PARENT_OF";
    if let Some(home) = env::var_os(ROLE) {
        let local = Local::start(Path::new(&home), &tools(), Given::default()).await.unwrap();
        println!("\nchildren {} {}", running(local.postgres_phase()), running(local.nats_phase()));
        std::future::pending::<()>().await;
    }
    let stage = Stage::new();
    let mut parent = Command::new(env::current_exe().unwrap())
        .args(["--exact", "local::tests::the_children_die_with_their_parent", "--nocapture"])
        .env(ROLE, stage.home())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(parent.stdout.take().unwrap()).lines();
    let line = lines.find_map(|line| line.unwrap().strip_prefix("children ").map(str::to_owned)).unwrap();
    let children: Vec<u32> = line.split(' ').map(|pid| pid.parse().unwrap()).collect();
    assert!(children.iter().copied().all(lives));

    parent.kill().unwrap();
    parent.wait().unwrap();
    eventually("both children are gone", || !children.iter().copied().any(lives));
    stage.start().await.unwrap().shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_for_us_is_left_alone() {
    let strange = Stage::new();
    fs::create_dir(strange.home()).unwrap();
    fs::write(strange.home().join("letter.txt"), "dear").unwrap();
    let said = strange.refusal().await;
    assert!(said.contains("is not empty and was not made by `cpas up`"), "{said}");
    assert_eq!(fs::read_dir(strange.home()).unwrap().count(), 1);

    let older = Stage::new();
    fs::create_dir(older.home()).unwrap();
    fs::write(older.home().join("layout"), "0\n").unwrap();
    let said = older.refusal().await;
    assert!(said.contains("was made by an older version of CPAS (layout 0; this one uses 1)"), "{said}");

    let old_data = Stage::new();
    drop(Home::open(&old_data.home()).unwrap());
    fs::create_dir_all(old_data.home().join("postgres/data")).unwrap();
    fs::write(old_data.home().join("postgres/data/PG_VERSION"), "17\n").unwrap();
    let said = old_data.refusal().await;
    assert!(said.contains("was written by PostgreSQL 17, and this is PostgreSQL 18"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn as_root_a_closed_folder_is_named() {
    if !geteuid().is_root() {
        println!("left out: only root starts PostgreSQL as somebody else");
        return;
    }
    let stage = Stage::new();
    fs::set_permissions(stage.folder.path(), Permissions::from_mode(0o700)).unwrap();
    let said = stage.refusal().await;
    let closed = stage.folder.path().canonicalize().unwrap();
    assert!(said.contains(&format!("the folder {} is closed to that user", closed.display())), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_programs_are_named_and_given_servers_need_none() {
    let stage = Stage::new();
    let nowhere = Tools::new("/nowhere/bin", "/nowhere/nats-server");
    let error = Local::start(&stage.home(), &nowhere, Given::default()).await.err().unwrap();
    assert!(error.to_string().starts_with("There is no postgres at /nowhere/bin/postgres."), "{error}");
    let error = Local::start(&stage.home(), &Tools::default(), Given::default()).await.err().unwrap();
    assert!(error.to_string().starts_with("CPAS_PG_BIN is not set"), "{error}");

    let given = Given { database_url: Some("postgres://there".into()), nats_url: Some("nats://there".into()) };
    let local = Local::start(&stage.home(), &Tools::default(), given).await.unwrap();
    assert_eq!((local.database_url(), local.nats_url()), ("postgres://there", "nats://there"));
    assert_eq!((local.postgres_phase(), local.nats_phase()), (None, None));
    local.shutdown().await;
}

#[test]
fn a_servers_last_words_are_understood() {
    let bind = "LOG:  could not bind IPv4 address \"127.0.0.1\": Address already in use";
    let listen = "[FTL] Error listening on port: 127.0.0.1:1, \"listen tcp 127.0.0.1:1: bind: address already in use\"";
    let block = "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use";
    let full = "FATAL:  could not write lock file \"postmaster.pid\": No space left on device";
    assert_eq!(Why::of(bind), Why::PortTaken);
    assert_eq!(Why::of(listen), Why::PortTaken);
    assert_eq!(Why::of(block), Why::NotYetGone);
    assert_eq!(Why::of(full), Why::DiskFull);
    assert_eq!(Why::of("FATAL: hm"), Why::Other("FATAL: hm".into()));
}
