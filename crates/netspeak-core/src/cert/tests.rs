//! Certificates that strict readers refuse, made by hand, and bytes that are none.

use proptest::prelude::*;
use rustls::pki_types::CertificateDer;
use rustls::server::ParsedCertificate;

use super::der::{BIT_STRING, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET};
use super::*;

const NULL: u8 = 0x05;
const UTF8: u8 = 0x0c;
const PRINTABLE: u8 = 0x13;
const IA5: u8 = 0x16;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const ELLIPTIC_CURVE: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let length = match content.len() {
        0..0x80 => vec![length[1]],
        0x80..0x100 => vec![0x81, length[1]],
        _ => vec![0x82, length[0], length[1]],
    };
    [&[tag], length.as_slice(), content].concat()
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

fn algorithm(oid: &[u8]) -> Vec<u8> {
    sequence(&[element(OBJECT_IDENTIFIER, oid), element(NULL, &[])])
}

/// An attribute alone in its set.
fn attribute(oid: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
    let pair = sequence(&[element(OBJECT_IDENTIFIER, oid), element(tag, value)]);
    element(SET, &pair)
}

fn common_name(tag: u8, value: &[u8]) -> Vec<u8> {
    sequence(&[attribute(COMMON_NAME, tag, value)])
}

fn times(first: (u8, &str), last: (u8, &str)) -> Vec<u8> {
    sequence(&[first, last].map(|(tag, text)| element(tag, text.as_bytes())))
}

fn key(oid: &[u8], key: &[u8]) -> Vec<u8> {
    sequence(&[algorithm(oid), element(BIT_STRING, &[&[0], key].concat())])
}

fn rsa(modulus: &[u8]) -> Vec<u8> {
    let exponent = element(INTEGER, &[1, 0, 1]);
    key(RSA, &sequence(&[element(INTEGER, modulus), exponent]))
}

fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical {
        element(0x01, &[0xff])
    } else {
        vec![]
    };
    sequence(&[
        element(OBJECT_IDENTIFIER, oid),
        critical,
        element(OCTET_STRING, value),
    ])
}

fn alternative_names(names: &[(u8, &[u8])]) -> Vec<u8> {
    let names: Vec<Vec<u8>> = names
        .iter()
        .map(|(tag, name)| element(*tag, name))
        .collect();
    extension(SUBJECT_ALT_NAME, false, &sequence(&names))
}

/// A certificate in its parts: each test makes one of them odd.
#[derive(Clone)]
struct Sample {
    version: Vec<u8>,
    serial: Vec<u8>,
    issuer: Vec<u8>,
    validity: Vec<u8>,
    subject: Vec<u8>,
    key: Vec<u8>,
    unique_ids: Vec<u8>,
    extensions: Vec<Vec<u8>>,
    signature: Vec<u8>,
}

fn sample() -> Sample {
    let modulus = [&[0, 0xc1], [7; 255].as_slice()].concat();
    Sample {
        version: element(VERSION, &element(INTEGER, &[2])),
        serial: element(INTEGER, &[1]),
        issuer: sequence(&[attribute(ORGANIZATION, PRINTABLE, b"Example")]),
        validity: times((UTC_TIME, "260101000000Z"), (UTC_TIME, "270101000000Z")),
        subject: common_name(UTF8, b"mail.example.org"),
        key: rsa(&modulus),
        unique_ids: vec![],
        extensions: vec![alternative_names(&[(0x82, b"mail.example.org")])],
        signature: algorithm(SHA256_WITH_RSA),
    }
}

impl Sample {
    fn der(&self) -> Vec<u8> {
        let extensions = match self.extensions.is_empty() {
            true => vec![],
            false => element(EXTENSIONS, &sequence(&self.extensions)),
        };
        let inner = sequence(&[
            self.version.clone(),
            self.serial.clone(),
            self.signature.clone(),
            self.issuer.clone(),
            self.validity.clone(),
            self.subject.clone(),
            self.key.clone(),
            self.unique_ids.clone(),
            extensions,
        ]);
        let signature = element(BIT_STRING, &[0; 257]);
        sequence(&[inner, self.signature.clone(), signature])
    }

