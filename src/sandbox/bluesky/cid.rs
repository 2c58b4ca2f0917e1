//! Content identifiers, computed as a PDS does: a hash of the raw bytes, or of canonical CBOR.

use serde_json::Map;
use serde_json::Value;
use sha2::Digest as _;
use sha2::Sha256;

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const RAW: u8 = 0x55;
const DAG_CBOR: u8 = 0x71;

/// A number that is no integer: the data model of atproto has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAnInteger;

/// Returns the CID of a blob.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    encode(RAW, bytes)
}

/// Returns the CID of a record, which does not depend on the order of its keys.
pub(crate) fn of_record(value: &Value) -> Result<String, NotAnInteger> {
    let mut cbor = Vec::new();
    write(value, &mut cbor)?;
    Ok(encode(DAG_CBOR, &cbor))
}

/// Whether `text` looks like a CID of ours, which is all that a reference needs.
pub(crate) fn is_cid(text: &str) -> bool {
    decode(text).is_some_and(|bytes| bytes.len() == 36 && bytes.starts_with(&[1]))
}

// CIDv1: version, codec, sha2-256, 32 bytes; `b` stands for base32 without padding
// (github.com/multiformats/cid, read 2026-11-23).
fn encode(codec: u8, content: &[u8]) -> String {
    let mut bytes = vec![1, codec, 0x12, 0x20];
    bytes.extend_from_slice(&Sha256::digest(content));
    let mut text = String::from("b");
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(letter(bits >> count));
        }
    }
    if count > 0 {
        text.push(letter(bits << (5 - count)));
    }
    text
}

fn letter(bits: u32) -> char {
    char::from(ALPHABET[(bits & 31) as usize])
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.strip_prefix('b')?.bytes() {
        let value = ALPHABET.iter().position(|&it| it == byte)?;
        bits = (bits << 5) | u32::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

// DAG-CBOR: shortest heads, keys by length and then by bytes, links as tag 42
// (ipld.io/specs/codecs/dag-cbor, read 2026-11-23).
fn write(value: &Value, cbor: &mut Vec<u8>) -> Result<(), NotAnInteger> {
    match value {
        Value::Null => cbor.push(0xf6),
        Value::Bool(false) => cbor.push(0xf4),
        Value::Bool(true) => cbor.push(0xf5),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(positive), _) => head(0, positive, cbor),
            (None, Some(negative)) => head(1, negative.unsigned_abs() - 1, cbor),
            (None, None) => return Err(NotAnInteger),
        },
        Value::String(text) => write_text(text, cbor),
        Value::Array(items) => {
            head(4, items.len() as u64, cbor);
            for item in items {
                write(item, cbor)?;
            }
        }
        Value::Object(fields) => match link(fields) {
            Some(bytes) => {
                head(6, 42, cbor);
                head(2, bytes.len() as u64 + 1, cbor);
                cbor.push(0);
                cbor.extend_from_slice(&bytes);
            }
            None => write_fields(fields, cbor)?,
        },
    }
    Ok(())
}

fn write_text(text: &str, cbor: &mut Vec<u8>) {
    head(3, text.len() as u64, cbor);
    cbor.extend_from_slice(text.as_bytes());
}

fn write_fields(fields: &Map<String, Value>, cbor: &mut Vec<u8>) -> Result<(), NotAnInteger> {
    head(5, fields.len() as u64, cbor);
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by(|(one, _), (other, _)| (one.len(), *one).cmp(&(other.len(), *other)));
    for (name, value) in fields {
        write_text(name, cbor);
        write(value, cbor)?;
    }
    Ok(())
}

fn link(fields: &Map<String, Value>) -> Option<Vec<u8>> {
    let text = fields.get("$link").filter(|_| fields.len() == 1)?;
    decode(text.as_str()?)
}

fn head(major: u8, number: u64, cbor: &mut Vec<u8>) {
    // The major type is the upper three bits, so adding is the same as setting the lower five.
    let major = major << 5;
    let bytes = number.to_be_bytes();
    match number {
        0..24 => cbor.push(major + bytes[7]),
        24..0x100 => cbor.extend_from_slice(&[major + 24, bytes[7]]),
        0x100..0x1_0000 => {
            cbor.push(major + 25);
            cbor.extend_from_slice(&bytes[6..]);
        }
        0x1_0000..0x1_0000_0000 => {
            cbor.push(major + 26);
            cbor.extend_from_slice(&bytes[4..]);
        }
        _ => {
            cbor.push(major + 27);
            cbor.extend_from_slice(&bytes);
        }
    }
}
