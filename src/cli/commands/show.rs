//! `hayon show`: a post, its deliveries, and every attempt at them.

use std::fmt::Write as _;

use clap::Args;
use clap::ValueHint;
use serde_json::Value;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::fitting::listed;
use crate::cli::view::attempt_json;
use crate::cli::view::delivery_lines;
use crate::cli::view::headline;
use crate::cli::view::indented;
use crate::cli::view::moment;
use crate::cli::view::one_line;
use crate::outbox::Outbox;
use crate::outbox::view::AttemptView;
use crate::outbox::view::PostView;
use crate::post::media::Rendition;

/// Show a post and every attempt at it
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon show 17
  hayon show 17 --json")]
pub(crate) struct ShowArgs {
    /// The number or the id of the post
    #[arg(value_name = "POST", value_hint = ValueHint::Other)]
    pub(crate) post: String,
}

/// Shows a post.
pub(crate) fn run(context: &Context, arguments: &ShowArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let outbox = context.outbox(&config)?;
    let number = outbox.find_post(&arguments.post)?;
    let post = outbox.post(number)?;
    let attempts = attempts(&outbox, &post)?;
    context.ui.print_json(&document(context, &post, &attempts));
    context.ui.print(&words(context, &post, &attempts));
    Ok(Exit::Done)
}

fn attempts(outbox: &Outbox, post: &PostView) -> Result<Vec<Vec<AttemptView>>, CliError> {
    let of_each = post
        .deliveries
        .iter()
        .map(|delivery| outbox.attempts(delivery.row));
    Ok(of_each.collect::<Result<_, _>>()?)
}

fn document(context: &Context, post: &PostView, attempts: &[Vec<AttemptView>]) -> Value {
    let mut document = context.post_json(post);
    if let Some(deliveries) = document["deliveries"].as_array_mut() {
        for (delivery, attempts) in deliveries.iter_mut().zip(attempts) {
            delivery["history"] = attempts.iter().map(attempt_json).collect();
        }
    }
    document
}

fn words(context: &Context, post: &PostView, attempts: &[Vec<AttemptView>]) -> String {
    let mut text = headline(post, context.clock.now());
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\n  id       {}", post.id);
    if let Some(key) = &post.key {
        let _ = writeln!(text, "  key      {}", one_line(key));
    }
    let _ = writeln!(text, "  created  {}", moment(post.created_at));
    if let Some(when) = &post.asked {
        let (words, zone) = (one_line(&when.words), one_line(&when.zone));
        let _ = writeln!(text, "  asked    {words} ({zone})");
    }
    let _ = writeln!(text, "  due      {}\n", moment(post.due_at));
    match &post.post {
        Ok(content) => {
            text.push_str(&indented(&content.text));
            for (account, own) in &content.texts {
                let _ = write!(text, "\n  for {account}:\n{}", indented(own));
            }
            for media in &content.media {
                let alt = if media.alt.is_empty() {
                    "no alt text"
                } else {
                    &media.alt
                };
                let (width, height) = (media.facts.width, media.facts.height);
                let mime = &media.facts.mime;
                let _ = writeln!(text, "    [{mime} {width}×{height}: {}]", one_line(alt));
                for made in &media.renditions {
                    let _ = writeln!(text, "      {}", rendition_line(made));
                }
            }
        }
        Err(what) => {
            let _ = writeln!(text, "    its row is damaged: {}", one_line(what));
        }
    }
    let _ = write!(text, "\n{}", delivery_lines(post));
    for (delivery, attempts) in post.deliveries.iter().zip(attempts) {
        for (n, attempt) in attempts.iter().enumerate() {
            let line = attempt_line(attempt);
            let _ = writeln!(text, "  {} attempt {}: {line}", delivery.account, n + 1);
        }
    }
    text
}

fn rendition_line(rendition: &Rendition) -> String {
    let accounts = rendition.accounts.iter().map(|name| format!("`{name}`"));
    let accounts: Vec<String> = accounts.collect();
    let changes = listed(&rendition.changes);
    one_line(&format!("for {}: {changes}", listed(&accounts)))
}

fn attempt_line(attempt: &AttemptView) -> String {
    let mut line = moment(attempt.started_at);
    let _ = write!(
        line,
        "  {}",
        attempt.ending.as_deref().unwrap_or("under way")
    );
    if let Some(step) = &attempt.step {
        let _ = write!(line, "  step `{}`", one_line(step));
    }
    if let Some(status) = attempt.status {
        let _ = write!(line, "  status {status}");
    }
    if let Some(said) = &attempt.said {
        let _ = write!(line, "  {}", one_line(said));
    }
    line
}
