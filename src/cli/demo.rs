//! The demo: the real command publishes a post to every platform of a sandbox, and what is public is
//! read back as a stranger would see it. The picture goes its way through S3.

use std::path::Path;
use std::process::Stdio;

use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::cli::commands::sandbox::Home;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::http::Http;
use crate::sandbox::s3::BUCKET;

const POST: &str = include_str!("../../examples/hello.md");
const PICTURE: &[u8] = include_bytes!("../../examples/sunrise.jpg");

/// Publishes the example to the accounts of `home`, reads it back and prints where it is.
///
/// # Errors
/// If anything was not published, or what was read back is not what was written.
pub(crate) async fn run(context: &Context, home: &Home, folder: &Path) -> Result<Exit, CliError> {
    std::fs::write(folder.join("hello.md"), POST)?;
    std::fs::write(folder.join("sunrise.jpg"), PICTURE)?;
    context
        .ui
        .tell("publishing `examples/hello.md` with a picture to every platform here …");
    let post = publish(home, folder).await?;
    let ledger = read(home, "/ledger.json").await?;
    let ledger: Value = serde_json::from_str(&ledger)
        .map_err(|error| not_read_back("the ledger").cause(error.to_string()))?;
    let public = ledger["posts"].as_array().cloned().unwrap_or_default();
    let mut table = String::new();
    let deliveries = post["deliveries"].as_array().cloned().unwrap_or_default();
    for delivery in &deliveries {
        let platform = delivery["platform"].as_str().unwrap_or_default();
        let found: Vec<&Value> = public
            .iter()
            .filter(|p| p["platform"] == platform)
            .collect();
        let [once] = found.as_slice() else {
            let times = found.len();
            return Err(not_read_back(platform).cause(format!("it is public {times} times")));
        };
        compare(platform, &post, once)?;
        let url = once["url"].as_str().unwrap_or_default();
        read_page(platform, url).await?;
        table.push_str(&format!("  {platform:10}{url}\n"));
    }
    for name in kept(home, folder, &post).await? {
        table.push_str(&format!("  {:10}{name}\n", "picture"));
    }
    context.ui.print_json(&post);
    context.ui.print(&format!(
        "published once on each platform, and read back:\n{table}"
    ));
    Ok(Exit::Done)
}

/// Publishes the example.
async fn publish(home: &Home, folder: &Path) -> Result<Value, CliError> {
    let draft = folder.join("hello.md").display().to_string();
    let arguments = ["post", "--to", "all", "--wait", "1m", "--file", &draft];
    let failure = "the example was not published";
    hayon(home, folder, &arguments, failure).await
}

/// Returns the names of the pictures that `post` has in S3, where nothing else may be.
async fn kept(home: &Home, folder: &Path, post: &Value) -> Result<Vec<String>, CliError> {
    let failure = "the pictures could not be listed";
    let listed = hayon(home, folder, &["media", "list"], failure).await?;
    let keys = |of: &Value| -> Vec<String> {
        let all = of.as_array().into_iter().flatten();
        all.filter_map(|one| Some(one["key"].as_str()?.to_owned()))
            .collect()
    };
    let kept = keys(&listed);
    if kept != keys(&post["media"]) {
        return Err(not_read_back("S3").cause(format!("it has {}", kept.join(", "))));
    }
    let name = |key: &String| format!("s3://{BUCKET}/{key}");
    Ok(kept.iter().map(name).collect())
}

/// Runs `hayon` as anybody would: a process of its own, with the sandbox's accounts and its S3.
async fn hayon(
    home: &Home,
    folder: &Path,
    arguments: &[&str],
    failure: &str,
) -> Result<Value, CliError> {
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command
        .args(arguments)
        .arg("--json")
        .env_clear()
        .env("HOME", folder)
        .env("HAYON_CONFIG", &home.config)
        .env("XDG_STATE_HOME", &home.state)
        .envs(home.s3_variables())
        .stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .map_err(|error| CliError::new("demo", error.to_string()))??;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let error = CliError::new("demo", failure);
        return Err(words.lines().fold(error, CliError::cause));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| {
        let message = format!("`hayon {}` did not answer in JSON", arguments[0]);
        CliError::new("demo", message).cause(error.to_string())
    })
}

/// Whether what is public says what was written.
fn compare(platform: &str, post: &Value, public: &Value) -> Result<(), CliError> {
    if public["text"] != post["text"] {
        return Err(not_read_back(platform).cause("its text is another one"));
    }
    let alts = |of: &Value| -> Vec<Value> {
        of["media"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|media| media["alt"].clone())
            .collect()
    };
    if alts(public) != alts(post) {
        return Err(not_read_back(platform).cause("its pictures are others"));
    }
    Ok(())
}

async fn read_page(platform: &str, url: &str) -> Result<(), CliError> {
    let url: Url = url
        .parse()
        .map_err(|error| not_read_back(platform).cause(format!("it has no address: {error}")))?;
    let page = get(url).await?;
    if page.contains("Good morning") {
        Ok(())
    } else {
        Err(not_read_back(platform))
    }
}

async fn read(home: &Home, path: &str) -> Result<String, CliError> {
    let url = format!("{}{path}", home.address).parse();
    get(url.map_err(|error| not_read_back(path).cause(format!("{error}")))?).await
}

async fn get(url: Url) -> Result<String, CliError> {
    let http = Http::new();
    let shown = url.to_string();
    let failed = |why: String| not_read_back(&shown).cause(why);
    let request = http
        .request(Method::GET, url)
        .map_err(|error| failed(error.to_string()))?;
    let answer = http
        .send(request)
        .await
        .map_err(|error| failed(error.to_string()))?;
    if answer.status != 200 {
        return Err(failed(format!("status {}", answer.status)));
    }
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

fn not_read_back(what: &str) -> CliError {
    CliError::new("demo", format!("`{what}` could not be read back"))
}
