//! Arguments, typed as they are written.

use netspeak::xmlrpc::Value;
use serde_json::Value as Json;

use crate::args::RpcArgs;
use crate::failure::Failure;

/// All arguments, in their order.
pub(super) fn all(args: &RpcArgs) -> Result<Vec<Value>, Failure> {
    let mut all: Vec<Value> = args.arguments.iter().map(|text| typed(text)).collect();
    for text in &args.more {
        let json: Json = serde_json::from_str(text)
            .map_err(|error| Failure::usage(format!("--args takes JSON: {error}")))?;
        match json {
            Json::Array(several) => {
                for one in several {
                    all.push(of_json(one)?);
                }
            }
            one => all.push(of_json(one)?),
        }
    }
    Ok(all)
}

/// `1`, `1.5`, `true`, `nil`, `"text"`, text
fn typed(text: &str) -> Value {
    let quoted = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    if let Some(inside) = quoted {
        return inside.into();
    }
    match text {
        "true" => return true.into(),
        "false" => return false.into(),
        "nil" => return Value::Nil,
        _ => {}
    }
    let begins_a_number =
        text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    if !begins_a_number
        || text
            .chars()
            .any(|c| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E'))
    {
        return text.into();
    }
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(number), _) => number.into(),
        (_, Ok(number)) => number.into(),
        _ => text.into(),
    }
}

fn of_json(json: Json) -> Result<Value, Failure> {
    Ok(match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => value.into(),
        Json::String(text) => text.into(),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => number.into(),
            (None, Some(double)) if !number.is_u64() => double.into(),
            _ => {
                let what = format!("--args: {number} is out of the range of 64 bits");
                return Err(Failure::usage(what));
            }
        },
        Json::Array(values) => {
            let values = values.into_iter().map(of_json);
            Value::Array(values.collect::<Result<_, _>>()?)
        }
        Json::Object(members) => {
            let members = members
                .into_iter()
                .map(|(name, json)| Ok((name, of_json(json)?)));
            let members: Vec<(String, Value)> = members.collect::<Result<_, Failure>>()?;
            Value::Struct(members.into_iter().collect())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_typed_as_they_are_written() {
        for (text, value) in [
            ("1", Value::Int(1)),
            ("-7", Value::Int(-7)),
            ("4294967296", Value::Int(4_294_967_296)),
            ("1.5", Value::Double(1.5)),
            ("-1e3", Value::Double(-1000.0)),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("nil", Value::Nil),
            ("\"1\"", Value::from("1")),
            ("\"\"", Value::from("")),
            ("a b", Value::from("a b")),
            ("inf", Value::from("inf")),
            ("1.2.3", Value::from("1.2.3")),
            ("-", Value::from("-")),
            ("+inf", Value::from("+inf")),
            ("\"", Value::from("\"")),
        ] {
            assert_eq!(typed(text), value, "{text}");
        }
    }
}
