//! Filters of streams (ISO 32000-2, 7.4), each within a bound. Image filters are not undone: images are compared as they
//! stand in the file.

use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use super::lex::hex;

/// How unpacking ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Whole,
    /// The data is damaged; what came before the damage is there.
    Damaged,
    TooLarge,
    /// A filter that is not undone.
    Foreign,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unpacked {
    pub(crate) data: Vec<u8>,
    pub(crate) state: State,
}

/// The parameters that filters have, in the order of [`Params::new`].
pub(crate) const PARAMS: [&[u8]; 5] =
    [b"Predictor", b"Colors", b"BitsPerComponent", b"Columns", b"EarlyChange"];

#[derive(Debug, Clone, Copy)]
pub(crate) struct Params {
    predictor: i64,
    /// Bytes of a pixel, rounded up.
    pixel: usize,
    /// Bytes of a row.
    row: usize,
    early: bool,
}

impl Params {
    pub(crate) fn new([predictor, colors, bits, columns, early]: [Option<i64>; 5]) -> Self {
        let bounded = |value: Option<i64>, default, most| {
            usize::try_from(value.unwrap_or(default).clamp(1, most)).unwrap_or(1)
        };
        let (colors, bits) = (bounded(colors, 1, 64), bounded(bits, 8, 32));
        let columns = bounded(columns, 1, 1 << 24);
        Self {
            predictor: predictor.unwrap_or(1),
            pixel: (colors * bits).div_ceil(8),
            row: (colors * bits * columns).div_ceil(8),
            early: early.unwrap_or(1) != 0,
        }
    }
}

/// Undoes `filters` in order; no step may make more than `limit` bytes.
pub(crate) fn unpack(raw: Vec<u8>, filters: &[(Vec<u8>, Params)], limit: usize) -> Unpacked {
    let mut data = raw;
    let mut state = State::Whole;
    for (name, params) in filters {
        let (next, so) = match name.as_slice() {
            b"FlateDecode" | b"Fl" => flate(&data, limit),
            b"LZWDecode" | b"LZW" => lzw(&data, params.early, limit),
            b"ASCIIHexDecode" | b"AHx" => ascii_hex(&data),
            b"ASCII85Decode" | b"A85" => ascii_85(&data, limit),
            b"RunLengthDecode" | b"RL" => run_length(&data, limit),
            _ => return Unpacked { data: Vec::new(), state: State::Foreign },
        };
        if so == State::TooLarge {
            return Unpacked { data: Vec::new(), state: so };
        }
        if so == State::Damaged {
            state = so;
        }
        data = match name.as_slice() {
            b"FlateDecode" | b"Fl" | b"LZWDecode" | b"LZW" => unpredict(next, params),
            _ => next,
        };
    }
    Unpacked { data, state }
}

fn flate(data: &[u8], limit: usize) -> (Vec<u8>, State) {
    let attempt = |reader: &mut dyn Read| {
        let mut out = Vec::new();
        let read = reader.take(super::source::to_u64(limit).saturating_add(1)).read_to_end(&mut out);
        let state = if out.len() > limit {
            State::TooLarge
        } else if read.is_ok() {
            State::Whole
        } else {
            State::Damaged
        };
        (out, state)
    };
    let first = attempt(&mut ZlibDecoder::new(data));
    if first.0.is_empty() && first.1 == State::Damaged {
        // Without the header, or with a wrong one.
        let bare = attempt(&mut DeflateDecoder::new(data));
        if !bare.0.is_empty() {
            return bare;
        }
        let after = attempt(&mut DeflateDecoder::new(data.get(2..).unwrap_or_default()));
        return if after.0.is_empty() { first } else { after };
    }
    first
}

fn unpredict(data: Vec<u8>, params: &Params) -> Vec<u8> {
    match params.predictor {
        2 if params.row > 0 => tiff(data, params),
        10..=15 => png(&data, params),
        _ => data,
    }
}

/// TIFF predictor 2, for whole bytes.
fn tiff(mut data: Vec<u8>, params: &Params) -> Vec<u8> {
    for row in data.chunks_mut(params.row) {
        for at in params.pixel..row.len() {
            let left = row.get(at - params.pixel).copied().unwrap_or(0);
            if let Some(byte) = row.get_mut(at) {
                *byte = byte.wrapping_add(left);
            }
        }
    }
    data
}

