//! Logging in: what is taken, what comes of it, and what each refusal means.

use serde_json::json;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::http::Http;
use crate::platforms::bluesky::log_in::LogIn;
use crate::platforms::bluesky::log_in::end_session;
use crate::platforms::bluesky::log_in::is_app_password;
use crate::platforms::bluesky::tests::DID;
use crate::platforms::bluesky::tests::LOG_IN;
use crate::platforms::bluesky::tests::PASSWORD;
use crate::platforms::bluesky::tests::RESOLVE;
use crate::platforms::bluesky::tests::error;
use crate::platforms::bluesky::tests::session;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::platforms::log_in::LoggedIn;
use crate::platforms::testing::NOW;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;

const END: &str = "POST /xrpc/com.atproto.server.deleteSession";

async fn log_in(server: &Server) -> Result<LoggedIn, LogInError> {
    let log_in = LogIn {
        http: &Http::new(),
        clock: &Clock::paused(NOW.parse().unwrap()),
        handle: "me.test",
        service: Some(&server.origin),
        plc_url: None,
        password: Secret::new(PASSWORD),
    };
    log_in.log_in().await
}

fn session_of(handle: &str) -> Reply {
    json_reply(
        200,
        &json!({"did": DID, "handle": handle, "accessJwt": "access", "refreshJwt": "refresh"}),
    )
}

#[test]
fn only_what_has_the_shape_of_an_app_password_is_one() {
    for (password, expected) in [
        (PASSWORD, true),
        ("a2b3-c4d5-e6f7-2345", true),
        ("abcdefghijklmnop", false),
        ("ABCD-EFGH-IJKL-MNOP", false),
        ("abcd-efgh-ijkl", false),
        ("abcd-efgh-ijkl-mnop-qrst", false),
        ("abcd-efgh-ijkl-mno!", false),
        ("", false),
        ("correct horse battery staple", false),
    ] {
        assert_eq!(
            is_app_password(&Secret::new(password)),
            expected,
            "{password}"
        );
    }
}

#[tokio::test]
async fn a_log_in_yields_the_account_and_the_session_that_it_opened() {
    let server = Server::new([(LOG_IN, session_of("Alice.test"))]).await;
    let service = server.origin.origin().ascii_serialization();
    let logged_in = log_in(&server).await.unwrap();
    assert_eq!(
        logged_in.settings,
        [
            ("handle", "alice.test".to_owned()),
            ("service", service.clone())
        ]
    );
    assert_eq!(
        logged_in.secrets,
        [(SecretField::Password, Secret::new(PASSWORD))]
    );
    assert_eq!(
        (logged_in.who.as_str(), logged_in.stable_id.as_str()),
        ("@alice.test", DID)
    );
    let session = logged_in.session.unwrap();
    assert_eq!(
        (session.service, session.login),
        (service, "alice.test".to_owned())
    );
    assert_eq!(session.access.expose(), "access");
}

#[tokio::test]
async fn a_handle_that_cannot_be_used_is_not_taken_from_the_answer() {
    for told in ["handle.invalid", "evil\u{1b}[2J.test", "no-handle"] {
        let server = Server::new([(LOG_IN, session_of(told))]).await;
        let logged_in = log_in(&server).await.unwrap();
        assert_eq!(logged_in.who, "@me.test", "{told:?}");
    }
    let server = Server::new([(LOG_IN, session(1))]).await;
    assert_eq!(log_in(&server).await.unwrap().who, "@me.test");
}

#[tokio::test]
async fn a_wrong_password_is_told_from_an_unknown_handle() {
    let wrong = || {
        error(
            401,
            "AuthenticationRequired",
            "Invalid identifier or password",
        )
    };
    let known = json_reply(200, &json!({"did": DID}));
    let server = Server::new([(LOG_IN, wrong()), (RESOLVE, known)]).await;
    let refused = log_in(&server).await.unwrap_err();
    assert_eq!(refused.failure, Failure::Refused);
    assert!(refused.message.contains("does not accept"), "{refused}");

    let unknown = error(400, "HandleNotFound", "Unable to resolve handle");
    let server = Server::new([(LOG_IN, wrong()), (RESOLVE, unknown)]).await;
    let refused = log_in(&server).await.unwrap_err();
    assert_eq!(refused.failure, Failure::Unusable);
    assert!(refused.message.contains("nobody has"), "{refused}");
}

#[tokio::test]
async fn a_code_by_e_mail_is_explained() {
    let factor = error(
        401,
        "AuthFactorTokenRequired",
        "A sign in code has been sent",
    );
    let server = Server::new([(LOG_IN, factor)]).await;
    let refused = log_in(&server).await.unwrap_err();
    assert_eq!(refused.failure, Failure::Refused);
    assert!(refused.message.contains("code by e-mail"), "{refused}");
    assert!(refused.hint.contains("app-passwords"), "{refused:?}");
}

#[tokio::test]
async fn no_error_repeats_the_password() {
    let echo = format!("no account has {PASSWORD}");
    for reply in [
        error(400, "InvalidRequest", &echo),
        error(429, "RateLimitExceeded", &echo),
        error(503, "Down", &echo),
        json_reply(200, &json!({"did": "nonsense", "accessJwt": PASSWORD})),
        Reply::HangUp,
    ] {
        let server = Server::new([(LOG_IN, reply)]).await;
        let error = log_in(&server).await.unwrap_err();
        assert!(!format!("{error:?}").contains(PASSWORD), "{error:?}");
    }
}

#[tokio::test]
async fn a_session_is_ended_once_and_may_have_ended_before() {
    let server = Server::new([(LOG_IN, session_of("me.test"))]).await;
    let session = log_in(&server).await.unwrap().session.unwrap();
    for reply in [
        json_reply(200, &json!({})),
        error(400, "ExpiredToken", "Token has been revoked"),
    ] {
        server.expect(END, reply);
        end_session(&Http::new(), &session).await.unwrap();
    }
    let requests = server.received(END);
    assert_eq!(requests[0].header("authorization"), "Bearer refresh");
    server.expect(END, error(500, "InternalServerError", ""));
    assert!(end_session(&Http::new(), &session).await.is_err());
}
