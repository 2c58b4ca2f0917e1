//! The words of Graph's errors: of the shape of Meta's, and for people only.

use crate::sandbox::graph::refusal::Code;

/// What an error says.
pub(crate) struct Words {
    pub(crate) message: &'static str,
    /// Title and text for people, where Meta has them.
    pub(crate) told: Option<(&'static str, &'static str)>,
}

/// Returns what the error of that code says.
pub(crate) fn of(code: Code) -> Words {
    let row = ROWS
        .iter()
        .find(|row| (row.0, Some(row.1)) == (code.0, code.1));
    match row {
        Some((_, _, message, title, text)) => Words {
            message,
            told: (!title.is_empty()).then_some((*title, *text)),
        },
        None => Words {
            message: plain(code.0),
            told: None,
        },
    }
}

fn plain(code: i32) -> &'static str {
    match code {
        -2 => "Timeout",
        1 => "An unknown error has occurred.",
        2 => "Service temporarily unavailable",
        3 => "Capability or permissions issue",
        4 => "(#4) Application request limit reached",
        10 => "(#10) Application does not have permission for this action",
        17 => "(#17) User request limit reached",
        32 => "(#32) Page request limit reached",
        100 => "(#100) Invalid parameter",
        102 => "Session key invalid or no longer valid",
        104 => "An access token is required to request this resource.",
        190 => "Invalid OAuth access token - Cannot parse access token",
        197 => "(#197) The post is empty. Please enter a message to share.",
        200 => "(#200) The user hasn't authorized the application to perform this action",
        210 => "(#210) A page access token is required to request this resource.",
        324 => "(#324) Requires upload file",
        341 => "(#341) Feed action request limit reached",
        368 => "The action attempted has been deemed abusive or is otherwise disallowed",
        506 => "(#506) Duplicate status message",
        613 => "(#613) Calls to this api have exceeded the rate limit.",
        803 => "(#803) Some of the aliases you requested do not exist",
        2500 => "Unknown path components",
        2635 => "(#2635) You are calling a deprecated version of the API",
        36_004 => "The caption was too long.",
        80_001 | 80_002 => {
            "There have been too many calls to this account. Wait a bit and try again."
        }
        _ => "An unknown error occurred",
    }
}

/// Code, subcode, message, title and text for people. Those without a text of their own are not
/// here.
type Row = (i32, u32, &'static str, &'static str, &'static str);

const ROWS: [Row; 30] = [
    (
        -1,
        2_207_001,
        "An unknown error occurred",
        "Instagram server error",
        "Instagram server error. Try again.",
    ),
    (
        -1,
        2_207_032,
        "An unknown error occurred",
        "Create media fail",
        "Create media fail, please try to re-create media.",
    ),
    (
        -1,
        2_207_053,
        "An unknown error occurred",
        "Unknown upload error",
        "Unknown upload error, generate a new container and try again.",
    ),
    (
        -2,
        2_207_003,
        "Timeout",
        "Timeout downloading media",
        "It takes too long to download the media.",
    ),
    (
        -2,
        2_207_020,
        "Media expired",
        "Media expired",
        "The media you are trying to access has expired. Please try to upload again.",
    ),
    (
        1,
        2_207_052,
        "An unknown error occurred",
        "Media download has failed. The media URI doesn't meet our requirements.",
        "The media could not be fetched from this URI.",
    ),
    (
        4,
        2_207_051,
        "Application request limit reached",
        "Action is blocked",
        "We restrict certain activity to protect our community. Tell us if you think we made a \
         mistake.",
    ),
    (
        9,
        2_207_042,
        "Application request limit reached",
        "You reached maximum number of posts",
        "You reached maximum number of posts that is allowed to be published by Content Publishing \
         API.",
    ),
    (
        24,
        2_207_006,
        "The requested resource does not exist",
        "Media Not Found",
        "The media cannot be found.",
    ),
    (
        24,
        2_207_008,
        "The requested resource does not exist",
        "Media builder does not exist",
        "The media builder does not exist or has been expired.",
    ),
    (
        24,
        4_279_009,
        "The requested resource does not exist",
        "Media Not Found",
        "The media cannot be found.",
    ),
    (
        25,
        2_207_050,
        "User is restricted",
        "User is restricted",
        "The Instagram account is restricted.",
    ),
    (
        100,
        33,
        "Unsupported request. Object does not exist, cannot be loaded due to missing permissions, or \
         does not support this operation",
        "",
        "",
    ),
    (
        100,
        10,
        "Application does not have permission for this action",
        "",
        "",
    ),
    (
        100,
        1_366_046,
        "Invalid parameter",
        "Can't Read Files",
        "Your photos couldn't be uploaded. Photos should be less than 4 MB and saved as JPG, PNG, GIF \
         or TIFF files.",
    ),
    (
        100,
        1_366_051,
        "Invalid parameter",
        "Photos already posted",
        "These photos were already posted.",
    ),
    (
        100,
        1_609_005,
        "Invalid parameter",
        "Link cannot be reached",
        "The link you tried to post could not be scraped.",
    ),
    (
        100,
        1_609_008,
        "Invalid parameter",
        "Link cannot be shared",
        "You cannot post this link to Facebook.",
    ),
    (
        100,
        2_207_028,
        "Invalid parameter",
        "Your post won't work as a carousel",
        "Carousels need at least 2 photos/videos and no more than 10 photos/videos.",
    ),
    (
        190,
        458,
        "Error validating access token: The user has not authorized the application",
        "",
        "",
    ),
    (
        190,
        460,
        "Error validating access token: The session has been invalidated because the user changed \
         their password",
        "",
        "",
    ),
    (
        190,
        463,
        "Error validating access token: Session has expired",
        "",
        "",
    ),
    (
        324,
        2_069_019,
        "Missing or invalid image file",
        "Missing or invalid image file",
        "Missing or invalid image file.",
    ),
    (
        368,
        1_390_008,
        "The action attempted has been deemed abusive or is otherwise disallowed",
        "You Can't Use This Feature Right Now",
        "We limit how often you can post in a given amount of time.",
    ),
    (
        452,
        4_279_019,
        "Session key invalid",
        "Session key invalid",
        "The session key is invalid or no longer valid.",
    ),
    (
        9004,
        2_207_052,
        "Only photo or video can be accepted as media type.",
        "Media download has failed. The media URI doesn't meet our requirements.",
        "The media could not be fetched from this URI.",
    ),
    (
        9007,
        2_207_027,
        "Media ID is not available",
        "The media is not ready for publishing",
        "The media is not ready for publishing, please wait for a moment.",
    ),
    (
        36_000,
        2_207_004,
        "The image size is too large.",
        "Image size too large",
        "The image is too large to download. It should be less than 8 MiB.",
    ),
    (
        36_001,
        2_207_005,
        "The image format is not supported.",
        "Image format not supported",
        "The image format is not supported. Supported formats are: JPEG.",
    ),
    (
        36_003,
        2_207_009,
        "The aspect ratio is not supported.",
        "Aspect ratio not supported",
        "The submitted image with this aspect ratio cannot be published.",
    ),
];
