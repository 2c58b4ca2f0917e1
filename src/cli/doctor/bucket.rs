//! A bucket: whether it is there, what it has been told, and how long what is signed for it works.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::later;
use crate::media::MediaError;
use crate::media::MediaStore as _;
use crate::media::s3::S3Store;
use crate::media::s3::addresses::CredentialsEnd;
use crate::media::s3::setup::WebPages;
use crate::publish::checkup::Finding;

/// How long a platform may take until it fetches what it was told to.
const ADVISED: Duration = Duration::from_hours(24);

/// Looks at the bucket `name`, which is `store`; the second is whether it can be used at all.
pub(crate) async fn check(store: &S3Store, name: &str) -> (Vec<Finding>, bool) {
    if let Err(error) = store.list("temp/", None).await {
        return (vec![failed("bucket", &error)], false);
    }
    let mut findings = vec![Finding::fine(
        "bucket",
        format!("`s3://{name}` can be read"),
    )];
    findings.push(lifecycle(store).await);
    findings.push(web_pages(store).await);
    (findings, true)
}

async fn lifecycle(store: &S3Store) -> Finding {
    let missing = match store.missing_lifecycle().await {
        Ok(missing) => missing,
        Err(error) => return unread("lifecycle", &error),
    };
    if missing.is_empty() {
        let message = "what nobody has posted is thrown away after a day";
        return Finding::fine("lifecycle", message);
    }
    let missing: Vec<&str> = missing.iter().map(|change| change.does.as_str()).collect();
    let message = format!("there is no rule that {}", missing.join(", nor one that "));
    Finding::warning("lifecycle", message).hint("run `hayon media setup`")
}

async fn web_pages(store: &S3Store) -> Finding {
    match store.web_pages().await {
        // Who lets no page upload need not be told each time.
        Ok(WebPages::None) => Finding::fine(
            "cors",
            "no web page may upload; `hayon media setup --cors-origin` lets one",
        ),
        Ok(WebPages::Of(origins)) => Finding::fine(
            "cors",
            format!("pages of {} may upload", origins.join(", ")),
        ),
        Ok(WebPages::Hampered(origins)) => {
            let flags: Vec<String> = origins
                .iter()
                .map(|it| format!(" --cors-origin {it}"))
                .collect();
            let message = format!("the rule for pages of {} is incomplete", origins.join(", "));
            let hint = format!("run `hayon media setup{}`", flags.concat());
            Finding::warning("cors", message).hint(hint)
        }
        Err(error) => unread("cors", &error),
    }
}

/// Whether what is signed at `now` works for as long as a platform may take.
pub(crate) async fn signing(store: &S3Store, now: Timestamp) -> Option<Finding> {
    let message = match store.credentials_end("").await {
        Ok(CredentialsEnd::Never) => return None,
        Ok(CredentialsEnd::At(end)) if end >= later(now, ADVISED) => return None,
        Ok(CredentialsEnd::At(end)) => {
            let left = end.duration_since(now).as_mins().max(0);
            format!(
                "signed ones work for {left} min and not for a day: so long do the credentials live"
            )
        }
        Ok(CredentialsEnd::Untold) => {
            "signed ones end with the session that the credentials are of, and nobody says when"
                .into()
        }
        Err(error) => return Some(failed("address", &error)),
    };
    let finding = Finding::warning("address", message);
    let finding = finding.hint("use the credentials of a user, not of a session");
    Some(finding.hint("or set `public_url` in `[media]` to where a web server shows the bucket"))
}

/// What was told of a rule when it was asked for; posts do without it.
fn unread(subject: &'static str, error: &MediaError) -> Finding {
    let message = format!("the rules cannot be read: {error}");
    Finding::warning(subject, message).hint(
        "the credentials need `s3:GetLifecycleConfiguration` and `s3:GetBucketCORS` for it, and the \
         storage must know such rules",
    )
}

fn failed(subject: &'static str, error: &MediaError) -> Finding {
    let finding = Finding::trouble(subject, error.to_string()).hint(error.hint());
    match error {
        MediaError::Bucket(error) if error.needs_login() => finding.needs_login(),
        _ => finding,
    }
}
