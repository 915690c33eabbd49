//! A PDF file: where its objects are, and one object at a time, from memory that does not grow with the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::filter::{self, Unpacked};
use super::lex::Lexer;
use super::object::{Dict, Object};
use super::source::{Fault, Source, to_u64, to_usize};
use crate::limits::Limits;

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Free,
    At(u64),
    In { container: u32, index: u32 },
}

/// An object of the file, and where its stream's bytes begin if it has one.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) object: Object,
    pub(crate) stream: Option<u64>,
}

impl Stored {
    pub(crate) fn dict(&self) -> Option<&Dict> {
        self.object.as_dict()
    }
}

/// An unpacked object stream.
struct Container {
    number: u32,
    data: Vec<u8>,
    /// Number and position of each object.
    index: Vec<(u32, usize)>,
}

pub(crate) struct File<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) limits: Limits,
    pub(crate) places: BTreeMap<u32, Place>,
    pub(crate) trailer: Dict,
    pub(crate) repaired: bool,
    cache: BTreeMap<u32, Arc<Stored>>,
    containers: Vec<Arc<Container>>,
}

/// Longest object without its stream.
const OBJECT: usize = 8 << 20;
/// Objects kept.
const CACHED: usize = 2048;
/// Unpacked object streams kept.
const CONTAINERS: usize = 4;
/// Longest chain of references, and deepest nesting of what refers to itself.
const CHAIN: usize = 32;

impl<'a> File<'a> {
    pub(crate) fn new(source: Source<'a>, limits: Limits) -> Self {
        Self {
            source,
            limits,
            places: BTreeMap::new(),
            trailer: Dict::default(),
            repaired: false,
            cache: BTreeMap::new(),
            containers: Vec::new(),
        }
    }

    /// Forgets what was read, for another table of objects.
    pub(crate) fn forget(&mut self) {
        self.cache.clear();
        self.containers.clear();
    }

    pub(crate) fn place(&mut self, number: u32, place: Place) -> Result<(), Fault> {
        if to_u64(self.places.len()) >= self.limits.objects {
            return Err(Fault::Objects);
        }
        self.places.insert(number, place);
        Ok(())
    }

    /// The object of this number; none where the file has none that can be read.
    pub(crate) fn stored(&mut self, number: u32) -> Result<Option<Arc<Stored>>, Fault> {
        self.stored_within(number, CHAIN)
    }

    fn stored_within(&mut self, number: u32, chain: usize) -> Result<Option<Arc<Stored>>, Fault> {
        if let Some(stored) = self.cache.get(&number) {
            return Ok(Some(Arc::clone(stored)));
        }
        let Some(chain) = chain.checked_sub(1) else { return Ok(None) };
        let stored = match self.places.get(&number).copied() {
            None | Some(Place::Free) => None,
            Some(Place::At(at)) => match self.object_at(at)? {
                Some((found, stored)) if found == number => Some(stored),
                _ => None,
            },
            Some(Place::In { container, index }) => self.packed(number, container, index, chain)?,
        };
        let Some(stored) = stored.map(Arc::new) else { return Ok(None) };
        if self.cache.len() >= CACHED {
            self.cache.clear();
        }
        // What is long is read again rather than kept.
        if weight(&stored.object) < 4096 {
            self.cache.insert(number, Arc::clone(&stored));
        }
        Ok(Some(stored))
    }

    /// The object that is written at `at`, with its number.
    pub(crate) fn object_at(&mut self, at: u64) -> Result<Option<(u32, Stored)>, Fault> {
        self.parse_at(at, |lexer| {
            let number = u32::try_from(lexer.int()?).ok()?;
            lexer.int()?;
            if !lexer.word(b"obj") {
                return None;
            }
            let object = lexer.object()?;
            let stream = match object {
                Object::Dict(_) if lexer.word(b"stream") => {
                    match lexer.peek() {
                        Some(b'\r') if lexer.rest().get(1) == Some(&b'\n') => lexer.skip(2),
                        Some(b'\r' | b'\n') => lexer.skip(1),
                        _ => {}
                    }
                    Some(lexer.position())
                }
                _ => None,
            };
            Some((number, object, stream))
        })
        .map(|found| {
            found.map(|(number, object, stream)| {
                (number, Stored { object, stream: stream.map(|from| at.saturating_add(to_u64(from))) })
            })
        })
    }

