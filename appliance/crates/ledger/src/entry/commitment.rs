//! The commitment to one private field and its opening.

use core::fmt;

use bidroom_canon::{CanonError, Hex32, Sm3Digest, labelled_sm3, to_canonical};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The label under which every commitment is hashed.
pub const COMMITMENT_LABEL: &str = "bidroom/commitment/v1";

/// What reveals a committed field: whoever holds it can prove the field's value to everybody.
///
/// Before its time an opening is confidential, its salt no less than its value: with the salt a low-entropy value
/// can be found by trying. So it is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// `by`, or the path of a private field such as `bidder` or `rows.3`.
    pub path: String,
    /// 32 random bytes, new for each commitment.
    pub salt: Hex32,
    /// The field's value.
    pub value: Value,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Opening {
    /// The commitment this opens in an entry of `kind`.
    ///
    /// # Errors
    /// If the value cannot be written canonically.
    pub fn commitment(&self, kind: &str) -> Result<Sm3Digest, CanonError> {
        commit(kind, &self.path, &self.salt.0, &self.value)
    }
}

/// SM3 over label, kind, path, salt and the value's canonical JSON, each preceded by its length.
///
/// # Errors
/// If the value cannot be written canonically.
pub fn commit(kind: &str, path: &str, salt: &[u8; 32], value: &Value) -> Result<Sm3Digest, CanonError> {
    let value = to_canonical(value)?;
    Ok(labelled_sm3(COMMITMENT_LABEL, &[kind.as_bytes(), path.as_bytes(), salt, &value]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_ingredient_counts() {
        let salt = [7; 32];
        let base = commit("k", "p", &salt, &json!({"a": 1})).unwrap();
        assert_eq!(base, commit("k", "p", &salt, &json!({"a": 1})).unwrap());
        assert_ne!(base, commit("kp", "", &salt, &json!({"a": 1})).unwrap());
        assert_ne!(base, commit("k", "q", &salt, &json!({"a": 1})).unwrap());
        assert_ne!(base, commit("k", "p", &[8; 32], &json!({"a": 1})).unwrap());
        assert_ne!(base, commit("k", "p", &salt, &json!({"a": 2})).unwrap());
        assert!(commit("k", "p", &salt, &json!(0.5)).is_err());
    }

    #[test]
    fn debug_shows_neither_salt_nor_value() {
        let opening = Opening { path: "price".into(), salt: Hex32([0xab; 32]), value: json!(1_098_652_360) };
        let shown = format!("{opening:?}");
        assert!(shown.contains("price") && !shown.contains("abab") && !shown.contains("1098652360"));
    }
}
