//! `hayon list`: how the posts stand.

use std::collections::BTreeSet;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr as _;

use crate::cli::args::ListArgs;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::view::addressees;
use crate::cli::view::excerpt;
use crate::cli::view::moment;
use crate::outbox::state::ParkReason;
use crate::outbox::view::PostView;
use crate::outbox::view::Which;

/// The columns of a text in the list.
const EXCERPT_COLUMNS: usize = 40;

/// Lists posts.
pub(crate) fn run(context: &Context, arguments: &ListArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let outbox = context.outbox(&config)?;
    let which = if arguments.parked {
        Which::Parked(arguments.reason)
    } else {
        Which::All
    };
    let posts = outbox.posts(which, arguments.limit)?;
    let documents: Vec<_> = posts.iter().map(|post| context.post_json(post)).collect();
    context.ui.print_json(&documents.into());
    if posts.is_empty() {
        context.ui.tell(match which {
            Which::All => "no posts yet: `hayon post \"Hello\"` makes one",
            Which::Parked(_) => "nothing is parked",
        });
    } else {
        let now = context.clock.now();
        let rows = posts.iter().map(|post| row(post, now)).collect::<Vec<_>>();
        context.ui.print(&table(&rows));
    }
    Ok(Exit::Done)
}

fn row(post: &PostView, now: Timestamp) -> [String; 5] {
    let accounts: Vec<&str> = addressees(post).collect();
    let mut status = post.status(now).name().to_owned();
    let reasons: BTreeSet<&str> = post
        .deliveries
        .iter()
        .filter_map(|d| d.reason.map(ParkReason::name))
        .collect();
    if !reasons.is_empty() {
        // What waits for a person is to be seen beside what is still tried.
        let reasons: Vec<&str> = reasons.into_iter().collect();
        status.push_str(&format!(" ({})", reasons.join(", ").replace('_', " ")));
    }
    let text = post
        .post
        .as_ref()
        .map_or("(damaged)", |post| post.text.as_str());
    [
        post.number.to_string(),
        status,
        moment(post.due_at),
        accounts.join(","),
        excerpt(text, EXCERPT_COLUMNS),
    ]
}

fn table(rows: &[[String; 5]]) -> String {
    let mut widths = [0; 5];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
