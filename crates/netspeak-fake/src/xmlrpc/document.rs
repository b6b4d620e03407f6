//! Calls as they come, answers as they go.

use crate::xmlrpc::element::Element;

/// What a method comes to: a `value`, or code and words of a fault.
pub(super) type Outcome = Result<Element, (i64, String)>;

/// The method, and its parameters as `value` elements.
pub(super) fn read(document: &[u8]) -> Result<(String, Vec<Element>), String> {
    let text = std::str::from_utf8(document).map_err(|error| error.to_string())?;
    let call = Element::read(text)?;
    let name = call.get("methodName").filter(|_| call.name == "methodCall");
    let name = name.ok_or("no methodCall")?;
    let params = call.get("params").map(|params| params.inner.as_slice());
    let values = params.unwrap_or_default().iter().map(|param| {
        let value = param.get("value").cloned();
        value.ok_or_else(|| "a param without a value".to_owned())
    });
    Ok((
        name.text.trim().to_owned(),
        values.collect::<Result<_, _>>()?,
    ))
}

pub(super) fn write(outcome: Outcome) -> String {
    let inner = match outcome {
        Ok(value) => Element::around("params", vec![Element::around("param", vec![value])]),
        Err(fault) => Element::around("fault", vec![fault_value(fault)]),
    };
    let mut out = "<?xml version='1.0'?>\n".to_owned();
    Element::around("methodResponse", vec![inner]).write(&mut out);
    // Older readers know it in this form alone.
    out.replace("<nil></nil>", "<nil/>")
}

pub(super) fn value(kind: &str, text: impl Into<String>) -> Element {
    Element::around("value", vec![Element::new(kind, text)])
}

pub(super) fn array(values: Vec<Element>) -> Element {
    let data = Element::around("data", values);
    Element::around("value", vec![Element::around("array", vec![data])])
}

pub(super) fn members(members: Vec<(&str, Element)>) -> Element {
    let members = members
        .into_iter()
        .map(|(name, value)| Element::around("member", vec![Element::new("name", name), value]));
    Element::around("value", vec![Element::around("struct", members.collect())])
}

pub(super) fn fault_value((code, words): (i64, String)) -> Element {
    members(vec![
        ("faultCode", value("int", code.to_string())),
        ("faultString", value("string", words)),
    ])
}
