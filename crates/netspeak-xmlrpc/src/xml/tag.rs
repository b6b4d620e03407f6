//! [`Tag`]: the elements of XML-RPC by their names.

macro_rules! tags {
    ($($(#[$meta:meta])* $tag:ident = $($name:literal)|+,)+) => {
        /// An element, whatever its prefix.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Tag {
            $($(#[$meta])* $tag,)+
            /// None of XML-RPC's.
            Other,
        }

        impl Tag {
            fn exact(name: &str) -> Option<Self> {
                match name {
                    $($($name)|+ => Some(Self::$tag),)+
                    _ => None,
                }
            }
        }
    };
}

tags! {
    Value = "value",
    Member = "member",
    Name = "name",
    Array = "array",
    Data = "data",
    Struct = "struct",
    String = "string",
    Int = "int" | "i4" | "i8" | "i1" | "i2",
    Double = "double" | "float",
    Boolean = "boolean",
    DateTime = "dateTime.iso8601" | "dateTime",
    Base64 = "base64",
    Nil = "nil",
    BigInteger = "biginteger",
    BigDecimal = "bigdecimal",
    Param = "param",
    Params = "params",
    Fault = "fault",
    MethodResponse = "methodResponse",
    MethodCall = "methodCall",
    MethodName = "methodName",
}

/// The types that some servers write in capitals.
const CAPITALS: usize = 10;

impl Tag {
    pub(crate) fn of(name: &str) -> Self {
        let lower = || {
            let is_short = name.len() <= CAPITALS;
            is_short
                .then(|| Self::exact(&name.to_ascii_lowercase()))
                .flatten()
        };
        Self::exact(name).or_else(lower).unwrap_or(Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_in_capitals_as_well() {
        assert_eq!(Tag::of("i8"), Tag::Int);
        assert_eq!(Tag::of("I8"), Tag::Int);
        assert_eq!(Tag::of("dateTime.iso8601"), Tag::DateTime);
        assert_eq!(Tag::of("foo"), Tag::Other);
    }
}
