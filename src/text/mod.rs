//! Text: what of it is a link, a mention or a tag.

pub(crate) mod rich_text;
