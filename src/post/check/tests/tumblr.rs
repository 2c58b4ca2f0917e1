//! The rules of Tumblr: blocks, tags, pictures beyond those of a photo post, and who sees it.

use jiff::Timestamp;

use crate::post::check::Checked;
use crate::post::check::Plan;
use crate::post::check::Reviews;
use crate::post::check::Rules;
use crate::post::check::check;
use crate::post::check::tests::addressee;
use crate::post::check::tests::check_warnings;
use crate::post::check::tests::draft;
use crate::post::check::tests::picture;
use crate::post::draft::Draft;
use crate::post::media::Media;
use crate::post::platform::Platform;
use crate::post::post::PostId;
use crate::post::post::Visibility;

fn check_on_tumblr(draft: &Draft, media: Vec<Media>) -> Result<Checked, Reviews> {
    let plan = Plan {
        id: PostId::new(Timestamp::UNIX_EPOCH),
        created_at: Timestamp::UNIX_EPOCH,
        media,
    };
    let blog = [addressee("blog", Platform::Tumblr)];
    check(draft, plan, &blog, &Rules::default())
}

/// Returns the rules that `draft` breaks, and those that it is warned about.
fn told(draft: &Draft, media: Vec<Media>) -> (Vec<&'static str>, Vec<&'static str>) {
    let reviews = match check_on_tumblr(draft, media) {
        Ok(checked) => checked.reviews,
        Err(reviews) => reviews,
    };
    let broken = reviews.all_violations().map(|it| it.rule).collect();
    let warned = reviews.accounts[0].warnings.iter().map(|it| it.rule);
    (broken, warned.collect())
}

#[track_caller]
fn assert_told(draft: &Draft, media: Vec<Media>, broken: &[&str], warned: &[&str]) {
    assert_eq!(told(draft, media), (broken.to_vec(), warned.to_vec()));
}

fn with_tags(tags: &[&str]) -> Draft {
    Draft {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        ..draft("x")
    }
}

#[test]
fn a_long_text_is_no_mistake_but_a_long_paragraph_becomes_several() {
    let paragraph = "🌳".repeat(4096);
    let long = [paragraph.as_str(); 10].join("\n\n");
    assert_told(&draft(&long), vec![], &[], &[]);
    assert_told(
        &draft(&format!("{paragraph}x")),
        vec![],
        &[],
        &["long_paragraph"],
    );
}

#[test]
fn a_post_is_stored_in_less_than_a_megabyte() {
    let text = |bytes: usize| draft(&"x ".repeat(bytes / 2));
    assert_told(&text(900_000), vec![], &[], &["long_paragraph"]);
    let (broken, _) = told(&text(900_002), vec![]);
    assert_eq!(broken, ["text_too_long", "text_too_many_bytes"]);
}

#[test]
fn a_post_has_at_most_a_thousand_blocks() {
    let paragraphs = vec!["x"; 999].join("\n\n");
    assert_told(&draft(&paragraphs), vec![picture()], &[], &[]);
    assert_told(
        &draft(&paragraphs),
        vec![picture(); 2],
        &["too_many_blocks"],
        &[],
    );
}

#[test]
fn links_and_mentions_are_counted() {
    let links = |count: usize| draft(&"https://example.com/a ".repeat(count));
    assert_told(&links(100), vec![], &[], &[]);
    assert_told(&links(101), vec![], &["too_many_links"], &[]);
    let mentions = |count: usize| draft(&"@staff ".repeat(count));
    assert_told(&mentions(50), vec![], &[], &[]);
    assert_told(&mentions(51), vec![], &["too_many_mentions"], &[]);
}

#[test]
fn more_pictures_than_a_photo_post_had_are_a_warning_and_more_than_thirty_a_mistake() {
    assert_told(&draft("x"), vec![picture(); 10], &[], &[]);
    assert_told(&draft("x"), vec![picture(); 11], &[], &["too_many_images"]);
    assert_told(&draft("x"), vec![picture(); 30], &[], &["too_many_images"]);
    assert_told(&draft("x"), vec![picture(); 31], &["too_many_images"], &[]);
}

#[test]
fn tags_are_kept_once_without_their_sign() {
    let checked = check_on_tumblr(&with_tags(&["#one", " slow travel ", "one"]), vec![]);
    assert_eq!(checked.unwrap().post.tags, ["one", "slow travel"]);
}

#[test]
fn what_is_no_tag_is_refused() {
    for tag in ["", " ", "#", "one,two", "a\nb"] {
        assert_told(&with_tags(&[tag]), vec![], &["bad_tag"], &[]);
    }
}

#[test]
fn more_or_longer_tags_than_are_known_to_be_kept_are_a_warning() {
    let names: Vec<String> = (0..30).map(|number| format!("tag{number}")).collect();
    let mut many = with_tags(&names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_told(&many, vec![], &[], &[]);
    many.text = "x #onemore".to_owned();
    assert_told(&many, vec![], &[], &["too_many_tags"]);
    assert_told(&with_tags(&[&"ü".repeat(140)]), vec![], &[], &[]);
    assert_told(&with_tags(&[&"ü".repeat(141)]), vec![], &[], &["long_tag"]);
}

#[test]
fn platforms_without_tags_say_so() {
    check_warnings(
        &with_tags(&["one"]),
        vec![],
        &["sky ignored_option", "work ignored_option"],
    );
}

#[test]
fn a_post_can_be_private_and_nothing_else_between_that_and_public() {
    for (visibility, broken, warned) in [
        (Visibility::Public, &[][..], &[][..]),
        (Visibility::Private, &[], &[]),
        (Visibility::Unlisted, &[], &["ignored_option"]),
        (Visibility::Direct, &["not_public"], &[]),
    ] {
        let draft = Draft {
            visibility: Some(visibility),
            ..draft("x")
        };
        assert_told(&draft, vec![], broken, warned);
    }
}

#[test]
fn a_content_warning_is_not_shown_there() {
    let draft = Draft {
        cw: Some("cats".to_owned()),
        ..draft("x")
    };
    assert_told(&draft, vec![], &[], &["ignored_option"]);
}
