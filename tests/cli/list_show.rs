//! `hayon list` and `hayon show`: how posts stand, in words and for programs.

use serde_json::json;

use crate::alone;
use crate::fields;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

#[test]
fn without_posts_a_list_is_empty_and_says_so_to_people_alone() {
    let world = alone();
    let said = world.hayon(["list"]).code(0);
    assert_eq!(said.stdout, "");
    assert_eq!(
        said.stderr,
        "no posts yet: `hayon post \"Hello\"` makes one\n"
    );
    let said = world.hayon(["list", "--json"]).code(0).quiet();
    assert_eq!(said.stdout, "[]\n");
    let said = world.hayon(["list", "--parked"]).code(0);
    assert_eq!(
        (&said.stdout[..], &said.stderr[..]),
        ("", "nothing is parked\n")
    );
}

#[test]
fn a_list_has_a_line_for_each_post_in_the_order_of_their_time() {
    let scene = Scene::new(&[]);
    let _ = scene
        .world
        .hayon(["post", "Published\nat once", "--to", "bluesky,mastodon"])
        .code(0)
        .quiet();
    let later = [
        "post",
        "For later",
        "--at",
        "2999-01-01T00:00:00Z",
        "--to",
        "mastodon",
    ];
    let _ = scene.world.hayon(later).code(0).quiet();
    let long = format!("Waiting {}", "x".repeat(100));
    let _ = scene
        .world
        .hayon(["post", "--queue", &long, "--to", "bluesky"])
        .code(0)
        .quiet();
    let _ = scene.world.hayon(["cancel", "3"]).code(0);
    let said = scene.world.hayon(["list"]).code(0).quiet();
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].starts_with("1  COMPLETED  "), "{said}");
    assert!(
        lines[0].ends_with(" UTC  bluesky,mastodon  Published at once"),
        "{said}"
    );
    assert_eq!(
        lines[2],
        "2  SCHEDULED  2999-01-01 00:00:00 UTC  mastodon          For later"
    );
    assert!(lines[1].starts_with("3  CANCELLED  "), "{said}");
    assert!(
        lines[1].ends_with(&format!("Waiting {}…", "x".repeat(31))),
        "{said}"
    );
}

#[test]
fn a_list_in_json_is_an_array_of_what_show_shows() {
    let scene = Scene::new(&[]);
    for text in ["One", "Two", "Three"] {
        let _ = scene.world.hayon(["post", "--queue", text]).code(0).quiet();
    }
    let list = scene.world.list();
    let texts: Vec<_> = list.iter().map(|post| &post["text"]).collect();
    assert_eq!(texts, ["One", "Two", "Three"]);
    let mut shown = scene.world.show(2);
    for delivery in shown["deliveries"].as_array_mut().unwrap() {
        let history = delivery.as_object_mut().unwrap().remove("history");
        assert_eq!(history, Some(json!([])));
    }
    assert_eq!(list[1], shown);
}

#[test]
fn a_limit_keeps_the_newest() {
    let world = alone();
    for n in 1..=4 {
        let _ = world.hayon(["post", "--queue", &n.to_string()]).code(0);
    }
    let said = world
        .hayon(["list", "--json", "--limit", "2"])
        .code(0)
        .quiet()
        .json();
    let numbers: Vec<_> = said
        .as_array()
        .unwrap()
        .iter()
        .map(|post| &post["number"])
        .collect();
    assert_eq!(numbers, [3, 4]);
}