    /// Parses what stands at `at` in a window that grows until the answer does not depend on its end.
    pub(crate) fn parse_at<T>(
        &mut self,
        at: u64,
        parse: impl Fn(&mut Lexer<'_>) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let mut wanted = 2048;
        loop {
            let window = self.source.window(at, wanted)?;
            let whole = window.len() < wanted;
            let mut lexer = Lexer::new(window, 0);
            let parsed = parse(&mut lexer);
            let (read, ran_out) = (lexer.position(), lexer.ran_out());
            self.source.meter().charge(read)?;
            if whole || !ran_out || wanted >= OBJECT {
                return Ok(parsed);
            }
            wanted *= 4;
        }
    }

    fn packed(
        &mut self,
        number: u32,
        container: u32,
        index: u32,
        chain: usize,
    ) -> Result<Option<Stored>, Fault> {
        let Some(container) = self.container(container, chain)? else { return Ok(None) };
        let at = container
            .index
            .get(to_usize(u64::from(index)))
            .filter(|(found, _)| *found == number)
            .or_else(|| container.index.iter().find(|(found, _)| *found == number));
        let Some((_, at)) = at else { return Ok(None) };
        let object = Lexer::new(&container.data, *at).object();
        Ok(object.map(|object| Stored { object, stream: None }))
    }

    fn container(&mut self, number: u32, chain: usize) -> Result<Option<Arc<Container>>, Fault> {
        if let Some(kept) = self.containers.iter().find(|kept| kept.number == number) {
            return Ok(Some(Arc::clone(kept)));
        }
        // An object stream is itself never packed in another.
        if !matches!(self.places.get(&number), Some(Place::At(_))) {
            return Ok(None);
        }
        let Some(stored) = self.stored_within(number, chain)? else { return Ok(None) };
        let (Some(dict), Some(unpacked)) = (stored.dict(), self.unpacked_within(&stored, chain)?) else {
            return Ok(None);
        };
        let first = self.int_within(dict.get(b"First"), chain)?.and_then(|first| usize::try_from(first).ok());
        let Some(first) = first else { return Ok(None) };
        let mut index = Vec::new();
        let mut lexer = Lexer::new(unpacked.data.get(..first).unwrap_or_default(), 0);
        while let (Some(number), Some(offset)) = (lexer.int(), lexer.int()) {
            if to_u64(index.len()) >= self.limits.objects {
                return Err(Fault::Objects);
            }
            if let (Ok(number), Ok(offset)) = (u32::try_from(number), usize::try_from(offset)) {
                index.push((number, first.saturating_add(offset)));
            }
        }
        let container = Arc::new(Container { number, data: unpacked.data, index });
        if self.containers.len() >= CONTAINERS {
            self.containers.remove(0);
        }
        self.containers.push(Arc::clone(&container));
        Ok(Some(container))
    }

    /// Numbers of the objects in an object stream.
    pub(crate) fn packed_numbers(&mut self, container: u32) -> Result<Vec<u32>, Fault> {
        let container = self.container(container, CHAIN)?;
        Ok(container
            .map(|container| container.index.iter().map(|(number, _)| *number).collect())
            .unwrap_or_default())
    }

    /// Follows references to a value; what leads nowhere is null.
    pub(crate) fn resolve(&mut self, object: Option<&Object>) -> Result<Object, Fault> {
        self.resolve_within(object, CHAIN)
    }

    fn resolve_within(&mut self, object: Option<&Object>, chain: usize) -> Result<Object, Fault> {
        let mut number = match object {
            None => return Ok(Object::Null),
            Some(Object::Reference(number)) => *number,
            Some(other) => return Ok(other.clone()),
        };
        for left in (0..chain).rev() {
            match self.stored_within(number, left)?.as_deref() {
                Some(Stored { object: Object::Reference(next), .. }) => number = *next,
                Some(stored) => return Ok(stored.object.clone()),
                None => break,
            }
        }
        Ok(Object::Null)
    }

    fn int_within(&mut self, object: Option<&Object>, chain: usize) -> Result<Option<i64>, Fault> {
        Ok(self.resolve_within(object, chain)?.as_int())
    }

    /// The dictionary that `object` is or refers to.
    pub(crate) fn dict(&mut self, object: Option<&Object>) -> Result<Option<Dict>, Fault> {
        Ok(match self.resolve(object)? {
            Object::Dict(dict) => Some(dict),
            _ => None,
        })
    }

    /// A whole number that `object` is or refers to.
    pub(crate) fn int(&mut self, object: Option<&Object>) -> Result<Option<i64>, Fault> {
        self.int_within(object, CHAIN)
    }

    /// The stream that `object` refers to.
    pub(crate) fn stream(&mut self, object: Option<&Object>) -> Result<Option<Arc<Stored>>, Fault> {
        let Some(Object::Reference(number)) = object else { return Ok(None) };
        Ok(self.stored(*number)?.filter(|stored| stored.stream.is_some()))
    }

    /// Position and length of a stream's bytes as they stand in the file.
    pub(crate) fn extent(&mut self, stored: &Stored) -> Result<Option<(u64, u64)>, Fault> {
        self.extent_within(stored, CHAIN)
    }

    fn extent_within(&mut self, stored: &Stored, chain: usize) -> Result<Option<(u64, u64)>, Fault> {
        let (Some(from), Some(dict)) = (stored.stream, stored.dict()) else { return Ok(None) };
        let said = self.int_within(dict.get(b"Length"), chain)?.and_then(|length| u64::try_from(length).ok());
        if let Some(length) = said.filter(|length| from.saturating_add(*length) <= self.source.length()) {
            let after = self.source.window(from.saturating_add(length), 16)?;
            let trimmed = after.iter().position(|byte| !super::lex::is_space(*byte)).unwrap_or(0);
            if after.get(trimmed..).is_some_and(|rest| rest.starts_with(b"endstream")) {
                return Ok(Some((from, length)));
            }
        }
        // The stated length is wrong: the stream ends before the next `endstream`, or with the file.
        let end = self.find(from, b"endstream")?.unwrap_or(self.source.length());
        Ok(Some((from, end.saturating_sub(from))))
    }

    /// Position of `word` at or after `from`.
    fn find(&mut self, from: u64, word: &[u8]) -> Result<Option<u64>, Fault> {
        const STEP: usize = 256 << 10;
        let mut at = from;
        while at < self.source.length() {
            let window = self.source.window(at, STEP)?;
            if let Some(found) = window.windows(word.len()).position(|here| here == word) {
                return Ok(Some(at.saturating_add(to_u64(found))));
            }
            if window.len() < STEP {
                break;
            }
            at = at.saturating_add(to_u64(STEP - word.len()));
        }
        Ok(None)
    }

    /// A stream's bytes, unpacked.
    pub(crate) fn unpacked(&mut self, stored: &Stored) -> Result<Option<Unpacked>, Fault> {
        self.unpacked_within(stored, CHAIN)
    }

    fn unpacked_within(&mut self, stored: &Stored, chain: usize) -> Result<Option<Unpacked>, Fault> {
        let (Some(dict), Some((from, length))) = (stored.dict(), self.extent_within(stored, chain)?) else {
            return Ok(None);
        };
        let limit = to_usize(self.limits.stream);
        let mut filters = Vec::new();
        let named = self.resolve_within(dict.get(b"Filter").or_else(|| dict.get(b"F")), chain)?;
        let params = self.resolve_within(dict.get(b"DecodeParms").or_else(|| dict.get(b"DP")), chain)?;
        let named = match named {
            Object::Array(items) => items,
            Object::Null => Vec::new(),
            one => vec![one],
        };
        let params = match params {
            Object::Array(items) => items,
            Object::Null => Vec::new(),
            one => vec![one],
        };
        for (index, name) in named.iter().enumerate().take(8) {
            let name = self.resolve_within(Some(name), chain)?;
            let params = self.resolve_within(params.get(index), chain)?;
            let Object::Name(name) = name else { return Ok(None) };
            let mut values = [None; 5];
            if let Object::Dict(params) = params {
                for (value, key) in values.iter_mut().zip(filter::PARAMS) {
                    *value = self.int_within(params.get(key), chain)?;
                }
            }
            filters.push((name, filter::Params::new(values)));
        }
        if length > self.limits.stream {
            return Ok(Some(Unpacked { data: Vec::new(), state: filter::State::TooLarge }));
        }
        let raw = self.source.bytes(from, to_usize(length))?;
        let unpacked = filter::unpack(raw, &filters, limit);
        self.source.meter().charge(unpacked.data.len())?;
        Ok(Some(unpacked))
    }
}

/// About how many values an object holds.
fn weight(object: &Object) -> usize {
    match object {
        Object::Array(items) => items.iter().fold(1, |sum, item| sum.saturating_add(weight(item))),
        Object::Dict(dict) => dict.0.iter().fold(1, |sum, (_, item)| sum.saturating_add(weight(item))),
        Object::Text(text) | Object::Name(text) => 1 + text.len() / 16,
        _ => 1,
    }
}
