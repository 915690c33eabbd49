//! From leaves to bytes: what a class may see of a leaf, the text of a frame, and its WebSocket framing.

use actix_web::web::Bytes;
use bidroom_domain::opening::{Event, EventError, State, may_know, may_read};
use bidroom_domain::{LotFacts, ReaderClass};
use bidroom_ledger::entry::{DiscloseError, Entry, EntryError};
use bidroom_ledger::replay::LeafView;
use bidroom_wire::{LiveStatus, SignedClock};

use crate::store::StoredEntry;

/// Why a leaf cannot be shown to anybody.
#[derive(Debug, thiserror::Error)]
pub(super) enum EncodeError {
    #[error("leaf {index}: {source}")]
    Entry { index: u64, source: EntryError },
    #[error("leaf {index}: {source}")]
    Opening { index: u64, source: DiscloseError },
    #[error("leaf {index}: {source}")]
    Event { index: u64, source: EventError },
    #[error("leaf {index} is not text")]
    Text { index: u64 },
    #[error("the session has no lot")]
    NoLot,
    #[error("writing JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// A leaf whose event is understood, so that its readers are known.
pub(super) struct JudgedLeaf {
    leaf: StoredEntry,
    text: String,
    event: Event,
}

impl JudgedLeaf {
    /// Reads a leaf; a leaf that is not understood is shown to nobody.
    pub(super) fn read(index: u64, leaf: StoredEntry) -> Result<Self, EncodeError> {
        let entry = Entry::parse(&leaf.bytes).map_err(|source| EncodeError::Entry { index, source })?;
        let disclosed =
            entry.disclose(&leaf.openings).map_err(|source| EncodeError::Opening { index, source })?;
        let event = Event::from_parts(entry.kind(), disclosed.fields)
            .map_err(|source| EncodeError::Event { index, source })?;
        let text = String::from_utf8(leaf.bytes.clone()).map_err(|_| EncodeError::Text { index })?;
        Ok(Self { leaf, text, event })
    }

    /// The JSON of this leaf for readers of `class`.
    pub(super) fn json(
        &self,
        class: ReaderClass,
        state: &State,
        lot: &LotFacts,
    ) -> Result<String, EncodeError> {
        let view = if may_know(class, &self.event, state) {
            let readable = |path: &str| may_read(class, &self.event, path, lot);
            let openings =
                self.leaf.openings.iter().filter(|opening| readable(&opening.path)).cloned().collect();
            LeafView::Entry { bytes: self.text.clone(), openings }
        } else {
            LeafView::hidden(&self.leaf.bytes)
        };
        Ok(serde_json::to_string(&view)?)
    }
}

/// The lot of a session whose log may be shown.
pub(super) fn lot_of(state: &State) -> Result<&LotFacts, EncodeError> {
    state.lot.as_ref().ok_or(EncodeError::NoLot)
}

/// The parts of a [`bidroom_wire::Frame`], the leaves already written and separated by commas.
pub(super) struct FrameParts<'a> {
    pub(super) clock: &'a SignedClock,
    pub(super) from: u64,
    pub(super) leaves: &'a str,
    pub(super) note: Option<&'a str>,
    pub(super) status: &'a LiveStatus,
}

/// A frame as it is sent: WebSocket header and text in one buffer that all viewers share.
#[derive(Debug, Clone)]
pub(super) struct Encoded {
    bytes: Bytes,
    header: usize,
}

impl FrameParts<'_> {
    /// Writes the frame. The text is that of [`bidroom_wire::Frame`]; it is put together by hand so that leaves
    /// which are encoded already are copied only.
    pub(super) fn encode(&self) -> Result<Encoded, serde_json::Error> {
        let text = format!(
            r#"{{"clock":{},"from":{},"leaves":[{}],"note":{},"status":{}}}"#,
            serde_json::to_string(self.clock)?,
            self.from,
            self.leaves,
            serde_json::to_string(&self.note)?,
            serde_json::to_string(self.status)?,
        );
        Ok(Encoded::text(&text))
    }
}

impl Encoded {
    fn text(text: &str) -> Self {
        let mut bytes = frame_header(0x1, text.len());
        let header = bytes.len();
        bytes.extend_from_slice(text.as_bytes());
        Self { bytes: bytes.into(), header }
    }

    /// With the WebSocket header.
    pub(super) fn framed(&self) -> Bytes {
        self.bytes.clone()
    }

    /// The text alone.
    pub(super) fn plain(&self) -> Bytes {
        self.bytes.slice(self.header..)
    }
}

/// A whole control frame (RFC 6455 section 5.5); its payload is at most 125 bytes.
pub(super) fn control_frame(opcode: u8, payload: &[u8]) -> Bytes {
    let payload = payload.get(..125).unwrap_or(payload);
    let mut bytes = frame_header(opcode, payload.len());
    bytes.extend_from_slice(payload);
    bytes.into()
}

/// First bytes of a final, unmasked frame (RFC 6455 section 5.2).
fn frame_header(opcode: u8, length: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(length.saturating_add(10));
    header.push(0x80 | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => header.push(short),
        (_, Ok(medium)) => {
            header.push(126);
            header.extend_from_slice(&medium.to_be_bytes());
        }
        _ => {
            header.push(127);
            header.extend_from_slice(&u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(length: usize, expect: &[u8]) {
        let encoded = Encoded::text(&"x".repeat(length));
        assert_eq!(&encoded.framed()[..expect.len()], expect);
        assert_eq!(encoded.framed().len(), expect.len() + length);
        assert_eq!(encoded.plain().len(), length);
    }

    #[test]
    fn lengths_are_written_in_their_shortest_form() {
        check(0, &[0x81, 0]);
        check(125, &[0x81, 125]);
        check(126, &[0x81, 126, 0, 126]);
        check(255, &[0x81, 126, 0, 255]);
        check(65_535, &[0x81, 126, 0xff, 0xff]);
        check(65_536, &[0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!(&control_frame(0xA, b"ab")[..], [0x8A, 2, b'a', b'b']);
        assert_eq!(control_frame(0xA, &[0; 200]).len(), 127);
    }
}
