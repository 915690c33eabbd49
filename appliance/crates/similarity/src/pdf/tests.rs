//! Files as programs write them, and as they should not be: each has one outcome, none harms the run.

use super::*;
use crate::input::Document;

#[path = "../../tests/support/pdf.rs"]
mod make;

use make::{FontKind, Image, Plan, make, write_file};

struct Read {
    facts: PdfFacts,
    texts: Vec<String>,
}

fn read_within(bytes: Vec<u8>, limits: Limits) -> Read {
    let mut texts = Vec::new();
    let document = Document::bytes("a.pdf", bytes);
    let reader = (document.open)().unwrap();
    let facts = super::read(reader, limits, 100, &Cancel::new(), &mut |_, text| {
        texts.push(text.chars().filter(|c| !c.is_whitespace()).collect());
    });
    let Ok(facts) = facts else { panic!("cancelled") };
    Read { facts, texts }
}

fn read(bytes: Vec<u8>) -> Read {
    read_within(bytes, Limits::default())
}

fn pages(count: usize) -> Vec<String> {
    (1..=count).map(|page| format!("第{page}页：施工组织设计（Ａ）与 plan 2026，𠮷祥。")).collect()
}

fn plain(pages: &[String]) -> Vec<String> {
    pages.iter().map(|page| page.chars().filter(|c| !c.is_whitespace()).collect()).collect()
}

#[track_caller]
fn check_troubles(bytes: Vec<u8>, reach: Reach, troubles: &[Trouble]) {
    let read = read(bytes);
    assert_eq!((read.facts.reach, read.facts.troubles.as_slice()), (Some(reach), troubles));
}

#[test]
fn whole_files_of_every_kind() {
    let pages = pages(3);
    for packed in [false, true] {
        for compress in [false, true] {
            for font in [FontKind::Utf16, FontKind::ToUnicode] {
                let bytes = make(&Plan { font, packed, compress, ..Plan::new(&pages) });
                let read = read(bytes);
                assert_eq!(read.facts.troubles, []);
                assert_eq!(read.texts, plain(&pages));
                assert_eq!(read.facts.pages, 3);
                assert!(!read.facts.repaired);
            }
        }
    }
}

#[test]
fn a_font_with_a_predefined_map_or_with_none() {
    let pages = vec!["投标文件：施工组织设计ABC123".to_owned()];
    let gbk = read(make(&Plan { font: FontKind::Gbk, ..Plan::new(&pages) }));
    assert_eq!(gbk.texts, pages);
    let none = read(make(&Plan { font: FontKind::Unmapped, ..Plan::new(&pages) }));
    assert_eq!(none.texts, [""]);
    assert_eq!(none.facts.unmapped, 17);
    assert_eq!(none.facts.troubles, [Trouble::UnmappedCharacters]);
}

#[test]
fn properties_and_images() {
    let pages = pages(2);
    let images = [
        Image { width: 640, height: 480, bytes: b"one endstream inside".to_vec() },
        Image { width: 8, height: 480, bytes: b"a line".to_vec() },
    ];
    let xmp = r#"<x:xmpmeta><rdf:Description xmpMM:DocumentID="uuid:1&amp;2" xmp:CreateDate='2026-03-01T08:00:01+08:00'>
        <dc:creator><rdf:Seq><rdf:li>王建国</rdf:li></rdf:Seq></dc:creator></rdf:Description></x:xmpmeta>"#;
    let info = [("Creator", "WPS 文字"), ("CreationDate", "D:20260301080000+08'00'")];
    let plan = Plan { images: &images, info: &info, xmp: Some(xmp), id: Some("00FFAB"), ..Plan::new(&pages) };
    let facts = read(make(&plan)).facts;
    let meta: Vec<_> = facts.meta.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let expect = [
        (MetaKey::Author, "王建国"),
        (MetaKey::Creator, "WPS 文字"),
        (MetaKey::Created, "D:20260301080000+08'00'"),
        (MetaKey::DocumentId, "uuid:1&2"),
        (MetaKey::FileId, "00ffab"),
    ];
    assert_eq!(meta, expect);
    assert_eq!(facts.fonts, ["SimSun"]);
    let expect = ImageFact {
        sm3: Sm3Digest::of(b"one endstream inside"),
        width: 640,
        height: 480,
        bytes: 20,
        page: 1,
    };
    assert_eq!(facts.images, [expect]);
}

