//! Changes of what is kept: small ones, larger ones, and pieces that are known to be awkward.

use std::ops::Range;

use fastrand::Rng;

/// The longest input, in bytes: most of what is long is only slow.
const LENGTH_MAX: usize = 8 * 1024;

/// The most changes that are made to one input.
const CHANGES_MAX: usize = 6;

/// How many of the changed inputs are changed further.
const POOL_MAX: usize = 256;

/// Pieces that readers of numbers, texts, dates, addresses, JSON and TOML have stumbled over.
const PIECES: [&[u8]; 62] = [
    b"0",
    b"-1",
    b"-0.0",
    b"1e400",
    b"1e30",
    b"1.5",
    b"4294967296",
    b"9223372036854775807",
    b"18446744073709551616",
    b"99999999999999999999999",
    b"null",
    b"true",
    b"{}",
    b"[]",
    b"\"\"",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"{\"a\":{\"a\":{\"a\":",
    b"\\u0000",
    b"\\ud800",
    b"\"id\":",
    b"\"error\":",
    b"../",
    b"..",
    b"/",
    b"//",
    b"\\",
    b"%2e%2e%2f",
    b"%00",
    b"\0",
    b"\x1b[2J",
    b"\x1b]52;c;ZXZpbA==\x07",
    b"\xe2\x80\xae",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc2\x9b",
    b"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9",
    b"e\xcc\x81",
    b"\r\n",
    b"\n\n",
    b"+++\n",
    b"\"\"\"",
    b"'''",
    b"= ",
    b"[accounts.x]\n",
    b"https://",
    b"http://",
    b"@",
    b"#",
    b":443",
    b"[::1]",
    b"169.254.169.254",
    b"0x7f.1",
    b"xn--",
    b"?state=S1&",
    b"&code=",
    b"error=",
    b"9999-12-31T23:59:59Z",
    b"-009999-01-01",
    b"Thu, 01 Jan 1970 00:00:00 GMT",
    b"1d",
    b"in ",
    b"ago",
];

/// Makes one input after the other.
pub(super) struct Changer {
    kept: Vec<Vec<u8>>,
    pool: Vec<Vec<u8>>,
    random: Rng,
}

impl Changer {
    pub(super) fn new(kept: Vec<Vec<u8>>, random: Rng) -> Self {
        assert!(!kept.is_empty(), "there is nothing to change");
        Self {
            kept,
            pool: Vec::new(),
            random,
        }
    }

    pub(super) fn next(&mut self) -> Vec<u8> {
        let mut bytes = self.one();
        for _ in 0..self.random.usize(1..=CHANGES_MAX) {
            self.change(&mut bytes);
        }
        bytes.truncate(LENGTH_MAX);
        if self.pool.len() < POOL_MAX {
            self.pool.push(bytes.clone());
        } else {
            let at = self.random.usize(..POOL_MAX);
            self.pool[at].clone_from(&bytes);
        }
        bytes
    }

    fn one(&mut self) -> Vec<u8> {
        let list = if self.random.u8(..4) > 0 || self.pool.is_empty() {
            &self.kept
        } else {
            &self.pool
        };
        list[self.random.usize(..list.len())].clone()
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        match self.random.u8(..8) {
            0 if !bytes.is_empty() => {
                let at = self.random.usize(..bytes.len());
                bytes[at] ^= 1 << self.random.u8(..8);
            }
            1 if !bytes.is_empty() => {
                let at = self.random.usize(..bytes.len());
                bytes[at] = self.random.u8(..);
            }
            2 => {
                let range = self.range(bytes.len());
                bytes.drain(range);
            }
            3 => {
                let range = self.range(bytes.len());
                let part = bytes[range.clone()].to_vec();
                bytes.splice(range.end..range.end, part);
            }
            4 => {
                let other = self.one();
                let part = self.range(other.len());
                let into = self.range(bytes.len());
                bytes.splice(into, other[part].iter().copied());
            }
            5 => self.change_number(bytes),
            _ => {
                let piece = PIECES[self.random.usize(..PIECES.len())];
                let at = self.random.usize(..=bytes.len());
                let until = if self.random.bool() {
                    at
                } else {
                    end_of_word(bytes, at)
                };
                bytes.splice(at..until, piece.iter().copied());
            }
        }
    }

    /// Puts another number where one stands.
    fn change_number(&mut self, bytes: &mut Vec<u8>) {
        let from = self.random.usize(..=bytes.len());
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let Some(start) = bytes[from..].iter().position(is_digit) else {
            return;
        };
        let start = from + start;
        let length = bytes[start..]
            .iter()
            .take_while(|byte| is_digit(byte))
            .count();
        let number = match self.random.u8(..4) {
            0 => u64::MAX.to_string(),
            1 => self.random.u64(..).to_string(),
            2 => self.random.u8(..).to_string(),
            _ => format!("-{}", self.random.u32(..)),
        };
        bytes.splice(start..start + length, number.into_bytes());
    }

    fn range(&mut self, length: usize) -> Range<usize> {
        let start = self.random.usize(..=length);
        let longest = (length - start).min(1 << self.random.u8(1..10));
        start..start + self.random.usize(..=longest)
    }
}

fn end_of_word(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric());
    at + end.unwrap_or(rest.len())
}
