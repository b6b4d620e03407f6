//! Documents of both sides, and types of serde's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::*;
use crate::{
    Base64, Calls, DateTime, Dialect, Struct, decode_call, encode_call, encode_fault,
    encode_response, from_value,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Empty,
    Circle(f64),
    Line(i32, i32),
    Box { width: u16, height: u16 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(String);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    flag: bool,
    small: i8,
    large: i64,
    unsigned: u32,
    single: f32,
    double: f64,
    letter: char,
    text: String,
    bytes: Base64,
    numbers: Vec<i32>,
    pair: (i32, String),
    date: DateTime,
    missing: Option<i32>,
    present: Option<i32>,
    map: BTreeMap<String, Vec<Shape>>,
    unit: Unit,
    wrapped: Wrapped,
    any: Value,
}

fn everything() -> Everything {
    let shapes = vec![
        Shape::Empty,
        Shape::Circle(0.5),
        Shape::Line(-1, 2),
        Shape::Box {
            width: 3,
            height: 4,
        },
    ];
    let members: Struct = [("a", Value::Int(1)), ("b", DateTime::new("x").into())]
        .into_iter()
        .collect();
    Everything {
        flag: true,
        small: -8,
        large: 1 << 40,
        unsigned: u32::MAX,
        single: 0.1,
        double: -1.5e300,
        letter: 'é',
        text: " <&> ]]>\r\n\t\u{7f}\u{85}😀 ".to_owned(),
        bytes: Base64(vec![0, 255, 10]),
        numbers: vec![],
        pair: (1, String::new()),
        date: DateTime::new("20180306T06:21:20"),
        missing: None,
        present: Some(0),
        map: [("shapes".to_owned(), shapes)].into(),
        unit: Unit,
        wrapped: Wrapped("w".to_owned()),
        any: Value::Array(vec![
            Value::Nil,
            Value::Bool(false),
            Value::Double(2.0),
            Value::Base64(vec![1]),
            Value::BigInteger("123456789012345678901234567890".to_owned()),
            Value::BigDecimal("1.5".to_owned()),
            Value::Struct(members),
        ]),
    }
}

#[test]
fn every_type_goes_there_and_back() {
    let dialect = Dialect::default().with_i8().with_nil();
    let there = encode_response(&everything(), &dialect).unwrap();
    let back: Everything = decode_response(there.as_bytes()).unwrap().unwrap();
    assert_eq!(back, everything());
    let value: Value = decode_response(there.as_bytes()).unwrap().unwrap();
    assert_eq!(
        value.get("date"),
        Some(&DateTime::new("20180306T06:21:20").into())
    );
    assert_eq!(
        from_value::<Everything>(value.clone()).unwrap(),
        everything()
    );
    assert_eq!(encode_response(&value, &dialect).unwrap(), there);
}

#[test]
fn values_stand_inside_of_types() {
    let document = "<value><array><data><value><int>1</int></value>\
        <value><dateTime.iso8601>d</dateTime.iso8601></value></data></array></value>";
    let (number, date): (i32, Value) = read(document).unwrap();
    assert_eq!((number, date), (1, DateTime::new("d").into()));
    // A date is text to those who do not know it.
    let (_, date): (i32, String) = read(document).unwrap();
    assert_eq!(date, "d");
    let bytes: Vec<u8> = read("<value><base64>AP8=</base64></value>").unwrap();
    assert_eq!(bytes, [0, 255]);
}

#[test]
fn another_type_is_told_with_its_place() {
    for (value, says) in [
        (
            "<value><int>x</int></value>",
            "expected an integer of 64 bits at line 2",
        ),
        (
            "<value><string>x</string></value>",
            "another type of value (invalid type: string",
        ),
        (
            "<value><int>300</int></value>",
            "invalid value: integer `300`",
        ),
    ] {
        let error = read::<i8>(value).unwrap_err();
        assert_eq!(error.kind().to_string(), "proto.malformed");
        assert!(error.to_string().contains(says), "{error}");
    }
    let three = "<value><array><data><value>a</value><value>b</value><value>c</value></data></array></value>";
    let error = read::<(String, String)>(three).unwrap_err().to_string();
    assert!(error.contains("an array with fewer elements"), "{error}");
    let error = from_value::<i8>(Value::from("x")).unwrap_err().to_string();
    assert!(error.contains("another type of value"), "{error}");
}

#[test]
fn a_call_is_written_and_read() {
    let dialect = Dialect::default();
    let call = encode_call("a.b", &("x", [1, 2]), &dialect).unwrap();
    assert_eq!(
        call,
        "<?xml version=\"1.0\"?>\n<methodCall>\n<methodName>a.b</methodName>\n<params>\n\
         <param><value><string>x</string></value></param>\n\
         <param><value><array><data><value><int>1</int></value><value><int>2</int></value></data></array></value></param>\n\
         </params>\n</methodCall>\n"
    );
    let call = decode_call(call.as_bytes()).unwrap();
    assert_eq!(call.method, "a.b");
    assert_eq!(
        call.params,
        ["x".into(), Value::Array(vec![1.into(), 2.into()])]
    );
    for document in [
        "<methodCall><methodName> m </methodName></methodCall>",
        "<methodCall><methodName>m</methodName><params/></methodCall>",
    ] {
        let call = decode_call(document.as_bytes()).unwrap();
        assert_eq!((call.method.as_str(), call.params.len()), ("m", 0));
    }
}

#[test]
fn what_cannot_be_sent_is_told() {
    let dialect = Dialect::default();
    let refusal = |outcome: Result<String>| outcome.unwrap_err().to_string();
    for (refusal, says) in [
        (
            refusal(encode_call("", &(), &dialect)),
            "a method has a name",
        ),
        (
            refusal(encode_call("a\0", &(), &dialect)),
            "U+0000 is not allowed in XML",
        ),
        (
            refusal(encode_call("m", &("\u{ffff}",), &dialect)),
            "U+FFFF",
        ),
        (refusal(encode_call("m", &("\u{1b}",), &dialect)), "U+001B"),
        (
            refusal(encode_call("m", &5, &dialect)),
            "parameters are a tuple",
        ),
        (
            refusal(encode_call("m", &Some("x"), &dialect)),
            "parameters are a tuple",
        ),
        (refusal(encode_call("m", &((),), &dialect)), "allow nil"),
        (
            refusal(encode_call("m", &(u64::MAX,), &dialect.with_i8())),
            "out of the range of 64 bits",
        ),
        (
            refusal(encode_call("m", &(i64::MIN,), &dialect)),
            "allow i8",
        ),
        (
            refusal(encode_call("m", &(f32::INFINITY,), &dialect)),
            "inf is not representable",
        ),
        (
            refusal(encode_call("m", &(BTreeMap::from([(1, 2)]),), &dialect)),
            "the name of a member is text",
        ),
    ] {
        assert!(refusal.contains(says), "{refusal}");
    }
}

#[test]
fn a_fault_goes_there_and_back() {
    for fault in [Fault::new(-32601, "no <m>"), Fault::new(1 << 33, "")] {
        let document = encode_fault(&fault).unwrap();
        assert_eq!(
            decode_response::<Value>(document.as_bytes()).unwrap(),
            Err(fault)
        );
    }
    for (members, code, message) in [
        ("", None, ""),
        (
            "<member><name>faultCode</name><value>7</value></member>",
            Some(7),
            "",
        ),
        (
            "<member><name>faultString</name><value><int>1</int></value></member>",
            None,
            "",
        ),
    ] {
        let document = format!(
            "<methodResponse><fault><value><struct>{members}</struct></value></fault></methodResponse>"
        );
        let fault = decode_response::<Value>(document.as_bytes())
            .unwrap()
            .unwrap_err();
        assert_eq!((fault.code, fault.message.as_str()), (code, message));
    }
}

#[test]
fn calls_go_together_and_one_by_one() {
    let mut calls = Calls::new(Dialect::default());
    calls.push("add", &(1, 2)).unwrap();
    calls.push("nothing", &()).unwrap();
    let all = decode_call(calls.encode().unwrap().as_bytes()).unwrap();
    assert_eq!(all.method, "system.multicall");
    let [Value::Array(each)] = all.params.as_slice() else {
        panic!("{:?}", all.params)
    };
    assert_eq!(each[0].get("methodName"), Some(&"add".into()));
    assert_eq!(
        each[0].get("params"),
        Some(&Value::Array(vec![1.into(), 2.into()]))
    );
    assert_eq!(each[1].get("params"), Some(&Value::Array(vec![])));
    let singles: Vec<_> = calls.encode_each().collect();
    assert_eq!(
        singles[0].1.as_ref().unwrap(),
        &encode_call("add", &(1, 2), &Dialect::default()).unwrap()
    );
    assert_eq!(
        singles[1].1.as_ref().unwrap(),
        &encode_call("nothing", &(), &Dialect::default()).unwrap()
    );
    for wrong in [
        Value::Nil,
        Value::Array(vec![]),
        Value::Array(vec![1.into(), 2.into()]),
        Value::Array(vec![Value::Array(vec![]), Value::Array(vec![])]),
    ] {
        assert!(calls.answers(wrong).is_err());
    }
}
