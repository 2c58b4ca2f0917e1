//! How long a server is given, in time that is counted and not waited for; and what is kept of its words.

use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::*;

/// Starts a server that says the head of an answer, and then a byte of its body after each `pause`.
async fn trickling(pause: Duration) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let _ = client.read(&mut [0; 4096]).await;
        let mut said: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
        while client.write_all(said).await.is_ok() {
            tokio::time::sleep(pause).await;
            said = b"x";
        }
    });
    format!("http://{address}/").parse().unwrap()
}

async fn post_to(address: Url) -> (Result<Answer, SendError>, Duration) {
    let http = Http::new();
    let request = http.request_on_fresh_connection(Method::POST, address);
    let began = Instant::now();
    let answer = http.send(request.unwrap()).await;
    (answer, began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_server_that_trickles_is_given_up_after_the_time_for_all() {
    let (answer, took) = post_to(trickling(Duration::from_secs(20)).await).await;
    assert!(matches!(answer, Err(SendError::Lost(_))), "{answer:?}");
    assert!(took + SILENCE_MAX >= TOTAL_TIMEOUT, "{took:?}");
    assert!(took <= TOTAL_TIMEOUT + SILENCE_MAX, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_is_given_up_after_a_minute() {
    let (answer, took) = post_to(trickling(TOTAL_TIMEOUT).await).await;
    assert!(matches!(answer, Err(SendError::Lost(_))), "{answer:?}");
    assert!(took <= SILENCE_MAX + Duration::from_secs(1), "{took:?}");
}

#[test]
fn a_token_that_an_answer_repeats_is_blotted_out_of_its_words_and_of_where_it_points() {
    let answer = |status| Answer {
        status,
        headers: HeaderMap::from_iter([(
            reqwest::header::LOCATION,
            HeaderValue::from_static("https://b.example/canary%2F4711/x"),
        )]),
        body: Bytes::from("no canary/4711 here"),
    };
    for status in [122, 302, 401] {
        let blotted = answer(status).without("canary/4711");
        assert_eq!(blotted.body, "no … here");
        assert_eq!(blotted.header("location"), Some("https://b.example/***/x"));
    }
    assert_eq!(
        answer(200).without("canary/4711").body,
        "no canary/4711 here"
    );
}
