//! Whatever comes: no panic, no event outside of the input, nothing lost.

use netspeak_core::text::printable;
use proptest::prelude::*;

use super::*;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let likely = prop::sample::select(b"0123igh\t\r\n.+-: /x\x1b\xff".to_vec());
    prop::collection::vec(prop_oneof![4 => likely, 1 => any::<u8>()], 0..200)
}

proptest! {
    #[test]
    fn any_line_is_an_item_or_kept(line in bytes()) {
        let here: Target = "gophers://h.test:7070".parse().unwrap();
        match MenuLine::parse(&line) {
            MenuLine::Malformed(kept) => prop_assert_eq!(&*kept, &line[..]),
            MenuLine::Item(item) => {
                for encoding in Encoding::ALL {
                    prop_assert!(!item.text(*encoding).chars().any(char::is_control));
                }
                if let Some(url) = item.target(&here).filter(|_| item.url().is_none()) {
                    prop_assert!(url.parse::<Target>().is_ok(), "{}", url);
                }
            }
        }
    }

    #[test]
    fn any_answer_is_cut_the_same_way_wherever_it_is_cut(input in bytes(), cut in 0_usize..200) {
        for framing in [Framing::Menu, Framing::Text, Framing::Bytes, Framing::Exactly(20)] {
            let whole = pieces(framing, &[&input]);
            let (head, tail) = input.split_at(cut.min(input.len()));
            prop_assert_eq!(&pieces(framing, &[head, tail]), &whole);
            let single: Vec<&[u8]> = input.chunks(1).collect();
            prop_assert_eq!(&pieces(framing, &single), &whole);
        }
    }

    #[test]
    fn any_attributes_are_printable(text in bytes()) {
        for item in Attributes::parse(&text) {
            for block in item.blocks() {
                prop_assert!(!block.name.chars().any(char::is_control));
                let lines = block.lines.iter();
                prop_assert!(lines.into_iter().all(|line| printable(line.as_bytes()) == *line));
            }
        }
        let _ = PlusHeader::parse(&text);
        let _ = Refusal::plus(&text);
    }

    #[test]
    fn any_path_comes_back(path in "/[ -~]{0,40}") {
        if let Ok(found) = path.parse::<GopherPath>() {
            let again: GopherPath = found.to_string().parse().unwrap();
            prop_assert_eq!(found, again);
        }
    }
}

/// What comes out, with neighbouring data melted into one.
fn pieces(framing: Framing, parts: &[&[u8]]) -> (Vec<u8>, Vec<Event>) {
    let mut codec = AnswerCodec::new(framing, &Limits::default());
    let (mut held, mut data, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        held.extend_from_slice(part);
        while let Step::Event { consumed, event } = codec.decode(&held).unwrap() {
            assert!(consumed <= held.len());
            match event {
                Event::Data(range) => data.extend_from_slice(&held[range]),
                Event::Lines(range) => data.extend_from_slice(&held[range]),
                Event::End(ending) => {
                    events.push(Event::End(ending));
                    return (data, events);
                }
                other => events.push(other),
            }
            held.drain(..consumed);
        }
    }
    events.extend(codec.eof(&held).ok());
    (data, events)
}
