//! Texts that a server, or a client, may get wrong.

/// A text whose first line is its own, and so finds it among others.
pub(super) fn text(name: &str, rest: &[u8]) -> Vec<u8> {
    [format!("X-Mail: {name}\r\n").as_bytes(), rest].concat()
}

/// Name, what is sent, what must arrive.
pub(super) fn texts() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let same = |name, text: &[u8]| (name, text.to_vec(), text.to_vec());
    let every_octet: Vec<u8> = (0x01..=0xff)
        .filter(|b| ![b'\r', b'\n'].contains(b))
        .collect();
    vec![
        same("plain", b"Subject: plain\r\n\r\nOne line.\r\n"),
        same(
            "dots",
            b"Subject: dots\r\n\r\n.\r\n..\r\n...\r\n.x\r\n. \r\nx.\r\n\r\n.\r\n.\r\n",
        ),
        same("dot first", b"Subject: dot\r\n\r\n.\r\nQUIT\r\n"),
        same("no body", b"Subject: no body\r\n\r\n"),
        same("empty lines", b"Subject: empty\r\n\r\n\r\n\r\n\r\n"),
        same(
            "every octet",
            &[b"Subject: octets\r\n\r\n", &every_octet[..], b"\r\n"].concat(),
        ),
        same(
            "long line",
            &[
                b"Subject: long\r\n\r\n",
                &b"0123456789".repeat(600)[..],
                b"\r\n",
            ]
            .concat(),
        ),
        (
            "lone line ends",
            b"Subject: lone\n\none\ntwo\rthree\r\r\nfour\n.\n..\r.\r\nlast\n".to_vec(),
            b"Subject: lone\r\n\r\none\r\ntwo\r\nthree\r\n\r\nfour\r\n.\r\n..\r\n.\r\nlast\r\n"
                .to_vec(),
        ),
        (
            "smuggling",
            b"Subject: smuggling\r\n\r\none\n.\nMAIL FROM:<a@b>\r\ntwo\n.\r\nthree\r.\r\n".to_vec(),
            b"Subject: smuggling\r\n\r\none\r\n.\r\nMAIL FROM:<a@b>\r\ntwo\r\n.\r\nthree\r\n.\r\n"
                .to_vec(),
        ),
        (
            "no end",
            b"Subject: no end\r\n\r\nlast".to_vec(),
            b"Subject: no end\r\n\r\nlast\r\n".to_vec(),
        ),
    ]
}

/// Lines of all lengths, some beginning with dots, in bytes of all kinds.
pub(super) fn large(name: &str, size: usize) -> Vec<u8> {
    let mut all = text(name, b"Subject: large\r\n\r\n");
    let mut seed: u32 = 1;
    while all.len() < size {
        let mut random = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed >> 16
        };
        let dots = random() % 4;
        all.extend((0..dots).map(|_| b'.'));
        let length = random() % 120;
        all.extend((0..length).map(|_| match random() % 250 {
            end @ (0 | 10 | 13) => end as u8 + 64,
            byte => byte as u8,
        }));
        all.extend_from_slice(b"\r\n");
    }
    all
}
