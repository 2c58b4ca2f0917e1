//! What is done to media while `hayon` is killed, and what must hold after it.

use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::SystemTime;

use image::ImageEncoder as _;
use image::Rgb;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use serde_json::Value;

use crate::support::World;
use crate::support::sandbox::Sandbox;

/// The post that every errand is about: a draft is stored before it, so that the outbox is made and
/// the limits of the servers are known.
const POST: &str = "2";

/// A command that moves media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// `post` with a picture that was uploaded before.
    PostKey,
    /// `post` with a file; Bluesky needs it smaller.
    PostFile,
    /// `edit` of a draft: another picture in the place of what it had.
    Edit,
    /// `media promote`: a draft is given what was uploaded.
    Promote,
    /// `delete` of a draft.
    Delete,
}

pub(crate) const ERRANDS: [Errand; 5] = [
    Errand::PostKey,
    Errand::PostFile,
    Errand::Edit,
    Errand::Promote,
    Errand::Delete,
];

/// Where the media of a machine are, as files under their keys.
pub(crate) struct Store<'w> {
    pub(crate) world: &'w World,
    root: PathBuf,
}

impl<'w> Store<'w> {
    pub(crate) fn folder(world: &'w World) -> Self {
        let root = world.path("media");
        Self { world, root }
    }

    pub(crate) fn bucket(world: &'w World, sandbox: &Sandbox) -> Self {
        let root = sandbox.objects();
        Self { world, root }
    }

    /// Returns everything that is there, by what would be its key.
    fn files(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        below(&self.root, &mut |path| {
            let key = path.strip_prefix(&self.root).expect("a path below");
            found.insert(key.display().to_string());
        });
        found
    }

    /// Lets everything be two days old.
    fn age(&self) {
        let then = SystemTime::UNIX_EPOCH + Duration::from_hours(24);
        below(&self.root, &mut |path| {
            let file = File::open(path).expect("a file of the store");
            file.set_modified(then).expect("another time");
        });
    }

    /// Returns the keys of every file that a post of the outbox refers to.
    #[track_caller]
    fn keys_of_posts(&self) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for post in self.world.list() {
            for media in post["media"].as_array().expect("media") {
                let renditions = media["renditions"].as_array().expect("renditions");
                for file in [media].into_iter().chain(renditions) {
                    keys.insert(file["key"].as_str().expect("a key").to_owned());
                }
            }
        }
        keys
    }

    /// Asserts that no row refers to what is not there.
    #[track_caller]
    pub(crate) fn assert_nothing_dangles(&self) {
        let (keys, files) = (self.keys_of_posts(), self.files());
        let missing: Vec<&String> = keys.difference(&files).collect();
        assert!(missing.is_empty(), "rows refer to {missing:?}: {files:?}");
    }

    /// Asserts that a sweep leaves all that posts have, and nothing else.
    #[track_caller]
    pub(crate) fn assert_a_sweep_leaves_what_posts_have(&self) {
        self.age();
        let _ = self.world.hayon(["media", "sweep"]).code(0);
        let is_note = |key: &String| key.ends_with("/.outbox");
        let (notes, files): (BTreeSet<_>, BTreeSet<_>) =
            self.files().into_iter().partition(is_note);
        assert_eq!(files, self.keys_of_posts());
        for note in notes {
            let folder = note.trim_end_matches(".outbox");
            let is_needed = files.iter().any(|key| key.starts_with(folder));
            assert!(is_needed, "{note} is about nothing");
        }
    }
}

fn below(folder: &Path, look: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, look);
        } else {
            look(&path);
        }
    }
}

/// Writes a picture of more bytes than Bluesky takes.
fn large_picture(world: &World, name: &str) {
    let mut state = 0x2545_f491_u32;
    let noise = RgbImage::from_fn(850, 800, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [red, green, blue, _] = state.to_le_bytes();
        Rgb([red, green, blue])
    });
    noise.save(world.path(name)).expect("a picture written");
}

