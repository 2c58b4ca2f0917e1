//! The sandbox from outside: over TCP, as a client sees it, with everything that can go wrong.

mod graph;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::clock::elapsed;
use crate::sandbox::Options;
use crate::sandbox::Running;
use crate::sandbox::accounts::MASTODON_ALICE;
use crate::sandbox::start;

/// Longer than anything here takes: only a test that fails waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

struct Outside {
    running: Running,
    log: PathBuf,
    _folder: TempDir,
}

impl Outside {
    async fn with(fault: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut options = Options::new(Clock::System);
        options.log = Some(log.clone());
        if !fault.is_empty() {
            options.faults.push(fault.parse().unwrap());
        }
        let running = start(options).await.unwrap();
        Self {
            running,
            log,
            _folder: folder,
        }
    }

    fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// Sends a status and leaves the connection open.
    async fn post(&self, text: &str) -> TcpStream {
        let body = json!({"status": text}).to_string();
        let request = format!(
            "POST /api/v1/statuses HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            MASTODON_ALICE.token,
            body.len()
        );
        sent(self.address(), &request).await
    }

    /// Reads `path` with further `headers`, each with its line end.
    async fn get(&self, path: &str, headers: &str) -> String {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n{headers}\r\n");
        read_all(sent(self.address(), &request).await).await
    }

    async fn ledger(&self) -> Value {
        let answer = self.get("/ledger.json", "").await;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }

    async fn posts(&self) -> usize {
        self.ledger().await["posts"].as_array().unwrap().len()
    }

