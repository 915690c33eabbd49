//! A link that starts the helper: any web page can offer one.
#![no_main]

use bidroom_bidder::bridge::link::PairLink;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(link) = PairLink::parse(text) {
        assert!(link.room.starts_with("https://") || link.room.starts_with("http://"), "{}", link.room);
        assert_eq!(PairLink::parse(&link.text()).expect("what was read can be written"), link);
    }
});
