//! Pictures that a platform does not take as they are: what it gets instead, and how that is told.

use std::fs;
use std::path::Path;

use image::DynamicImage;
use image::ExtendedColorType;
use image::ImageEncoder as _;
use image::ImageFormat;
use image::Rgb;
use image::RgbImage;
use image::Rgba;
use image::RgbaImage;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use serde_json::Value;

use crate::alone;
use crate::rules;
use crate::support::World;
use crate::support::scene::Scene;

/// Where a picture was taken, as its file tells it.
const PLACE: &[u8] = b"51 30 12 N, 0 7 40 W";

/// Returns EXIF data that say how a picture is to be turned, and where it was taken.
fn exif(orientation: u8) -> Vec<u8> {
    let length = u8::try_from(PLACE.len()).expect("a short place");
    let description = [0x01, 0x0e, 0, 2, 0, 0, 0, length, 0, 0, 0, 38];
    let turned = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
    let entries = [&[0, 2][..], &description, &turned, &[0; 4]].concat();
    [b"MM\0*\0\0\0\x08", &entries[..], PLACE].concat()
}

/// Writes a JPEG in which no two pixels are alike, with EXIF data if there are any.
fn photo(world: &World, name: &str, (width, height): (u32, u32), exif: Option<Vec<u8>>) {
    let mut state = 0x2545_f491_u32;
    let noise = RgbImage::from_fn(width, height, |x, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [red, green, blue, _] = state.to_le_bytes();
        // The left half is reddish, so that it can be told which way it lies.
        let red = if x < width / 2 {
            red | 0x80
        } else {
            red & 0x3f
        };
        Rgb([red, green, blue])
    });
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).expect("EXIF in a JPEG");
    }
    encoder.encode_image(&noise).expect("a JPEG");
    world.write(name, bytes);
}

/// Returns the one picture of the one post on `platform`, as its server got it.
#[track_caller]
fn arrived(scene: &Scene, platform: &str) -> Value {
    let posts = scene.public(platform);
    assert_eq!(posts.len(), 1, "{posts:?}");
    let media = posts[0]["media"].as_array().expect("media");
    assert_eq!(media.len(), 1, "{media:?}");
    media[0].clone()
}

/// Returns the bytes that the store of `world` has for the file with this description.
fn stored(world: &World, file: &Value) -> Vec<u8> {
    let key = file["key"].as_str().expect("a key");
    fs::read(world.path("media").join(key)).expect("a file under that key")
}

/// Returns every file below `folder`.
fn files_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.path() {
            path if path.is_dir() => files_below(&path),
            path => usize::from(!path.ends_with(".outbox")),
        })
        .sum()
}

fn tells_place(bytes: &[u8]) -> bool {
    bytes.windows(PLACE.len()).any(|part| part == PLACE)
}

#[test]
fn a_picture_too_large_for_one_platform_arrives_smaller_there_and_untouched_elsewhere() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    photo(world, "cat.jpg", (1800, 1200), None);
    let original = fs::read(world.path("cat.jpg")).unwrap();
    assert!(original.len() > 2_500_000, "{}", original.len());
    let arguments = ["post", "hi", "--media", "cat.jpg", "--alt", "A cat"];
    let said = world.hayon(arguments).code(0);

    let post = world.show(1);
    let media = &post["media"][0];
    assert_eq!(stored(world, media), original);
    assert_eq!(media["renditions"].as_array().unwrap().len(), 1);
    let made = &media["renditions"][0];
    assert_eq!(made["accounts"], serde_json::json!(["bluesky"]));
    let on_bluesky = arrived(&scene, "bluesky");
    assert_eq!(on_bluesky["size_bytes"], made["size_bytes"]);
    assert!(on_bluesky["size_bytes"].as_u64().unwrap() <= 2_000_000);
    assert_eq!(on_bluesky["alt"], "A cat");
    let on_mastodon = arrived(&scene, "mastodon");
    assert_eq!(on_mastodon["size_bytes"], original.len());
    assert_eq!(
        (&on_mastodon["width"], &on_mastodon["height"]),
        (&1800.into(), &1200.into())
    );

    let changes = made["changes"][0].as_str().unwrap();
    assert!(changes.starts_with("compressed to "), "{changes}");
    assert_eq!(said.stderr, format!("for `bluesky`: `cat.jpg` {changes}\n"));
    let shown = world.hayon(["show", "1"]).code(0);
    assert!(
        shown
            .stdout
            .contains(&format!("      for `bluesky`: {changes}\n")),
        "{shown}"
    );
    assert_eq!(files_below(&world.path("media")), 2);
}

