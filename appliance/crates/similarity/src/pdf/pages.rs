//! The pages of a file, in order (ISO 32000-2, 7.7.3), without recursion.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::PdfFacts;
use super::content::Interpreter;
use super::file::File;
use super::object::{Dict, Object};
use super::source::{Fault, to_u64};
use crate::outcome::Trouble;

/// A node of the tree that is still to be visited, with what it inherits.
struct Ahead {
    node: Object,
    resources: Option<Arc<Object>>,
}

/// Reads every page. Gives how many there are; a node that was visited before is not visited again.
pub(crate) fn walk(
    file: &mut File<'_>,
    interpreter: &mut Interpreter,
    on_page: &mut dyn FnMut(u32, &str),
    facts: &mut PdfFacts,
) -> Result<u64, Fault> {
    let root = file.trailer.get(b"Root").cloned();
    let Some(root) = file.dict(root.as_ref())? else { return Ok(0) };
    let Some(top) = root.get(b"Pages").cloned() else { return Ok(0) };
    let mut ahead = vec![Ahead { node: top, resources: None }];
    let mut seen = BTreeSet::new();
    let mut text = String::new();
    while let Some(Ahead { node, resources }) = ahead.pop() {
        if let Object::Reference(number) = node
            && !seen.insert(number)
        {
            continue;
        }
        file.source.meter().charge(64)?;
        let Some(dict) = file.dict(Some(&node))? else {
            // A page that cannot be found is a damaged page, unless nothing is known of this tree at all.
            facts.damaged_pages += u64::from(facts.pages > 0);
            continue;
        };
        let resources = dict.get(b"Resources").cloned().map(Arc::new).or(resources);
        if let Object::Array(kids) = file.resolve(dict.get(b"Kids"))? {
            if to_u64(ahead.len()).saturating_add(to_u64(kids.len())) > file.limits.objects {
                return Err(Fault::Objects);
            }
            ahead.extend(kids.into_iter().rev().map(|node| Ahead { node, resources: resources.clone() }));
            continue;
        }
        if facts.pages >= file.limits.pages {
            facts.troubles.push(Trouble::TooManyPages { limit: file.limits.pages });
            break;
        }
        read_page(file, interpreter, &dict, resources.as_deref(), &mut text, facts)?;
        on_page(u32::try_from(facts.pages).unwrap_or(u32::MAX), &text);
    }
    Ok(facts.pages)
}

fn read_page(
    file: &mut File<'_>,
    interpreter: &mut Interpreter,
    page: &Dict,
    resources: Option<&Object>,
    text: &mut String,
    facts: &mut PdfFacts,
) -> Result<(), Fault> {
    facts.pages += 1;
    text.clear();
    let resources = file.dict(resources)?.unwrap_or_default();
    let number = u32::try_from(facts.pages).unwrap_or(u32::MAX);
    let whole = interpreter.page(file, page, &resources, number, text)?;
    facts.damaged_pages += u64::from(!whole);
    facts.pages_without_text += u64::from(text.chars().all(char::is_whitespace));
    Ok(())
}
