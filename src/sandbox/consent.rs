//! The page on which a person allows or denies an application what it asks for.
//!
//! Who opens it chooses who they are: the sandbox asks for no password. A script sends the page's form
//! as a browser would, with `decision=allow` or `decision=deny`.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::LOCATION;
use axum::response::Html;
use axum::response::IntoResponse as _;
use axum::response::Response;
use url::form_urlencoded;

use crate::sandbox::page::escape;
use crate::sandbox::platform::Platform;

/// What the form adds to what the page was asked with.
const OF_FORM: [&str; 3] = ["decision", "person", "granted"];

/// Room for two thumbs, and colours that are the reader's own.
const STYLE: &str = "\
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; }
body { max-width: 30rem; margin: 0 auto; padding: 1rem; }
fieldset { border: 1px solid #8886; border-radius: .5rem; margin: 0 0 1rem; padding: .5rem 1rem; }
label { display: block; padding: .4rem 0; overflow-wrap: anywhere; }
button { font: inherit; padding: .6rem 1.6rem; margin: 0 .5rem 0 0; border-radius: .5rem;
  border: 1px solid #8888; }
button[value=allow] { background: #1b5aa8; border-color: #1b5aa8; color: #fff; }";

/// The fields of a query or a form, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked(Vec<(String, String)>);

/// What a person has decided on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing yet: the page is to be shown.
    Open,
    Denied,
    Allowed {
        /// Who they are.
        person: String,
        /// The scopes that are left ticked.
        granted: Vec<String>,
    },
}

/// What the page shows.
#[derive(Debug)]
pub(crate) struct Consent<'a> {
    pub(crate) platform: Platform,
    pub(crate) scopes: &'a [String],
    /// Who lives there.
    pub(crate) people: &'a [&'a str],
}

impl Asked {
    /// Reads a query or a form.
    pub(crate) fn read(pairs: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(pairs);
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// Reads what a page is asked with: its query, or what its form has sent.
    pub(crate) fn of(uri: &Uri, body: &[u8]) -> Self {
        if body.is_empty() {
            Self::read(uri.query().unwrap_or_default().as_bytes())
        } else {
            Self::read(body)
        }
    }

    /// Adds a field.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }

    /// Returns the value of `name`, if it is there and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let found = pairs.find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Returns the value of `name`; empty if it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Returns the scopes that are asked for, between spaces or commas.
    pub(crate) fn scopes(&self) -> Vec<String> {
        let scopes = self.text("scope").split([' ', ',']);
        scopes
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Returns what the person has decided. A script that ticks nothing leaves everything ticked.
    pub(crate) fn decision(&self) -> Decision {
        let granted: Vec<String> = self
            .0
            .iter()
            .filter(|(name, _)| name == "granted")
            .map(|(_, scope)| scope.clone())
            .collect();
        match self.get("decision") {
            None => Decision::Open,
            Some("allow") => Decision::Allowed {
                person: self.text("person").to_owned(),
                granted: if granted.is_empty() && self.get("person").is_none() {
                    self.scopes()
                } else {
                    granted
                },
            },
            Some(_) => Decision::Denied,
        }
    }
}

impl Consent<'_> {
    /// Writes the page for an application that asks with `asked`.
    pub(crate) fn html(&self, asked: &Asked) -> Response {
        let platform = self.platform.title();
        let own = asked.0.iter();
        let own = own.filter(|(name, _)| !OF_FORM.contains(&name.as_str()));
        let mut form = String::new();
        for (name, value) in own {
            // Writing to a string cannot fail.
            let _ = writeln!(
                form,
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                escape(name),
                escape(value)
            );
        }
        form.push_str("<fieldset><legend>Log in as</legend>\n");
        for (index, person) in self.people.iter().enumerate() {
            let checked = if index == 0 { " checked" } else { "" };
            let _ = writeln!(
                form,
                "<label><input type=\"radio\" name=\"person\" value=\"{person}\"{checked}> {person}</label>"
            );
        }
        form.push_str("</fieldset>\n");
        if !self.scopes.is_empty() {
            form.push_str("<fieldset><legend>It may</legend>\n");
            for scope in self.scopes.iter().map(|scope| escape(scope)) {
                let _ = writeln!(
                    form,
                    "<label><input type=\"checkbox\" name=\"granted\" value=\"{scope}\" checked> {scope}</label>"
                );
            }
            form.push_str("</fieldset>\n");
        }
        let title = format!("Log in at {platform} (sandbox)");
        let body = format!(
            "<p>An application asks to use your account on {platform}.</p>\n\
             <form method=\"post\">\n{form}\
             <button name=\"decision\" value=\"allow\">Allow</button>\n\
             <button name=\"decision\" value=\"deny\">Deny</button>\n</form>\n"
        );
        document(&title, &body).into_response()
    }
}

/// Returns the page that says why an application may not ask at all.
pub(crate) fn refused(platform: Platform, words: &str) -> Response {
    let title = format!("{} (sandbox)", platform.title());
    let body = format!("<p role=\"alert\">{}</p>\n", escape(words));
    (StatusCode::BAD_REQUEST, document(&title, &body)).into_response()
}

/// Sends the browser elsewhere.
pub(crate) fn redirect(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address.to_owned())]).into_response()
}

/// Returns a word that nobody guesses.
pub(crate) fn random_word() -> String {
    std::iter::repeat_with(fastrand::alphanumeric)
        .take(40)
        .collect()
}

fn document(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n<h1>{title}</h1>\n{body}</html>\n"
    ))
}
