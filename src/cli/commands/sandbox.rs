//! `hayon sandbox`: servers on loopback that behave like the platforms, and accounts to use them.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::ValueHint;
use serde_json::Value;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::demo;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::stopping::until_stopped;
use crate::config::duration::parse_duration;
use crate::config::secrets::file::credentials_file;
use crate::paths::create_private_dir;
use crate::paths::write_private;
use crate::sandbox;
use crate::sandbox::MastodonVersion;
use crate::sandbox::Options;
use crate::sandbox::Running;
use crate::sandbox::SandboxError;
use crate::sandbox::accounts::App;
use crate::sandbox::accounts::BLUESKY_ALICE;
use crate::sandbox::accounts::FACEBOOK_ALICE;
use crate::sandbox::accounts::FACEBOOK_APP;
use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::accounts::INSTAGRAM_ALICE;
use crate::sandbox::accounts::INSTAGRAM_APP;
use crate::sandbox::accounts::MASTODON_ALICE;
use crate::sandbox::accounts::REDIRECT_URL;
use crate::sandbox::accounts::THREADS_ALICE;
use crate::sandbox::accounts::THREADS_APP;
use crate::sandbox::accounts::TUMBLR_ALICE;
use crate::sandbox::accounts::TUMBLR_CLIENT_ID;
use crate::sandbox::accounts::TUMBLR_CLIENT_SECRET;
use crate::sandbox::faults::Fault;
use crate::sandbox::graph::behaviour::Behaviour;
use crate::sandbox::graph::behaviour::Switch;
use crate::sandbox::s3;

/// What of Meta's is served beside the platforms that hayon publishes to, and the version of the
/// Graph API that it is asked by.
const OF_GRAPH: [(&str, &str, GraphAccount); 3] = [
    ("instagram", "v26.0", INSTAGRAM_ALICE),
    ("threads", "v1.0", THREADS_ALICE),
    ("facebook", "v26.0", FACEBOOK_ALICE),
];

/// The applications that a person can log in with, by the platform that they are registered at.
const APPS: [(&str, App); 4] = [
    ("instagram", INSTAGRAM_APP),
    ("threads", THREADS_APP),
    ("facebook", FACEBOOK_APP),
    (
        "tumblr",
        App {
            id: TUMBLR_CLIENT_ID,
            secret: TUMBLR_CLIENT_SECRET,
        },
    ),
];

/// The longest `--latency` and the longest life of a token.
const DURATION_MAX: Duration = Duration::from_hours(24);

/// Serve platforms on loopback, to try hayon without an account
///
/// Everything that is published there stays on this machine and is gone when the sandbox ends.
/// The page that it names shows every post as a reader would see it, and keeps up by itself;
/// `GET /ledger.json` says the same to programs.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon sandbox --demo
  hayon sandbox --port 8080 --log requests.jsonl
  hayon sandbox --fault 'mastodon POST /api/v1/statuses #1 act-and-hang-up'

Faults:
  PLATFORM METHOD PATH #N WHAT, where `*` stands for any platform, method or path, and WHAT is
  act-and-hang-up, refuse-and-hang-up, act-and-hang, hang, cut, error-in-200,
  slow:DURATION, status:503, status:429 Retry-After: 5, act-and-status:500,
  token:expired, token:revoked (of what the request came with);
  of instagram, threads and facebook also
  error:4/2207051, act-and-error:2 (the code of an error, told instead of the answer) and
  container:ERROR (what a container is from then on)

Behaviours of Graph:
  ready-after=5s, lifetime=1m, listed-after=5s, quota=2, usage=90, repeat=again|same|refused,
  duplicates=posted|refused, count=documented|bytes")]
