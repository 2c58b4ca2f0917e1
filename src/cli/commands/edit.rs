//! `hayon edit`: another text, other pictures or accounts, while nothing of it may be public.

use std::path::PathBuf;

use clap::ArgMatches;
use clap::Args;
use clap::ValueHint;
use jiff::Timestamp;

use crate::cli::args::DraftArgs;
use crate::cli::ci;
use crate::cli::compose::compose;
use crate::cli::compose::overlay;
use crate::cli::compose::read_written;
use crate::cli::context::Context;
use crate::cli::editor;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::stored;
use crate::cli::ui::is_stdin_terminal;
use crate::cli::view::whole;
use crate::cli::when;
use crate::cli::when::WhenFlags;
use crate::config::Config;
use crate::http::foreign::Reach;
use crate::outbox::Outbox;
use crate::outbox::enqueue::Asked;
use crate::outbox::state::DeliveryState;
use crate::outbox::view::PostView;
use crate::paths::create_private_dir;
use crate::paths::write_private;
use crate::post::card::CardReach;
use crate::post::front_matter::PostFile;
use crate::post::front_matter::written::write_post_file;

/// Change a draft, or a post of which nothing was sent yet
///
/// Flags replace what they name; `--file` replaces everything. Without either, the post is opened in
/// `$VISUAL` or `$EDITOR`, as a file with front matter. Pictures that stay are named there by their
/// keys.
///
/// What is being sent, delivered or in doubt cannot be changed. A parked delivery stays parked.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon edit 17                               in your editor
  hayon edit 17 \"Another text\"
  hayon edit 17 --to work,sky --no-media
  hayon edit 17 --file POST.md")]
pub(crate) struct EditArgs {
    /// The number or the id of the post
    #[arg(value_name = "POST", value_hint = ValueHint::Other)]
    pub(crate) post: String,
    #[command(flatten)]
    pub(crate) draft: DraftArgs,
    /// Read all of it from a file, with `+++` front matter or without; `-` is stdin
    #[arg(
        long,
        value_name = "POST.md",
        conflicts_with = "text",
        value_hint = ValueHint::FilePath
    )]
    pub(crate) file: Option<PathBuf>,
    /// Leave every picture out
    #[arg(long, conflicts_with = "media")]
    pub(crate) no_media: bool,
}

/// Changes a post.
pub(crate) fn run(
    context: &Context,
    arguments: &EditArgs,
    matches: Option<&ArgMatches>,
) -> Result<Exit, CliError> {
    let config = context.config()?;
    let mut outbox = context.outbox(&config)?;
    let number = outbox.find_post(&arguments.post)?;
    let seen = outbox.post(number)?;
    let post = stored::content(&seen)?;
    let present = stored::post_file(&seen, post);
    let mut change = Change {
        context,
        config: &config,
        outbox: &mut outbox,
        seen: &seen,
        present: &present,
        reach: arguments.draft.reach(),
    };
    if let Some(written) = typed(arguments, &present, matches)? {
        change.make(written)?;
    } else if context.editor().is_some() || is_stdin_terminal() {
        if change.make_in_editor()? == Made::Nothing {
            context.ui.tell("nothing was changed");
        }
    } else {
        return Err(CliError::usage("nobody said what is to change")
            .hint("name it with flags, hand it over with `--file`, or set `EDITOR`"));
    }
    tell(context, &outbox.post(number)?);
    Ok(Exit::Done)
}

fn tell(context: &Context, post: &PostView) {
    context.ui.print_json(&context.post_json(post));
    context.ui.print(&whole(post, context.clock.now()));
    ci::report(context, post);
    let number = post.number;
    let mut deliveries = post.deliveries.iter();
    if deliveries.any(|delivery| delivery.state == DeliveryState::Parked) {
        context.ui.hint(&format!(
            "what is parked stays so until `hayon retry {number}`"
        ));
    }
}