    fn facts(&self) -> CertFacts {
        CertFacts::read(&self.der())
    }
}

/// All that is said about a certificate apart from its own bytes.
fn told(facts: CertFacts) -> CertFacts {
    CertFacts {
        sha256: String::new(),
        der: vec![],
        ..facts
    }
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn an_ordinary_certificate() {
    let facts = sample().facts();
    let der = sample().der();
    assert_eq!(
        facts,
        CertFacts {
            subject: "CN=mail.example.org".into(),
            issuer: "O=Example".into(),
            names: vec!["mail.example.org".into()],
            not_before: at("2026-01-01T00:00:00Z"),
            not_after: at("2027-01-01T00:00:00Z"),
            sha256: hex(&Sha256::digest(&der)),
            spki_sha256: hex(&Sha256::digest(sample().key)),
            key: "rsa2048".into(),
            signature: "rsa-sha256".into(),
            der,
        }
    );
}

#[test]
fn what_is_no_certificate_still_has_a_hash() {
    let facts = CertFacts::read(b"not a certificate");
    assert_eq!(facts.sha256.len(), 64);
    assert_eq!((facts.subject.as_str(), facts.not_after), ("", None));
    assert_eq!(spki_sha256(b"not a certificate"), None);
}

#[test]
fn days_are_whole_and_negative_after_the_end() {
    let at = |second| Timestamp::from_second(second).unwrap();
    let facts = CertFacts {
        not_after: Some(at(864_000)),
        ..CertFacts::default()
    };
    assert_eq!(facts.days_left(at(0)), Some(10));
    assert_eq!(facts.days_left(at(1)), Some(9));
    assert_eq!(facts.days_left(at(864_001)), Some(-1));
}

#[test]
fn serial_numbers_cost_nothing() {
    let serials: [(u8, &[u8]); 6] = [
        (INTEGER, &[0x7f; 20]),
        // With the zero that keeps it positive, 21 bytes.
        (INTEGER, &[&[0], [0xff; 20].as_slice()].concat()),
        (INTEGER, &[7; 40]),
        // Negative.
        (INTEGER, &[0xff, 0x01]),
        (INTEGER, &[]),
        (UTF8, b"17"),
    ];
    for (tag, serial) in serials {
        let mut odd = sample();
        odd.serial = element(tag, serial);
        assert_eq!(told(odd.facts()), told(sample().facts()), "{serial:?}");
        assert!(spki_sha256(&odd.der()).is_some());
    }
}

#[test]
fn versions_cost_nothing() {
    // Version 1 has neither a version nor extensions.
    let mut first = sample();
    first.version = vec![];
    first.extensions = vec![];
    let facts = told(first.facts());
    let mut expected = told(sample().facts());
    expected.names = vec![];
    assert_eq!(facts, expected);
    assert_eq!(spki_sha256(&first.der()), spki_sha256(&sample().der()));

    let mut future = sample();
    future.version = element(VERSION, &element(INTEGER, &[9]));
    assert_eq!(told(future.facts()), told(sample().facts()));
}

#[test]
fn times_in_odd_forms() {
    for (first, last) in [
        // Without seconds.
        ((UTC_TIME, "2601010000Z"), (UTC_TIME, "2701010000Z")),
        // GeneralizedTime before 2050.
        (
            (GENERALIZED_TIME, "20260101000000Z"),
            (GENERALIZED_TIME, "20270101000000Z"),
        ),
        (
            (UTC_TIME, "260101010000+0100"),
            (UTC_TIME, "261231230000-0100"),
        ),
    ] {
        let mut odd = sample();
        odd.validity = times(first, last);
        assert_eq!(told(odd.facts()), told(sample().facts()), "{first:?}");
    }
    // One that cannot be read costs itself alone.
    let mut broken = sample();
    broken.validity = times((UTC_TIME, "260000000000Z"), (UTC_TIME, "270101000000Z"));
    let mut expected = told(sample().facts());
    expected.not_before = None;
    assert_eq!(told(broken.facts()), expected);
}

#[test]
fn bytes_behind_a_certificate_are_not_read() {
    let alone = sample().der();
    let facts = CertFacts::read(&[alone.as_slice(), b"\r\n\0"].concat());
    assert_ne!(facts.sha256, sample().facts().sha256);
    assert_eq!(told(facts), told(sample().facts()));
}

#[test]
fn lengths_in_more_bytes_than_needed() {
    let der = sample().der();
    // The outer length, in four bytes instead of two.
    assert_eq!(der[1], 0x82);
    let wide = [&[SEQUENCE, 0x84, 0, 0], &der[2..]].concat();
    assert_eq!(told(CertFacts::read(&wide)), told(sample().facts()));
}

#[test]
fn strings_of_every_kind() {
    let cases: [(u8, &[u8], &str); 17] = [
        (UTF8, "Bücher".as_bytes(), "Bücher"),
        (PRINTABLE, b"mail", "mail"),
        // What may not stand in a PrintableString, and does.
        (PRINTABLE, "*.Bücher@example".as_bytes(), "*.Bücher@example"),
        (IA5, b"ops@example.org", "ops@example.org"),
        (0x12, b"0049 30", "0049 30"),
        (0x1a, b"visible", "visible"),
        (0x1b, b"general", "general"),
        // TeletexString (T61): Latin-1 in practice, or UTF-8.
        (0x14, b"plain", "plain"),
        (0x14, b"B\xfccher", "Bücher"),
        (0x14, "Bücher".as_bytes(), "Bücher"),
        // BMPString
        (0x1e, &[0, b'B', 0, 0xfc, 0x20, 0xac], "Bü€"),
        (0x1e, &[0xd8, 0x3d, 0xde, 0x00], "😀"),
        (0x1e, &[0, b'B', 0], "004200"),
        // UniversalString
        (0x1c, &[0, 0, 0, b'B', 0, 1, 0xf6, 0x00], "B😀"),
        (0x1c, &[0, 0x11, 0, 0], "00110000"),
        // No string at all.
        (OCTET_STRING, &[0xab, 0xcd], "ABCD"),
        // Not what it says it is.
        (UTF8, b"B\xfccher", r"B\xfccher"),
    ];
    for (tag, value, text) in cases {
        let mut odd = sample();
        odd.subject = common_name(tag, value);
        let mut expected = told(sample().facts());
        expected.subject = format!("CN={text}");
        assert_eq!(told(odd.facts()), expected, "{tag:#04x}");
    }
}

#[test]
fn names_in_order_with_their_attributes() {
    let pair = |oid: &[u8], value: &[u8]| {
        sequence(&[element(OBJECT_IDENTIFIER, oid), element(PRINTABLE, value)])
    };
    let mut odd = sample();
    odd.subject = sequence(&[
        attribute(&[0x55, 0x04, 0x06], PRINTABLE, b"DE"),
        attribute(&[0x55, 0x04, 0x08], PRINTABLE, b"Berlin"),
        attribute(&[0x55, 0x04, 0x07], PRINTABLE, b"Berlin"),
        // Two attributes in one set.
        element(
            SET,
            &[
                pair(ORGANIZATION, b"Example"),
                pair(&[0x55, 0x04, 0x0b], b"Mail"),
            ]
            .concat(),
        ),
        attribute(&[0x55, 0x04, 0x05], PRINTABLE, b"HRB 1"),
        // organizationIdentifier has no short name.
        attribute(&[0x55, 0x04, 0x61], PRINTABLE, b"VATDE-1"),
        // domainComponent, jurisdictionCountryName
        attribute(
            &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19],
            IA5,
            b"org",
        ),
        attribute(
            &[
                0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 0x03,
            ],
            PRINTABLE,
            b"DE",
        ),
        attribute(
            &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01],
            IA5,
            b"ops@example.org",
        ),
    ]);
    assert_eq!(
        odd.facts().subject,
        "C=DE, ST=Berlin, L=Berlin, O=Example + OU=Mail, serialNumber=HRB 1, OID(2.5.4.97)=VATDE-1, \
         DC=org, msJurisdictionCountry=DE, Email=ops@example.org"
    );
    // A terminal's escapes, and an attribute without a value.
    odd.subject = sequence(&[
        attribute(ORGANIZATION, UTF8, b"\x1b[2J"),
        element(SET, &sequence(&[element(OBJECT_IDENTIFIER, ORGANIZATION)])),
        attribute(COMMON_NAME, UTF8, b"mail"),
    ]);
    let facts = odd.facts();
    assert_eq!(facts.subject, r"O=\x1b[2J, CN=mail");
    assert_eq!(facts.names, ["mail.example.org"]);
}

