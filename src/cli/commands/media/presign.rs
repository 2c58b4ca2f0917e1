//! `hayon media presign`: lets a browser or another program upload by itself, without credentials.

use std::time::Duration;

use clap::Args;
use clap::ValueHint;
use clap::builder::PossibleValuesParser;
use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::cli::checking::owner;
use crate::cli::commands::media::end_in_json;
use crate::cli::commands::media::needed_bucket;
use crate::cli::commands::media::parse_lifetime;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::view::moment;
use crate::cli::view::one_line;
use crate::media::address::Lifetime;
use crate::media::file::mime_of_name;
use crate::media::keys::MediaKey;
use crate::media::keys::MediaName;
use crate::media::keys::Owner;
use crate::media::s3::addresses::Announced;

/// What can be uploaded.
const TYPES: [&str; 7] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "video/mp4",
    "video/quicktime",
    "video/webm",
];

/// Print an address to which anybody can upload one file
///
/// The upload is a PUT of the file's bytes, with exactly the headers that are shown. The key is
/// always a new one: of the name only the extension counts. For uploads from web pages the bucket
/// needs rules, which `hayon media setup --cors-origin` writes.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon media presign cat.jpg
  hayon media presign upload --type video/mp4 --expires 1h --json")]
pub(crate) struct PresignArgs {
    /// What the file is called where it comes from
    #[arg(value_name = "FILENAME", value_hint = ValueHint::Other)]
    filename: String,
    /// What the file is, where its name does not say so
    #[arg(long = "type", value_name = "MIME", value_parser = PossibleValuesParser::new(TYPES))]
    mime: Option<String>,
    /// How long the address works, such as `1h`; 7 days at most
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = parse_lifetime, value_hint = ValueHint::Other)]
    expires: Duration,
}

/// Prints the address, and what goes with it.
pub(crate) fn run(context: &Context, arguments: &PresignArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let bucket = needed_bucket(&config)?;
    let now = context.clock.now();
    let given = arguments.mime.as_deref();
    let (key, mime) = new_key(&arguments.filename, given, &owner(&config)?, now)?;
    let announced = Announced {
        key: &key,
        mime,
        size_bytes: None,
    };
    let lifetime = Lifetime {
        from: now,
        length: arguments.expires,
    };
    let invitation = block_on(async { Ok(bucket.presign_put(announced, lifetime).await?) })?;
    let headers: Map<String, Value> = invitation
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect();
    let url = invitation.address.expose();
    context.ui.print_json(&json!({
        "uploadUrl": url,
        "s3Url": bucket.name_of(&key),
        "key": key.as_str(),
        "headers": headers,
        "expiresAt": end_in_json(&invitation.address),
    }));
    let headers: String = invitation
        .headers
        .iter()
        .map(|(name, value)| format!(" -H '{name}: {value}'"))
        .collect();
    context.ui.print(&format!(
        "curl --upload-file FILE{headers} '{url}'\n\nits key will be {key}"
    ));
    if let Some(end) = invitation.address.good_until {
        context.ui.tell(&format!("it works until {}", moment(end)));
    }
    Ok(Exit::Done)
}

/// Returns a new key for what is called `filename`, and its type: that is all that the name chooses.
fn new_key<'t>(
    filename: &str,
    mime: Option<&'t str>,
    owner: &Owner,
    now: Timestamp,
) -> Result<(MediaKey, &'t str), CliError> {
    let mime = mime.or_else(|| mime_of_name(filename)).ok_or_else(|| {
        let name = one_line(filename);
        CliError::usage(format!("`{name}` does not say what the file is"))
            .hint(format!("say it with `--type`: {}", TYPES.join(", ")))
    })?;
    Ok((MediaName::new(now, mime).in_temp(owner), mime))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::ProptestConfig;
    use proptest::prop_assert;
    use proptest::prop_assert_eq;
    use proptest::proptest;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn whatever_a_file_is_called_its_name_chooses_only_the_type(
            start in "(?:/|\\\\|\\.\\.|%2e|%2F|%00|temp/|posts/|\\PC|\0|\r\n|\u{202e}|[a-z]{0,300}){0,12}",
            extension in "(?:|\\.(?:jpg|JPEG|png|webp|gif|mp4|MOV|webm|bin|exe|\\PC{0,9}))",
        ) {
            let name = format!("{start}{extension}");
            let owner = "alice".parse().unwrap();
            let named = new_key(&name, None, &owner, Timestamp::UNIX_EPOCH);
            prop_assert_eq!(named.is_ok(), mime_of_name(&name).is_some());
            let Ok((key, mime)) = named else {
                return Ok(());
            };
            prop_assert!(TYPES.contains(&mime));
            // Told the type alone, it is the same but for what is new in every name.
            let (other, _) = new_key("", Some(mime), &owner, Timestamp::UNIX_EPOCH).unwrap();
            prop_assert_eq!(key.as_str().len(), other.as_str().len());
            let (ours, theirs) = (key.as_str().rsplit_once('.'), other.as_str().rsplit_once('.'));
            prop_assert_eq!(ours.unwrap().1, theirs.unwrap().1);
            prop_assert!(key.is_temp_of(&owner) && key.as_str().parse::<MediaKey>().is_ok());
            prop_assert!(other != key, "a key is used once");
        }
    }
}
