//! Bidders' names in other bidders' bids: pages that may have been mixed up.

use super::body::{Body, Spot};

/// Places that are shown.
const SHOWN: usize = 5;
/// A shorter name is a word, not a name.
const SHORTEST: usize = 4;

/// A name found in another's bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// How often.
    pub(crate) times: u64,
    /// The first places, with the words around.
    pub(crate) spots: Vec<(Spot, String)>,
}

/// Finds `name` (in normal form) in the bid of the bidder `own`; none where it is part of that bidder's own name.
pub(crate) fn find(body: &Body, name: &[u16], own: &[u16]) -> Option<Named> {
    if name.len() < SHORTEST || contains(own, name) {
        return None;
    }
    let mut named = Named { times: 0, spots: Vec::new() };
    for at in places(&body.units, name) {
        named.times += 1;
        if named.spots.len() < SHOWN {
            let from = at.saturating_sub(16);
            let words = body.words(from, (at + name.len() + 16).min(body.units.len()), usize::MAX);
            named.spots.push((body.spot(at), words));
        }
    }
    (named.times > 0).then_some(named)
}

/// Does the text have the name?
pub(crate) fn contains(units: &[u16], name: &[u16]) -> bool {
    places(units, name).next().is_some()
}

fn places<'a>(units: &'a [u16], name: &'a [u16]) -> impl Iterator<Item = usize> + 'a {
    let windows = units.windows(name.len().max(1)).enumerate();
    windows.filter(move |(_, here)| here.first() == name.first() && *here == name).map(|(at, _)| at)
}
