//! The text of a status as its HTML shows it, for servers that do not tell what was written.

/// The longest name of an entity that is looked for, in bytes.
const ENTITY_BYTES_MAX: usize = 10;

/// Returns the text in `html`: tags are dropped, breaks between blocks become line breaks, entities
/// are decoded, and what a link hides of its address is part of the text.
pub(crate) fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = match rest.strip_prefix('<') {
            Some(after) => skip_tag(after, &mut text),
            None => decode_entity(&rest[1..], &mut text),
        };
    }
    text.push_str(rest);
    text
}

/// Reads a tag of which the `<` is gone, and returns what follows it.
fn skip_tag<'a>(tag: &'a str, text: &mut String) -> &'a str {
    let is_tag = tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
    let Some(end) = tag_end(tag).filter(|_| is_tag) else {
        text.push('<');
        return tag;
    };
    let name = tag.trim_start_matches('/');
    let name_end = name.find(|c: char| !c.is_ascii_alphanumeric());
    let name = &name[..name_end.unwrap_or(name.len())];
    if is_break(name) {
        text.push('\n');
    }
    &tag[end + 1..]
}

/// Returns where the `>` stands that ends a tag, which is not one inside quotes.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

fn is_break(name: &str) -> bool {
    const BREAKS: [&str; 15] = [
        "p",
        "br",
        "div",
        "li",
        "ul",
        "ol",
        "blockquote",
        "pre",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ];
    BREAKS.contains(&name.to_ascii_lowercase().as_str())
}

/// Reads an entity of which the `&` is gone, and returns what follows it.
fn decode_entity<'a>(entity: &'a str, text: &mut String) -> &'a str {
    let found = entity
        .bytes()
        .take(ENTITY_BYTES_MAX)
        .position(|byte| byte == b';')
        .and_then(|end| Some((end, character(&entity[..end])?)));
    let Some((end, c)) = found else {
        text.push('&');
        return entity;
    };
    text.push(c);
    &entity[end + 1..]
}

fn character(name: &str) -> Option<char> {
    let number = name.strip_prefix('#');
    if let Some(hex) = number.and_then(|n| n.strip_prefix(['x', 'X'])) {
        return u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
    }
    if let Some(decimal) = number {
        return decimal.parse().ok().and_then(char::from_u32);
    }
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, text: &str) {
        assert_eq!(text_of(html).trim(), text);
    }

    #[test]
    fn blocks_and_breaks_become_line_breaks() {
        check(
            "<p>one<br>two<br />three</p><p>four</p>",
            "one\ntwo\nthree\n\nfour",
        );
    }

    #[test]
    fn what_a_link_hides_is_part_of_the_text() {
        check(
            r#"<p>see <a href="https://a.example/long/path" rel="nofollow"><span class="invisible">https://</span><span class="ellipsis">a.example/lo</span><span class="invisible">ng/path</span></a></p>"#,
            "see https://a.example/long/path",
        );
    }

    #[test]
    fn entities_are_decoded_once() {
        check(
            "a &amp;lt; b &lt;i&gt; &quot;c&quot; &#39;d&#39; &#x1F980;",
            "a &lt; b <i> \"c\" 'd' 🦀",
        );
    }

    #[test]
    fn what_is_no_entity_and_no_tag_stays() {
        check(
            "AT&T 1 < 2 &unknown; &#xD800; &;",
            "AT&T 1 < 2 &unknown; &#xD800; &;",
        );
        check("a <", "a <");
        check("&日本語;", "&日本語;");
    }

    #[test]
    fn a_bracket_inside_quotes_ends_no_tag() {
        check(r#"<a title="a > b">c</a>"#, "c");
    }
}