    fn lines(&self) -> Vec<Value> {
        let log = std::fs::read_to_string(&self.log).unwrap();
        log.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn events(&self) -> Vec<String> {
        let lines = self.lines().into_iter();
        lines
            .map(|line| line["event"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn wait_for(&self, event: &str) {
        let seen = async {
            while !self.events().iter().any(|it| it == event) {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, seen).await.unwrap();
    }
}

async fn sent(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn read_all(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    read.unwrap().unwrap();
    String::from_utf8(answer).unwrap()
}

fn has_no_answer(stream: &TcpStream) -> bool {
    let read = stream.try_read(&mut [0; 1]);
    read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

#[tokio::test]
async fn without_faults_a_status_is_posted_and_answered() {
    let outside = Outside::with("").await;
    let answer = read_all(outside.post("hello").await).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.to_lowercase().contains("\r\ndate: "), "{answer}");
    assert_eq!(outside.posts().await, 1);
    assert_eq!(outside.events(), ["received", "acted", "answered"]);
}

#[tokio::test]
async fn act_and_hang_up_posts_and_answers_nothing() {
    let outside = Outside::with("mastodon POST /api/v1/statuses #1 act-and-hang-up").await;
    assert_eq!(read_all(outside.post("hello").await).await, "");
    assert_eq!(outside.posts().await, 1);
    assert_eq!(outside.events(), ["received", "acted", "hung_up"]);
}

#[tokio::test]
async fn refuse_and_hang_up_does_nothing_and_answers_nothing() {
    let outside = Outside::with("mastodon POST /api/v1/statuses #1 refuse-and-hang-up").await;
    assert_eq!(read_all(outside.post("hello").await).await, "");
    assert_eq!(outside.posts().await, 0);
    assert_eq!(outside.events(), ["received", "hung_up"]);
}

#[tokio::test]
async fn act_and_hang_posts_and_leaves_the_client_waiting() {
    let outside = Outside::with("mastodon POST /api/v1/statuses #1 act-and-hang").await;
    let waiting = outside.post("hello").await;
    outside.wait_for("acted").await;
    assert_eq!(outside.posts().await, 1);
    assert!(has_no_answer(&waiting));
    assert_eq!(outside.events(), ["received", "acted"]);
}

#[tokio::test]
async fn hang_does_nothing_and_leaves_the_client_waiting() {
    let outside = Outside::with("mastodon POST /api/v1/statuses #1 hang").await;
    let waiting = outside.post("hello").await;
    outside.wait_for("received").await;
    assert_eq!(outside.posts().await, 0);
    assert!(has_no_answer(&waiting));
    assert_eq!(outside.events(), ["received"]);
}

#[tokio::test]
async fn a_status_fault_answers_in_the_platforms_words_and_does_nothing() {
    let fault = "mastodon POST /api/v1/statuses #1 status:429 Retry-After: +30s";
    let outside = Outside::with(fault).await;
    let answer = read_all(outside.post("hello").await).await;
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    assert!(answer.contains("\r\nretry-after: 30\r\n"), "{answer}");
    assert!(
        answer.ends_with(r#"{"error":"Too many requests"}"#),
        "{answer}"
    );
    assert_eq!(outside.posts().await, 0);
}

#[tokio::test]
async fn a_cut_answer_promises_the_whole_and_gives_half() {
    let outside = Outside::with("mastodon POST /api/v1/statuses #1 cut").await;
    let answer = read_all(outside.post("hello").await).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let promised = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let promised: usize = promised.unwrap().parse().unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert_eq!(body.len(), promised / 2);
    assert_eq!(outside.posts().await, 1);
    assert_eq!(outside.events(), ["received", "acted", "hung_up"]);
}

#[tokio::test]
async fn a_slow_server_posts_even_when_the_client_has_gone() {
    let outside = Outside::with("mastodon POST /api/v1/statuses #1 slow:200ms").await;
    let leaving = outside.post("hello").await;
    outside.wait_for("received").await;
    drop(leaving);
    outside.wait_for("acted").await;
    assert_eq!(outside.posts().await, 1);
    let times: Vec<Timestamp> = outside
        .lines()
        .iter()
        .map(|line| line["at"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(elapsed(times[0], times[1]) >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_fault_is_over_once_its_turn_has_passed() {
    let outside = Outside::with("mastodon POST /api/v1/statuses #1 refuse-and-hang-up").await;
    read_all(outside.post("hello").await).await;
    let answer = read_all(outside.post("hello").await).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert_eq!(outside.posts().await, 1);
}

#[tokio::test]
async fn the_log_names_the_request_and_its_fault_but_no_secret_and_no_text() {
    let fault = "mastodon POST /api/v1/statuses #1 act-and-hang-up";
    let outside = Outside::with(fault).await;
    read_all(outside.post("nobody else's business").await).await;
    let log = std::fs::read_to_string(&outside.log).unwrap();
    let acted: Value = serde_json::from_str(log.lines().nth(1).unwrap()).unwrap();
    assert_eq!(acted["n"], 1);
    assert_eq!(acted["platform"], "mastodon");
    assert_eq!(acted["method"], "POST");
    assert_eq!(acted["path"], "/api/v1/statuses");
    assert_eq!(acted["status"], 200);
    assert_eq!(acted["fault"], fault);
    assert!(!log.contains(MASTODON_ALICE.token), "{log}");
    assert!(!log.contains("business"), "{log}");
}

#[tokio::test]
async fn reading_the_ledger_is_no_request_and_meets_no_fault() {
    let outside = Outside::with("* * * #* hang").await;
    assert_eq!(outside.ledger().await["requests"], 0);
    let _waiting = outside.post("hello").await;
    outside.wait_for("received").await;
    assert_eq!(outside.ledger().await["requests"], 1);
}

#[tokio::test]
async fn looking_at_the_timeline_is_no_request_and_meets_no_fault() {
    let outside = Outside::with("* * * #* hang").await;
    let page = outside.get("/", "").await;
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.contains("Nothing is public yet"), "{page}");
    let data = outside.get("/timeline.json", "").await;
    assert!(data.ends_with("{\"posts\":[],\"total\":0}"), "{data}");
    assert_eq!(outside.ledger().await["requests"], 0);
    assert_eq!(outside.lines(), [Value::Null; 0]);
}

#[tokio::test]
async fn the_timeline_is_sent_again_only_when_it_has_changed() {
    let outside = Outside::with("").await;
    let data = outside.get("/timeline.json", "").await;
    let tag = data.lines().find(|line| line.starts_with("etag: "));
    let known = tag.unwrap().replace("etag", "If-None-Match");
    let again = outside.get("/timeline.json", &format!("{known}\r\n")).await;
    assert!(again.starts_with("HTTP/1.1 304 "), "{again}");
    read_all(outside.post("hello").await).await;
    let again = outside.get("/timeline.json", &format!("{known}\r\n")).await;
    assert!(again.starts_with("HTTP/1.1 200 "), "{again}");
    assert!(again.contains("hello"), "{again}");
}

#[tokio::test]
async fn the_ledger_shows_what_was_posted() {
    let outside = Outside::with("").await;
    read_all(outside.post("hello").await).await;
    let post = outside.ledger().await["posts"][0].clone();
    assert_eq!(post["platform"], "mastodon");
    assert_eq!(post["account"], "alice");
    assert_eq!(post["text"], "hello");
    assert_eq!(post["visibility"], "public");
    let url = format!(
        "{}/@alice/{}",
        outside.running.base_url(),
        post["id"].as_str().unwrap()
    );
    assert_eq!(post["url"], url);
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let outside = Outside::with("").await;
    let mut options = Options::new(Clock::System);
    options.port = outside.address().port();
    let error = start(options).await.unwrap_err().to_string();
    let words = format!("cannot listen on {}", outside.address());
    assert!(error.contains(&words), "{error}");
}

#[tokio::test]
async fn stopping_closes_even_a_connection_that_hangs() {
    let outside = Outside::with("* * * #* hang").await;
    let waiting = outside.post("hello").await;
    outside.wait_for("received").await;
    timeout(PATIENCE, outside.running.stop()).await.unwrap();
    assert_eq!(read_all(waiting).await, "");
}