/// Writes a picture that says more than its pixels, of which nobody is told.
fn talkative_picture(world: &World, name: &str) {
    let (colour, mut bytes) = (Rgb([80, 90, 100]), Vec::new());
    let mut encoder = JpegEncoder::new(&mut bytes);
    let exif = b"MM\0*\0\0\0\x08\0\0\0\0\0\0".to_vec();
    encoder.set_exif_metadata(exif).expect("EXIF in a JPEG");
    let picture = RgbImage::from_pixel(12, 9, colour);
    encoder.encode_image(&picture).expect("a JPEG");
    world.write(name, bytes);
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

impl Errand {
    /// Prepares the machine, and returns the command with which the errand is done: a post says
    /// `text`, and is published at once or only queued.
    #[track_caller]
    pub(crate) fn prepare(self, world: &World, text: &str, publishes: bool) -> Vec<String> {
        let run = |arguments: &[&str]| world.hayon(arguments).code(0);
        let to = ["--to", "bluesky,mastodon"];
        let _ = run(&["post", "--draft", "Before", to[0], to[1]]);
        let with_picture = ["--media", "old.png", "--alt", "Old", "--json"];
        let draft = ["post", "--draft", "A draft", to[0], to[1]];
        let upload = || {
            let uploaded = run(&["media", "upload", "new.jpg", "--json"]).json();
            uploaded[0]["key"].as_str().expect("a key").to_owned()
        };
        match self {
            Self::PostFile => large_picture(world, "new.png"),
            _ => talkative_picture(world, "new.jpg"),
        }
        world.picture("old.png", 9, 9);
        let post = |media: &str| {
            let mut post = words(&["post", text, to[0], to[1], "--media", media, "--alt", "New"]);
            post.extend(words(if publishes {
                &["--wait", "60s"]
            } else {
                &["--queue"]
            }));
            post
        };
        match self {
            Self::PostKey => post(&upload()),
            Self::PostFile => post("new.png"),
            Self::Edit => {
                let _ = run(&[&draft[..], &with_picture].concat());
                words(&["edit", POST, "--media", "new.jpg", "--alt", "New"])
            }
            Self::Promote => {
                let key = upload();
                let _ = run(&draft);
                words(&["media", "promote", &key, "--post", POST, "--alt", "New"])
            }
            Self::Delete => {
                let draft: Vec<&str> = draft.into_iter().chain(with_picture).collect();
                let _ = run(&draft);
                words(&["delete", POST])
            }
        }
    }

    /// Does after a crash what a person or cron would do, and asserts that the errand is done.
    #[track_caller]
    pub(crate) fn end_well(self, world: &World, command: &[String]) {
        let mut posts = world.list().into_iter();
        let post = posts.find(|post| post["number"] == 2);
        match self {
            Self::PostKey | Self::PostFile => {
                if post.is_none() {
                    let _ = world.hayon(command).code(0);
                }
                let _ = world.hayon(["daemon", "--once", "--wait", "60s"]).code(0);
                assert_eq!(world.show(2)["status"], "COMPLETED");
            }
            Self::Edit | Self::Promote => {
                let _ = world.hayon(command).code(0);
            }
            Self::Delete => {
                if post.is_some() {
                    let _ = world.hayon(command).code(0);
                }
                assert_eq!(world.list().len(), 1, "the draft before it");
                return;
            }
        }
        let media = world.show(2)["media"].clone();
        let media = media.as_array().expect("media");
        assert_eq!(media.len(), 1, "{media:#?}");
        assert_eq!(media[0]["alt"], "New", "{media:#?}");
        let renditions = media[0]["renditions"].as_array().map(Vec::len);
        assert_eq!(renditions, Some(1), "{media:#?}");
    }

    /// Asserts that what says `text` is public once, with its picture, where it is to be.
    #[track_caller]
    pub(crate) fn assert_public(self, text: &str, public: &[Value]) {
        let is_post = matches!(self, Self::PostKey | Self::PostFile);
        let of_it: Vec<&Value> = public.iter().filter(|post| post["text"] == text).collect();
        assert_eq!(of_it.len(), if is_post { 2 } else { 0 }, "{of_it:#?}");
        for post in of_it {
            let has = post["media"].as_array().map(Vec::len);
            assert_eq!(has, Some(1), "{post:#}");
        }
    }
}
