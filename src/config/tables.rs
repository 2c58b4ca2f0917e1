//! What the tables `[media]` and `[daemon]` come to, with their defaults and bounds.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::config::address::AddressShape;
use crate::config::error::ConfigError;
use crate::config::file::Settings;
use crate::config::setting::Setting;
use crate::paths::Environment;
use crate::paths::data_dir;
use crate::paths::home;
use crate::post::fit::Fit;
use crate::post::fit::Metadata;
use crate::post::fit::Wishes;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The bounds of one pause between two attempts.
const RETRY_DELAY: RangeInclusive<Duration> = Duration::ZERO..=DAY;

/// The most attempts that can be asked for, less one.
const RETRY_DELAYS_MAX: usize = 20;

/// The bounds of `give_up_after`, `max_late` and `key_window`.
const PATIENCE: RangeInclusive<Duration> = SECOND..=Duration::from_hours(365 * 24);

/// The bounds of `settle`.
const SETTLE: RangeInclusive<Duration> = Duration::ZERO..=HOUR;

/// Who the media belong to where even the login name is unknown.
const NOBODY: &str = "user";

/// Where the pictures are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MediaConfig {
    /// Holds `temp/` and `posts/`.
    pub(crate) folder: PathBuf,
    /// Whose they are: the second part of every key under `posts/`.
    pub(crate) owner: String,
    /// Where a web server of the user's shows the folder or the bucket.
    pub(crate) public_url: Option<Url>,
    /// Where they are instead of the folder.
    pub(crate) bucket: Option<BucketConfig>,
    /// What is done to pictures that do not fit, unless a post says otherwise.
    pub(crate) wishes: Wishes,
}

/// A bucket of S3, or of a storage that speaks as S3 does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BucketConfig {
    pub(crate) name: String,
    /// `None`: as the AWS SDK finds it.
    pub(crate) region: Option<String>,
    /// `None`: Amazon's own.
    pub(crate) endpoint: Option<Url>,
    /// Whether the bucket is named in the path of an address and not in its host.
    pub(crate) path_style: bool,
}

/// How patient the sending of posts is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DaemonConfig {
    /// The pauses after the first, the second, … attempt; after the last one a delivery parks.
    pub(crate) retry_delays: Vec<Duration>,
    /// How long a host that cannot be reached at all is tried.
    pub(crate) give_up_after: Duration,
    /// How long after a lost answer an absent post counts as absent; `None`: as the platform says.
    pub(crate) settle: Option<Duration>,
    /// How much too late a post may be sent; `None`: however late.
    pub(crate) max_late: Option<Duration>,
    /// How far back a post with the same `--key` is looked for where the platform keeps no key.
    pub(crate) key_window: Duration,
}

pub(super) fn media(
    settings: &Settings,
    environment: &Environment,
) -> Result<MediaConfig, ConfigError> {
    let address = |setting: &Setting| setting.address(AddressShape::WithPath);
    Ok(MediaConfig {
        folder: path(settings, "folder", environment, "media")?,
        owner: match settings.get("owner") {
            Some(setting) => owner(setting)?,
            None => login_name(environment),
        },
        public_url: settings.get("public_url").map(address).transpose()?,
        bucket: bucket(settings)?,
        wishes: wishes(settings)?,
    })
}

fn wishes(settings: &Settings) -> Result<Wishes, ConfigError> {
    let fit = settings.get("fit").map(|setting| {
        let fit = setting.text()?.parse::<Fit>();
        fit.map_err(|error| setting.bad(error.to_string(), "write one of these words"))
    });
    let strips = settings.get("strip_metadata").map(Setting::switch);
    Ok(Wishes {
        fit: fit.transpose()?.unwrap_or_default(),
        metadata: match strips.transpose()? {
            Some(false) => Metadata::Keep,
            Some(true) | None => Metadata::Strip,
        },
    })
}