#[test]
fn what_is_no_pdf() {
    check_troubles(Vec::new(), Reach::Unread, &[Trouble::Empty]);
    for (bytes, looks_like) in [
        (&b"PK\x03\x04docx"[..], "zip"),
        (b"\xd0\xcf\x11\xe0doc", "ole"),
        ("投标函".as_bytes(), "text"),
        (b"\xff\xfe\x00", "unknown"),
    ] {
        let expect = [Trouble::NotPdf { looks_like: looks_like.to_owned() }];
        check_troubles(bytes.to_vec(), Reach::Unread, &expect);
    }
    check_troubles(b"%PDF-1.7\nnothing".to_vec(), Reach::Unread, &[Trouble::NoPages]);
}

#[test]
fn an_encrypted_file_is_named() {
    let bytes = make(&Plan::new(&pages(2)));
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.contains("/Root 1 0 R"));
    let at = bytes.windows(11).position(|here| here == b"/Root 1 0 R").unwrap();
    let encrypted = [&bytes[..at], b"/Encrypt<</Filter/Standard/V 4/R 4>>", &bytes[at..]].concat();
    check_troubles(encrypted, Reach::Unread, &[Trouble::Encrypted { handler: "Standard, V4".to_owned() }]);
}

#[test]
fn a_broken_table_is_searched_for() {
    let pages = pages(5);
    for packed in [false, true] {
        let whole = make(&Plan { packed, ..Plan::new(&pages) });
        // The position of the table is wrong; the end is missing; bytes were put before the file's beginning.
        let at = whole.windows(9).rposition(|here| here == b"startxref").unwrap();
        let wrong = [&whole[..at], b"startxref\n77\n%%EOF"].concat();
        let cut = whole[..at].to_vec();
        let moved = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &whole].concat();
        for broken in [wrong, cut, moved] {
            let read = read(broken);
            assert_eq!(read.texts, plain(&pages));
            assert!(read.facts.repaired);
        }
    }
}

#[test]
fn a_truncated_file_gives_what_is_left() {
    let pages = pages(50);
    let whole = make(&Plan::new(&pages));
    let read = read(whole[..whole.len() * 2 / 3].to_vec());
    assert!(read.facts.repaired);
    assert!(read.facts.pages >= 20, "{}", read.facts.pages);
    assert_eq!(read.facts.reach, Some(Reach::Partly));
    assert_eq!(read.facts.troubles, [Trouble::DamagedPages]);
}

#[test]
fn ten_thousand_pages() {
    let pages = pages(10_000);
    for packed in [false, true] {
        let read = read(make(&Plan { packed, ..Plan::new(&pages) }));
        assert_eq!((read.facts.pages, read.facts.reach), (10_000, Some(Reach::Whole)));
        assert!(read.texts[9_999].starts_with("第10000页"));
    }
    let limits = Limits { pages: 100, ..Limits::default() };
    let read = read_within(make(&Plan::new(&pages)), limits);
    assert_eq!((read.facts.pages, read.facts.reach), (100, Some(Reach::Partly)));
    assert_eq!(read.facts.troubles, [Trouble::TooManyPages { limit: 100 }]);
}

fn object(text: impl Into<Vec<u8>>) -> Vec<u8> {
    text.into()
}

