//! Whatever comes: no panic, the same wherever it is cut, and what is written is read again.

use proptest::prelude::*;

use super::vectors::fed;
use crate::*;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let likely = vec![
        255, 255, 240, 250, 251, 252, 253, 254, 249, 0, 1, 13, 10, 24, 31, 34, 39, 42, 86, b'a',
    ];
    let likely = prop::sample::select(likely);
    prop::collection::vec(prop_oneof![6 => likely, 1 => any::<u8>()], 0..300)
}

proptest! {
    #[test]
    fn any_stream_means_the_same_wherever_it_is_cut(input in bytes(), cut in 0_usize..300) {
        let whole = fed(Profile::default(), [&input[..]]);
        let (head, tail) = input.split_at(cut.min(input.len()));
        let halves = fed(Profile::default(), [head, tail]);
        let single = fed(Profile::default(), input.chunks(1));
        match whole {
            Ok(whole) => {
                prop_assert_eq!(&halves.unwrap(), &whole);
                prop_assert_eq!(&single.unwrap(), &whole);
            }
            Err(error) => {
                prop_assert_eq!(halves.unwrap_err().kind(), error.kind());
                prop_assert_eq!(single.unwrap_err().kind(), error.kind());
            }
        }
    }

    #[test]
    fn data_comes_through_a_binary_session_as_it_was(data in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut engine = Engine::new(Profile::default());
        engine.data(&data);
        let sent = engine.take_outgoing();
        let found = fed(Profile::default(), [&b"\xff\xfb\x00"[..], &sent]).unwrap();
        prop_assert_eq!(found.data, data);
    }

    #[test]
    fn any_subnegotiation_is_read(data in bytes()) {
        let _ = (games::mssp(&data), games::msdp(&data), games::Gmcp::parse(&data));
        let _ = com_port::ComPort::parse(&data);
    }
}