#[test]
fn where_a_picture_was_taken_is_told_to_nobody() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    photo(world, "cat.jpg", (60, 40), Some(exif(1)));
    let original = fs::read(world.path("cat.jpg")).unwrap();
    assert!(tells_place(&original));
    let arguments = ["post", "hi", "--media", "cat.jpg", "--alt", "A cat"];
    let said = world.hayon(arguments).code(0);
    assert_eq!(
        said.stderr,
        "for `bluesky`, `mastodon` and `tumblr`: `cat.jpg` stripped of metadata\n"
    );
    let post = world.show(1);
    let media = &post["media"][0];
    // Kept as it was, and once for all.
    assert_eq!(stored(world, media), original);
    assert_eq!(media["renditions"].as_array().unwrap().len(), 1);
    let bare = stored(world, &media["renditions"][0]);
    assert!(!tells_place(&bare));
    for platform in ["bluesky", "mastodon", "tumblr"] {
        assert_eq!(arrived(&scene, platform)["size_bytes"], bare.len());
    }
    let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap();
    assert_eq!(pixels(&bare), pixels(&original));
}

#[test]
fn metadata_stay_where_they_are_wanted() {
    let mut scene = Scene::new(&[]);
    scene.world.set("HAYON_MEDIA_STRIP_METADATA", "false");
    let world = &scene.world;
    photo(world, "cat.jpg", (60, 40), Some(exif(1)));
    photo(world, "turned.jpg", (60, 40), Some(exif(6)));
    let size = fs::metadata(world.path("cat.jpg")).unwrap().len();
    let arguments = ["post", "hi", "--media", "cat.jpg", "--alt", "A cat"];
    let _ = world.hayon(arguments).code(0).quiet();
    for platform in ["bluesky", "mastodon", "tumblr"] {
        assert_eq!(arrived(&scene, platform)["size_bytes"], size);
    }
    let turned = ["post", "again", "--media", "turned.jpg", "--alt", "A cat"];
    let _ = world.hayon(turned).code(0).mentions(["turned upright\n"]);
    let post = world.show(2);
    assert!(tells_place(&stored(
        world,
        &post["media"][0]["renditions"][0]
    )));
}

#[test]
fn a_turned_picture_arrives_upright() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    photo(world, "cat.jpg", (60, 40), Some(exif(6)));
    let arguments = ["post", "hi", "--media", "cat.jpg", "--alt", "A cat"];
    let _ = world
        .hayon(arguments)
        .code(0)
        .mentions(["`cat.jpg` turned upright and stripped of metadata\n"]);
    for platform in ["bluesky", "mastodon", "tumblr"] {
        let picture = arrived(&scene, platform);
        assert_eq!(
            (&picture["width"], &picture["height"]),
            (&40.into(), &60.into())
        );
    }
    let made = stored(world, &world.show(1)["media"][0]["renditions"][0]);
    let upright = image::load_from_memory(&made).unwrap().to_rgb8();
    let red = |rows: std::ops::Range<u32>| -> u64 {
        let reds = rows.flat_map(|y| (0..40).map(move |x| (x, y)));
        reds.map(|(x, y)| u64::from(upright.get_pixel(x, y)[0]))
            .sum()
    };
    // Turned to the right, what was left is above.
    assert!(red(0..30) > 2 * red(30..60));
}

