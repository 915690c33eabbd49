//! A sealed list of experts, and the content that its devices decrypt.
#![no_main]

use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_envelope::bid::share::Share;
use bidroom_envelope::committee::{ListScope, open_list, seal_list};
use bidroom_tender::SealedList;
use libfuzzer_sys::fuzz_target;

const SECRET: [u8; 32] = [7; 32];

fuzz_target!(|bytes: &[u8]| {
    if let Ok(sealed) = SealedList::parse(bytes) {
        assert_eq!(to_canonical(&sealed).expect("what was read can be written"), bytes);
        let _ = sealed.open(&Share::from_bytes(&SECRET), &[]);
    }
    let (publication, list) = (Sm3Digest::of(b"publication"), Sm3Digest::of(b"list"));
    let scope = ListScope { session: "T-1", publication: &publication, list: &list };
    let sealed = seal_list(&SECRET, &scope, bytes).expect("it is short");
    let opened = open_list(&Share::from_bytes(&SECRET), &scope, &sealed).expect("it was sealed so");
    assert_eq!(opened.as_slice(), bytes);
    assert!(open_list(&Share::from_bytes(&SECRET), &scope, bytes).is_err());
});
