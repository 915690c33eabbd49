//! How alike texts look at different lengths of shingles: `shingles FILE.txt …`. The default length was chosen by this over
//! statutes of one field, which share terms and quotations as honest bids do.

#![expect(clippy::unwrap_used, reason = "a measurement fails by panicking")]

use std::collections::BTreeSet;

fn main() {
    let texts: Vec<(String, Vec<char>)> = std::env::args()
        .skip(1)
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path, text.chars().filter(|c| !c.is_whitespace()).collect())
        })
        .collect();
    println!(
        "n, pairs, mean and greatest share of the smaller text's shingles that the other has (1/10,000), which; after one of 40 characters was changed"
    );
    for n in [4, 6, 8, 10, 12, 16, 24] {
        let sets: Vec<BTreeSet<&[char]>> = texts.iter().map(|(_, text)| text.windows(n).collect()).collect();
        let mut shares = Vec::new();
        for (a, one) in sets.iter().enumerate() {
            for (b, other) in sets.iter().enumerate().skip(a + 1) {
                let common = one.intersection(other).count() * 10_000 / one.len().min(other.len()).max(1);
                shares.push((common, a, b));
            }
        }
        let mean = shares.iter().map(|(share, _, _)| share).sum::<usize>() / shares.len().max(1);
        let (most, a, b) = shares.iter().max().copied().unwrap();
        let name = |index: usize| texts.get(index).map_or("", |(path, _)| path.rsplit('/').next().unwrap());
        let kept = texts.first().map_or(0, |(_, text)| {
            let edited: Vec<char> =
                text.iter().enumerate().map(|(at, c)| if at % 40 == 20 { '之' } else { *c }).collect();
            let (old, new): (BTreeSet<_>, BTreeSet<_>) =
                (text.windows(n).collect(), edited.windows(n).collect());
            old.intersection(&new).count() * 10_000 / old.len().max(1)
        });
        println!("{n:>2}  {:>3}  {mean:>5}  {most:>5}  {} / {}  {kept:>5}", shares.len(), name(a), name(b));
    }
}
