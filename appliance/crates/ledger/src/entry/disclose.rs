//! From an entry and some openings back to the fields that a reader may see.

use std::collections::BTreeSet;

use bidroom_canon::{CanonError, Sm3Digest};
use serde_json::{Map, Value};

use super::{BY, Entry, Opening, Path};

/// An entry as one reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// Who did it, if that was opened.
    pub by: Option<Value>,
    /// The public fields and the opened ones, each in its place.
    pub fields: Map<String, Value>,
}

/// Why an opening does not belong to an entry.
#[derive(Debug, thiserror::Error)]
pub enum DiscloseError {
    /// The entry has no commitment under this path.
    #[error("the entry has no commitment {path:?}")]
    Unknown {
        /// The path of the opening.
        path: String,
    },
    /// Two openings of one path.
    #[error("{path:?} is opened twice")]
    Repeated {
        /// The path of the openings.
        path: String,
    },
    /// Salt and value do not give the commitment that stands in the entry.
    #[error("{path:?} was opened to something else than the entry commits to")]
    Mismatch {
        /// The path of the opening.
        path: String,
        /// What stands in the entry.
        committed: Sm3Digest,
        /// What the opening gives.
        computed: Sm3Digest,
    },
    /// The value cannot be written canonically.
    #[error("the value of {path:?} cannot be written: {source}")]
    Value {
        /// The path of the opening.
        path: String,
        /// Why not.
        source: CanonError,
    },
}

impl Entry {
    /// Checks every opening against its commitment and merges it back into the fields.
    ///
    /// With all openings of a [`super::Draft`] the result is exactly what was drafted.
    ///
    /// # Errors
    /// The first opening that does not belong here; then nothing of the entry is shown.
    pub fn disclose(&self, openings: &[Opening]) -> Result<Disclosure, DiscloseError> {
        let mut by = None;
        let mut fields = self.public().clone();
        let mut seen = BTreeSet::new();
        for opening in openings {
            let path = || opening.path.clone();
            if !seen.insert(opening.path.as_str()) {
                return Err(DiscloseError::Repeated { path: path() });
            }
            let committed =
                if opening.path == BY { Some(self.by()) } else { self.commitments().get(&opening.path) };
            let committed = *committed.ok_or_else(|| DiscloseError::Unknown { path: path() })?;
            let computed = opening
                .commitment(self.kind())
                .map_err(|source| DiscloseError::Value { path: path(), source })?;
            if computed != committed {
                return Err(DiscloseError::Mismatch { path: path(), committed, computed });
            }
            if opening.path == BY {
                by = Some(opening.value.clone());
                continue;
            }
            // An entry has a free place for each of its commitments, so this finds one.
            Path::parse(&opening.path)
                .ok()
                .and_then(|path| path.parent_in_mut(&mut fields).map(|parent| (parent, path.name())))
                .map(|(parent, name)| parent.insert(name.to_owned(), opening.value.clone()))
                .ok_or_else(|| DiscloseError::Unknown { path: path() })?;
        }
        Ok(Disclosure { by, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Draft, draft};
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn example() -> Draft {
        let fields = json!({"n": 1, "bidder": "甲", "rows": {"3": {"price": 5}, "4": null}});
        let private = ["bidder", "rows.3", "rows.4"].map(str::to_owned);
        let mut next = 0;
        draft(7, "k", json!("host"), fields.as_object().unwrap().clone(), &private, || {
            next += 1;
            [next; 32]
        })
        .unwrap()
    }

    #[test]
    fn only_what_is_public_or_opened_is_there() {
        let Draft { entry, openings, .. } = example();
        let seen = entry.disclose(&openings[2..3]).unwrap();
        assert_eq!(seen.by, None);
        assert_eq!(Value::Object(seen.fields), json!({"n": 1, "rows": {"3": {"price": 5}}}));
        let nothing = entry.disclose(&[]).unwrap();
        assert_eq!(Value::Object(nothing.fields), json!({"n": 1, "rows": {}}));
    }

    #[track_caller]
    fn refused(openings: &[Opening], expect: &str) {
        let error = example().entry.disclose(openings).expect_err("must be refused").to_string();
        assert!(error.contains(expect), "{error:?} does not contain {expect:?}");
    }

    #[test]
    fn openings_that_do_not_belong_are_refused() {
        let openings = example().openings;
        let changed = |change: fn(&mut Opening)| {
            let mut opening = openings[1].clone();
            change(&mut opening);
            [opening]
        };
        refused(&changed(|opening| opening.value = json!("乙")), "something else");
        refused(&changed(|opening| opening.salt.0[31] ^= 1), "something else");
        refused(&changed(|opening| opening.path = "rows.3".into()), "something else");
        refused(&changed(|opening| opening.path = "rows".into()), "no commitment");
        refused(&changed(|opening| opening.path = "n".into()), "no commitment");
        refused(&changed(|opening| opening.value = json!(1.5)), "cannot be written");
        refused(&[openings[1].clone(), openings[1].clone()], "twice");
    }

    fn leaf() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z开标\"\\\\\u{1}]{0,6}".prop_map(Value::from),
        ]
    }

    fn value() -> impl Strategy<Value = Value> {
        leaf().prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-c.]{1,2}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// Every path that could be private, outermost first.
    fn paths(fields: &Map<String, Value>) -> Vec<String> {
        let mut found = Vec::new();
        let mut open: Vec<(String, &Map<String, Value>)> = vec![(String::new(), fields)];
        while let Some((prefix, object)) = open.pop() {
            for (name, value) in object {
                let path = format!("{prefix}{name}");
                if name.contains('.') || Path::parse(&path).is_err() {
                    continue;
                }
                if let Value::Object(inner) = value {
                    open.push((format!("{path}."), inner));
                }
                found.push(path);
            }
        }
        found
    }

    proptest! {
        #[test]
        fn all_openings_give_the_event_back(
            members in proptest::collection::btree_map("[a-e.]{1,2}", value(), 0..6),
            by in leaf(),
            picks in any::<u64>(),
            shown in any::<u64>(),
        ) {
            let fields: Map<String, Value> = members.into_iter().collect();
            let mut private: Vec<String> = Vec::new();
            for (at, path) in paths(&fields).into_iter().enumerate() {
                let inside = private.iter().any(|outer| path.starts_with(&format!("{outer}.")) || outer.starts_with(&format!("{path}.")));
                if picks >> (at % 64) & 1 == 1 && !inside {
                    private.push(path);
                }
            }
            let mut next = 0u8;
            let drafted = draft(1, "k", by.clone(), fields.clone(), &private, || { next = next.wrapping_add(1); [next; 32] }).unwrap();
            let entry = Entry::parse(&drafted.bytes).unwrap();
            let all = entry.disclose(&drafted.openings).unwrap();
            prop_assert_eq!(&all.fields, &fields);
            prop_assert_eq!(all.by, Some(by));

            let some: Vec<Opening> = drafted.openings.iter().enumerate()
                .filter(|(at, _)| shown >> (at % 64) & 1 == 1).map(|(_, opening)| opening.clone()).collect();
            let seen = entry.disclose(&some).unwrap();
            for opening in &drafted.openings[1..] {
                let path = Path::parse(&opening.path).unwrap();
                let there = path.parent_in(&seen.fields).and_then(|parent| parent.get(path.name()));
                prop_assert_eq!(there, some.contains(opening).then_some(&opening.value));
            }
        }
    }
}