/// A file of one page with these contents.
fn one_page(contents: Vec<u8>, resources: &str) -> Vec<Vec<u8>> {
    vec![
        Vec::new(),
        object("<</Type/Catalog/Pages 2 0 R>>"),
        object("<</Type/Pages/Count 1/Kids[3 0 R]>>"),
        object(format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<{resources}>>>>")),
        contents,
    ]
}

fn packed_stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let data = make::deflate(data);
    let head = format!("<<{dict}/Filter/FlateDecode/Length {}>>stream\n", data.len());
    [head.as_bytes(), &data, b"\nendstream"].concat()
}

#[test]
fn a_stream_that_unpacks_without_end_is_left_out() {
    let bomb = packed_stream("", &vec![b' '; 80 << 20]);
    assert!(bomb.len() < 1 << 20);
    let bytes = write_file(&one_page(bomb, ""), false, "/Root 1 0 R");
    let limit = Limits::default().stream;
    check_troubles(bytes, Reach::Partly, &[Trouble::StreamTooLarge { limit }, Trouble::DamagedPages]);
}

#[test]
fn work_without_end_stops() {
    // A form that draws itself twice, and pages that show one long content again and again.
    let mut objects = one_page(packed_stream("", b"/X Do /X Do"), "/XObject<</X 5 0 R>>");
    let inner = [vec![b' '; 1 << 20], b"/X Do /X Do /X Do /X Do".to_vec()].concat();
    objects.push(packed_stream("/Type/XObject/Subtype/Form/Resources<</XObject<</X 5 0 R>>>>", &inner));
    let limits = Limits { work: 64 << 20, ..Limits::default() };
    let read = read_within(write_file(&objects, false, "/Root 1 0 R"), limits);
    assert_eq!(read.facts.troubles, [Trouble::TooMuchWork { limit: 64 << 20 }]);
    assert_eq!(read.facts.reach, Some(Reach::Partly));
}

#[test]
fn loops_end() {
    let pages = |kids: &str| {
        let mut objects = one_page(packed_stream("", b"BT ET"), "");
        objects[2] = object(format!("<</Type/Pages/Count 9/Kids[{kids}]/Parent 2 0 R>>"));
        write_file(&objects, false, "/Root 1 0 R")
    };
    let read = read(pages("2 0 R 3 0 R 3 0 R 2 0 R"));
    assert_eq!((read.facts.pages, read.facts.reach), (1, Some(Reach::Whole)));
    // Lengths, filters and references that lead to themselves; a table whose older section is itself.
    let mut objects = one_page(object("<</Length 5 0 R/Filter 6 0 R>>stream\nBT ET\nendstream"), "");
    objects.push(object("5 0 R"));
    objects.push(object("[6 0 R]"));
    let bytes = write_file(&objects, false, "/Root 1 0 R/Prev 9");
    assert_eq!(self::read(bytes).facts.pages, 1);
    let text = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids 1 0 R>>endobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer<</Root 1 0 R/Prev 63>>\nstartxref\n63\n%%EOF";
    let _ = self::read(text.to_vec());
}

#[test]
fn deep_nesting_ends() {
    let deep = format!("{}{}", "[".repeat(200_000), "<<".repeat(200_000));
    let mut objects = one_page(packed_stream("", deep.as_bytes()), "");
    objects.push(object(deep));
    let read = read(write_file(&objects, false, "/Root 1 0 R"));
    assert_eq!(read.facts.pages, 1);
}

#[test]
fn a_failing_medium_is_named() {
    struct Failing(std::io::Cursor<Vec<u8>>);
    impl std::io::Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.0.position() > 20_000 {
                return Err(std::io::Error::other("bad sector"));
            }
            self.0.read(buffer)
        }
    }
    impl std::io::Seek for Failing {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    let bytes = make(&Plan { compress: false, ..Plan::new(&pages(200)) });
    let reader = Box::new(Failing(std::io::Cursor::new(bytes)));
    let Ok(facts) = super::read(reader, Limits::default(), 100, &Cancel::new(), &mut |_, _| {}) else {
        panic!()
    };
    assert_eq!(facts.troubles, [Trouble::ReadFailed { error: "bad sector".to_owned() }]);
    assert_eq!(facts.reach, Some(Reach::Unread));
}

