//! A receipt: one spelling, and a code for people.
#![no_main]

use bidroom_ledger::receipt::Receipt;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(receipt) = Receipt::parse(bytes) {
        assert_eq!(receipt.to_bytes().expect("what was read can be written"), bytes);
        assert_eq!(receipt.code().expect("a receipt has a code").len(), 9);
    }
});
