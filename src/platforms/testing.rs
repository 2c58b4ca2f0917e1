//! What the tests of the publishers stand on: a server on loopback that answers by script,
//! checkpoints and media in memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use url::Url;

use crate::clock::Clock;
use crate::config::sessions::SessionStore;
use crate::media::MediaError;
use crate::media::MediaStore;
use crate::post::account_name::AccountName;
use crate::post::media::Media;
use crate::post::media::MediaFacts;
use crate::post::media::MediaKind;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::PostId;
use crate::publish::step::Begun;
use crate::publish::step::Checkpoints;
use crate::publish::step::Identity;
use crate::publish::step::Mark;
use crate::publish::step::Sending;
use crate::publish::step::SendingId;
use crate::publish::step::Step;
use crate::publish::step::StepLog;
use crate::publish::step::Unrecorded;

/// When every test begins.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// What the server does once it has read a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    HangUp,
    /// Half of an answer, then the end.
    Cut,
}

/// Returns an answer with a JSON body.
pub(crate) fn json_reply(status: u16, body: &Value) -> Reply {
    text_reply(status, "application/json", body.to_string())
}

/// Returns an answer with a body of any type.
pub(crate) fn text_reply(status: u16, kind: &str, body: impl Into<String>) -> Reply {
    Reply::Answer {
        status,
        headers: vec![("content-type", kind.to_owned())],
        body: body.into(),
    }
}

impl Reply {
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }

    fn bytes(self) -> Vec<u8> {
        let Self::Answer {
            status,
            headers,
            body,
        } = self
        else {
            let cut = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\": \"1";
            return if matches!(self, Self::Cut) {
                cut.into()
            } else {
                Vec::new()
            };
        };
        let mut head = format!("HTTP/1.1 {status} Said\r\nconnection: close\r\n");
        for (name, value) in headers {
            head = head + name + ": " + &value + "\r\n";
        }
        format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }
}

/// A request as the server has read it.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// Such as `GET /api/v1/media/1?x=y`.
    pub(crate) line: String,
    headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn route(&self) -> &str {
        self.line.split('?').next().unwrap()
    }
}

#[derive(Default)]
struct Script {
    replies: Vec<(String, Reply)>,
    received: Vec<Received>,
    unexpected: Vec<String>,
}

/// A server that answers by script. A test fails if a request has no reply or a reply no request.
pub(crate) struct Server {
    pub(crate) origin: Url,
    script: Arc<Mutex<Script>>,
}

impl Server {
    /// Starts a server that gives each route (`"POST /path"`) its replies in the order written.
    pub(crate) async fn new(replies: impl IntoIterator<Item = (&str, Reply)>) -> Self {
        let replies = replies
            .into_iter()
            .map(|(route, reply)| (route.to_owned(), reply));
        let script = Arc::new(Mutex::new(Script {
            replies: replies.collect(),
            ..Script::default()
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let for_task = Arc::clone(&script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer_one(stream, Arc::clone(&for_task)));
            }
        });
        Self {
            origin: Url::parse(&format!("http://{address}")).unwrap(),
            script,
        }
    }

    /// Adds a reply for a request that is yet to come.
    pub(crate) fn expect(&self, route: &str, reply: Reply) {
        self.script
            .lock()
            .unwrap()
            .replies
            .push((route.to_owned(), reply));
    }

    /// Returns the requests to `route`, in order.
    pub(crate) fn received(&self, route: &str) -> Vec<Received> {
        let script = self.script.lock().unwrap();
        script
            .received
            .iter()
            .filter(|r| r.route() == route)
            .cloned()
            .collect()
    }

    /// Returns how many requests there were.
    pub(crate) fn count(&self) -> usize {
        self.script.lock().unwrap().received.len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let script = self.script.lock().unwrap();
        assert!(
            script.unexpected.is_empty(),
            "no reply for {:?}",
            script.unexpected
        );
        let unused: Vec<&String> = script.replies.iter().map(|(route, _)| route).collect();
        assert!(unused.is_empty(), "never asked for {unused:?}");
    }
}

async fn answer_one(stream: TcpStream, script: Arc<Mutex<Script>>) {
    let mut stream = BufReader::new(stream);
    let Some(received) = read(&mut stream).await else {
        return;
    };
    let reply = {
        let mut script = script.lock().unwrap();
        script.received.push(received.clone());
        let position = script
            .replies
            .iter()
            .position(|(route, _)| route == received.route());
        if let Some(position) = position {
            script.replies.remove(position).1
        } else {
            script.unexpected.push(received.line);
            text_reply(599, "text/plain", "no reply in the script")
        }
    };
    let _ = stream.get_mut().write_all(&reply.bytes()).await;
    let _ = stream.get_mut().shutdown().await;
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let line = lines.first()?.strip_suffix(" HTTP/1.1")?.to_owned();
    let headers: HashMap<String, String> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Received {
        line,
        headers,
        body,
    })
}

/// The marks of one delivery, in memory; and with them what a second attempt needs.
pub(crate) struct Delivery {
    pub(crate) clock: Clock,
    pub(crate) identity: Identity,
    /// Remote ids of other deliveries.
    pub(crate) taken: Vec<String>,
    sendings: Mutex<Vec<Sending>>,
}

impl Delivery {
    /// Returns a delivery that nothing was sent of yet.
    pub(crate) fn new(key: Option<&str>) -> Self {
        Self::at(NOW, key)
    }

    /// Returns a delivery that begins at another instant.
    pub(crate) fn at(now: &str, key: Option<&str>) -> Self {
        Self {
            clock: Clock::paused(now.parse().unwrap()),
            identity: Identity {
                delivery: "0192e4a0-0000-7000-8000-000000000001".to_owned(),
                key: key.map(ToOwned::to_owned),
            },
            taken: Vec::new(),
            sendings: Mutex::default(),
        }
    }