#[test]
fn a_subject_may_be_empty() {
    let mut odd = sample();
    odd.subject = sequence(&[]);
    let mut expected = told(sample().facts());
    expected.subject = String::new();
    assert_eq!(told(odd.facts()), expected);
}

#[test]
fn alternative_names_of_every_kind() {
    let v6 = "2001:db8::1".parse::<Ipv6Addr>().unwrap().octets();
    let mut odd = sample();
    odd.extensions = vec![alternative_names(&[
        (0x82, b"*.example.org"),
        (0x81, b"ops@example.org"),
        (0x86, b"https://example.org/"),
        // otherName, directoryName, registeredID
        (0xa0, &element(OBJECT_IDENTIFIER, COMMON_NAME)),
        (0xa4, &common_name(UTF8, b"directory")),
        (0x88, COMMON_NAME),
        (0x87, &[192, 0, 2, 1]),
        (0x87, &v6),
        // Neither IPv4 nor IPv6.
        (0x87, &[192, 0, 2]),
        (0x87, &[]),
        (0x87, &[192, 0, 2, 0, 255, 255, 255, 0]),
        // Not ASCII, as it may not be, and not even text.
        (0x82, "bücher\x1b.example".as_bytes()),
        (0x82, b"b\xfccher.example"),
    ])];
    let names = [
        "*.example.org",
        "ops@example.org",
        "https://example.org/",
        "192.0.2.1",
        "2001:db8::1",
        r"bücher\x1b.example",
    ];
    let mut expected = told(sample().facts());
    expected.names = names.map(str::to_owned).to_vec();
    assert_eq!(told(odd.facts()), expected);
}

