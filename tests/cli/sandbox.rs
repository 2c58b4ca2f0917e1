//! `hayon sandbox`: a place to try hayon, from one command.

use std::fs;

use serde_json::json;

use crate::fields;
use crate::support::World;
use crate::support::http;
use crate::support::sandbox::Sandbox;

#[test]
fn the_demo_publishes_everywhere_and_shows_where() {
    let world = World::new();
    let said = world.hayon(["sandbox", "--demo"]).code(0);
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines[0], "published once on each platform, and read back:");
    let platforms = [
        "bluesky",
        "mastodon",
        "threads",
        "instagram",
        "facebook",
        "tumblr",
    ];
    for (line, platform) in lines[1..].iter().zip(platforms) {
        let start = format!("  {platform:<9} http://127.0.0.1:");
        assert!(line.starts_with(&start), "{said}");
    }
    let picture = "  picture   s3://hayon-sandbox/posts/sandbox/";
    assert!(lines[7].starts_with(picture), "{said}");
    assert_eq!(lines.len(), 8, "{said}");
    assert_eq!(
        said.stderr,
        "publishing `examples/hello.md` with a picture to every platform here …\n"
    );
    let _ = world
        .hayon(["sandbox", "--demo", "--quiet"])
        .code(0)
        .quiet();
    for folder in ["config", "data", "state"] {
        assert!(
            !world.path(folder).exists(),
            "the demo left something in {folder}"
        );
    }
}

#[test]
fn the_demo_prints_its_post_in_json() {
    let world = World::new();
    let post = world
        .hayon(["sandbox", "--demo", "--json"])
        .code(0)
        .quiet()
        .json();
    assert_eq!(post["status"], "COMPLETED");
    assert_eq!(post["deliveries"].as_array().unwrap().len(), 6);
    assert_eq!(post["media"].as_array().unwrap().len(), 1);
}

#[test]
fn the_demo_fails_where_something_is_not_published() {
    let world = World::new();
    let fault = "mastodon POST /api/v1/statuses #* status:422";
    let said = world.hayon(["sandbox", "--demo", "--fault", fault]).code(1);
    assert_eq!(said.stdout, "");
    let _ = said.mentions(["error: the example was not published\n"]);
}

#[test]
fn the_demo_may_go_on_serving() {
    let world = World::new();
    let mut process = world.start(["sandbox", "--demo", "--keep"]);
    let first = process.first_line();
    assert_eq!(first, "published once on each platform, and read back:");
    let address = crate::support::eventually("its address", || {
        let stdout = process.stdout();
        let (_, rest) = stdout.split_once("the sandbox listens on ")?;
        rest.split_once('\n').map(|(address, _)| address.to_owned())
    });
    let ledger = http::get(&address, "/ledger.json", "").json();
    assert_eq!(ledger["posts"].as_array().unwrap().len(), 6);
    let said = process.stdout();
    let timeline = format!("what a reader sees, in your browser: {address}/\n");
    assert!(said.contains(&timeline), "{said}");
    let page = http::get(&address, "/", "");
    assert_eq!(page.status, 200);
    assert_eq!(page.body.matches("Good morning!").count(), 6);
    process.terminate();
    let _ = process.wait().code(0);
}

#[test]
fn its_first_line_tells_a_program_everything() {
    let world = World::new();
    let mut process = world.start(["sandbox", "--port", "0", "--json"]);
    let greeting: serde_json::Value = serde_json::from_str(&process.first_line()).unwrap();
    assert_eq!(
        fields(&greeting),
        [
            "accounts", "address", "apps", "config", "s3", "servers", "state", "timeline"
        ]
    );
    let apps = greeting["apps"].as_array().unwrap();
    for (app, platform) in apps
        .iter()
        .zip(["instagram", "threads", "facebook", "tumblr"])
    {
        assert_eq!(app["platform"], platform);
        assert_eq!(
            fields(app),
            ["client_id", "client_secret", "platform", "redirect_url"]
        );
    }
    assert_eq!(apps.len(), 4);
    let address = greeting["address"].as_str().unwrap();
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    assert_eq!(greeting["timeline"], format!("{address}/"));
    let names: Vec<_> = greeting["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| {
            let mut fields = fields(account);
            fields.retain(|field| *field != "other_secrets");
            assert_eq!(fields, ["account", "login", "platform", "secret"]);
            account["platform"].clone()
        })
        .collect();
    assert_eq!(
        names,
        [
            "bluesky",
            "mastodon",
            "threads",
            "instagram",
            "facebook",
            "tumblr"
        ]
    );
    let servers = greeting["servers"].as_array().unwrap().iter();
    let platforms: Vec<&str> = servers
        .map(|server| {
            let version = server["address"].as_str().unwrap();
            let path = format!("{}/me", version.strip_prefix(address).unwrap());
            let me = http::get(address, &path, server["secret"].as_str().unwrap());
            assert_eq!(me.status, 200, "{}", me.body);
            server["platform"].as_str().unwrap()
        })
        .collect();
    assert_eq!(platforms, ["instagram", "threads", "facebook"]);
    process.terminate();
    let said = process.wait().code(0).quiet();
    assert_eq!(said.stdout.lines().count(), 1, "{said}");
}

