//! Pages of others on loopback, for link cards: they change with every visit, and may keep silent.

use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Cursor;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;

/// A server with one page, `/page`, and its picture.
pub(crate) struct Web {
    address: String,
    asked_for: Arc<Mutex<Vec<String>>>,
}

/// What the server does when somebody asks for its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It shows a page with the title `visit N`, and a picture of that number.
    Answers,
    /// It takes the request, and says nothing for as long as it lives.
    KeepsSilent,
}

impl Web {
    /// Starts a server; it ends with the test.
    pub(crate) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked_for = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked_for);
        thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                let Some(path) = path_in(&stream) else {
                    continue;
                };
                let visits = note(&noted, &path);
                match manner {
                    Manner::Answers => answer(stream, &path, visits),
                    // Open to the end: a connection that ends is another thing.
                    Manner::KeepsSilent => silent.push(stream),
                }
            }
        });
        Self { address, asked_for }
    }

    /// Returns the address of the page.
    pub(crate) fn page(&self) -> String {
        format!("{}/page", self.address)
    }

    /// Returns how often the page was asked for.
    pub(crate) fn visits(&self) -> usize {
        let asked_for = self.asked_for.lock().expect("a list");
        asked_for.iter().filter(|path| *path == "/page").count()
    }
}

/// Writes the request down, and returns how often its path was asked for.
fn note(asked_for: &Mutex<Vec<String>>, path: &str) -> usize {
    let mut asked_for = asked_for.lock().expect("a list");
    asked_for.push(path.to_owned());
    asked_for.iter().filter(|known| *known == path).count()
}

fn path_in(stream: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next()?;
    // To the end of the head: what is unread when it hangs up would reset the connection.
    let _ = lines.find(String::is_empty);
    Some(first.split(' ').nth(1)?.to_owned())
}

fn answer(mut stream: TcpStream, path: &str, visits: usize) {
    let (status, kind, body) = match path {
        "/page" => {
            let html = format!(
                "<title>visit {visits}</title><meta name=description content='a page &amp; more'>\
                 <meta property='og:image' content='/picture.png'>"
            );
            ("200 OK", "text/html; charset=utf-8", html.into_bytes())
        }
        "/picture.png" => ("200 OK", "image/png", png()),
        _ => ("404 Not Found", "text/plain", Vec::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(&[head.into_bytes(), body].concat());
}

fn png() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(40, 21, image::Rgb([200, 90, 20]));
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture written");
    bytes.into_inner()
}