#[test]
fn extensions_that_nobody_knows_cost_nothing() {
    let names = alternative_names(&[(0x82, b"mail.example.org")]);
    let value = sequence(&[element(0x82, b"mail.example.org")]);
    for extensions in [
        // Unknown and critical.
        vec![
            extension(&[0x2a, 0x03, 0x04], true, b"\xff\xff"),
            names.clone(),
        ],
        // Known, and not what it should be.
        vec![extension(&[0x55, 0x1d, 0x13], true, b"junk"), names.clone()],
        // Twice.
        vec![
            extension(&[0x55, 0x1d, 0x0f], false, &[]),
            extension(&[0x55, 0x1d, 0x0f], false, &[]),
            names.clone(),
        ],
        vec![extension(SUBJECT_ALT_NAME, true, &value)],
        // No extension at all, and one without a value.
        vec![
            element(NULL, &[]),
            sequence(&[]),
            sequence(&[element(OBJECT_IDENTIFIER, &[0x55, 0x1d, 0x0f])]),
            names.clone(),
        ],
        vec![extension(SUBJECT_ALT_NAME, false, b"junk"), names.clone()],
    ] {
        let mut odd = sample();
        odd.extensions = extensions;
        assert_eq!(told(odd.facts()), told(sample().facts()));
    }
    let mut with_ids = sample();
    with_ids.unique_ids = [element(0x81, &[0, 7]), element(0x82, &[0, 7])].concat();
    assert_eq!(told(with_ids.facts()), told(sample().facts()));
}

