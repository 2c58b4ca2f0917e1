//! The address at which people see a post, as a server tells it: it is shown, and clicked on, so that
//! it is believed only if it leads where posts of that platform are.

use url::Host;
use url::Url;

/// The longest address that is believed, in bytes.
const URL_BYTES_MAX: usize = 2048;

/// Where the posts of a server are seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Home<'a> {
    /// The server that told the address.
    pub(crate) server: &'a Url,
    /// The domains of the platform: posts may be there, and below.
    pub(crate) domains: &'a [&'a str],
}

impl Home<'_> {
    /// Returns `url` if it may be shown to people as the address of a post: at home and over HTTPS, or
    /// where the server itself is, or on this machine if the server is; without credentials.
    pub(crate) fn believed(&self, url: &str) -> Option<String> {
        if url.len() > URL_BYTES_MAX {
            return None;
        }
        let url = Url::parse(url).ok()?;
        let is_bare = url.username().is_empty() && url.password().is_none();
        let is_near = url.origin() == self.server.origin() || is_here(&url) && is_here(self.server);
        let is_safe = match url.scheme() {
            "https" => is_near || self.has(&url),
            "http" => is_near,
            _ => false,
        };
        (is_safe && is_bare && url.has_host()).then(|| url.to_string())
    }

    /// Whether `url` is on the server, at whichever port, or on a domain of the platform.
    fn has(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let is_below = |domain: &&str| {
            let above = host.strip_suffix(*domain);
            above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
        };
        url.host() == self.server.host() || self.domains.iter().any(is_below)
    }
}

/// Whether `url` leads to this machine.
pub(crate) fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(server: &str, url: &str, is_shown: bool) {
        let server = Url::parse(server).unwrap();
        let home = Home {
            server: &server,
            domains: &["example.com", "example.net"],
        };
        assert_eq!(home.believed(url).as_deref(), is_shown.then_some(url));
    }

    #[test]
    fn an_address_at_home_is_shown() {
        for url in [
            "https://example.com/p/1",
            "https://www.example.com/p/1",
            "https://a.b.example.net/",
            "https://api.example.org:8443/p/1",
        ] {
            check("https://api.example.org", url, true);
        }
        check("http://127.0.0.1:4000", "http://127.0.0.1:4000/p/1", true);
        check("http://127.0.0.1:4000", "http://localhost:4001/p/1", true);
    }

    #[test]
    fn an_address_anywhere_else_is_not() {
        for url in [
            "https://evil.example/p/1",
            "https://evilexample.com/",
            "https://example.com.evil.example/",
            "https://example.com@evil.example/",
            "https://user:secret@example.com/",
            "http://example.com/p/1",
            "http://127.0.0.1:4000/p/1",
            "http://localhost/p/1",
            "https://169.254.169.254/",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "/p/1",
            "",
        ] {
            check("https://api.example.org", url, false);
        }
        check("http://127.0.0.1:4000", "file://127.0.0.1:4000/etc", false);
        let long = format!("https://example.com/{}", "x".repeat(3000));
        check("https://api.example.org", &long, false);
    }

    #[test]
    fn what_a_terminal_would_obey_is_encoded() {
        let server = Url::parse("https://example.com").unwrap();
        let home = Home {
            server: &server,
            domains: &[],
        };
        let shown = home.believed("https://example.com/\u{1b}]8;;x\u{7}\u{202e}");
        let shown = shown.unwrap();
        assert!(
            shown.is_ascii() && !shown.contains(char::is_control),
            "{shown}"
        );
    }
}
