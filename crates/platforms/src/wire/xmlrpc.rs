//! XML-RPC, read leniently: calls and answers, both directions.
//!
//! Live Spaces answered with a byte-order mark in front; other services leave out `<string>`, write `<ex:i8>` or put white
//! space where none belongs. Faults are answers, not errors of transport.

use super::xml::{self, Element};
use base64::Engine as _;

/// An answer or call longer than this is refused. Twenty posts of a Space stay far below.
pub const LONGEST_DOCUMENT_BYTES: usize = 64 << 20;

/// A value of the protocol.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `<int>`, `<i4>`, `<i8>`.
    Int(i64),
    /// `<boolean>`.
    Bool(bool),
    /// `<string>`, or text without a type.
    Text(String),
    /// `<double>`.
    Double(f64),
    /// `<dateTime.iso8601>`, as written.
    Date(String),
    /// `<base64>`.
    Bytes(Vec<u8>),
    /// `<array>`.
    Array(Vec<Value>),
    /// `<struct>`, members in order.
    Struct(Vec<(String, Value)>),
    /// `<nil/>`.
    Nil,
}

impl Value {
    /// The member `name` of a struct.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Struct(members) => members
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value as text, for texts, numbers and dates.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Date(text) => Some(text.clone()),
            Self::Int(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The value as yes or no; numbers and the words count too.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(yes) => Some(*yes),
            Self::Int(number) => Some(*number != 0),
            Self::Text(text) => match text.trim() {
                "1" | "true" | "True" => Some(true),
                "0" | "false" | "False" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The elements of an array; nothing for other values.
    #[must_use]
    pub fn elements(&self) -> &[Self] {
        match self {
            Self::Array(elements) => elements,
            _ => &[],
        }
    }
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RpcError {
    /// The other side answered with a fault.
    #[error("fault {code}: {text}")]
    Fault {
        /// Its number.
        code: i64,
        /// Its words.
        text: String,
    },
    /// It is no XML-RPC.
    #[error("not an XML-RPC document: {0}")]
    Malformed(String),
}

/// A call as the other side reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodCall {
    /// `metaWeblog.getRecentPosts`.
    pub method: String,
    /// Parameters in order.
    pub parameters: Vec<Value>,
}

/// Reads an answer.
///
/// # Errors
/// A fault, or what is no answer.
pub fn read_answer(bytes: &[u8]) -> Result<Value, RpcError> {
    let root = document(bytes)?;
    let answer = root
        .child("methodResponse")
        .ok_or_else(|| RpcError::Malformed("there is no methodResponse".to_owned()))?;
    if let Some(fault) = answer.child("fault") {
        let fault = fault.child("value").map_or(Value::Nil, value);
        return Err(RpcError::Fault {
            code: match fault.member("faultCode") {
                Some(Value::Int(code)) => *code,
                Some(other) => other
                    .as_text()
                    .and_then(|text| text.trim().parse().ok())
                    .unwrap_or(0),
                None => 0,
            },
            text: fault
                .member("faultString")
                .and_then(Value::as_text)
                .unwrap_or_default(),
        });
    }
    Ok(parameters(answer).into_iter().next().unwrap_or(Value::Nil))
}

/// Reads a call.
///
/// # Errors
/// What is no call.
pub fn read_call(bytes: &[u8]) -> Result<MethodCall, RpcError> {
    let root = document(bytes)?;
    let call = root
        .child("methodCall")
        .ok_or_else(|| RpcError::Malformed("there is no methodCall".to_owned()))?;
    Ok(MethodCall {
        method: call
            .text_of("methodName")
            .ok_or_else(|| RpcError::Malformed("there is no methodName".to_owned()))?,
        parameters: parameters(call),
    })
}

/// Writes a call.
#[must_use]
pub fn write_call(method: &str, parameters: &[Value]) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?><methodCall><methodName>");
    out.push_str(&xml::escape(method));
    out.push_str("</methodName><params>");
    for parameter in parameters {
        out.push_str("<param>");
        write_value(parameter, &mut out);
        out.push_str("</param>");
    }
    out.push_str("</params></methodCall>");
    out
}

/// Writes an answer.
#[must_use]
pub fn write_answer(value: &Value) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?><methodResponse><params><param>");
    write_value(value, &mut out);
    out.push_str("</param></params></methodResponse>");
    out
}

/// Writes a fault.
#[must_use]
pub fn write_fault(code: i64, text: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?><methodResponse><fault>");
    let fault = Value::Struct(vec![
        ("faultCode".to_owned(), Value::Int(code)),
        ("faultString".to_owned(), Value::Text(text.to_owned())),
    ]);
    write_value(&fault, &mut out);
    out.push_str("</fault></methodResponse>");
    out
}