#[test]
fn what_is_parked_is_listed_by_reason() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:422"]);
    let _ = scene.world.hayon(["post", "Refused"]).code(4).quiet();
    let _ = scene.world.hayon(["post", "Fine"]).code(0).quiet();
    let numbers = |flags: &[&str]| -> Vec<u64> {
        let arguments = ["list", "--json"].iter().chain(flags);
        let list = scene.world.hayon(arguments).code(0).quiet().json();
        let posts = list.as_array().unwrap().iter();
        posts.map(|post| post["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&[]), [1, 2]);
    assert_eq!(numbers(&["--parked"]), [1]);
    assert_eq!(numbers(&["--parked", "--reason", "refused"]), [1]);
    assert_eq!(numbers(&["--parked", "--reason", "in_doubt"]), [0; 0]);
    let _ = scene
        .world
        .hayon(["list", "--parked", "--reason", "tired"])
        .code(2)
        .mentions([
            "[possible values: refused, login_needed, exhausted, in_doubt, late, restored]",
        ]);
}

#[test]
fn what_is_in_doubt_is_told_apart() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:422"]);
    let _ = scene.world.hayon(["post", "Doubtful"]).code(4).quiet();
    scene
        .world
        .tamper("UPDATE deliveries SET reason = 'in_doubt' WHERE state = 'parked'");
    let _ = scene
        .world
        .hayon(["list"])
        .code(0)
        .quiet()
        .shows(["PARTIAL_SUCCESS (in doubt)"]);
    let post = scene.world.show(1);
    assert_eq!(post["in_doubt"], true);
    let _ = scene.world.hayon(["show", "1"]).code(0).quiet().shows([
        "parked (in doubt)",
        "    hint: look at `mastodon` whether it is public, then say so:\n",
        "    hint: `hayon resolve 1 --account mastodon --published URL`, or `--not-published`\n",
    ]);
}

#[test]
fn what_waits_for_a_person_is_seen_beside_what_is_still_tried() {
    let scene = Scene::with_faults(&[
        "mastodon POST /api/v1/statuses #1 status:422",
        "bluesky POST /xrpc/com.atproto.server.createSession #1 status:503",
    ]);
    let _ = scene.world.hayon(["post", "Half"]).code(6);
    let listed = scene.world.hayon(["list"]).code(0).quiet();
    let _ = listed.shows(["1  PROCESSING (refused)  "]);
}

#[test]
fn a_text_for_one_account_is_shown_beside_the_other() {
    let scene = Scene::new(&[]);
    let arguments = ["post", "For all", "--text-for", "mastodon=For\none"];
    let _ = scene.world.hayon(arguments).code(0).quiet();
    let _ = scene
        .world
        .hayon(["show", "1"])
        .code(0)
        .quiet()
        .shows(["\n    For all\n\n  for mastodon:\n    For\n    one\n\n  bluesky "]);
    let post = scene.world.show(1);
    assert_eq!(post["text"], "For all");
    assert_eq!(post["texts"], json!({"mastodon": "For\none"}));
}

#[test]
fn a_list_of_no_posts_is_no_list() {
    let _ = alone()
        .hayon(["list", "--limit", "0"])
        .code(2)
        .mentions(["'--limit <N>': write how many posts, such as `20`"]);
}

#[test]
fn a_post_is_shown_by_its_number_its_id_and_with_a_hash() {
    let world = alone();
    let posted = world
        .hayon(["post", "--queue", "--json", "Hello"])
        .code(0)
        .json();
    let id = posted["id"].as_str().unwrap();
    let by_number = world.hayon(["show", "1"]).code(0).quiet();
    for name in ["#1", id, &id.to_uppercase()] {
        let shown = world.hayon(["show", name]).code(0).quiet();
        assert_eq!(shown.stdout, by_number.stdout, "{name}");
    }
}

#[test]
fn a_post_is_shown_with_its_text_its_pictures_and_every_attempt() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:503"]);
    scene.world.picture("cat.png", 8, 6);
    let arguments = [
        "post",
        "Two\nlines",
        "--to",
        "mastodon",
        "--media",
        "cat.png",
        "--alt",
        "A cat",
        "--key",
        "two",
        "--wait",
        "30s",
    ];
    let _ = scene.world.hayon(arguments).code(0).quiet();
    let post = scene.world.show(1);
    let id = post["id"].as_str().unwrap();
    let url = delivery(&post, "mastodon")["url"].as_str().unwrap();
    let said = scene.world.hayon(["show", "1"]).code(0).quiet();
    let _ = said.shows([
        "post 1 is published everywhere\n",
        &format!("  id       {id}\n  key      two\n  created  2"),
        "\n    Two\n    lines\n    [image/png 8×6: A cat]\n",
        &format!("\n  mastodon  mastodon  delivered  {url}\n"),
        "\n  mastodon attempt 1: 2",
        "  again  step `post status`  status 503  it was sent, and nobody knows whether it arrived: \
         the server answered 503",
        "\n  mastodon attempt 2: 2",
        "  delivered  step `post status`\n",
    ]);
    let history = delivery(&post, "mastodon")["history"].as_array().unwrap();
    let attempt = &history[0];
    assert_eq!(
        fields(attempt),
        ["ended_at", "ending", "said", "started_at", "status", "step"]
    );
    assert_eq!(
        (&attempt["ending"], &attempt["status"]),
        (&json!("again"), &json!(503))
    );
    assert_eq!(history.len(), 2);
}

#[test]
fn a_post_that_is_not_there_is_an_error() {
    let world = alone();
    for command in ["show", "cancel", "retry"] {
        for name in ["7", "nosuch", "", "0", "99999999999999999999"] {
            let _ = world.hayon([command, name]).code(1).complains(&format!(
                "error: the outbox has no post `{name}`\nhint: `hayon list` shows the posts\n"
            ));
        }
    }
    let error = world.hayon(["show", "7", "--json"]).code(1).error_json();
    assert_eq!(
        error,
        json!({"error": {"kind": "no_such_post", "message": "the outbox has no post `7`",
            "causes": [], "hints": ["`hayon list` shows the posts"]}})
    );
}

#[test]
fn a_damaged_row_is_shown_as_damaged_and_hides_no_other() {
    let world = alone();
    for text in ["One", "Two"] {
        let _ = world.hayon(["post", "--queue", text]).code(0);
    }
    world.tamper("UPDATE posts SET content = replace(content, 'One', 'Odd') WHERE number = 1");
    let _ = world
        .hayon(["list"])
        .code(0)
        .quiet()
        .shows(["(damaged)", "Two"]);
    let _ = world
        .hayon(["show", "1"])
        .code(0)
        .quiet()
        .shows(["its row is damaged: "]);
    assert_eq!(world.list()[0]["text"], json!(null));
}
