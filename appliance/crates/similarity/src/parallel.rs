//! The same work over many things on a few threads; results in the order of the things, whoever did them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::pdf::Cancelled;

pub(crate) fn parallel<T: Sync, R: Send>(
    things: &[T],
    threads: usize,
    work: impl Fn(usize, &T) -> Result<R, Cancelled> + Sync,
) -> Result<Vec<R>, Cancelled> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<R, Cancelled>)>> = Mutex::new(Vec::with_capacity(things.len()));
    let worker = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(thing) = things.get(index) else { return };
            let result = work(index, thing);
            let stop = result.is_err();
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, result));
            if stop {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.clamp(1, 64).min(things.len().max(1)) {
            scope.spawn(worker);
        }
        worker();
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    let results: Vec<R> = done.into_iter().map(|(_, result)| result).collect::<Result<_, _>>()?;
    // A thread that stopped early left things undone only because the run was cancelled.
    if results.len() == things.len() { Ok(results) } else { Err(Cancelled) }
}
