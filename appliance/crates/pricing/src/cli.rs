//! `bidroom price`, as far as it needs no files: bytes in, texts and an exit code out.

use serde_json::json;

use crate::bids::Bids;
use crate::catalogue::{READY, find};
use crate::engine::evaluate;
use crate::method::Method;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::schema::{Format, schema};
use crate::table::table;

/// What the command writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// For standard output.
    pub stdout: String,
    /// Why it failed, for standard error; the exit code is 1 then.
    pub failure: Option<String>,
}

impl Answer {
    fn good(stdout: String) -> Self {
        Self { stdout, failure: None }
    }

    /// Refusals as JSON on standard output, and readable beside it.
    fn refused(refusal: &Refusal, json: bool) -> Self {
        let stdout = if json { pretty(&json!({ "error": refusal })) } else { String::new() };
        Self { stdout, failure: Some(refusal.to_string()) }
    }
}

/// Computes: the outcome as JSON or as a table.
pub fn price(method: &[u8], bids: &[u8], json: bool) -> Answer {
    match outcome(method, bids) {
        Ok((method, outcome)) => Answer::good(if json { pretty(&outcome) } else { table(&method, &outcome) }),
        Err(refusal) => Answer::refused(&refusal, json),
    }
}

/// What one bidder is told of its own bid.
pub fn own(method: &[u8], bids: &[u8], bid: &str) -> Answer {
    match outcome(method, bids) {
        Ok((_, outcome)) => match outcome.own_result(bid) {
            Some(own) => Answer::good(pretty(&own)),
            None => Answer::refused(
                &Refusal::bids(
                    "unknown",
                    "/bids",
                    format!("没有投标 {bid}。请核对编号。"),
                    format!("there is no bid {bid:?}; check its id."),
                ),
                true,
            ),
        },
        Err(refusal) => Answer::refused(&refusal, true),
    }
}

/// A ready method; the list of all without a name.
pub fn catalogue(id: Option<&str>) -> Answer {
    let Some(id) = id else {
        let mut out = String::new();
        for ready in READY {
            let name = Method::from_json(ready.json.as_bytes()).map(|method| method.name.to_string());
            out.push_str(&format!("{:<36} {}\n", ready.id, name.unwrap_or_default()));
        }
        return Answer::good(out);
    };
    match find(id) {
        Some(ready) => Answer::good(ready.json.to_owned()),
        None => failure(format!(
            "没有现成的评标办法 {id}；不带名称运行可列出全部。\nThere is no ready method {id:?}; without a name all are listed."
        )),
    }
}

/// The schema of a format.
pub fn schema_of(name: &str) -> Answer {
    match Format::of_name(name) {
        Some(format) => Answer::good(schema(format)),
        None => failure(format!(
            "没有格式 {name}；可用 method、bids、outcome。\nThere is no format {name:?}; there are method, bids, outcome."
        )),
    }
}

fn outcome(method: &[u8], bids: &[u8]) -> Result<(Method, Outcome), Refusal> {
    let method = Method::from_json(method)?;
    let bids = Bids::from_json(bids)?;
    let outcome = evaluate(&method, &bids)?;
    Ok((method, outcome))
}

fn failure(text: String) -> Answer {
    Answer { stdout: String::new(), failure: Some(text) }
}

fn pretty<T: serde::Serialize>(value: &T) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
