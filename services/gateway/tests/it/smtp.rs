//! A small mail server: speaks SMTP (RFC 5321) on a socket of the loopback, and keeps what it took.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::RwLock,
};

/// A letter as it was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub letter: String,
}

#[derive(Clone, Default)]
pub struct Smtp {
    taken: Arc<Mutex<Vec<Taken>>>,
    /// What is answered to the end of a letter, in order; then 250.
    answers: Arc<Mutex<VecDeque<&'static str>>>,
    /// Where it waits between taking a letter and saying so.
    pub gate: Arc<RwLock<()>>,
}

impl Smtp {
    pub async fn listen(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let server = server.clone();
                // Who hangs up in the middle is gone, and that is all.
                tokio::spawn(async move { server.serve(connection).await });
            }
        });
        address
    }

    pub fn answers(&self, answers: &[&'static str]) {
        self.answers.lock().expect("whole").extend(answers);
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().expect("whole").clone()
    }

    async fn serve(&self, mut connection: TcpStream) -> std::io::Result<()> {
        let (reader, mut writer) = connection.split();
        let mut lines = BufReader::new(reader).lines();
        writer.write_all(b"220 mail.example ESMTP\r\n").await?;
        let (mut from, mut to) = (String::new(), Vec::new());
        while let Some(line) = lines.next_line().await? {
            let (verb, rest) = line.split_at(line.len().min(4));
            let answer = match verb.to_ascii_uppercase().as_str() {
                "EHLO" => "250-mail.example\r\n250-8BITMIME\r\n250 SMTPUTF8",
                "HELO" | "NOOP" | "RSET" => "250 OK",
                "MAIL" => {
                    (from, to) = (path(rest), Vec::new());
                    "250 OK"
                }
                "RCPT" => {
                    to.push(path(rest));
                    "250 OK"
                }
                "DATA" => {
                    writer.write_all(b"354 Go on\r\n").await?;
                    let mut letter = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        // A point at the beginning was doubled for the way.
                        letter.push_str(line.strip_prefix('.').unwrap_or(&line));
                        letter.push_str("\r\n");
                    }
                    let answer = self.answers.lock().expect("whole").pop_front().unwrap_or("250 Taken");
                    if answer.starts_with("250") {
                        let taken = Taken { from: from.clone(), to: to.clone(), letter };
                        self.taken.lock().expect("whole").push(taken);
                    }
                    drop(self.gate.read().await);
                    answer
                }
                "QUIT" => {
                    writer.write_all(b"221 Bye\r\n").await?;
                    return Ok(());
                }
                _ => "502 Not here",
            };
            writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}

/// `<ada@ours.example>` in `FROM:<ada@ours.example> BODY=8BITMIME`.
fn path(rest: &str) -> String {
    let within = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    within.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
