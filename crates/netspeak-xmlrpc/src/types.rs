//! [`Value`]: what XML-RPC can say.

mod date_time;
mod fault;
mod serial;
mod structure;

pub use date_time::DateTime;
pub use fault::{Fault, StandardFault};
pub use structure::Struct;

pub(crate) use serial::{BIG_DECIMAL, BIG_INTEGER, DATE_TIME, VALUE};

/// A value of any type of XML-RPC, for what is not known beforehand; else any type of serde's will do.
///
/// ```
/// use netspeak_xmlrpc::Value;
///
/// let answer = br#"<methodResponse><params><param><value><struct>
///     <member><name>load</name><value><double>0.5</double></value></member>
/// </struct></value></param></params></methodResponse>"#;
/// let value: Value = netspeak_xmlrpc::decode_response(answer)??;
/// assert_eq!(value.get("load").and_then(Value::as_f64), Some(0.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// `nil`: nothing.
    #[default]
    Nil,
    /// `boolean`.
    Bool(bool),
    /// `int`, `i1`, `i2`, `i4` or `i8`.
    Int(i64),
    /// `double` or `float`.
    Double(f64),
    /// `string`, and what has no type.
    String(String),
    /// `dateTime.iso8601`.
    DateTime(DateTime),
    /// `base64`: bytes.
    Base64(Vec<u8>),
    /// `array`.
    Array(Vec<Self>),
    /// `struct`.
    Struct(Struct),
    /// `biginteger` of Apache's extensions, as it is written.
    BigInteger(String),
    /// `bigdecimal` of Apache's extensions, as it is written.
    BigDecimal(String),
}

/// Bytes, where a type of serde's is wanted: goes as `base64`, where a `Vec<u8>` would go as an array of numbers. What
/// comes as `base64` is taken by both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Base64(pub Vec<u8>);

impl Value {
    /// Whether there is nothing.
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// The boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The integer.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The double, or the integer as one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Double(value) => Some(*value),
            Self::Int(value) => Some(*value as f64),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(value) => Some(value),
            _ => None,
        }
    }

    /// The bytes of `base64`.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Base64(value) => Some(value),
            _ => None,
        }
    }

    /// The date.
    pub fn as_date_time(&self) -> Option<&DateTime> {
        match self {
            Self::DateTime(value) => Some(value),
            _ => None,
        }
    }

    /// The elements of an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(values) => Some(values),
            _ => None,
        }
    }

    /// The members of a struct.
    pub fn as_struct(&self) -> Option<&Struct> {
        match self {
            Self::Struct(members) => Some(members),
            _ => None,
        }
    }

    /// A member of a struct.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_struct()?.get(name)
    }
}

macro_rules! value_of {
    ($($from:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        })+
    };
}

value_of! {
    bool => Bool, i32 => Int, i64 => Int, u32 => Int, f64 => Double, &str => String, String => String,
    DateTime => DateTime, Vec<Value> => Array, Struct => Struct,
}

impl From<Base64> for Value {
    fn from(bytes: Base64) -> Self {
        Self::Base64(bytes.0)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}
