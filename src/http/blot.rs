//! Secrets that a server repeats, in whatever it writes them: the words of servers are shown and kept.

/// Returns `secret` as a server may write it into JSON, into an address or into a web page.
pub(super) fn forms(secret: &str) -> [String; 6] {
    let in_php = secret.replace('/', "\\/");
    let encoded = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    [
        in_php.replace('&', "\\u0026"),
        in_php,
        secret.replace('&', "\\u0026"),
        secret.replace('&', "&amp;"),
        encoded,
        secret.to_owned(),
    ]
}

/// Returns `text` with `blot` in place of whatever of `forms` is in it; `None` if nothing is.
pub(super) fn blotted(text: &str, forms: &[String], blot: &str) -> Option<String> {
    let told = forms.iter().filter(|form| text.contains(form.as_str()));
    told.fold(None, |blotted, form| {
        let text = blotted.as_deref().unwrap_or(text);
        Some(text.replace(form, blot))
    })
}