#[test]
fn keys_by_kind_and_size() {
    let point = |first: u8, length: usize| [vec![first], vec![7; length]].concat();
    let cases = [
        (rsa(&[vec![0x00, 0x80], vec![0; 255]].concat()), "rsa2048"),
        (rsa(&[vec![0x00, 0xff], vec![0; 511]].concat()), "rsa4096"),
        // Its first bit is not set.
        (rsa(&[vec![0x7f], vec![0; 255]].concat()), "rsa2047"),
        // Without the zero that would keep it positive.
        (rsa(&[0x80; 128]), "rsa1024"),
        (rsa(&[]), "rsa0"),
        // Not an RSA key inside.
        (key(RSA, b"junk"), "1.2.840.113549.1.1.1"),
        (key(ELLIPTIC_CURVE, &point(4, 64)), "ec256"),
        (key(ELLIPTIC_CURVE, &point(4, 96)), "ec384"),
        (key(ELLIPTIC_CURVE, &point(4, 132)), "ec521"),
        (key(ELLIPTIC_CURVE, &point(2, 32)), "ec256"),
        (key(ELLIPTIC_CURVE, &point(3, 66)), "ec521"),
        (key(&[0x2b, 0x65, 0x70], &[7; 32]), "ed25519"),
        (key(&[0x2b, 0x65, 0x71], &[7; 57]), "ed448"),
        // RSASSA-PSS, and what is in no book.
        (
            key(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a], &[]),
            "1.2.840.113549.1.1.10",
        ),
        (key(&[0x2a, 0x03], &[]), "1.2.3"),
    ];
    for (key, name) in cases {
        let hash = Sha256::digest(&key);
        let mut odd = sample();
        odd.key = key;
        let mut expected = told(sample().facts());
        expected.key = name.to_owned();
        expected.spki_sha256 = hex(&hash);
        assert_eq!(told(odd.facts()), expected);
        assert_eq!(spki_sha256(&odd.der()), Some(hash.into()), "{name}");
    }
}

#[test]
fn signatures_by_name() {
    let pkcs1 = |last| [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last].to_vec();
    let ecdsa = |last| [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last].to_vec();
    for (oid, name) in [
        (pkcs1(5), "rsa-sha1"),
        (pkcs1(10), "rsa-pss"),
        (pkcs1(11), "rsa-sha256"),
        (pkcs1(12), "rsa-sha384"),
        (pkcs1(13), "rsa-sha512"),
        (ecdsa(2), "ecdsa-sha256"),
        (ecdsa(3), "ecdsa-sha384"),
        (ecdsa(4), "ecdsa-sha512"),
        (vec![0x2b, 0x65, 0x70], "ed25519"),
        (vec![0x2b, 0x65, 0x71], "ed448"),
        (pkcs1(4), "1.2.840.113549.1.1.4"),
    ] {
        let mut odd = sample();
        odd.signature = algorithm(&oid);
        let mut expected = told(sample().facts());
        expected.signature = name.to_owned();
        assert_eq!(told(odd.facts()), expected);
    }
    // Its parameters are not looked at, nor missed.
    for parameters in [vec![], sequence(&[element(0xa0, &algorithm(&[0x2a]))])] {
        let mut odd = sample();
        odd.signature = sequence(&[element(OBJECT_IDENTIFIER, &pkcs1(10)), parameters]);
        assert_eq!(odd.facts().signature, "rsa-pss");
    }
}

