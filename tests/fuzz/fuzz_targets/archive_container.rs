//! The container of an archive: what verifies is exactly what its members give.
#![no_main]

use std::io::Cursor;

use bidroom_ledger::archive::{Archive, ArchiveWriter, Member};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut archive) = Archive::open(Cursor::new(bytes)) else { return };
    if archive.verify().is_err() {
        return;
    }
    let members: Vec<Member> = archive.members().cloned().collect();
    let mut writer = ArchiveWriter::new(Vec::new());
    for member in members {
        let mut body = archive.body(member.name()).expect("it was verified");
        writer.add_measured(member, &mut body).expect("it was verified");
    }
    assert_eq!(writer.finish().expect("memory"), bytes);
});
