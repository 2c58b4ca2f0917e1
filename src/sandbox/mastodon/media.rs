//! Uploads: what Mastodon takes, when it is ready, and that it belongs to one status only.
//!
//! Limits: `app/models/media_attachment.rb` and docs.joinmastodon.org/methods/media (4.5, read
//! 2026-11-23).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::Multipart;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use axum::response::Response;
use serde_json::json;

use crate::sandbox::MastodonVersion;
use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::mastodon::entity;
use crate::sandbox::mastodon::params::Params;
use crate::sandbox::mastodon::refusal::Refusal;
use crate::sandbox::mastodon::state::Upload;
use crate::sandbox::picture::Picture;

/// The largest picture; a file of just this size is refused too.
pub(crate) const IMAGE_BYTES_MAX: usize = 16 << 20;
/// The largest video.
pub(crate) const VIDEO_BYTES_MAX: usize = 99 << 20;
/// The most pixels of a picture: 7680 by 4320.
pub(crate) const IMAGE_PIXELS_MAX: u64 = 33_177_600;
/// The most pixels of a GIF: 1280 by 720.
const GIF_PIXELS_MAX: u64 = 921_600;

/// What can be uploaded.
pub(crate) const MIME_TYPES: [&str; 8] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/heic",
    "image/webp",
    "image/avif",
    "video/webm",
    "video/mp4",
];

struct FilePart {
    declared_mime: String,
    bytes: Bytes,
}

impl Upload {
    /// Returns the kind by Mastodon's name.
    pub(crate) fn kind(&self) -> &'static str {
        match self.picture.mime.as_str() {
            "image/gif" => "gifv",
            mime if mime.starts_with("video/") => "video",
            _ => "image",
        }
    }
}

impl Mastodon {
    /// Returns how long an alternative text may be.
    pub(crate) fn description_max(&self) -> usize {
        match self.version {
            MastodonVersion::V4_5 => 1_500,
            MastodonVersion::V4_6 => 10_000,
        }
    }

    fn check_description(&self, description: &str) -> Result<(), Refusal> {
        let max = self.description_max();
        if description.chars().count() > max {
            return Err(Refusal::validation(format!(
                "Description is too long (maximum is {max} characters)"
            )));
        }
        Ok(())
    }
}

/// `POST /api/v2/media`
pub(crate) async fn upload(
    State(mastodon): State<Arc<Mastodon>>,
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, Refusal> {
    let token = mastodon.authorize(&headers, &["write:media"])?;
    let no_file = || Refusal::validation("File can't be blank");
    let (file, params) = read_form(form.map_err(|_| no_file())?).await?;
    let picture = recognise(file.ok_or_else(no_file)?)?;
    let description = params.text("description")?.unwrap_or_default();
    mastodon.check_description(&description)?;
    let focus = parse_focus(&params)?;
    let mut state = mastodon.state();
    let id = state.next_id(mastodon.clock.now());
    let mut upload = Upload {
        id,
        account: token.account,
        picture,
        description,
        focus,
        polls_left: mastodon.media_delay_polls,
        status: None,
    };
    // Pictures are ready at once; what must be converted never is (since 4.0).
    if upload.kind() != "image" {
        upload.polls_left = upload.polls_left.max(1);
    }
    let status = match upload.polls_left {
        0 => StatusCode::OK,
        _ => StatusCode::ACCEPTED,
    };
    let body = entity::media_attachment(&mastodon, &upload);
    state.media.insert(id, upload);
    Ok((status, Json(body)).into_response())
}

async fn read_form(mut form: Multipart) -> Result<(Option<FilePart>, Params), Refusal> {
    let unreadable = |_| Refusal::BadRequest("Invalid multipart body".to_owned());
    let mut file = None;
    let mut params = Params::default();
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            params.add(&name, field.text().await.map_err(unreadable)?);
            continue;
        }
        let is_named = field.file_name().is_some_and(|name| !name.is_empty());
        let declared_mime = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.map_err(unreadable)?;
        if let (true, Some(declared_mime)) = (is_named, declared_mime) {
            file = Some(FilePart {
                declared_mime,
                bytes,
            });
        }
    }
    Ok((file, params))
}

