//! Which bytes a request asks for (RFC 9110, section 14): one range, or all.

use actix_web::HttpRequest;
use actix_web::http::header;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Everything: no range, one that is not understood, or several.
    Whole,
    /// From the first place to before the second.
    Part(u64, u64),
    /// Nothing that is there.
    Beyond,
}

/// What a request asks for of something that is `length` bytes long.
pub fn range(request: &HttpRequest, length: u64) -> Range {
    let value = request.headers().get(header::RANGE).and_then(|value| value.to_str().ok());
    value.map_or(Range::Whole, |value| parse(value, length))
}

fn parse(value: &str, length: u64) -> Range {
    let bounds = value.strip_prefix("bytes=").map(str::trim).and_then(|value| value.split_once('-'));
    let Some((first, last)) = bounds else { return Range::Whole };
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), _) if first >= length => Range::Beyond,
        (Ok(first), Ok(last)) if last >= first => Range::Part(first, last.saturating_add(1).min(length)),
        (Ok(first), Err(_)) if last.is_empty() => Range::Part(first, length),
        (Err(_), Ok(0)) if first.is_empty() => Range::Beyond,
        (Err(_), Ok(last)) if first.is_empty() && length > 0 => {
            Range::Part(length.saturating_sub(last), length)
        }
        _ => Range::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (value, expect) in [
            ("bytes=0-0", Range::Part(0, 1)),
            ("bytes=10-19", Range::Part(10, 20)),
            ("bytes=90-500", Range::Part(90, 100)),
            ("bytes=99-", Range::Part(99, 100)),
            ("bytes=-30", Range::Part(70, 100)),
            ("bytes=-300", Range::Part(0, 100)),
            ("bytes=100-", Range::Beyond),
            ("bytes=-0", Range::Beyond),
            ("bytes=5-4", Range::Whole),
            ("bytes=0-1,5-6", Range::Whole),
            ("bytes=", Range::Whole),
            ("bytes=-", Range::Whole),
            ("pages=1-2", Range::Whole),
            ("bytes=99999999999999999999-", Range::Whole),
        ] {
            assert_eq!(parse(value, 100), expect, "{value}");
        }
        assert_eq!(parse("bytes=-5", 0), Range::Whole);
    }
}