#[test]
fn a_cancelled_run_ends() {
    let cancel = Cancel::new();
    let document = Document::bytes("a.pdf", make(&Plan::new(&pages(10))));
    let reader = (document.open)().unwrap();
    let mut seen = 0;
    let ended = super::read(reader, Limits::default(), 100, &cancel, &mut |_, _| {
        seen += 1;
        cancel.cancel();
    });
    assert!(ended.is_err());
    assert_eq!(seen, 1);
}

#[test]
fn filters_undo_what_others_do() {
    let text = b"BT /F1 1 Tf (abc abc abc abc) Tj ET".to_vec();
    let hex: String = text.iter().map(|byte| format!("{byte:02x}")).collect();
    let run = [&[34_u8][..], &text, &[128]].concat();
    // LZW: a clear code and single bytes, nine bits each.
    let mut bits = String::from("100000000");
    text.iter().for_each(|byte| bits.push_str(&format!("0{byte:08b}")));
    bits.push_str("100000001");
    let lzw: Vec<u8> = bits
        .as_bytes()
        .chunks(8)
        .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | (bit - b'0')) << (8 - byte.len()))
        .collect();
    for (filter, data) in [("ASCIIHexDecode", hex.into_bytes()), ("RunLengthDecode", run), ("LZWDecode", lzw)]
    {
        let contents =
            [format!("<</Filter/{filter}/Length {}>>stream\n", data.len()).as_bytes(), &data, b"\nendstream"]
                .concat();
        let mut objects = one_page(contents, "/Font<</F1 5 0 R>>");
        objects.push(object("<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>"));
        assert_eq!(read(write_file(&objects, false, "/Root 1 0 R")).texts, ["abcabcabcabc"], "{filter}");
    }
}

/// Bytes are changed, cut out and doubled at many places: a file has an outcome, whatever it is.
#[test]
fn mutated_files_never_harm_the_run() {
    let pages = pages(4);
    let images = [Image { width: 64, height: 64, bytes: vec![7; 300] }];
    let xmp = "<xmp:CreateDate>2026-03-01T08:00:00</xmp:CreateDate>";
    let limits = Limits { work: 32 << 20, stream: 4 << 20, objects: 10_000, ..Limits::default() };
    let mut state = 1_u64;
    let mut next = |bound: usize| {
        state = crate::text::shingle::mix(state.wrapping_add(0x9e37_79b9_7f4a_7c15));
        usize::try_from(state % u64::try_from(bound.max(1)).unwrap()).unwrap()
    };
    for packed in [false, true] {
        for compress in [false, true] {
            let plan = Plan { packed, compress, images: &images, xmp: Some(xmp), ..Plan::new(&pages) };
            let whole = make(&plan);
            for _ in 0..1500 {
                let mut bytes = whole.clone();
                for _ in 0..=next(6) {
                    let (at, length) = (next(bytes.len()), next(40));
                    let until = (at + length).min(bytes.len());
                    match next(5) {
                        0 => bytes[at] = u8::try_from(next(256)).unwrap(),
                        1 => bytes[at] = b"0123456789[]<>()/% R"[next(20)],
                        2 => drop(bytes.drain(at..until)),
                        3 => {
                            let again = bytes[at..until].to_vec();
                            bytes.splice(at..at, again);
                        }
                        _ => bytes.truncate(bytes.len() - next(200).min(bytes.len() - 1)),
                    }
                }
                let read = read_within(bytes, limits);
                assert!(read.facts.reach.is_some());
                assert!(read.facts.reach == Some(Reach::Whole) || !read.facts.troubles.is_empty());
            }
        }
    }
}
