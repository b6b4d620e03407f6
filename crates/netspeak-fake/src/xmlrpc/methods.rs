//! What the methods do.

use crate::xmlrpc::Xmlrpc;
use crate::xmlrpc::document::{Outcome, array, fault_value, members, value};
use crate::xmlrpc::element::Element;

/// Name, signature (what comes back first), and help.
const METHODS: [(&str, &[&str], &str); 11] = [
    ("add", &["int", "int", "int"], "Adds numbers."),
    ("count", &["array", "int"], "Counts from zero."),
    ("divide", &["int", "int", "int"], "Divides."),
    ("echo", &["string", "string"], "Says it again."),
    ("fail", &["int", "int", "string"], "Fails."),
    ("nothing", &[], "Does nothing."),
    ("system.getCapabilities", &["struct"], "What there is."),
    ("system.listMethods", &["array"], "All methods."),
    (
        "system.methodHelp",
        &["string", "string"],
        "What a method does.",
    ),
    (
        "system.methodSignature",
        &["array", "string"],
        "What a method takes.",
    ),
    (
        "system.multicall",
        &["array", "array"],
        "Several calls in one.",
    ),
];

pub(super) fn call(rpc: &Xmlrpc, method: &str, params: &[Element]) -> Outcome {
    if !METHODS.iter().any(|(known, ..)| *known == method) || !rpc.has(method) {
        return Err(rpc.unknown(method));
    }
    match (method, params) {
        ("add", numbers) => add(numbers),
        ("divide", [a, b]) => match (integer(a)?, integer(b)?) {
            (_, 0) => Err((1, "division by zero".to_owned())),
            (a, b) => Ok(int(a.wrapping_div(b))),
        },
        ("echo", [said]) => Ok(said.clone()),
        ("count", [most]) => Ok(array(
            (0..integer(most)?.clamp(0, 10_000_000)).map(int).collect(),
        )),
        ("fail", [code, words]) => Err((integer(code)?, text(words).to_owned())),
        ("nothing", []) => Ok(value("nil", "")),
        ("system.listMethods", []) => {
            let names = METHODS
                .iter()
                .map(|(name, ..)| *name)
                .filter(|name| rpc.has(name));
            Ok(array(names.map(|name| value("string", name)).collect()))
        }
        ("system.methodHelp", [name]) => {
            let found = METHODS.iter().find(|(known, ..)| *known == text(name));
            let (.., help) = found.ok_or_else(|| rpc.unknown(text(name)))?;
            Ok(value("string", *help))
        }
        ("system.methodSignature", [name]) => {
            let found = METHODS.iter().find(|(known, ..)| *known == text(name));
            let (_, signature, _) = found.ok_or_else(|| rpc.unknown(text(name)))?;
            if signature.is_empty() {
                return Ok(value("string", "undef"));
            }
            let types = signature
                .iter()
                .map(|kind| value("string", *kind))
                .collect();
            Ok(array(vec![array(types)]))
        }
        ("system.getCapabilities", []) => Ok(members(vec![(
            "xmlrpc",
            members(vec![
                ("specUrl", value("string", "http://xmlrpc.com/spec.md")),
                ("specVersion", value("int", "1")),
            ]),
        )])),
        ("system.multicall", [calls]) => {
            let calls = elements(calls);
            Ok(array(calls.iter().map(|it| one_of_many(rpc, it)).collect()))
        }
        _ => Err((-32602, format!("{method} takes other parameters"))),
    }
}

fn one_of_many(rpc: &Xmlrpc, call_of: &Element) -> Element {
    let outcome = match (
        member(call_of, "methodName").map(text),
        member(call_of, "params"),
    ) {
        (Some("system.multicall"), _) => Err((-32600, "no multicall in a multicall".to_owned())),
        (Some(method), Some(params)) => call(rpc, method, elements(params)),
        _ => Err((-32600, "no call".to_owned())),
    };
    match outcome {
        Ok(value) => array(vec![value]),
        Err(fault) => fault_value(fault),
    }
}

fn add(numbers: &[Element]) -> Outcome {
    if numbers.iter().any(|number| kind(number) == "double") {
        let numbers = numbers
            .iter()
            .map(|number| text(number).trim().parse::<f64>());
        let sum: f64 = numbers
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| misfit())?
            .iter()
            .sum();
        return Ok(value("double", sum.to_string()));
    }
    let mut sum = 0i64;
    for number in numbers {
        sum = sum.wrapping_add(integer(number)?);
    }
    Ok(int(sum))
}

fn int(number: i64) -> Element {
    let kind = if i32::try_from(number).is_ok() {
        "int"
    } else {
        "i8"
    };
    value(kind, number.to_string())
}

fn integer(value: &Element) -> Result<i64, (i64, String)> {
    text(value).trim().parse().map_err(|_| misfit())
}

fn misfit() -> (i64, String) {
    (-32602, "a number, please".to_owned())
}

fn kind(value: &Element) -> &str {
    value
        .inner
        .first()
        .map_or("string", |typed| typed.name.as_str())
}

fn text(value: &Element) -> &str {
    value
        .inner
        .first()
        .map_or(value.text.as_str(), |typed| typed.text.as_str())
}

/// Of an array.
fn elements(value: &Element) -> &[Element] {
    let data = value.get("array").and_then(|array| array.get("data"));
    data.map(|data| data.inner.as_slice()).unwrap_or_default()
}

/// Of a struct.
fn member<'e>(value: &'e Element, name: &str) -> Option<&'e Element> {
    let members = value.get("struct")?.inner.iter();
    let mut named = members.filter(|member| member.get("name").is_some_and(|it| it.text == name));
    named.next()?.get("value")
}