#[test]
fn a_part_that_cannot_be_read_costs_itself_alone() {
    type Break = fn(&mut Sample, Vec<u8>);
    type Forget = fn(&mut CertFacts);
    let parts: [(Break, Forget); 5] = [
        (
            |cert, junk| cert.issuer = junk,
            |facts| facts.issuer.clear(),
        ),
        (
            |cert, junk| cert.validity = junk,
            |facts| (facts.not_before, facts.not_after) = (None, None),
        ),
        (
            |cert, junk| cert.subject = junk,
            |facts| facts.subject.clear(),
        ),
        (
            |cert, junk| cert.key = junk,
            |facts| {
                facts.key.clear();
                facts.spki_sha256.clear();
            },
        ),
        (
            |cert, junk| cert.signature = junk,
            |facts| facts.signature.clear(),
        ),
    ];
    for (spoil, forget) in parts {
        let mut odd = sample();
        spoil(&mut odd, element(NULL, b"junk"));
        let mut expected = told(sample().facts());
        forget(&mut expected);
        assert_eq!(told(odd.facts()), expected);
    }
}

/// A certificate that is right in every bit.
fn real() -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(["mail.example.org".to_owned()]).unwrap();
    params.self_signed(&key).unwrap().der().to_vec()
}

#[test]
fn keys_that_others_made() {
    for (algorithm, name, signature) in [
        (&rcgen::PKCS_ECDSA_P256_SHA256, "ec256", "ecdsa-sha256"),
        (&rcgen::PKCS_ECDSA_P384_SHA384, "ec384", "ecdsa-sha384"),
        (&rcgen::PKCS_ED25519, "ed25519", "ed25519"),
    ] {
        let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
        let params = rcgen::CertificateParams::new(["192.0.2.1".to_owned()]).unwrap();
        let cert = params.self_signed(&key).unwrap();
        let facts = CertFacts::read(cert.der());
        assert_eq!(
            (facts.key.as_str(), facts.signature.as_str()),
            (name, signature)
        );
        assert_eq!(facts.names, ["192.0.2.1"]);
        assert_eq!(facts.spki_sha256, spki_by_rustls(cert.der()).unwrap());
    }
}

/// The key that rustls verifies a handshake with.
fn spki_by_rustls(der: &[u8]) -> Option<String> {
    let der = CertificateDer::from(der);
    let cert = ParsedCertificate::try_from(&der).ok()?;
    Some(hex(&Sha256::digest(cert.subject_public_key_info())))
}

/// What an attacker does to a certificate: bytes replaced, put in, taken out.
fn tampered() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    prop::collection::vec(change, 0..4).prop_map(|changes| {
        let mut der = real();
        for (at, byte, how) in changes {
            let at = at.index(der.len());
            match how {
                0 => der[at] = byte,
                1 => der.insert(at, byte),
                _ => drop(der.remove(at)),
            }
        }
        der
    })
}

proptest! {
    #[test]
    fn any_bytes_have_a_hash_and_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let facts = CertFacts::read(&bytes);
        prop_assert_eq!(facts.sha256.len(), 64);
        // In the places of a certificate's parts as well.
        let mut odd = sample();
        odd.subject = element(SEQUENCE, &bytes);
        odd.key = element(SEQUENCE, &bytes);
        odd.extensions = vec![bytes];
        prop_assert_eq!(odd.facts().issuer, "O=Example");
    }

    /// A pin would be worth nothing if it were compared with another key than the one that signs
    /// the handshake.
    #[test]
    fn the_pinned_key_is_the_one_that_rustls_verifies_with(der in tampered()) {
        if let Some(key) = spki_by_rustls(&der) {
            prop_assert_eq!(CertFacts::read(&der).spki_sha256, key.clone());
            prop_assert_eq!(spki_sha256(&der).map(|hash| hex(&hash)), Some(key));
        }
    }
}