fn recognise(file: FilePart) -> Result<Picture, Refusal> {
    if !MIME_TYPES.contains(&file.declared_mime.as_str()) {
        return Err(Refusal::validation(
            "File content type is invalid, File is invalid",
        ));
    }
    let size_bytes = file.bytes.len();
    let picture = Picture::recognise(file.bytes).ok_or_else(|| {
        Refusal::Unprocessable("File type of uploaded media could not be verified".to_owned())
    })?;
    if picture.mime != file.declared_mime {
        return Err(Refusal::validation(
            "File has contents that are not what they are reported to be",
        ));
    }
    let (bytes_max, words) = if picture.mime.starts_with("image/") {
        (IMAGE_BYTES_MAX, "File must be less than 16 MB")
    } else {
        (VIDEO_BYTES_MAX, "File must be less than 99 MB")
    };
    if size_bytes >= bytes_max {
        return Err(Refusal::validation(words));
    }
    check_pixels(&picture)?;
    Ok(picture)
}

fn check_pixels(picture: &Picture) -> Result<(), Refusal> {
    let Some((width, height)) = picture.size_px else {
        return Ok(());
    };
    let pixels = u64::from(width) * u64::from(height);
    let (pixels_max, what) = match picture.mime.as_str() {
        "image/gif" => (GIF_PIXELS_MAX, "GIF files"),
        _ => (IMAGE_PIXELS_MAX, "images"),
    };
    if pixels > pixels_max {
        let words = format!("{width}x{height} {what} are not supported");
        return Err(Refusal::Unprocessable(words));
    }
    Ok(())
}

fn parse_focus(params: &Params) -> Result<Option<(f64, f64)>, Refusal> {
    let Some(text) = params.text("focus")?.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let in_range = |part: &str| {
        let number = part.trim().parse::<f64>().ok();
        number.filter(|number| (-1.0..=1.0).contains(number))
    };
    text.split_once(',')
        .and_then(|(x, y)| Some((in_range(x)?, in_range(y)?)))
        .map(Some)
        .ok_or_else(|| Refusal::validation("Focus is invalid"))
}

/// `GET /api/v1/media/:id`: 206 while it is not ready, 404 once it is attached.
pub(crate) async fn show(
    State(mastodon): State<Arc<Mastodon>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let token = mastodon.authorize(&headers, &["write:media"])?;
    let mut state = mastodon.state();
    let upload = state.unattached(&id, token.account.id)?;
    if upload.polls_left == 0 {
        return Ok(Json(entity::media_attachment(&mastodon, upload)).into_response());
    }
    let body = entity::media_attachment(&mastodon, upload);
    upload.polls_left -= 1;
    Ok((StatusCode::PARTIAL_CONTENT, Json(body)).into_response())
}

/// `PUT /api/v1/media/:id`: another description or focus, before it is attached.
pub(crate) async fn change(
    State(mastodon): State<Arc<Mastodon>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let token = mastodon.authorize(&headers, &["write:media"])?;
    let params = Params::of_body(&headers, &body)?;
    let description = params.text("description")?;
    mastodon.check_description(description.as_deref().unwrap_or_default())?;
    let focus = parse_focus(&params)?;
    let mut state = mastodon.state();
    let upload = state.unattached(&id, token.account.id)?;
    if let Some(description) = description {
        upload.description = description;
    }
    upload.focus = focus.or(upload.focus);
    Ok(Json(entity::media_attachment(&mastodon, upload)).into_response())
}

/// `DELETE /api/v1/media/:id`
pub(crate) async fn delete(
    State(mastodon): State<Arc<Mastodon>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let token = mastodon.authorize(&headers, &["write:media"])?;
    let mut state = mastodon.state();
    let id = state.unattached(&id, token.account.id)?.id;
    state.media.remove(&id);
    Ok(Json(json!({})).into_response())
}

/// The file itself, at the address that its attachment has.
pub(crate) async fn file(
    State(mastodon): State<Arc<Mastodon>>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id: u64 = id.parse().map_err(|_| Refusal::NotFound)?;
    let state = mastodon.state();
    let upload = state.media.get(&id).ok_or(Refusal::NotFound)?;
    let picture = &upload.picture;
    let headers = [(CONTENT_TYPE, picture.mime.clone())];
    Ok((headers, picture.bytes.clone()).into_response())
}

impl crate::sandbox::mastodon::state::State {
    fn unattached(&mut self, id: &str, account_id: &str) -> Result<&mut Upload, Refusal> {
        let id: u64 = id.parse().map_err(|_| Refusal::NotFound)?;
        self.media
            .get_mut(&id)
            .filter(|upload| upload.account.id == account_id && upload.status.is_none())
            .ok_or(Refusal::NotFound)
    }
}
