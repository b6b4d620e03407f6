//! The rows of `tests/vectors`.

use super::*;

const URLS: &str = include_str!("../../tests/vectors/urls.txt");
const MENU_LINES: &str = include_str!("../../tests/vectors/menu_lines.txt");
const FILES: &str = include_str!("../../tests/vectors/files.txt");

fn rows(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = text.lines();
    std::iter::from_fn(move || lines.find(|line| !line.is_empty() && !line.starts_with('#')))
}

fn unescape(text: &str) -> Vec<u8> {
    Script::new(&format!("S- {}", text.replace("\\t", "\\x09"))).said_by_peer()
}

#[test]
fn urls_say_what_is_sent() {
    for row in rows(URLS) {
        let columns: Vec<&str> = row.split(" | ").collect();
        let target: Target = columns[0].parse().unwrap();
        let path = GopherPath::of(&target);
        let [_, item_type, sent, place] = columns[..] else {
            let error = path.unwrap_err().kind().to_string();
            assert_eq!(error, columns[1], "{row}");
            continue;
        };
        let path = path.unwrap();
        assert_eq!(path.item_type.to_string(), item_type, "{row}");
        let mut wire = Wire::new();
        path.request.encode(&mut wire);
        assert_eq!(wire.bytes(), unescape(sent), "{row}");
        let prepared = Opening::default().prepare(&RULES, &target).unwrap();
        assert_eq!(prepared.endpoint.to_string(), place, "{row}");
    }
}

#[test]
fn menu_lines() {
    let here: Target = "gopher://here.test".parse().unwrap();
    let mut rows = rows(MENU_LINES);
    while let (Some(line), Some(right)) = (rows.next(), rows.next()) {
        let bytes = unescape(line);
        let bytes = bytes.strip_suffix(b"\n").unwrap();
        let found = MenuLine::parse(bytes.strip_suffix(b"\r").unwrap_or(bytes));
        let MenuLine::Item(item) = found else {
            assert_eq!(right.trim(), "malformed", "{line}");
            continue;
        };
        let text = |bytes: &[u8]| netspeak_core::text::printable(bytes).replace(' ', "_");
        let option = |bytes: Option<&[u8]>| bytes.map_or("-".to_owned(), text);
        for pair in right.split_whitespace() {
            let (key, expected) = pair.split_once('=').unwrap();
            let found = match key {
                "type" => item.item_type.to_string(),
                "display" => text(&item.display),
                "text" => item.text(Encoding::guess(&item.display)).into_owned(),
                "selector" => text(&item.selector),
                "host" => option(item.host.as_deref()),
                "port" => item.port.map_or("-".to_owned(), |port| port.to_string()),
                "plus" => option(item.plus.as_deref()),
                "target" => item.target(&here).unwrap_or("-".to_owned()),
                "error" => if item.is_error() { "yes" } else { "no" }.to_owned(),
                other => panic!("{other}"),
            };
            assert_eq!(found, expected, "{key} of {line}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn files() {
    let mut rows = rows(FILES);
    while let (Some(row), Some(right)) = (rows.next(), rows.next()) {
        let (how, comes) = row.split_once(" | ").unwrap();
        let script = Script::new(&format!("C: *\nS- {}", comes.replace("\\t", "\\x09")));
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(script.play(theirs));
        let client = Client::from_conn(Conn::from_memory(ours));
        let found = fetched(client, how).await;
        let expected = right.trim();
        match found {
            Ok(found) => assert_eq!(found, expected, "{row}"),
            Err(error) => {
                let says = error.reply().map(|reply| format!(" says={}", reply.text()));
                let found = format!("error={}{}", error.kind(), says.unwrap_or_default());
                assert_eq!(found, expected, "{row}");
            }
        }
    }
}

async fn fetched(client: Client, how: &str) -> Result<String> {
    let request = Request::default();
    let body = match how {
        "menu" => {
            let listing = client.menu(&request).await?.collect().await?;
            let ending = format!("{:?}", listing.ending).to_lowercase();
            return Ok(format!("lines={} ending={ending}", listing.lines.len()));
        }
        "text" => client.text(&request).await?,
        "bytes" => client.bytes(&request).await?,
        _ => client.plus(&request.plus("+")?).await?,
    };
    let bytes = body.bytes(1000).await?;
    let escaped = bytes.iter().map(|byte| match byte {
        b'\r' => "\\r".to_owned(),
        b'\n' => "\\n".to_owned(),
        b' '..=b'~' => char::from(*byte).to_string(),
        _ => format!("\\x{byte:02X}"),
    });
    Ok(format!("bytes={}", escaped.collect::<String>()))
}
