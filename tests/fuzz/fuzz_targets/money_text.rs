//! Amounts as people write them: what is read is an amount, in figures and in words.
#![no_main]

use bidroom_domain::Fen;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(amount) = Fen::parse_yuan(text) {
        assert_eq!(Fen::parse_yuan(&amount.figures()).expect("our own figures"), amount);
        assert!(!amount.words().is_empty());
    }
});
