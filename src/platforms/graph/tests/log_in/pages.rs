//! The log-in at Facebook, which leads to a Page and its own token.

use serde_json::Value;
use serde_json::json;

use crate::platforms::facebook::log_in::Owner;
use crate::platforms::facebook::log_in::Page;
use crate::platforms::graph::testing::TOKEN;
use crate::platforms::graph::testing::assert_proper;
use crate::platforms::graph::testing::refused;
use crate::platforms::graph::tests::log_in::AT_FACEBOOK;
use crate::platforms::graph::tests::log_in::Desk;
use crate::platforms::graph::tests::log_in::REDIRECT;
use crate::platforms::graph::tests::log_in::assert_told;
use crate::platforms::graph::tests::log_in::code;
use crate::platforms::graph::tests::log_in::coded;
use crate::platforms::graph::tests::log_in::given;
use crate::platforms::graph::tests::log_in::token;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::post::platform::Platform;

const PAGES: &str = "GET /v26.0/me/accounts";
const PAGE_DEBUG: &str = "GET /v26.0/debug_token";

fn listed(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name, "access_token": TOKEN, "tasks": ["CREATE_CONTENT"]})
}

async fn owner(replies: Vec<(&str, Reply)>) -> Result<Owner, LogInError> {
    let server = Server::new(replies).await;
    let desk = Desk::new();
    let owner = desk.facebook(&server.origin).owner(token()).await;
    assert_proper(&server, Platform::Facebook);
    owner
}

#[tokio::test]
async fn the_pages_of_a_person_come_in_lists_with_what_each_may_do() {
    let connected = json!({"id": "17841400000000001", "username": "alice"});
    let mut first = listed("1", "One");
    first["instagram_business_account"] = connected;
    let mut second = listed("2", "Two");
    second["tasks"] = json!(["ANALYZE"]);
    let paging = json!({"cursors": {"after": "c1"}, "next": "https://graph.example/"});
    let owner = owner(vec![
        (
            PAGE_DEBUG,
            json_reply(200, &json!({"data": {"scopes": ["pages_show_list"]}})),
        ),
        (
            PAGES,
            json_reply(
                200,
                &json!({"data": [first, {"id": "no token"}], "paging": paging}),
            ),
        ),
        (PAGES, json_reply(200, &json!({"data": [second]}))),
    ])
    .await
    .unwrap();
    let Owner::Person(pages) = owner else {
        panic!("{owner:?}");
    };
    let told = |page: &Page| {
        let instagram = page.instagram.clone().map(|it| it.name);
        (page.name.clone(), page.may_create, instagram)
    };
    assert_eq!(
        pages.iter().map(told).collect::<Vec<_>>(),
        [
            ("One".to_owned(), true, Some("alice".to_owned())),
            ("Two".to_owned(), false, None)
        ]
    );
    assert_eq!(
        pages[0].granted.scopes,
        Some(vec!["pages_show_list".to_owned()])
    );
}

#[tokio::test]
async fn a_token_that_lists_no_pages_is_one_of_a_page_or_none_at_all() {
    let me = json!({"id": "7", "name": "My shop"});
    let of_page = owner(vec![
        (PAGE_DEBUG, refused(400, 100, 0)),
        (
            PAGES,
            coded(100, "(#100) Tried accessing nonexisting field (accounts)"),
        ),
        ("GET /v26.0/me", json_reply(200, &me)),
    ])
    .await;
    let Ok(Owner::Page(page)) = of_page else {
        panic!("{of_page:?}");
    };
    assert_eq!((page.id.as_str(), page.name.as_str()), ("7", "My shop"));
    let dead = owner(vec![
        (PAGE_DEBUG, refused(400, 190, 463)),
        (PAGES, refused(401, 190, 463)),
    ])
    .await;
    assert_told(&dead.unwrap_err(), Failure::Refused, "make another one");
}

#[tokio::test]
async fn a_token_is_exchanged_at_facebook_as_is_described() {
    let server = Server::new([(AT_FACEBOOK, given(3600)), (AT_FACEBOOK, given(5_184_000))]).await;
    let desk = Desk::new();
    let log_in = desk.facebook(&server.origin);
    let short = log_in.redeem(&desk.app, REDIRECT, &code()).await.unwrap();
    assert_eq!(short.lives_short(desk.clock.now()), Some(true));
    let long = log_in.lengthen(&desk.app, &short.token).await.unwrap();
    assert_eq!(long.lives_short(desk.clock.now()), Some(false));
    assert_proper(&server, Platform::Facebook);
}
