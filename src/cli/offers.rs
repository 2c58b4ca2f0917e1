//! What a shell offers for an account or a post: asked at every press of a key, so it is quick, it
//! changes nothing, and it says nothing where it does not know.

use clap::ValueEnum;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::view::excerpt;
use crate::config::Config;
use crate::config::account::Account;
use crate::outbox::Outbox;
use crate::outbox::list::Which;

/// The most posts that are offered: the last by their time.
const POSTS_MAX: usize = 50;

/// The columns of a text in a description.
const EXCERPT_COLUMNS: usize = 40;

/// What an argument is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Accounts, platforms and `all`, for `--to`
    To,
    /// Accounts
    Accounts,
    /// Posts by number
    Posts,
}

impl Kind {
    /// Returns the word for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::To => "to",
            Self::Accounts => "accounts",
            Self::Posts => "posts",
        }
    }
}

/// What stands for an argument, and what it is.
struct Offer {
    value: String,
    description: String,
}

/// Prints what there is of `kind`, a line each: the word, a tab, what it is.
pub(crate) fn print(context: &Context, kind: Kind) {
    // In the middle of a command line there is nobody to tell.
    let offers = offers(context, kind).unwrap_or_default();
    let lines = offers
        .iter()
        .map(|offer| format!("{}\t{}\n", offer.value, offer.description));
    let lines: String = lines.collect();
    if !lines.is_empty() {
        context.ui.print(&lines);
    }
    let document = offers
        .iter()
        .map(|offer| json!({ "value": offer.value, "description": offer.description }));
    context.ui.print_json(&document.collect());
}

fn offers(context: &Context, kind: Kind) -> Result<Vec<Offer>, CliError> {
    let config = context.config()?;
    match kind {
        Kind::Accounts => Ok(accounts(&config)),
        Kind::To => Ok(with_platforms(accounts(&config), &config)),
        Kind::Posts => posts(context, &config),
    }
}

fn accounts(config: &Config) -> Vec<Offer> {
    let offer = |account: &Account| Offer {
        value: account.name.to_string(),
        description: account.platform().title().to_owned(),
    };
    config.accounts.iter().map(offer).collect()
}

fn with_platforms(mut offers: Vec<Offer>, config: &Config) -> Vec<Offer> {
    for account in &config.accounts {
        let platform = account.platform();
        if !offers.iter().any(|offer| offer.value == platform.name()) {
            offers.push(Offer {
                value: platform.name().to_owned(),
                description: format!("all accounts on {}", platform.title()),
            });
        }
    }
    if !offers.is_empty() {
        offers.push(Offer {
            value: "all".to_owned(),
            description: "all accounts".to_owned(),
        });
    }
    offers
}

/// The last by their time first: most likely it is one of them.
fn posts(context: &Context, config: &Config) -> Result<Vec<Offer>, CliError> {
    let Some(outbox) = Outbox::look_into(&config.outbox_path)? else {
        return Ok(Vec::new());
    };
    let now = context.clock.now();
    let posts = outbox.posts(&Which::default(), POSTS_MAX, now)?;
    let offers = posts.iter().rev().map(|post| {
        let text = post.post.as_ref().map_or("", |content| &content.text);
        Offer {
            value: post.number.to_string(),
            description: format!(
                "{} {}",
                post.status(now).name(),
                excerpt(text, EXCERPT_COLUMNS)
            ),
        }
    });
    Ok(offers.collect())
}