fn document(bytes: &[u8]) -> Result<Element, RpcError> {
    if bytes.len() > LONGEST_DOCUMENT_BYTES {
        return Err(RpcError::Malformed("it is too long".to_owned()));
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    xml::read(text).map_err(RpcError::Malformed)
}

fn parameters(element: &Element) -> Vec<Value> {
    element.child("params").map_or_else(Vec::new, |params| {
        params
            .all("param")
            .map(|param| param.child("value").map_or(Value::Nil, value))
            .collect()
    })
}

/// The depth is bounded by the tree.
fn value(element: &Element) -> Value {
    let Some(inner) = element.children.first() else {
        return Value::Text(element.text.clone());
    };
    let text = inner.text.trim();
    match inner.name.as_str() {
        "int" | "i4" | "i8" | "i2" | "i1" => text
            .parse()
            .map_or_else(|_| Value::Text(inner.text.clone()), Value::Int),
        "boolean" => Value::Bool(matches!(text, "1" | "true" | "True")),
        "double" | "float" => text
            .parse()
            .map_or_else(|_| Value::Text(inner.text.clone()), Value::Double),
        "dateTime.iso8601" | "dateTime" => Value::Date(text.to_owned()),
        "base64" => {
            let packed: String = text.split_whitespace().collect();
            base64::engine::general_purpose::STANDARD
                .decode(packed)
                .map_or(Value::Nil, Value::Bytes)
        }
        "array" => Value::Array(
            inner
                .child("data")
                .map_or_else(Vec::new, |data| data.all("value").map(value).collect()),
        ),
        "struct" => Value::Struct(
            inner
                .all("member")
                .map(|member| {
                    (
                        member.text_of("name").unwrap_or_default(),
                        member.child("value").map_or(Value::Nil, value),
                    )
                })
                .collect(),
        ),
        "nil" => Value::Nil,
        _ => Value::Text(inner.text.clone()),
    }
}

fn write_value(value: &Value, out: &mut String) {
    out.push_str("<value>");
    match value {
        Value::Int(number) => out.push_str(&format!("<int>{number}</int>")),
        Value::Bool(yes) => out.push_str(&format!("<boolean>{}</boolean>", u8::from(*yes))),
        Value::Text(text) => out.push_str(&format!("<string>{}</string>", xml::escape(text))),
        Value::Double(number) => out.push_str(&format!("<double>{number}</double>")),
        Value::Date(date) => out.push_str(&format!(
            "<dateTime.iso8601>{}</dateTime.iso8601>",
            xml::escape(date)
        )),
        Value::Bytes(bytes) => out.push_str(&format!(
            "<base64>{}</base64>",
            base64::engine::general_purpose::STANDARD.encode(bytes)
        )),
        Value::Array(elements) => {
            out.push_str("<array><data>");
            for element in elements {
                write_value(element, out);
            }
            out.push_str("</data></array>");
        }
        Value::Struct(members) => {
            out.push_str("<struct>");
            for (name, member) in members {
                out.push_str(&format!("<member><name>{}</name>", xml::escape(name)));
                write_value(member, out);
                out.push_str("</member>");
            }
            out.push_str("</struct>");
        }
        Value::Nil => out.push_str("<nil/>"),
    }
    out.push_str("</value>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_answer_with_a_byte_order_mark_is_read() {
        let bytes = "\u{feff}<?xml version=\"1.0\"?><methodResponse><params><param><value><array><data>\
            <value><struct><member><name>title</name><value>Rose &amp; thorn</value></member>\
            <member><name>publish</name><value><boolean>0</boolean></value></member></struct></value>\
            </data></array></value></param></params></methodResponse>";
        let answer = read_answer(bytes.as_bytes()).expect("an answer");
        let post = &answer.elements()[0];
        assert_eq!(
            post.member("title").and_then(Value::as_text).as_deref(),
            Some("Rose & thorn")
        );
        assert_eq!(post.member("publish").and_then(Value::as_bool), Some(false));
    }

    #[test]
    fn an_answer_at_the_limit_is_read_and_one_byte_more_is_not() {
        let answer =
            "<methodResponse><params><param><value>x</value></param></params></methodResponse>";
        // White space in front is passed over; no text may be as long.
        let read = |bytes: usize| {
            read_answer(format!("{}{answer}", "\n".repeat(bytes - answer.len())).as_bytes())
        };
        assert_eq!(
            read(LONGEST_DOCUMENT_BYTES),
            Ok(Value::Text("x".to_owned()))
        );
        assert_eq!(
            read(LONGEST_DOCUMENT_BYTES + 1),
            Err(RpcError::Malformed("it is too long".to_owned()))
        );
    }

    #[test]
    fn a_fault_is_told_with_its_number_and_words() {
        let written = write_fault(2041, "Invalid username parameter");
        assert_eq!(
            read_answer(written.as_bytes()),
            Err(RpcError::Fault {
                code: 2041,
                text: "Invalid username parameter".to_owned()
            })
        );
    }

    #[test]
    fn a_sign_in_page_is_no_answer() {
        assert!(matches!(
            read_answer(b"<html><body>Sign in</body></html>"),
            Err(RpcError::Malformed(_))
        ));
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<i64>().prop_map(Value::Int),
            any::<bool>().prop_map(Value::Bool),
            "[ -~\u{e0}-\u{4ff}]{0,20}".prop_map(Value::Text),
            proptest::collection::vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                proptest::collection::vec(("[a-z]{1,8}", inner), 0..4).prop_map(Value::Struct),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back(value in values()) {
            prop_assert_eq!(read_answer(write_answer(&value).as_bytes()), Ok(value.clone()));
            let call = read_call(write_call("a.b", std::slice::from_ref(&value)).as_bytes()).expect("a call");
            prop_assert_eq!(call.parameters, vec![value]);
        }

        #[test]
        fn cut_bytes_are_an_error_and_never_a_panic(value in values(), cut in 0_usize..400) {
            let written = write_answer(&value);
            let _ = read_answer(&written.as_bytes()[..cut.min(written.len())]);
        }
    }
}
