//! Maps that are put together one entry after the other.

use std::collections::BTreeMap;

/// A map of these entries. Collecting one would sort them first, which is a good deal of code for each type of map.
pub(super) fn gather<K: Ord, V>(entries: impl Iterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        map.insert(key, value);
    }
    map
}

/// The same; none where an entry is missing.
pub(super) fn gather_all<K: Ord, V>(entries: impl Iterator<Item = Option<(K, V)>>) -> Option<BTreeMap<K, V>> {
    let mut map = BTreeMap::new();
    for entry in entries {
        let (key, value) = entry?;
        map.insert(key, value);
    }
    Some(map)
}
