//! The timeline as a program reads it in a browser.

use serde_json::Value;

use crate::browser::Browser;
use crate::support::eventually;

/// What of the page says that it is loaded, and that its script has run.
pub(crate) const IS_TOLD: &str = "const times = [...document.querySelectorAll('#posts time')]; \
                       return times.every((time) => time.title !== '');";

/// The posts, from the top, as a program can compare them.
pub(crate) const POSTS: &str =
    "return [...document.querySelectorAll('#posts > li > article')].map((article) => ({
    platform: article.dataset.platform,
    who: article.querySelector('h2').textContent,
    text: article.querySelector('.text')?.textContent ?? '',
    warning: article.querySelector('details:not([open]) > summary > bdi')?.textContent ?? null,
    links: [...article.querySelectorAll('.text a')].map((a) => a.href),
    marked: [...article.querySelectorAll('.mention, .hashtag')].map((it) => it.textContent),
    pictures: [...article.querySelectorAll('figure')].map((figure) => [
        figure.querySelector('img').alt,
        figure.querySelector('figcaption').textContent,
        figure.querySelector('img').naturalWidth > 0,
    ]),
    card: [...article.querySelectorAll('.card span')].map((it) => it.textContent),
}));";

#[track_caller]
pub(crate) fn wait_until(browser: &Browser, what: &str, script: &str) {
    eventually(what, || (browser.run(script) == true).then_some(()));
}

/// Waits until every picture is there, and returns the posts.
#[track_caller]
pub(crate) fn wait_for_pictures(browser: &Browser) -> Vec<Value> {
    let are_there = "return [...document.images].every((it) => it.complete);";
    wait_until(browser, "the pictures", are_there);
    browser.run(POSTS).as_array().expect("a list").clone()
}

/// Returns the one post on `platform` whose text begins with `start`.
#[track_caller]
pub(crate) fn only<'p>(posts: &'p [Value], platform: &str, start: &str) -> &'p Value {
    let is_it =
        |post: &&Value| post["platform"] == platform && text(post, "text").starts_with(start);
    let found: Vec<&Value> = posts.iter().filter(is_it).collect();
    assert_eq!(found.len(), 1, "`{start}` on {platform}: {posts:#?}");
    found[0]
}

#[track_caller]
pub(crate) fn text<'p>(post: &'p Value, name: &str) -> &'p str {
    post[name].as_str().expect("text")
}
