//! Archive containers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bidroom_ledger::archive::{ArchiveWriter, Member};

use crate::Out;

pub(crate) fn archives(out: &Out) {
    let build = |members: &[(&str, &[u8])]| {
        let mut writer = ArchiveWriter::new(Vec::new());
        members.iter().for_each(|(name, body)| writer.add(name, body).unwrap());
        writer.finish().unwrap()
    };
    let write = |name: &str, note: &str, expect: &str, members: &[(&str, &[u8])], bytes: &[u8]| {
        let measured = members.iter().map(|(name, body)| Member::measure(name, &mut &**body).unwrap());
        let headers: Vec<_> =
            measured.map(|m| ("member", format!("{} {:08x} {}", m.length(), m.crc32(), m.name()))).collect();
        out.write(&format!("archive-{name}"), note, expect, &headers, &STANDARD.encode(bytes));
    };
    let members: &[(&str, &[u8])] = &[("a", b"first"), ("日志/条目", b"second"), ("日志/空", b"")];
    let good = build(members);
    write("ok", "three members, one of them empty", "ok", members, &good);
    write("empty", "no member", "ok", &[], &build(&[]));

    let directory = good.windows(4).position(|w| w == [0x50, 0x4b, 1, 2]).unwrap();
    let end = good.len() - 22;
    let edit = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        bytes
    };
    let wrong = |name: &str, note: &str, expect: &str, bytes: Vec<u8>| write(name, note, expect, &[], &bytes);
    wrong("cut", "the last byte is missing", "end", good[..good.len() - 1].to_vec());
    wrong("trailing", "a byte behind the end", "end", [&good[..], &[0]].concat());
    wrong("leading", "a byte before the beginning", "end", [&[0], &good[..]].concat());
    wrong(
        "comment",
        "a comment at the end",
        "end",
        edit(&|b| {
            b[end + 20] = 1;
            b.push(b'x');
        }),
    );
    wrong("count", "a member more in the end record", "end", edit(&|b| b[end + 8] += 1));
    wrong(
        "counts",
        "a member more than the directory has",
        "directory",
        edit(&|b| {
            b[end + 8] += 1;
            b[end + 10] += 1;
        }),
    );
    wrong(
        "fewer",
        "a member less than the directory has",
        "gap",
        edit(&|b| {
            b[end + 8] -= 1;
            b[end + 10] -= 1;
        }),
    );
    wrong("time", "another time in the directory", "directory", edit(&|b| b[directory + 12] = 1));
    wrong("made-by", "another maker in the directory", "directory", edit(&|b| b[directory + 5] = 3));
    wrong("method", "another method in the directory", "directory", edit(&|b| b[directory + 10] = 8));
    wrong("offset", "another place in the directory", "directory", edit(&|b| b[directory + 42] = 1));
    wrong("attributes", "attributes in the directory", "directory", edit(&|b| b[directory + 38] = 0x20));
    wrong(
        "name",
        "a name with a backslash",
        "name",
        edit(&|b| {
            b[30] = b'\\';
            b[directory + 46] = b'\\';
        }),
    );
    wrong("order", "members not sorted", "order", unsorted(&build));
    wrong("header-time", "another time before a body", "header", edit(&|b| b[10] = 1));
    wrong("header-crc", "another checksum before a body", "header", edit(&|b| b[14] ^= 1));
    wrong("body", "one bit of a body", "crc", edit(&|b| b[31] ^= 1));
    wrong("folder", "a member inside another", "folder", folder_in_member(&build));
    wrong("not-zip", "no archive at all", "end", b"BidRoom".to_vec());
}

/// Two members of equal length exchanged in name only.
fn unsorted(build: &impl Fn(&[(&str, &[u8])]) -> Vec<u8>) -> Vec<u8> {
    let mut bytes = build(&[("a", b"1"), ("b", b"1")]);
    for at in 0..bytes.len() {
        let after_header = at >= 30 && bytes[at - 30..].starts_with(b"PK\x03\x04");
        let after_entry = at >= 46 && bytes[at - 46..].starts_with(b"PK\x01\x02");
        if after_header || after_entry {
            bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
        }
    }
    bytes
}

/// `a+b` renamed to `a/b` beside a member `a`.
fn folder_in_member(build: &impl Fn(&[(&str, &[u8])]) -> Vec<u8>) -> Vec<u8> {
    let mut bytes = build(&[("a", b""), ("a+b", b"")]);
    bytes.iter_mut().filter(|byte| **byte == b'+').for_each(|byte| *byte = b'/');
    bytes
}
