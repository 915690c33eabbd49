//! Drafts are encrypted before they leave the terminal: SM4-GCM under a key that is made of a code which only the member has.
//!
//! The code is drawn on the terminal and shown to the member, who takes it along when it has to go on at another terminal. It has
//! 60 bits, which the room, which has the ciphertext, cannot try within the day for which a draft is worth anything.

use core::fmt;

use bidroom_canon::labelled_sm3;
use bidroom_domain::SessionId;
use bidroom_envelope::suite::sm4::Sm4Gcm;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::model::Draft;

const LABEL: &str = "bidroom/draft/v1";
/// Characters of a code: twelve of five bits each. None of them is taken for another when it is written by hand.
const LENGTH: usize = 12;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const NONCE: usize = 12;
const TAG: usize = 16;

/// The code of a member's draft.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<String>);

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code")
    }
}

impl Code {
    /// A new code.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        rng.fill_bytes(bytes.as_mut_slice());
        let characters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32)));
        Self(Zeroizing::new(characters.map(|byte| char::from(*byte)).collect()))
    }

    /// Reads a code as somebody typed it; none if it is no code.
    pub fn read(text: &str) -> Option<Self> {
        let plain = |c: char| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        let characters: String =
            text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(plain).collect();
        let known = characters.bytes().all(|byte| ALPHABET.contains(&byte));
        (characters.len() == LENGTH && known).then(|| Self(Zeroizing::new(characters)))
    }

    /// As it is shown: in groups of four.
    pub fn shown(&self) -> String {
        let groups: Vec<&str> =
            self.0.as_bytes().chunks(4).filter_map(|group| core::str::from_utf8(group).ok()).collect();
        groups.join("-")
    }

    fn cipher(&self, session: &SessionId, member: u8) -> Sm4Gcm {
        let digest = labelled_sm3(LABEL, &[session.as_str().as_bytes(), &[member], self.0.as_bytes()]);
        let mut key = Zeroizing::new([0; 16]);
        if let Some((first, _)) = digest.as_bytes().split_first_chunk::<16>() {
            key.copy_from_slice(first);
        }
        Sm4Gcm::new(&key)
    }

    /// Encrypts a draft for its place: nonce ‖ ciphertext ‖ tag. None if it cannot be written.
    pub fn seal(
        &self,
        session: &SessionId,
        member: u8,
        revision: u64,
        draft: &Draft,
        rng: &mut impl CryptoRng,
    ) -> Option<Vec<u8>> {
        let mut text = Zeroizing::new(serde_json::to_vec(draft).ok()?);
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let tag =
            self.cipher(session, member).seal_in_place(&nonce, &revision.to_be_bytes(), &mut text).ok()?;
        Some([nonce.as_slice(), &text, &tag].concat())
    }

    /// Decrypts a draft; none with another code, or if it is not the one of this place.
    pub fn open(&self, session: &SessionId, member: u8, revision: u64, sealed: &[u8]) -> Option<Draft> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE>()?;
        let (text, tag) = rest.split_last_chunk::<TAG>()?;
        let mut text = Zeroizing::new(text.to_vec());
        let cipher = self.cipher(session, member);
        cipher.open_in_place(nonce, &revision.to_be_bytes(), &mut text, tag).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_domain::evaluation::SheetPart;
    use rand_core::UnwrapErr;

    #[test]
    fn a_draft_opens_with_its_code_in_its_place_only() {
        let rng = &mut UnwrapErr(getrandom::SysRng);
        let (session, other): (SessionId, SessionId) = ("T-1".parse().unwrap(), "T-2".parse().unwrap());
        let mut draft = Draft::default();
        draft.type_score(SheetPart::Whole, 3, "design", "8.5".into());
        let code = Code::draw(rng);
        let sealed = code.seal(&session, 2, 7, &draft, rng).unwrap();
        let again = Code::read(&format!(" {} ", code.shown().to_lowercase())).unwrap();
        assert_eq!(again.open(&session, 2, 7, &sealed), Some(draft));
        assert_eq!(Code::draw(rng).open(&session, 2, 7, &sealed), None);
        assert_eq!(code.open(&session, 3, 7, &sealed), None);
        assert_eq!(code.open(&session, 2, 6, &sealed), None);
        assert_eq!(code.open(&other, 2, 7, &sealed), None);
        for length in 0..sealed.len() {
            assert_eq!(code.open(&session, 2, 7, &sealed[..length]), None);
        }
        assert!(!sealed.windows(6).any(|window| window == b"design"));
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        assert_eq!(Code::read("OIL0-1234-abcd").unwrap().shown(), "0110-1234-ABCD");
        for no in ["", "0110-1234-ABC", "0110-1234-ABCDE", "0110-1234-ABCU", "零110-1234-ABC"] {
            assert_eq!(Code::read(no), None, "{no}");
        }
    }
}
