//! A Mastodon that takes every status at once and keeps none: what is measured is who sends.
//!
//! `GET /arrivals` tells of each status when its first byte was there, in nanoseconds since 1970, and
//! its first word, and forgets them.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::sync::Mutex;

use hayon_anchors::Connection;
use hayon_anchors::serve;

const INSTANCE: &str = r#"{"domain":"localhost","title":"null","version":"4.5.0",
    "api_versions":{"mastodon":7},
    "configuration":{"statuses":{"max_characters":500,"max_media_attachments":4,
    "characters_reserved_per_url":23},"media_attachments":{"supported_mime_types":["image/png"],
    "image_size_limit":16777216,"image_matrix_limit":33177600,"video_size_limit":103809024}}}"#;

type Arrivals = Arc<Mutex<Vec<(u128, String)>>>;

fn main() -> io::Result<()> {
    let arrivals = Arrivals::default();
    serve(move |connection| answer_all(connection, &arrivals))
}

fn answer_all(connection: &mut Connection, arrivals: &Arrivals) -> io::Result<()> {
    let json = "content-type: application/json\r\n";
    while let Some(head) = connection.head()? {
        let body = connection.body(head.length())?;
        let body = String::from_utf8_lossy(&body);
        match (head.method.as_str(), head.path.as_str()) {
            ("POST", "/api/v1/statuses") => {
                let (_, text) = body.split_once(r#""status":""#).unwrap_or_default();
                let word = text.split([' ', '"']).next().unwrap_or_default();
                let mut arrivals = arrivals.lock().expect("no thread panics");
                arrivals.push((head.arrived_ns, word.to_owned()));
                drop(arrivals);
                let id = head.arrived_ns;
                let status = format!(r#"{{"id":"{id}","content":"","media_attachments":[]}}"#);
                connection.answer("200 OK", json, &status)?;
            }
            ("GET", "/arrivals") => {
                let mut arrivals = arrivals.lock().expect("no thread panics");
                let mut lines = String::new();
                for (at, word) in arrivals.drain(..) {
                    writeln!(lines, "{at} {word}").expect("memory");
                }
                connection.answer("200 OK", "", &lines)?;
            }
            ("GET", path) if path.starts_with("/api/v2/instance") => {
                connection.answer("200 OK", json, INSTANCE)?;
            }
            ("GET", "/api/v1/accounts/verify_credentials") => {
                connection.answer("200 OK", json, r#"{"id":"1","username":"a","acct":"a"}"#)?;
            }
            _ => connection.answer("404 Not Found", json, "{}")?,
        }
    }
    Ok(())
}
