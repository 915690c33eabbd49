//! Writing a JSON tree canonically: RFC 8785 for trees without fractions.

use serde_json::Value;

use crate::CanonError;

/// Largest magnitude of an integer: 2⁵³ − 1, exact in every JSON reader (RFC 8785 section 3.2.2.3).
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Appends `value` to `out`; arrays and objects may be nested `depth` deep.
///
/// # Errors
/// [`CanonError::Number`], [`CanonError::Depth`]; then `out` holds a part.
pub(crate) fn write(value: &Value, depth: usize, out: &mut Vec<u8>) -> Result<(), CanonError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            let (minus, magnitude) = match (number.as_u64(), number.as_i64()) {
                (Some(value), _) => (false, value),
                (None, Some(value)) => (true, value.unsigned_abs()),
                (None, None) => return Err(CanonError::Number),
            };
            if magnitude > MAX_INTEGER {
                return Err(CanonError::Number);
            }
            if minus {
                out.push(b'-');
            }
            out.extend_from_slice(magnitude.to_string().as_bytes());
        }
        Value::String(text) => string(text, out)?,
        Value::Array(items) => {
            let depth = depth.checked_sub(1).ok_or(CanonError::Depth)?;
            out.push(b'[');
            let mut first = true;
            for item in items {
                separate(&mut first, out);
                write(item, depth, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let depth = depth.checked_sub(1).ok_or(CanonError::Depth)?;
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            // Section 3.2.3: by UTF-16 code units.
            members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            out.push(b'{');
            let mut first = true;
            for (name, member) in members {
                separate(&mut first, out);
                string(name, out)?;
                out.push(b':');
                write(member, depth, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn separate(first: &mut bool, out: &mut Vec<u8>) {
    if !core::mem::take(first) {
        out.push(b',');
    }
}

/// Section 3.2.2.2: only what must be escaped, in the shortest way; that is how serde_json writes strings.
fn string(text: &str, out: &mut Vec<u8>) -> Result<(), CanonError> {
    Ok(serde_json::to_writer(out, text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Another writer of the same standard writes the same bytes.
    #[track_caller]
    fn check(value: &Value) {
        let mut out = Vec::new();
        write(value, crate::MAX_DEPTH, &mut out).unwrap();
        assert_eq!(out, serde_json_canonicalizer::to_vec(value).unwrap(), "{value}");
    }

    #[test]
    fn another_writer_agrees() {
        check(&json!({
            "b": [null, true, false, 0, -1, 9_007_199_254_740_991_i64, -9_007_199_254_740_991_i64],
            "a": {"": "", "aa": 1, "a": {}, "Z": []}, "10": 1, "9": 2,
        }));
        // U+FB33 sorts after the surrogates of U+1F600, though its code point is smaller.
        check(
            &json!({"\u{fb33}": 1, "\u{1f600}": 2, "\u{20ac}": 3, "\r": 4, "1": 5, "\u{80}": 6, "\u{f6}": 7}),
        );
        let every: String =
            ('\0'..='\u{ff}').chain(['\u{2028}', '\u{2029}', '\u{fffd}', '开', '\u{10ffff}']).collect();
        check(&json!(every));
        for c in every.chars() {
            check(&json!({c.to_string(): c.to_string()}));
        }
    }

    #[test]
    fn what_has_no_canonical_form_is_refused() {
        let refused = |value: &Value| write(value, 2, &mut Vec::new()).unwrap_err();
        for value in
            [json!(0.5), json!(1e300), json!(9_007_199_254_740_992_u64), json!(-9_007_199_254_740_992_i64)]
        {
            assert!(matches!(refused(&value), CanonError::Number), "{value}");
        }
        assert!(matches!(refused(&json!([[[]]])), CanonError::Depth));
        assert!(write(&json!([{}]), 2, &mut Vec::new()).is_ok());
    }
}
