//! The closed words of errors, as they stand in JSON.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{ErrorKind, Phase};

macro_rules! as_text {
    ($($word:ty),+) => { $(
        impl Serialize for $word {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $word {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<str>::deserialize(deserializer)?;
                text.parse()
                    .map_err(|_| D::Error::custom(format_args!("{text:?} is not a known word")))
            }
        }
    )+ };
}

as_text!(ErrorKind, Phase);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_are_read() {
        let kind: ErrorKind = serde_json::from_str("\"tls.cert_expired\"").unwrap();
        assert_eq!(
            serde_json::to_string(&kind).unwrap(),
            "\"tls.cert_expired\""
        );
        assert_eq!(
            serde_json::from_str::<Phase>("\"quit\"").unwrap(),
            Phase::Quit
        );
        let error = serde_json::from_str::<Phase>("\"dance\"").unwrap_err();
        assert!(
            error.to_string().contains("\"dance\" is not a known word"),
            "{error}"
        );
    }
}