pub(crate) struct SandboxArgs {
    /// Publish `examples/hello.md` to every platform here, read it back, and end
    #[arg(long)]
    demo: bool,
    /// With `--demo`: go on serving
    #[arg(long, requires = "demo")]
    keep: bool,
    /// The port on 127.0.0.1; 0 takes any that is free
    #[arg(long, default_value_t = 0, value_name = "PORT", value_hint = ValueHint::Other)]
    port: u16,
    /// The port of S3 on 127.0.0.1; 0 takes any that is free
    #[arg(long, default_value_t = 0, value_name = "PORT", value_hint = ValueHint::Other)]
    s3_port: u16,
    /// Let a request go wrong; repeatable
    #[arg(long, value_name = "FAULT", value_hint = ValueHint::Other)]
    fault: Vec<Fault>,
    /// How long every request takes, such as `50ms`
    #[arg(long, value_name = "DURATION", value_parser = duration, value_hint = ValueHint::Other)]
    latency: Option<Duration>,
    /// The Mastodon that is imitated: 4.5 or 4.6
    #[arg(long, value_name = "VERSION", default_value = "4.5")]
    mastodon_version: MastodonVersion,
    /// How often Mastodon says that an upload, and Instagram and Threads that a container, is not
    /// ready
    #[arg(long, value_name = "N", default_value_t = 0, value_hint = ValueHint::Other)]
    media_delay_polls: u32,
    /// How Instagram, Threads and Facebook behave; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_hint = ValueHint::Other)]
    graph: Vec<Switch>,
    /// How long a Bluesky access token lives
    #[arg(long, value_name = "DURATION", value_parser = duration, value_hint = ValueHint::Other)]
    access_lifetime: Option<Duration>,
    /// Write a line of JSON for every request
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    log: Option<PathBuf>,
    /// Keep the configuration, outbox and media of the sandbox's accounts here, not in a temporary
    /// folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// What somebody needs to use a sandbox.
pub(crate) struct Home {
    pub(crate) address: String,
    /// The page that shows what is public.
    pub(crate) timeline: String,
    pub(crate) config: PathBuf,
    /// What `XDG_STATE_HOME` is to be: below it lie credentials and sessions.
    pub(crate) state: PathBuf,
    /// Where S3 listens.
    pub(crate) s3: String,
}

impl Home {
    /// Returns the variables with which media go to the sandbox's S3 and not to a folder.
    pub(crate) fn s3_variables(&self) -> [(&'static str, &str); 5] {
        [
            ("HAYON_MEDIA_BUCKET", s3::BUCKET),
            ("HAYON_MEDIA_REGION", s3::REGION),
            ("HAYON_MEDIA_ENDPOINT", &self.s3),
            ("AWS_ACCESS_KEY_ID", s3::ACCESS_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", s3::SECRET_ACCESS_KEY),
        ]
    }
}

/// Serves, or shows the demo.
pub(crate) fn run(context: &Context, arguments: SandboxArgs) -> Result<Exit, CliError> {
    // Lives until the end of this function: the folder is gone when the sandbox has ended.
    let (folder, _temporary) = if let Some(folder) = arguments.dir.clone() {
        (folder, None)
    } else {
        let temporary = tempfile::Builder::new()
            .prefix("hayon-sandbox-")
            .tempdir()?;
        (temporary.path().to_owned(), Some(temporary))
    };
    create_private_dir(&folder)?;
    let folder = folder.canonicalize()?;
    let (demo, keep) = (arguments.demo, arguments.keep);
    let mut options = options(context, arguments);
    options.s3_root = Some(folder.join("s3"));
    block_on(until_stopped(
        || {},
        |stopping| async move {
            let running = sandbox::start(options).await?;
            let home = furnish(&running, &folder)?;
            let exit = if demo {
                demo::run(context, &home, &folder).await?
            } else {
                Exit::Done
            };
            if !demo || keep {
                greet(context, &home);
                serve_until(stopping).await;
            }
            running.stop().await;
            Ok(exit)
        },
    ))
}

async fn serve_until(mut stopping: tokio::sync::watch::Receiver<bool>) {
    // An error means that nobody can tell it to stop any more, which is the end too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

fn options(context: &Context, arguments: SandboxArgs) -> Options {
    let usual = Options::new(context.clock.clone());
    Options {
        port: arguments.port,
        s3_port: arguments.s3_port,
        s3_root: None,
        faults: arguments.fault,
        latency: arguments.latency.unwrap_or(usual.latency),
        mastodon_version: arguments.mastodon_version,
        media_delay_polls: arguments.media_delay_polls,
        graph: Behaviour::with(&arguments.graph),
        access_lifetime: arguments.access_lifetime.unwrap_or(usual.access_lifetime),
        log: arguments.log,
        clock: usual.clock,
    }
}

/// Writes the configuration and the credentials of the sandbox's accounts.
fn furnish(running: &Running, folder: &Path) -> Result<Home, CliError> {
    let address = running.base_url();
    let home = Home {
        config: folder.join("config.toml"),
        state: folder.join("state"),
        timeline: running.timeline_url(),
        s3: running.s3_url(),
        address: address.clone(),
    };
    let quoted = |path: &str| toml::Value::from(folder.join(path).display().to_string());
    let config = format!(
        "# Accounts of a sandbox of hayon.\n\
         default_to = [\"bluesky\", \"mastodon\", \"tumblr\"]\n\n\
         [outbox]\npath = {outbox}\n\n\
         [media]\nfolder = {media}\nowner = \"sandbox\"\n\n\
         [accounts.bluesky]\nplatform = \"bluesky\"\nhandle = \"{handle}\"\n\
         service = \"{address}\"\n\n\
         [accounts.mastodon]\nplatform = \"mastodon\"\ninstance = \"{address}\"\n\n\
         [accounts.threads]\nplatform = \"threads\"\nuser_id = \"{threads}\"\n\
         api_url = \"{address}\"\n\n\
         [accounts.instagram]\nplatform = \"instagram\"\nuser_id = \"{instagram}\"\n\
         api_url = \"{address}\"\n\n\
         [accounts.facebook]\nplatform = \"facebook\"\npage_id = \"{facebook}\"\n\
         api_url = \"{address}\"\n\n\
         [accounts.tumblr]\nplatform = \"tumblr\"\nblog = \"{blog}\"\napi_url = \"{address}\"\n",
        outbox = quoted("outbox.db"),
        media = quoted("media"),
        handle = BLUESKY_ALICE.handle,
        threads = THREADS_ALICE.id,
        instagram = INSTAGRAM_ALICE.id,
        facebook = FACEBOOK_ALICE.id,
        blog = TUMBLR_ALICE.name,
    );
    write_private(&home.config, config.as_bytes())?;
    let state = home.state.join("hayon");
    create_private_dir(&state)?;
    let of_graph = OF_GRAPH.map(|(platform, _, account)| {
        let token = account.token;
        format!("[{platform}]\ntoken = \"{token}\"\n\n")
    });
    let credentials = format!(
        "[bluesky]\npassword = \"{}\"\n\n[mastodon]\ntoken = \"{}\"\n\n{}\
         [tumblr]\nclient_id = \"{TUMBLR_CLIENT_ID}\"\n\
         client_secret = \"{TUMBLR_CLIENT_SECRET}\"\ntoken = \"{}\"\ntoken_secret = \"{}\"\n",
        BLUESKY_ALICE.password,
        MASTODON_ALICE.token,
        of_graph.concat(),
        TUMBLR_ALICE.token,
        TUMBLR_ALICE.token_secret
    );
    write_private(&credentials_file(&state), credentials.as_bytes())?;
    Ok(home)
}

fn greet(context: &Context, home: &Home) {
    let Home {
        address,
        timeline,
        config,
        state,
        s3: _,
    } = home;
    let s3: Vec<String> = home
        .s3_variables()
        .into_iter()
        .map(|(name, value)| format!("{name}='{value}'"))
        .collect();
    if context.ui.is_json() {
        context.ui.print_json_line(&greeting(home));
        return;
    }
    let of_graph = OF_GRAPH.map(|(platform, version, account)| {
        let GraphAccount { id, token, .. } = account;
        format!("  {platform:<9}  {address}/{version}/{id}  {token}")
    });
    let apps =
        APPS.map(|(platform, App { id, secret })| format!("  {platform:<9}  {id}  {secret}"));
    context.ui.print(&format!(
        "the sandbox listens on {address}\n\n\
         in another terminal:\n  \
         export HAYON_CONFIG='{}' XDG_STATE_HOME='{}'\n  \
         hayon post \"Hello, everyone\"\n\n\
         with these too, its pictures are in an S3 bucket and not in a folder:\n  \
         export {s3}\n\n\
         Graph accounts and their tokens, for programs that speak to Meta:\n{of_graph}\n\n\
         apps to log in with, and their secrets; each has {REDIRECT_URL} as its redirect:\n{apps}\n\n\
         what a reader sees, in your browser: {timeline}\n\
         what is public, for programs: {address}/ledger.json",
        config.display(),
        state.display(),
        s3 = s3.join(" "),
        of_graph = of_graph.join("\n"),
        apps = apps.join("\n"),
    ));
    context.ui.tell("Ctrl-C ends it");
}

fn greeting(home: &Home) -> Value {
    let account = |name: &str, login: &str, secret: &str| json!({ "account": name, "platform": name, "login": login, "secret": secret });
    let mut tumblr = account("tumblr", TUMBLR_ALICE.name, TUMBLR_ALICE.token);
    tumblr["other_secrets"] = json!({
        "token_secret": TUMBLR_ALICE.token_secret,
        "client_id": TUMBLR_CLIENT_ID,
        "client_secret": TUMBLR_CLIENT_SECRET,
    });
    json!({
        "address": home.address,
        "timeline": home.timeline,
        "config": home.config,
        "state": home.state,
        // These secrets open nothing but a sandbox, and anybody may know them.
        "accounts": [
            account("bluesky", BLUESKY_ALICE.handle, BLUESKY_ALICE.password),
            account("mastodon", MASTODON_ALICE.name, MASTODON_ALICE.token),
            account("threads", THREADS_ALICE.name, THREADS_ALICE.token),
            account("instagram", INSTAGRAM_ALICE.name, INSTAGRAM_ALICE.token),
            account("facebook", FACEBOOK_ALICE.name, FACEBOOK_ALICE.token),
            tumblr,
        ],
        "s3": {
            "address": home.s3,
            "region": s3::REGION,
            "bucket": s3::BUCKET,
            "public_bucket": s3::PUBLIC_BUCKET,
            "access_key_id": s3::ACCESS_KEY_ID,
            "secret_access_key": s3::SECRET_ACCESS_KEY,
        },
        "servers": OF_GRAPH.map(|(platform, version, account)| json!({
            "platform": platform,
            "address": format!("{}/{version}", home.address),
            "login": account.name,
            "id": account.id,
            "secret": account.token,
        })),
        "apps": APPS.map(|(platform, app)| json!({
            "platform": platform,
            "client_id": app.id,
            "client_secret": app.secret,
            "redirect_url": REDIRECT_URL,
        })),
    })
}

fn duration(word: &str) -> Result<Duration, String> {
    parse_duration(word, Duration::ZERO..=DURATION_MAX)
        .map_err(|error| format!("{error}; {}", error.hint()))
}

impl From<SandboxError> for CliError {
    fn from(error: SandboxError) -> Self {
        let told = Self::new("sandbox", error.to_string());
        match error {
            SandboxError::Listen { .. } => told.hint("leave `--port` out to take any that is free"),
            SandboxError::Log { .. } => told.hint("name another file with `--log`"),
            SandboxError::Buckets(_) => told.hint("name another folder with `--dir`"),
        }
    }
}