fn png(data: &[u8], params: &Params) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; params.row.min(data.len())];
    for line in data.chunks(params.row + 1) {
        let Some((kind, packed)) = line.split_first() else { break };
        let mut row: Vec<u8> = Vec::with_capacity(packed.len());
        for (at, byte) in packed.iter().enumerate() {
            let left = at.checked_sub(params.pixel).and_then(|at| row.get(at)).copied().unwrap_or(0);
            let up = above.get(at).copied().unwrap_or(0);
            let corner = at.checked_sub(params.pixel).and_then(|at| above.get(at)).copied().unwrap_or(0);
            row.push(byte.wrapping_add(match kind {
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => 0,
            }));
        }
        out.extend_from_slice(&row);
        above = row;
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |value: u8| (guess - i16::from(value)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

fn ascii_hex(data: &[u8]) -> (Vec<u8>, State) {
    let mut digits = data.iter().take_while(|byte| **byte != b'>').filter_map(|byte| hex(*byte));
    let mut out = Vec::new();
    while let Some(high) = digits.next() {
        out.push(high << 4 | digits.next().unwrap_or(0));
    }
    (out, State::Whole)
}

fn ascii_85(data: &[u8], limit: usize) -> (Vec<u8>, State) {
    let mut out = Vec::new();
    let mut group = Vec::with_capacity(5);
    let flush = |group: &mut Vec<u8>, out: &mut Vec<u8>| {
        let count = group.len();
        if count < 2 {
            return;
        }
        group.resize(5, 84);
        let value =
            group.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(u32::from(*digit)));
        out.extend(value.to_be_bytes().iter().take(count - 1));
        group.clear();
    };
    for byte in data {
        if out.len() > limit {
            return (Vec::new(), State::TooLarge);
        }
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => {
                group.push(byte - b'!');
                if group.len() == 5 {
                    flush(&mut group, &mut out);
                }
            }
            _ => {}
        }
    }
    flush(&mut group, &mut out);
    (out, State::Whole)
}

fn run_length(data: &[u8], limit: usize) -> (Vec<u8>, State) {
    let mut out = Vec::new();
    let mut rest = data;
    while let Some((length, after)) = rest.split_first() {
        if out.len() > limit {
            return (Vec::new(), State::TooLarge);
        }
        match length {
            128 => break,
            0..=127 => {
                let count = (usize::from(*length) + 1).min(after.len());
                let (copied, next) = after.split_at(count);
                out.extend_from_slice(copied);
                rest = next;
            }
            _ => {
                let Some((byte, next)) = after.split_first() else { break };
                out.extend(std::iter::repeat_n(*byte, 257 - usize::from(*length)));
                rest = next;
            }
        }
    }
    (out, State::Whole)
}

/// LZW with codes of 9 to 12 bits, most significant bit first.
fn lzw(data: &[u8], early: bool, limit: usize) -> (Vec<u8>, State) {
    let mut out: Vec<u8> = Vec::new();
    // Each entry beyond the 258 fixed ones: where its bytes stand in the output, and how many.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut previous: Option<(usize, usize)> = None;
    let (mut bits, mut count, mut width) = (0_u32, 0_u32, 9_u32);
    for byte in data {
        bits = (bits << 8 | u32::from(*byte)) & 0x00ff_ffff;
        count += 8;
        if count < width {
            continue;
        }
        count -= width;
        let code = usize::try_from(bits >> count & ((1 << width) - 1)).unwrap_or(0);
        match code {
            256 => {
                table.clear();
                previous = None;
                width = 9;
                continue;
            }
            257 => return (out, State::Whole),
            _ => {}
        }
        let from = out.len();
        let known = match code {
            0..=255 => {
                out.push(u8::try_from(code).unwrap_or(0));
                true
            }
            _ => match (table.get(code - 258).copied(), previous) {
                (Some((at, length)), _) => {
                    copy(&mut out, at, length);
                    true
                }
                (None, Some((at, length))) if code - 258 == table.len() => {
                    copy(&mut out, at, length);
                    copy(&mut out, at, 1);
                    true
                }
                _ => false,
            },
        };
        if !known {
            return (out, State::Damaged);
        }
        if out.len() > limit {
            return (Vec::new(), State::TooLarge);
        }
        if let Some((at, length)) = previous
            && table.len() < 4096 - 258
        {
            // The previous bytes and the first of these stand one after the other in the output.
            table.push((at, length + 1));
        }
        previous = Some((from, out.len() - from));
        let next = table.len() + 258 + usize::from(early) + usize::from(previous.is_some());
        width = match next {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
    }
    (out, State::Whole)
}

fn copy(out: &mut Vec<u8>, at: usize, length: usize) {
    for offset in at..at.saturating_add(length) {
        let Some(byte) = out.get(offset).copied() else { break };
        out.push(byte);
    }
}