    /// Returns the steps of a new attempt, which finds the marks of those before it.
    pub(crate) fn attempt(&self) -> StepLog<'_> {
        let sendings = self.sendings.lock().unwrap().clone();
        let day = std::time::Duration::from_hours(24);
        StepLog::new(self.identity.clone(), &self.clock, self, day, sendings)
    }

    /// Writes down a step that is done.
    pub(crate) fn with_done(self, name: &str, output: &Value) -> Self {
        let output = output.to_string();
        self.with(Step::repeatable(name), NOW, Mark::Done { output })
    }

    /// Writes down that the visible step `name` was sent and no answer was heard.
    pub(crate) fn with_unanswered(self, name: &str, begun_at: &str) -> Self {
        let mark = Mark::Begun { settles_from: None };
        self.with(Step::repeatable(name).visible(), begun_at, mark)
    }

    fn with(self, step: Step, begun_at: &str, mark: Mark) -> Self {
        {
            let mut sendings = self.sendings.lock().unwrap();
            let id = SendingId(i64::try_from(sendings.len()).unwrap());
            let begun_at = begun_at.parse().unwrap();
            sendings.push(Sending {
                id,
                step,
                begun_at,
                mark,
            });
        }
        self
    }

    /// Returns each sending as `name: mark`.
    pub(crate) fn marks(&self) -> Vec<String> {
        let sendings = self.sendings.lock().unwrap();
        let mark = |mark: &Mark| match mark {
            Mark::Begun { settles_from: None } => "begun",
            Mark::Begun { .. } => "unheard",
            Mark::Done { .. } => "done",
            Mark::Void => "void",
        };
        sendings
            .iter()
            .map(|s| format!("{}: {}", s.step.name, mark(&s.mark)))
            .collect()
    }

    fn set(&self, id: SendingId, mark: &Mark) {
        let mut sendings = self.sendings.lock().unwrap();
        sendings
            .iter_mut()
            .filter(|s| s.id == id)
            .for_each(|s| s.mark = mark.clone());
    }
}

#[async_trait]
impl Checkpoints for Delivery {
    async fn begin(&self, step: &Step, at: Timestamp) -> Result<Begun, Unrecorded> {
        let mut sendings = self.sendings.lock().unwrap();
        let id = SendingId(i64::try_from(sendings.len()).unwrap());
        sendings.push(Sending {
            id,
            step: step.clone(),
            begun_at: at,
            mark: Mark::Begun { settles_from: None },
        });
        Ok(Begun::Sending(id))
    }

    async fn done(&self, sending: SendingId, output: &str) -> Result<(), Unrecorded> {
        let output = output.to_owned();
        self.set(sending, &Mark::Done { output });
        Ok(())
    }

    async fn void(&self, sendings: &[SendingId]) -> Result<(), Unrecorded> {
        for id in sendings {
            self.set(*id, &Mark::Void);
        }
        Ok(())
    }

    async fn unheard(&self, sending: SendingId, from: Timestamp) -> Result<(), Unrecorded> {
        self.set(
            sending,
            &Mark::Begun {
                settles_from: Some(from),
            },
        );
        Ok(())
    }

    async fn is_taken(&self, remote_id: &str) -> Result<bool, Unrecorded> {
        Ok(self.taken.iter().any(|taken| taken == remote_id))
    }
}

/// A media store that has what `picture` makes, and nothing else.
pub(crate) struct Pictures;

#[async_trait]
impl MediaStore for Pictures {
    async fn put(&self, key: &str, _: Bytes) -> Result<(), MediaError> {
        Err(MediaError::BadKey {
            key: key.to_owned(),
        })
    }

    async fn promote(&self, temp: &str, _: &str) -> Result<(), MediaError> {
        Err(MediaError::BadKey {
            key: temp.to_owned(),
        })
    }

    async fn delete(&self, _: &str) -> Result<(), MediaError> {
        Ok(())
    }

    async fn read(&self, media: &Media) -> Result<Bytes, MediaError> {
        let key = media.key.clone();
        match media.key.as_str() {
            "posts/me/changed.png" => Err(MediaError::Changed { key }),
            _ => Ok(Bytes::from(format!("bytes of {key}"))),
        }
    }
}

/// Returns a picture of which the store has the bytes.
pub(crate) fn picture(name: &str, alt: &str) -> Media {
    let key = format!("posts/me/{name}");
    Media {
        facts: MediaFacts {
            kind: MediaKind::Image,
            mime: "image/png".to_owned(),
            width: 800,
            height: 600,
            size_bytes: format!("bytes of {key}").len() as u64,
            sha256: "0".repeat(64),
        },
        key,
        alt: alt.to_owned(),
    }
}

/// Returns the name of the account that every test publishes for.
pub(crate) fn account() -> AccountName {
    "me".parse().unwrap()
}

/// Returns a post for that account.
pub(crate) fn post(platform: Platform, text: &str, media: Vec<Media>) -> Post {
    let created_at: Timestamp = NOW.parse().unwrap();
    Post {
        id: PostId::new(created_at),
        key: None,
        text: text.to_owned(),
        texts: std::collections::BTreeMap::new(),
        media,
        lang: None,
        cw: None,
        visibility: None,
        addressees: vec![(account(), platform)],
        created_at,
    }
}

/// Returns an empty store of sessions.
pub(crate) fn session_store() -> Arc<SessionStore> {
    // Kept for the rest of the run: the store must outlive every test that shares it.
    let folder = tempfile::tempdir().unwrap().keep();
    Arc::new(SessionStore::new(&folder))
}
