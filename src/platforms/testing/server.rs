//! A server on loopback that answers by script.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;

use serde_json::Value;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use url::Url;

/// What the server does once it has read a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    HangUp,
    /// The beginning of an answer, and then nothing.
    Hang,
    /// Half of an answer, then the end.
    Cut,
}

/// Returns an answer with a JSON body.
pub(crate) fn json_reply(status: u16, body: &Value) -> Reply {
    text_reply(status, "application/json", body.to_string())
}

/// Returns an answer with a body of any type.
pub(crate) fn text_reply(status: u16, kind: &str, body: impl Into<String>) -> Reply {
    bytes_reply(status, kind, body.into().into_bytes())
}

/// Returns an answer with a body that need not be text.
pub(crate) fn bytes_reply(status: u16, kind: &str, body: Vec<u8>) -> Reply {
    Reply::Answer {
        status,
        headers: vec![("content-type", kind.to_owned())],
        body,
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
            return if matches!(self, Self::Cut | Self::Hang) {
                cut.into()
            } else {
                Vec::new()
            };
        };
        let mut head = format!("HTTP/1.1 {status} Said\r\nconnection: close\r\n");
        for (name, value) in headers {
            head = head + name + ": " + &value + "\r\n";
        }
        let head = format!("{head}content-length: {}\r\n\r\n", body.len());
        [head.into_bytes(), body].concat()
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

    /// Returns every request, in order.
    pub(crate) fn requests(&self) -> Vec<Received> {
        self.script.lock().unwrap().received.clone()
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
    let hangs = matches!(reply, Reply::Hang);
    let _ = stream.get_mut().write_all(&reply.bytes()).await;
    if hangs {
        std::future::pending::<()>().await;
    }
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
