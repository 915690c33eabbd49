//! What clients send: pings, pongs and goodbyes. Anything else is ignored, and too much of it ends the connection.

use actix_http::ws::{OpCode, Parser, ProtocolError};
use actix_web::web::{Bytes, BytesMut};

/// Longest message of a client in bytes.
const MOST_MESSAGE: usize = 4096;

/// A client may send so many messages at once, and so many more with each tick.
const BURST: u32 = 16;
const PER_TICK: u32 = 4;

/// What a client wants.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A ping, to be answered with the same payload.
    Ping(Bytes),
    /// It is alive; nothing to do.
    Alive,
    /// Ends with this close code.
    Close(u16),
}

/// Reads a client's bytes; holds at most one message.
pub(super) struct Inbound {
    buffer: BytesMut,
    left: u32,
    tick: u64,
}

impl Inbound {
    pub(super) fn new(tick: u64) -> Self {
        Self { buffer: BytesMut::new(), left: BURST, tick }
    }

    /// Takes bytes; [`Self::next`] reads what they say. The caller bounds a chunk's length.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next message at `tick`, if one is complete.
    pub(super) fn next(&mut self, tick: u64) -> Option<Heard> {
        let grown = u32::try_from(tick.saturating_sub(self.tick)).unwrap_or(u32::MAX);
        self.left = self.left.saturating_add(grown.saturating_mul(PER_TICK)).min(BURST);
        self.tick = tick;
        if claims_too_much(&self.buffer) {
            return Some(Heard::Close(1009));
        }
        let (opcode, payload) = match Parser::parse(&mut self.buffer, true, MOST_MESSAGE) {
            Ok(None) => return None,
            Ok(Some((_, opcode, payload))) => (opcode, payload),
            Err(ProtocolError::Overflow) => return Some(Heard::Close(1009)),
            Err(_) => return Some(Heard::Close(1002)),
        };
        let Some(left) = self.left.checked_sub(1) else { return Some(Heard::Close(1008)) };
        self.left = left;
        Some(match opcode {
            OpCode::Ping => Heard::Ping(payload.unwrap_or_default().freeze()),
            OpCode::Close => Heard::Close(1000),
            // Texts and binaries say nothing here: a viewer only listens.
            _ => Heard::Alive,
        })
    }
}

/// Whether the frame that begins here claims more than [`MOST_MESSAGE`]: known from its first bytes, so that nothing
/// of it is kept. Lengths have one form (RFC 6455 section 5.2), and the long one is never needed here.
fn claims_too_much(buffer: &[u8]) -> bool {
    match (buffer.get(1).map(|byte| byte & 0x7f), buffer.get(2..4)) {
        (Some(127), _) => true,
        (Some(126), Some(&[high, low])) => usize::from(u16::from_be_bytes([high, low])) > MOST_MESSAGE,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first];
        match u8::try_from(payload.len()) {
            Ok(length) if length < 126 => bytes.push(0x80 | length),
            _ => {
                bytes.push(0x80 | 126);
                bytes.extend_from_slice(&u16::try_from(payload.len()).unwrap().to_be_bytes());
            }
        }
        bytes.extend_from_slice(&[1, 2, 3, 4]);
        bytes.extend(payload.iter().enumerate().map(|(n, byte)| byte ^ u8::try_from(n % 4 + 1).unwrap()));
        bytes
    }

    #[track_caller]
    fn check(bytes: &[u8], expect: &[Heard]) {
        // Whole, and byte by byte.
        for step in [bytes.len().max(1), 1] {
            let mut inbound = Inbound::new(0);
            let mut heard = Vec::new();
            'bytes: for chunk in bytes.chunks(step) {
                inbound.feed(chunk);
                while let Some(next) = inbound.next(0) {
                    heard.push(next);
                    if matches!(heard.last(), Some(Heard::Close(_))) {
                        break 'bytes;
                    }
                }
            }
            assert_eq!(heard, expect, "in steps of {step}");
        }
    }

    #[test]
    fn a_client_only_pings_and_leaves() {
        check(&[], &[]);
        check(&masked(0x89, b"hi"), &[Heard::Ping(Bytes::from_static(b"hi"))]);
        check(&masked(0x8A, b""), &[Heard::Alive]);
        check(&masked(0x81, "开标".as_bytes()), &[Heard::Alive]);
        check(&masked(0x88, &[3, 0xe8]), &[Heard::Close(1000)]);
        check(
            &[masked(0x89, b"a"), masked(0x88, b"")].concat(),
            &[Heard::Ping(Bytes::from_static(b"a")), Heard::Close(1000)],
        );
    }

    #[test]
    fn garbage_and_too_much_end_the_connection() {
        check(&[0x81, 0x01, b'x'], &[Heard::Close(1002)]);
        check(&masked(0x83, b""), &[Heard::Close(1002)]);
        check(&masked(0xC1, b"compressed"), &[Heard::Close(1002)]);
        check(&masked(0x81, &[b'x'; 4097]), &[Heard::Close(1009)]);
        check(&[0x82, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4], &[Heard::Close(1009)]);
    }

    #[test]
    fn a_flood_ends_the_connection_and_a_talkative_client_does_not() {
        let mut inbound = Inbound::new(0);
        for tick in 0..100 {
            for _ in 0..4 {
                inbound.feed(&masked(0x81, b"hello"));
                assert_eq!(inbound.next(tick), Some(Heard::Alive));
            }
        }
        let last = (0..17).map(|_| {
            inbound.feed(&masked(0x81, b"hello"));
            inbound.next(99)
        });
        assert_eq!(last.last(), Some(Some(Heard::Close(1008))));
    }
}
