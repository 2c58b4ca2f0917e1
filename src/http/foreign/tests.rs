//! What is fetched of foreign addresses and what is not, against a server that answers by script.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use url::Url;

use crate::http::foreign::Bounds;
use crate::http::foreign::ForeignError;
use crate::http::foreign::LookUp;
use crate::http::foreign::Reach;
use crate::http::foreign::Vetting;
use crate::http::foreign::client_by;
use crate::http::foreign::failed;
use crate::http::foreign::fetch;
use crate::http::foreign::fetch_beginning;
use crate::http::foreign::vet;

fn vetted(url: &str, reach: Reach) -> Result<(), ForeignError> {
    vet(&url.parse().unwrap(), reach)
}

#[test]
fn an_address_of_a_private_network_is_refused_however_it_is_written() {
    for url in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1./",
    ] {
        let vetted = vetted(url, Reach::Public);
        assert!(matches!(vetted, Err(ForeignError::Private(_))), "{url}");
    }
}

#[test]
fn an_address_is_over_tls_at_the_usual_port_and_without_credentials() {
    for url in [
        "http://example.com/",
        "https://example.com:8443/",
        "https://me@example.com/",
        "https://:secret@example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
    ] {
        let refused = vetted(url, Reach::Public);
        assert!(
            matches!(
                refused,
                Err(ForeignError::Refused(_) | ForeignError::Unusual(_))
            ),
            "{url}"
        );
    }
    assert_eq!(vetted("https://example.com/a?b", Reach::Public), Ok(()));
    assert_eq!(vetted("http://127.0.0.1:8080/", Reach::Anywhere), Ok(()));
    assert!(vetted("http://me@127.0.0.1/", Reach::Anywhere).is_err());
}

/// Answers each connection with the next of `answers`, and the address of the server.
async fn server(answers: Vec<String>) -> Url {
    use tokio::io::AsyncReadExt as _;
    use tokio::io::AsyncWriteExt as _;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        // Open to the end: a connection that ends is another thing than one that is silent.
        let mut open = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 1024];
            let _ = stream.read(&mut head).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            open.push(stream);
        }
        std::future::pending::<()>().await;
    });
    format!("http://{address}/a?secret=1").parse().unwrap()
}

async fn fetched(answers: &[&str]) -> Result<Bytes, ForeignError> {
    let answers = answers.iter().map(|answer| format!("HTTP/1.1 {answer}"));
    let url = server(answers.collect()).await;
    let bounds = Bounds {
        bytes_max: 10,
        time_max: Duration::from_millis(500),
    };
    fetch(url, bounds, Reach::Anywhere).await
}

#[tokio::test]
async fn what_is_there_is_fetched_within_bounds() {
    let whole = "200 OK\r\ncontent-length: 5\r\n\r\nhello";
    assert_eq!(fetched(&[whole]).await.unwrap(), "hello");
    let announced = "200 OK\r\ncontent-length: 11\r\n\r\n";
    let endless = "200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n";
    for large in [announced, endless] {
        assert_eq!(fetched(&[large]).await, Err(ForeignError::TooLarge(10)));
    }
    let silent = "200 OK\r\ncontent-length: 5\r\n\r\nhel";
    assert!(matches!(
        fetched(&[silent]).await,
        Err(ForeignError::TooSlow(_))
    ));
    let missing = "404 Not Found\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(fetched(&[missing]).await, Err(ForeignError::Status(404)));
}

#[tokio::test]
async fn the_beginning_is_read_and_the_rest_left_out() {
    let bounds = Bounds {
        bytes_max: 10,
        time_max: Duration::from_secs(5),
    };
    let endless = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\
                   transfer-encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n";
    let on = "HTTP/1.1 302 Found\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n";
    let url = server(vec![on.to_owned(), endless.to_owned()]).await;
    let found = fetch_beginning(url.clone(), bounds, Reach::Anywhere).await;
    let found = found.unwrap();
    assert_eq!(found.bytes, "1234567812");
    assert_eq!(found.content_type.as_deref(), Some("text/html"));
    assert_eq!(found.url, url.join("/b").unwrap());
    let short = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".to_owned();
    let found = fetch_beginning(server(vec![short]).await, bounds, Reach::Anywhere).await;
    assert_eq!(found.unwrap().bytes, "hi");
}

#[tokio::test]
async fn a_few_redirects_are_followed_and_each_is_vetted_anew() {
    let on = "302 Found\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n";
    let whole = "200 OK\r\ncontent-length: 2\r\n\r\nhi";
    assert_eq!(fetched(&[on, on, on, whole]).await.unwrap(), "hi");
    let endless = fetched(&[on; 5]).await;
    assert_eq!(endless, Err(ForeignError::TooManyRedirects));
    for elsewhere in [
        "ftp://example.com/",
        "http://me@127.0.0.1/",
        "file:///etc/passwd",
    ] {
        let elsewhere = format!("302 Found\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n");
        let refused = fetched(&[&elsewhere]).await;
        assert!(
            matches!(
                refused,
                Err(ForeignError::Refused(_) | ForeignError::Unusual(_))
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_name_that_stands_for_a_private_address_is_refused_when_it_is_looked_up() {
    let bounds = Bounds {
        bytes_max: 10,
        time_max: Duration::from_secs(5),
    };
    let url = "https://localhost/".parse().unwrap();
    let refused = fetch(url, bounds, Reach::Public).await.unwrap_err();
    assert_eq!(refused, ForeignError::Private("localhost".to_owned()));
}

/// How often the name that turns round was looked up.
static LOOK_UPS: AtomicUsize = AtomicUsize::new(0);

/// Where the name leads first, and what it turns to: an address that must not be asked.
const FIRST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const THEN: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// A name server that answers a vetting with one address, and every later question with another.
fn that_turns_round(_: String) -> LookUp {
    let is_first = LOOK_UPS.fetch_add(1, Ordering::SeqCst) == 0;
    let address = if is_first { FIRST } else { THEN };
    Box::pin(async move { Ok(vec![(address, 0).into()]) })
}

#[tokio::test]
async fn a_name_that_turns_round_is_asked_where_it_was_vetted_and_then_not_at_all() {
    let whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".to_owned();
    let server = server(vec![whole]).await;
    // The same port, where nothing may be asked.
    let elsewhere = tokio::net::TcpListener::bind((THEN, server.port().unwrap()));
    let elsewhere = elsewhere.await.unwrap();
    let client = client_by(Vetting {
        look_up: that_turns_round,
        may_be_asked: |address| address == FIRST,
    });
    let client = client.unwrap();
    let url = format!("http://rebinding.example:{}/", server.port().unwrap());
    let answer = client.get(&url).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "hi");
    assert_eq!(LOOK_UPS.load(Ordering::SeqCst), 1, "looked up once");
    let refused = failed(&client.get(&url).send().await.unwrap_err());
    let private = ForeignError::Private("rebinding.example".to_owned());
    assert_eq!(refused, private);
    let visit = tokio::time::timeout(Duration::from_millis(50), elsewhere.accept());
    assert!(visit.await.is_err(), "it was asked where it must not be");
}