fn bucket(settings: &Settings) -> Result<Option<BucketConfig>, ConfigError> {
    let Some(name) = settings.get("bucket") else {
        let alone = ["region", "endpoint", "path_style"]
            .into_iter()
            .find_map(|key| settings.get(key));
        // Silently, the media would go to the folder.
        return alone.map_or(Ok(None), |setting| {
            Err(setting.bad(
                "this belongs to a bucket, and none is named",
                "set `bucket` too, or remove it: without a bucket, media are in `folder`",
            ))
        });
    };
    let word = |setting: &Setting, is_fine: fn(&str) -> bool, hint: &str| {
        let word = setting.text()?;
        if is_fine(&word) {
            Ok(word)
        } else {
            Err(setting.bad(format!("`{word}` is not well formed"), hint))
        }
    };
    let storage = |setting: &Setting| setting.address(AddressShape::Storage);
    let endpoint = settings.get("endpoint").map(storage).transpose()?;
    let path_style = settings
        .get("path_style")
        .map(Setting::switch)
        .transpose()?;
    Ok(Some(BucketConfig {
        name: word(name, is_bucket, "write the name alone, such as `my-media`")?,
        region: match settings.get("region") {
            Some(region) => Some(word(region, is_region, "write it like `us-east-1`")?),
            None => None,
        },
        // Few storages other than Amazon's have a host name for each bucket.
        path_style: path_style.unwrap_or(endpoint.is_some()),
        endpoint,
    }))
}

// docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, read 2026-11-25; older and
// other storages allow `_` and capitals, too.
fn is_bucket(word: &str) -> bool {
    (3..=63).contains(&word.len()) && word.chars().all(is_key_char) && !word.starts_with('.')
}

fn is_region(word: &str) -> bool {
    (1..=64).contains(&word.len()) && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Returns the path under `key`, else `default` in the data folder.
pub(super) fn path(
    settings: &Settings,
    key: &str,
    environment: &Environment,
    default: &str,
) -> Result<PathBuf, ConfigError> {
    match settings.get(key) {
        Some(setting) => setting.path(home(environment).as_deref()),
        None => Ok(data_dir(environment)?.join(default)),
    }
}

pub(super) fn daemon(settings: &Settings) -> Result<DaemonConfig, ConfigError> {
    let within = |key: &str, bounds: RangeInclusive<Duration>| {
        let read = settings.get(key).map(|setting| setting.duration(bounds));
        read.transpose()
    };
    let retry_delays = match settings.get("retry_delays") {
        Some(setting) => {
            let delays = setting.durations(&RETRY_DELAY)?;
            if delays.len() > RETRY_DELAYS_MAX {
                let message = format!("these are {} delays", delays.len());
                return Err(setting.bad(message, format!("write at most {RETRY_DELAYS_MAX}")));
            }
            delays
        }
        None => vec![5 * SECOND, 30 * SECOND, 2 * MINUTE],
    };
    Ok(DaemonConfig {
        retry_delays,
        give_up_after: within("give_up_after", PATIENCE)?.unwrap_or(DAY),
        settle: within("settle", SETTLE)?,
        max_late: within("max_late", PATIENCE)?,
        key_window: within("key_window", PATIENCE)?.unwrap_or(DAY),
    })
}

fn owner(setting: &Setting) -> Result<String, ConfigError> {
    let word = setting.text()?;
    if is_key_safe(&word) {
        return Ok(word);
    }
    Err(setting.bad(
        format!("`{word}` cannot be a part of the keys of media"),
        "use 1 to 64 letters of ASCII, digits, `-`, `_` or `.`, and no `.` in front",
    ))
}

/// Returns the login name, made fit for a key.
fn login_name(environment: &Environment) -> String {
    let name = ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(|variable| environment.get(variable)?.to_str())
        .unwrap_or(NOBODY);
    let fit = |c: char| if is_key_char(c) { c } else { '-' };
    let word: String = name.chars().map(fit).take(64).collect();
    let word = word.trim_matches(['-', '.']).to_owned();
    if is_key_safe(&word) {
        word
    } else {
        NOBODY.to_owned()
    }
}

fn is_key_safe(word: &str) -> bool {
    (1..=64).contains(&word.len()) && word.chars().all(is_key_char) && !word.starts_with('.')
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}