#[test]
fn what_it_prints_is_all_that_a_person_needs() {
    let world = World::new();
    let process = world.start(["sandbox"]);
    let export = crate::support::eventually("how to use it", || {
        let stdout = process.stdout();
        let line = stdout
            .lines()
            .find(|line| line.trim().starts_with("export "));
        line.filter(|_| stdout.ends_with("ledger.json\n"))
            .map(str::to_owned)
    });
    let script = format!("{export}\n\"$@\" && \"$@\" --key again && exec \"$1\" list --json");
    let listed = world.shell(&script, ["post", "Hello, everyone"]).code(0);
    let (_, list) = listed.stdout.split_once("\n[\n").expect("a list");
    let posts: serde_json::Value = serde_json::from_str(&format!("[{list}")).unwrap();
    assert_eq!(posts.as_array().unwrap().len(), 2);
    assert_eq!(posts[0]["status"], "COMPLETED");
    let process_said = process.stderr();
    assert_eq!(process_said, "Ctrl-C ends it\n");
}

#[test]
fn the_configuration_that_it_writes_is_for_its_owner_and_points_nowhere_else() {
    let world = World::new();
    let mut process = world.start(["sandbox", "--json", "--dir", "kept"]);
    let greeting: serde_json::Value = serde_json::from_str(&process.first_line()).unwrap();
    let config = fs::read_to_string(world.path("kept/config.toml")).unwrap();
    assert_eq!(
        greeting["config"],
        json!(world.path("kept/config.toml").canonicalize().unwrap())
    );
    let address = greeting["address"].as_str().unwrap();
    assert_eq!(
        config.matches("http").count(),
        config.matches(address).count(),
        "{config}"
    );
    assert!(
        config.contains("default_to = [\"bluesky\", \"mastodon\", \"tumblr\"]"),
        "{config}"
    );
    process.terminate();
    let _ = process.wait().code(0);
    assert!(
        world.path("kept/config.toml").exists(),
        "a folder that was asked for was removed"
    );
}

#[test]
fn a_bad_fault_is_refused_with_how_to_write_one() {
    let world = World::new();
    for (fault, words) in [
        ("nonsense", "`nonsense` is no fault: expected"),
        (
            "mastodon POST /x #1 explode",
            "`explode` is nothing that can go wrong: expected",
        ),
        ("friendster POST /x #1 cut", "friendster"),
        ("mastodon post /x #1 cut", "`post` is no method"),
        ("mastodon POST x #1 cut", "`x` is no path"),
        (
            "mastodon POST /x 1 cut",
            "`1` says no request: expected `#1`",
        ),
        ("mastodon POST /x #1 status:200", "`200` is no status"),
        ("mastodon POST /x #1 slow:soon", "`soon` is no duration"),
    ] {
        let said = world
            .hayon(["sandbox", "--fault", fault])
            .code(2)
            .mentions([words]);
        assert_eq!(said.stdout, "");
    }
    let error = world
        .hayon(["sandbox", "--json", "--fault", "nonsense"])
        .code(2)
        .error_json();
    assert_eq!(error["error"]["kind"], "usage");
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let sandbox = Sandbox::start(&[]);
    let (_, port) = sandbox.address.rsplit_once(':').unwrap();
    let world = World::new();
    let said = world.hayon(["sandbox", "--port", port]).code(1);
    assert_eq!(said.stdout, "");
    let _ = said.mentions([
        &format!("error: cannot listen on 127.0.0.1:{port}: Address already in use"),
        "hint: leave `--port` out to take any that is free\n",
    ]);
    let error = world
        .hayon(["sandbox", "--port", port, "--json"])
        .code(1)
        .error_json();
    assert_eq!(error["error"]["kind"], "sandbox");
}

#[test]
fn a_log_that_cannot_be_written_is_an_error() {
    let world = World::new();
    let said = world
        .hayon(["sandbox", "--log", "/proc/nosuch/log"])
        .code(1);
    let _ = said.mentions([
        "error: cannot write the request log `/proc/nosuch/log`: ",
        "hint: name another file with `--log`\n",
    ]);
}
