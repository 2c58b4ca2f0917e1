//! Statuses as Mastodon's own web page shows them, for the timeline.

use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::mastodon::state::State;
use crate::sandbox::mastodon::state::Status;
use crate::sandbox::mastodon::state::Upload;
use crate::sandbox::mastodon::state::Visibility;
use crate::sandbox::mastodon::text;
use crate::sandbox::platform::Platform;
use crate::sandbox::timeline::Shown;
use crate::sandbox::timeline::ShownPicture;

impl Mastodon {
    /// Returns every status that is not deleted, as those see it who may.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        let state = self.state();
        let statuses = state.statuses.values();
        statuses
            .map(|status| self.shown_status(&state, status))
            .collect()
    }

    fn shown_status(&self, state: &State, status: &Status) -> Shown {
        Shown {
            order: status.order,
            platform: Platform::Mastodon,
            id: status.id.to_string(),
            account: status.account.name.to_owned(),
            url: self.status_url(status),
            at: status.created_at,
            lang: status.language.clone(),
            audience: audience(status.visibility),
            warning: warning(status),
            text: text::runs(&status.text),
            pictures: state.attachments(status).map(picture).collect(),
            card: None,
        }
    }
}

fn audience(visibility: Visibility) -> Option<&'static str> {
    match visibility {
        Visibility::Public => None,
        Visibility::Unlisted => Some("Unlisted"),
        Visibility::Private => Some("Followers only"),
        Visibility::Direct => Some("Mentioned people only"),
    }
}

fn warning(status: &Status) -> Option<String> {
    let spoiler = Some(status.spoiler_text.clone()).filter(|text| !text.is_empty());
    let hides_media = status.is_sensitive && !status.media.is_empty();
    spoiler.or_else(|| hides_media.then(|| "Sensitive content".to_owned()))
}

fn picture(upload: &Upload) -> ShownPicture {
    let size = upload.picture.size_px;
    ShownPicture {
        url: format!("/system/media_attachments/{}", upload.id),
        alt: upload.description.clone(),
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
    }
}

#[cfg(test)]
mod tests {
    use crate::sandbox::mastodon::text::runs;
    use crate::sandbox::timeline::Run;

    #[test]
    fn a_text_shows_what_mastodon_has_made_of_it() {
        let plain = |text: &str| Run::Plain {
            text: text.to_owned(),
        };
        let shown = runs("@alice und @nobody: https://example.com/a, #Käse!");
        let expected = [
            Run::Mention {
                text: "@alice".to_owned(),
            },
            plain(" und "),
            plain("@nobody"),
            plain(": "),
            Run::Link {
                text: "example.com/a".to_owned(),
                href: "https://example.com/a".to_owned(),
            },
            plain(", "),
            Run::Hashtag {
                text: "#Käse".to_owned(),
            },
            plain("!"),
        ];
        assert_eq!(shown, expected);
        assert_eq!(runs(""), []);
    }

    #[test]
    fn what_no_browser_should_follow_is_no_link() {
        let shown = runs("ipfs://example.com/a");
        assert!(matches!(&shown[..], [Run::Plain { .. }]), "{shown:?}");
    }
}
