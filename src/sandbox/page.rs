//! The public page of a post, for whoever follows its address.

use std::fmt::Write as _;

use axum::response::Html;

/// What a post's page shows.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) title: String,
    pub(crate) warning: Option<&'a str>,
    pub(crate) text: &'a str,
    /// Address and alternative text of each picture.
    pub(crate) pictures: Vec<(String, String)>,
}

impl Page<'_> {
    /// Writes the page.
    pub(crate) fn html(&self) -> Html<String> {
        let title = escape(&self.title);
        let warning = self
            .warning
            .map(|warning| format!("<p><strong>{}</strong></p>\n", escape(warning)))
            .unwrap_or_default();
        let mut pictures = String::new();
        for (url, alt) in &self.pictures {
            // Writing to a string cannot fail.
            let _ = writeln!(
                pictures,
                "<img src=\"{}\" alt=\"{}\">",
                escape(url),
                escape(alt)
            );
        }
        Html(format!(
            "<!doctype html>\n<html>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
             <h1>{title}</h1>\n{warning}<p style=\"white-space: pre-wrap\">{}</p>\n{pictures}</html>\n",
            escape(self.text)
        ))
    }
}

/// Returns `text` so that a browser shows it as it is.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
