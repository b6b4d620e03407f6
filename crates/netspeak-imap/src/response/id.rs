//! [`ServerId`]: what a server says it is (RFC 2971).

use crate::grammar::{self, Parsed, Piece};
use crate::types::Text;

/// `ID`: names and values, in the order of the server. It may tell nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerId {
    /// `None` for `NIL`.
    pub fields: Option<Vec<(Text, Option<Text>)>>,
}

impl ServerId {
    /// The value of a field, by its name in any case: `name`, `version`, `vendor`, `support-url`.
    pub fn get(&self, name: &str) -> Option<&Text> {
        let mut fields = self.fields.iter().flatten();
        fields.find(|(field, _)| field.is(name))?.1.as_ref()
    }

    /// ```text
    /// "ID" SP (nil / "(" [string SP nstring *(SP string SP nstring)] ")")
    /// ```
    pub(super) fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let input = grammar::blanks(input);
        if let Ok((rest, Piece::Nil)) = grammar::piece(input) {
            return Ok((rest, Self::default()));
        }
        let (rest, texts) = grammar::list(input, |input| {
            let (rest, text) = grammar::nstring::<Text>(input)?;
            Ok((rest, text))
        })?;
        let mut fields = Vec::new();
        let mut texts = texts.into_iter();
        while let Some(name) = texts.next() {
            fields.push((name.unwrap_or_default(), texts.next().flatten()));
        }
        let fields = Some(fields);
        Ok((rest, Self { fields }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_tell_much_or_nothing() {
        let parse = |text: &str| ServerId::parse(text.as_bytes()).map(|(_, id)| id);
        let id = parse("(\"Name\" \"Dovecot\" \"vendor\" NIL \"odd\") ").unwrap();
        assert_eq!(id.get("name").unwrap(), &"Dovecot");
        assert_eq!(
            (id.get("vendor"), id.fields.as_ref().map(Vec::len)),
            (None, Some(3))
        );
        assert_eq!(parse("NIL").unwrap(), ServerId::default());
        assert_eq!(parse("()").unwrap().fields, Some(vec![]));
        assert!(parse("").is_err() && parse("x").is_err());
    }
}