#[test]
fn a_transparent_picture_stays_one() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    let glass = RgbaImage::from_pixel(30, 20, Rgba([9, 99, 199, 77]));
    glass.save(world.path("glass.png")).unwrap();
    let arguments = ["post", "hi", "--media", "glass.png", "--alt", "Glass"];
    let _ = world.hayon(arguments).code(0).quiet();
    let size = fs::metadata(world.path("glass.png")).unwrap().len();
    for platform in ["bluesky", "mastodon", "tumblr"] {
        let picture = arrived(&scene, platform);
        assert_eq!(picture["mime"], "image/png");
        assert_eq!(picture["size_bytes"], size);
    }
}

#[test]
fn the_preview_says_what_is_sent() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    photo(world, "cat.jpg", (1400, 1200), Some(exif(8)));
    let post = ["post", "--json", "hi", "--media", "cat.jpg", "--alt", "A"];
    let preview = world
        .hayon(post.iter().chain(&["--dry-run"]))
        .code(0)
        .json();
    world.has_stored_nothing();
    let given = |account: &str| {
        let accounts = preview["accounts"].as_array().unwrap().iter();
        let mut of_account = accounts.filter(|it| it["account"] == account);
        of_account.next().unwrap()["media"][0].clone()
    };
    let changes = given("bluesky")["changes"].clone();
    assert_eq!(changes[0], "turned upright");
    let compressed = changes[1].as_str().unwrap();
    assert!(compressed.starts_with("compressed to "), "{compressed}");
    assert_eq!(changes[2], "stripped of metadata");
    let _ = world.hayon(post).code(0).quiet();
    for platform in ["bluesky", "mastodon", "tumblr"] {
        let (sent, promised) = (arrived(&scene, platform), given(platform));
        for field in ["size_bytes", "width", "height", "mime"] {
            assert_eq!(sent[field], promised[field], "{platform} {field}");
        }
    }
}

#[test]
fn a_preview_and_a_check_say_the_same() {
    let world = alone();
    photo(&world, "cat.jpg", (60, 40), Some(exif(8)));
    let arguments = ["hi", "--media", "cat.jpg", "--alt", "A"];
    let with = |command: &[&'static str]| [command, &arguments].concat();
    let preview = world.hayon(with(&["post", "--dry-run", "--json"]));
    let validated = world.hayon(with(&["validate", "--json"]));
    assert_eq!(preview.code(0).json(), validated.code(0).json());
    let _ = world
        .hayon(with(&["validate"]))
        .code(0)
        .shows(["    [image/jpeg 40×60: A]\n      turned upright and stripped of metadata\n"]);
    world.has_stored_nothing();
}

#[test]
fn the_same_key_finds_its_post_though_other_pictures_are_made_now() {
    let mut scene = Scene::new(&[]);
    photo(&scene.world, "cat.jpg", (60, 40), Some(exif(1)));
    let arguments = [
        "post", "hi", "--media", "cat.jpg", "--alt", "A", "--key", "cat",
    ];
    let _ = scene.world.hayon(arguments).code(0);
    scene.world.set("HAYON_MEDIA_STRIP_METADATA", "false");
    let _ = scene
        .world
        .hayon(arguments)
        .code(0)
        .mentions(["post 1 has this key already; nothing new was stored\n"]);
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_eq!(files_below(&scene.world.path("media")), 2);
}

#[test]
fn a_daemon_sends_what_was_made_when_the_post_was_queued() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    photo(world, "cat.jpg", (60, 40), Some(exif(6)));
    let arguments = ["post", "--queue", "hi", "--media", "cat.jpg", "--alt", "A"];
    let _ = world.hayon(arguments).code(0);
    fs::remove_file(world.path("cat.jpg")).unwrap();
    let _ = world.hayon(["daemon", "--once"]).code(0);
    let made = &world.show(1)["media"][0]["renditions"][0];
    for platform in ["bluesky", "mastodon", "tumblr"] {
        assert_eq!(arrived(&scene, platform)["size_bytes"], made["size_bytes"]);
    }
}

