use super::*;

fn ber(bytes: &[u8]) -> Ber<&[u8]> {
    Ber::new(bytes)
}

#[track_caller]
fn check(bytes: &[u8], expect: &[u8]) {
    let mut reader = ber(bytes);
    assert_eq!(reader.element("it", 64).unwrap(), expect);
    reader.end().unwrap();
}

#[test]
fn every_form_of_a_length_becomes_der() {
    check(&[0x04, 0x01, 7], &[0x04, 0x01, 7]);
    check(&[0x04, 0x81, 0x01, 7], &[0x04, 0x01, 7]);
    check(&[0x04, 0x84, 0, 0, 0, 1, 7], &[0x04, 0x01, 7]);
    check(&[0x30, 0x80, 0x04, 0x01, 7, 0, 0], &[0x30, 0x03, 0x04, 0x01, 7]);
    check(&[0x30, 0x80, 0x30, 0x80, 0, 0, 0, 0], &[0x30, 0x02, 0x30, 0x00]);
    check(&[0x30, 0x04, 0x30, 0x80, 0, 0], &[0x30, 0x02, 0x30, 0x00]);
    check(&[0x24, 0x80, 0x04, 1, 7, 0x24, 4, 0x04, 0, 0x04, 0, 0x04, 1, 8, 0, 0], &[0x04, 2, 7, 8]);
}

#[track_caller]
fn refused(bytes: &[u8], expect: &str) {
    let mut reader = ber(bytes);
    let answer = reader.element("it", 16).and_then(|_| reader.end());
    assert_eq!(answer.unwrap_err().to_string(), expect);
}

#[test]
fn what_is_no_ber_is_refused_with_its_place() {
    refused(&[], "it is missing or not of the expected kind, at byte 0");
    refused(&[0x04], "the input ends at byte 1, inside an element");
    refused(&[0x04, 2, 1], "the input ends at byte 3, inside an element");
    refused(&[0x30, 0x80, 0x04, 1, 1], "the input ends at byte 5, inside an element");
    refused(&[0x04, 1, 1, 9], "bytes follow the message, from byte 3");
    let wrong = |at| format!("a tag and a length is missing or not of the expected kind, at byte {at}");
    refused(&[0x1f, 0x81, 0x01, 0], &wrong(1));
    refused(&[0x04, 0x80, 0, 0], &wrong(2));
    refused(&[0x04, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0], &wrong(10));
    refused(&[0x30, 2, 0x04, 1, 7], &wrong(4));
    refused(&[0x30, 3, 0x30, 0x80, 0, 0], &wrong(6));
    refused(
        &[0x00, 0x00],
        "an element instead of the end of contents is missing or not of the expected kind, at byte 2",
    );
    refused(&[0x24, 2, 0x05, 0], "it is missing or not of the expected kind, at byte 4");
    refused(&[0x04, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "it is too long, at byte 2");
    refused(&[0x04, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &wrong(10));
}

#[test]
fn nesting_and_empty_elements_are_bounded() {
    refused(&[0x30, 0x80].repeat(9), "it is too long, at byte 18");
    let mut reader = Ber::new(io::repeat(0x30).chain(io::empty()));
    assert!(matches!(reader.element("it", 1 << 20), Err(StreamError::Structure { .. })));
    let many = [vec![0x30, 0x80], [0x05, 0].repeat(1000)].concat();
    refused(&many, "it is too long, at byte 18");
}

#[test]
fn an_octet_string_streams_whatever_its_segments() {
    let forms: [&[u8]; 4] = [
        &[0x04, 4, 1, 2, 3, 4],
        &[0x24, 0x80, 0x04, 1, 1, 0x04, 0, 0x04, 3, 2, 3, 4, 0, 0],
        &[0x24, 8, 0x04, 2, 1, 2, 0x04, 2, 3, 4],
        &[0x24, 0x80, 0x24, 0x80, 0x04, 1, 1, 0, 0, 0x24, 5, 0x04, 3, 2, 3, 4, 0, 0],
    ];
    for form in forms {
        let mut reader = ber(form);
        let mut string = reader.begin_octets(OCTETS, OCTETS_CONSTRUCTED, "it").unwrap();
        let (mut whole, mut piece) = (Vec::new(), [0; 3]);
        loop {
            match reader.octets(&mut string, &mut piece).unwrap() {
                0 => break,
                came => whole.extend_from_slice(&piece[..came]),
            }
        }
        assert_eq!(whole, [1, 2, 3, 4]);
        assert_eq!(reader.octets(&mut string, &mut piece).unwrap(), 0);
        reader.end().unwrap();
    }
}

#[test]
fn a_tap_hashes_what_was_read_and_nothing_else() {
    let bytes = [0x05, 0, 0x30, 3, 0x04, 1, 9, 0x05, 0];
    let mut reader = ber(&bytes);
    reader.element("null", 8).unwrap();
    reader.start_tap();
    reader.element("it", 8).unwrap();
    let expect: [u8; 32] = Sm3::digest(&bytes[2..7]).into();
    assert_eq!(reader.stop_tap(), expect);
    reader.skip_if(0x30, "other").unwrap();
    reader.skip_if(0x05, "null").unwrap();
    reader.end().unwrap();
}