/// Returns what is to be said from now on, if flags or a file say so.
fn typed(
    arguments: &EditArgs,
    present: &PostFile,
    matches: Option<&ArgMatches>,
) -> Result<Option<PostFile>, CliError> {
    if arguments.file.is_some() {
        let mut written = compose(arguments.draft.clone(), arguments.file.as_deref(), matches)?;
        if arguments.no_media {
            written.draft.media.clear();
        }
        return Ok(Some(written));
    }
    let mut base = present.clone();
    if arguments.no_media {
        base.draft.media.clear();
    }
    let written = overlay(base, arguments.draft.clone(), matches)?;
    let draft = &arguments.draft;
    let is_named = arguments.no_media
        || draft.text.is_some()
        || !draft.to.is_empty()
        || !draft.media.is_empty()
        || !draft.text_for.is_empty()
        || draft.lang.is_some()
        || draft.visibility.is_some()
        || !draft.tag.is_empty()
        || draft.cw.is_some()
        || draft.card.is_some()
        || draft.no_card
        || draft.fit.is_some();
    Ok(is_named.then_some(written))
}

/// Whether a person has changed anything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    Something,
    Nothing,
}

/// A post that is to be changed, as it was when its change began.
struct Change<'a> {
    context: &'a Context,
    config: &'a Config,
    outbox: &'a mut Outbox,
    seen: &'a PostView,
    present: &'a PostFile,
    reach: Reach,
}

impl Change<'_> {
    /// Lets a person write what the post is to say, until it is accepted or they give up: then what
    /// they wrote is kept.
    fn make_in_editor(&mut self) -> Result<Made, CliError> {
        let first = write_post_file(self.present);
        let mut text = first.clone();
        loop {
            let written = editor::edit(self.context, &text)?;
            if written == first || written.trim().is_empty() {
                return Ok(Made::Nothing);
            }
            let Err(error) = self.read(&written).and_then(|file| self.make(file)) else {
                return Ok(Made::Something);
            };
            self.context.ui.fail_on_the_way(&error);
            if self.context.ui.ask("back to the editor?")? != Some(true) {
                return Err(self.keep(&written, error));
            }
            text = written;
        }
    }

    /// Reads what a person has written. No file says which hosts may be asked: who has said so for
    /// this post has said it for its changes.
    fn read(&self, written: &str) -> Result<PostFile, CliError> {
        let mut file = read_written(written)?;
        file.draft.card_reach = match self.reach {
            Reach::Anywhere => CardReach::Anywhere,
            Reach::Public => self.present.draft.card_reach,
        };
        Ok(file)
    }

    /// Keeps what a person wrote in vain, and says where.
    fn keep(&self, written: &str, error: CliError) -> CliError {
        let number = self.seen.number;
        let folder = &self.config.state_dir;
        let path = folder.join(format!("edit-{number}.md"));
        let kept =
            create_private_dir(folder).and_then(|()| write_private(&path, written.as_bytes()));
        let path = path.display();
        match kept {
            Ok(()) => error.hint(format!(
                "what you wrote is kept: mend it, then `hayon edit {number} --file '{path}'`"
            )),
            Err(why) => error.cause(format!("what you wrote could not be kept: {why}")),
        }
    }

    /// Lets the post say what is `written`.
    fn make(&mut self, written: PostFile) -> Result<(), CliError> {
        let now = self.context.clock.now();
        let asked = self.asked(&written, now)?;
        let (context, config, seen) = (self.context, self.config, self.seen);
        stored::change(
            context,
            config,
            self.outbox,
            seen,
            written,
            &asked,
            self.reach,
        )
    }

    /// A time that was not touched stays as it was asked for, though it may be over.
    fn asked(&self, written: &PostFile, now: Timestamp) -> Result<Asked, CliError> {
        let is_same = written.at == self.present.at && written.tz == self.present.tz;
        if is_same {
            return Ok(self.seen.asked.clone().map_or(Asked::Now, Asked::At));
        }
        let asked = when::asked(WhenFlags::default(), written, now)?;
        when::refuse_the_past(&asked, now, "for at once, leave `at` out")?;
        Ok(asked)
    }
}
