//! Documents of XML-RPC: no panic, and what was read is written and read as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netspeak_xmlrpc::{
    Dialect, Value, decode_call, decode_response, encode_call, encode_response, from_value,
};

fuzz_target!(|bytes: &[u8]| {
    let dialect = Dialect::default().with_i8().with_nil();
    if let Ok(Ok(value)) = decode_response::<Value>(bytes) {
        let _ = from_value::<(i32, String)>(value.clone());
        // What XML cannot carry is refused, and so are NaN and infinity.
        if let Ok(document) = encode_response(&value, &dialect) {
            let again = decode_response::<Value>(document.as_bytes());
            assert_eq!(again.ok(), Some(Ok(value)));
        }
    }
    if let Ok(call) = decode_call(bytes)
        && let Ok(document) = encode_call(&call.method, &call.params, &dialect)
    {
        assert_eq!(decode_call(document.as_bytes()).ok(), Some(call));
    }
});
