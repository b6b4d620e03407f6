//! What is kept between sessions, by serde: sets of ids and flags as text, mailboxes as their servers
//! spell them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Flag, IdSet, Mailbox, Text8};

impl Serialize for IdSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IdSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "" => Ok(Self::new()),
            text => text.parse().map_err(D::Error::custom),
        }
    }
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What came from a server may be too odd to be parsed as if a user had typed it.
        String::deserialize(deserializer).map(|text| Self::from_wire(text.as_bytes()))
    }
}

/// A mailbox's wire form, which need not be UTF-8.
#[derive(Deserialize)]
#[serde(untagged)]
enum Wire {
    Text(String),
    Bytes(Vec<u8>),
}

impl Serialize for Mailbox {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wire = self.wire(Text8::Utf7);
        match std::str::from_utf8(&wire) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => serializer.collect_seq(wire.iter()),
        }
    }
}

impl<'de> Deserialize<'de> for Mailbox {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Wire::deserialize(deserializer)? {
            Wire::Text(text) => Self::from_wire(text.as_bytes()),
            Wire::Bytes(bytes) => Self::from_wire(&bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept<T: Serialize + for<'de> Deserialize<'de>>(value: &T) -> (String, T) {
        let text = serde_json::to_string(value).unwrap();
        let back = serde_json::from_str(&text).unwrap();
        (text, back)
    }

    #[test]
    fn what_is_kept_comes_back() {
        for ids in [IdSet::new(), IdSet::from([1, 2, 9]), IdSet::from(7..)] {
            assert_eq!(kept(&ids), (format!("\"{ids}\""), ids));
        }
        assert!(serde_json::from_str::<IdSet>("\"0\"").is_err());
        for wire in [&b"&ZeVnLIqe-"[..], b"R&D", b"caf\xc3\xa9", b"caf\xe9", b""] {
            let mailbox = Mailbox::from_wire(wire);
            assert_eq!(kept(&mailbox).1, mailbox);
        }
        for flag in [
            Flag::Seen,
            Flag::from_wire(b"$Junk"),
            Flag::from_wire(b"a b"),
        ] {
            assert_eq!(kept(&flag).1, flag);
        }
    }
}