#[test]
fn a_picture_whose_pixels_cannot_be_read_is_refused_where_they_must_be() {
    let world = alone();
    let picture = RgbImage::from_fn(90, 90, |x, y| {
        let shade = u8::try_from((x * 7 + y * 13) % 256).unwrap();
        Rgb([shade, 255 - shade, 9])
    });
    let mut png = Vec::new();
    let mut encoder = PngEncoder::new(&mut png);
    // To be turned, so that it has to be decoded.
    encoder.set_exif_metadata(exif(6)).unwrap();
    DynamicImage::from(picture)
        .write_with_encoder(encoder)
        .unwrap();
    let data = png.windows(4).position(|name| name == b"IDAT").unwrap() + 4;
    png[data + 2] ^= 0xff;
    world.write("cat.png", png);
    let arguments = ["post", "--queue", "--json", "hi", "--media", "cat.png"];
    let error = world.hayon(arguments).code(3).error_json();
    let violations = &error["error"]["violations"];
    assert_eq!(rules(violations), [("bluesky", "unfit_media")]);
    let message = violations[0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("`cat.png` cannot be made to fit: its pixels cannot be read: "),
        "{message}"
    );
    world.has_stored_nothing();
}

#[cfg(target_os = "linux")]
#[test]
fn a_bomb_is_refused_in_little_memory() {
    let world = alone();
    // A quarter of a milliard of pixels in some hundred kilobytes, and to be turned.
    let (side, mut png) = (16_000_u32, Vec::new());
    let mut encoder = PngEncoder::new(&mut png);
    encoder.set_exif_metadata(exif(6)).unwrap();
    let black = vec![0; side as usize * side as usize];
    encoder
        .write_image(&black, side, side, ExtendedColorType::L8)
        .unwrap();
    drop(black);
    assert!(png.len() < 2_000_000, "{}", png.len());
    world.write("bomb.png", png);
    // Its pixels alone would have 244 MiB.
    let script = "ulimit -v 400000 && exec \"$@\"";
    let arguments = ["post", "--queue", "hi", "--media", "bomb.png"];
    let _ = world.shell(script, arguments).code(3).complains(
        "error: `bluesky`: `bomb.png` cannot be made to fit: it has 256000000 pixels, and hayon \
         works on 120000000 at most\n\
         hint: scale it down first\n",
    );
    world.has_stored_nothing();
}

#[test]
fn a_choice_for_shapes_is_known_to_flags_files_and_the_configuration() {
    let mut world = alone();
    world.picture("a.png", 8, 8);
    let _ = world.hayon(["validate", "hi", "--fit", "stretch"]).code(2);
    let file = "+++\nmedia = [\"a.png\"]\nalt = [\"A\"]\nfit = \"stretch\"\n+++\nhi\n";
    world.write("a.md", file);
    let _ = world
        .hayon(["validate", "--offline", "--file", "a.md"])
        .code(3)
        .shows(["`stretch` is no way to fit a picture: pad, crop, refuse"]);
    for fit in ["pad", "crop", "refuse"] {
        world.write("a.md", file.replace("stretch", fit));
        let arguments = ["validate", "--offline", "--fit", fit, "--file", "a.md"];
        let _ = world.hayon(arguments).code(0).quiet();
    }
    world.set("HAYON_MEDIA_FIT", "stretch");
    let _ = world
        .hayon(["validate", "hi"])
        .code(1)
        .mentions(["`stretch` is no way to fit a picture: pad, crop, refuse"]);
}

#[test]
fn a_video_is_refused_with_what_it_is() {
    let world = alone();
    let mut gif = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut gif);
    for _ in 0..2 {
        let delay = image::Delay::from_numer_denom_ms(500, 1);
        let frame = image::Frame::from_parts(RgbaImage::new(6, 4), 0, 0, delay);
        encoder.encode_frame(frame).unwrap();
    }
    drop(encoder);
    assert_eq!(image::guess_format(&gif).unwrap(), ImageFormat::Gif);
    world.write("dance.gif", gif);
    let arguments = ["post", "hi", "--media", "dance.gif", "--alt", "A"];
    let _ = world.hayon(arguments).code(3).complains(
        "error: `bluesky`: `dance.gif` is an animation (image/gif, 6 x 4, 1.0 s), and hayon sends \
         still pictures only\n\
         hint: use a still picture, such as one frame of it as PNG\n",
    );
}
