//! `GET /me/accounts`: the Pages of a person, each with a token of its own.
//!
//! developers.facebook.com, Facebook access tokens, read 2026-11-23: a Page's token has no end if the
//! person's token was long-lived; else it ends with that.

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::FACEBOOK_ALICE;
use crate::sandbox::accounts::FACEBOOK_BOB;
use crate::sandbox::accounts::FACEBOOK_BOOKS;
use crate::sandbox::accounts::FACEBOOK_USER_TOKEN;
use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::accounts::INSTAGRAM_ACCOUNTS;
use crate::sandbox::consent;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::fields::Node;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::state::State;
use crate::sandbox::graph::token::End;
use crate::sandbox::graph::token::Kind;
use crate::sandbox::graph::token::Life;
use crate::sandbox::graph::token::Token;

/// Answers it. Who did not allow `pages_show_list` has no Pages.
pub(crate) fn list(state: &mut State, call: &Call, now: Timestamp) -> Result<Value, Refusal> {
    let person = state.token(call, now)?;
    if person.kind != Kind::User || call.node != "me" {
        return Err(call.unsupported());
    }
    let owned: &[GraphAccount] = match person.account {
        _ if !person.has("pages_show_list") => &[],
        FACEBOOK_BOB => &[FACEBOOK_BOB],
        _ => &[FACEBOOK_ALICE, FACEBOOK_BOOKS],
    };
    let is_built_in = call.token.as_deref() == Some(FACEBOOK_USER_TOKEN);
    let mut pages = Vec::new();
    for page in owned {
        let token = if is_built_in {
            page.token.to_owned()
        } else {
            state.give_page(&person, *page)
        };
        pages.push(node(*page, &token).tell(call)?);
    }
    Ok(json!({ "data": pages }))
}

fn node(page: GraphAccount, token: &str) -> Node {
    let same = INSTAGRAM_ACCOUNTS.iter().find(|it| it.name == page.name);
    let connected = same.map(|it| json!({"id": it.id, "username": it.name}));
    Node {
        kind: "Page",
        usual: &["access_token", "category", "name", "tasks", "id"],
        id: page.id.to_owned(),
        fields: vec![
            ("access_token", json!(token)),
            ("category", json!("Personal blog")),
            ("name", json!(page.name)),
            ("tasks", json!(["CREATE_CONTENT", "MANAGE"])),
            ("instagram_business_account", json!(connected)),
        ],
        edges: Vec::new(),
    }
}

impl State {
    /// Returns a token of `page` for `person`.
    fn give_page(&mut self, person: &Token, page: GraphAccount) -> String {
        let token = Token {
            kind: Kind::Page,
            account: page,
            end: match person.life {
                Life::Short => person.end,
                Life::Long => End::Never,
            },
            ..person.clone()
        };
        let text = format!("sandbox-facebook-page-{}", consent::random_word());
        self.tokens.insert(text.clone(), token);
        text
    }
}
