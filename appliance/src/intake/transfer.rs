//! One transfer of content: parts as they come from the network, in bounded memory.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _};

use super::blocking;
use super::error::IntakeError;
use super::upload::Upload;

/// Parts are collected up to this length before they are written.
const COLLECT: usize = 256 * 1024;
/// After so many bytes the file is synced, so that a break loses little.
const SYNC_EVERY: u64 = 64 << 20;

/// Takes parts from `offset` on. Whatever came before an error is kept and told.
pub(super) async fn receive<E: std::fmt::Display>(
    upload: &Arc<Upload>,
    offset: u64,
    mut parts: impl Stream<Item = Result<Bytes, E>> + Unpin,
    idle: Duration,
) -> Result<(), IntakeError> {
    let turn = upload.take_over();
    let mut turns = upload.turn.subscribe();
    let mut progress = Some(upload.lock().await);
    let mut synced = upload.offset();
    let mut buffer: Vec<u8> = Vec::new();
    let mut room = {
        let mut settled = progress.take().ok_or(IntakeError::NoUpload)?;
        let own = upload.clone();
        let settled = blocking(move || own.sync(&mut settled).map(|()| settled)).await??;
        let stored = settled.written;
        progress = Some(settled);
        if stored != offset {
            return Err(IntakeError::Offset { came: offset, offset: stored });
        }
        upload.facts.content_length.saturating_sub(stored)
    };
    let mut ended = None;
    while ended.is_none() {
        let next = tokio::select! {
            biased;
            _ = turns.wait_for(|now| *now != turn) => Next::Superseded,
            part = tokio::time::timeout(idle, parts.next()) => match part {
                Ok(Some(Ok(bytes))) => Next::Part(bytes),
                Ok(Some(Err(error))) => Next::Broken(error.to_string()),
                Ok(None) => Next::End,
                Err(_) => Next::Idle,
            },
        };
        let mut overrun = false;
        match next {
            Next::Part(bytes) => {
                let take = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
                overrun = take < bytes.len();
                buffer.extend_from_slice(bytes.get(..take).unwrap_or_default());
                room = room.saturating_sub(u64::try_from(take).unwrap_or(u64::MAX));
                if overrun {
                    ended = Some(Next::End);
                } else if buffer.len() < COLLECT {
                    continue;
                }
            }
            other => ended = Some(other),
        }
        let (own, bytes) = (upload.clone(), std::mem::take(&mut buffer));
        let mut held = progress.take().ok_or(IntakeError::NoUpload)?;
        let sync = ended.is_some() || held.written.saturating_sub(synced) >= SYNC_EVERY;
        // The lock goes along, so that the work is whole even if the connection is dropped meanwhile.
        let (done, held) = blocking(move || {
            let written = if bytes.is_empty() { Ok(()) } else { own.write(&mut held, &bytes) };
            let done = written.and_then(|()| if sync { own.sync(&mut held) } else { Ok(()) });
            (done, held)
        })
        .await?;
        progress = Some(held);
        done?;
        if sync {
            synced = upload.offset();
        }
        if overrun {
            let length = upload.facts.content_length;
            return Err(IntakeError::Overrun { length, offset: upload.offset() });
        }
    }
    let offset = upload.offset();
    match ended {
        Some(Next::Superseded) => Err(IntakeError::Superseded { offset }),
        Some(Next::Broken(reason)) => Err(IntakeError::Broken { reason, offset }),
        Some(Next::Idle) => Err(IntakeError::Idle { seconds: idle.as_secs(), offset }),
        _ => Ok(()),
    }
}

enum Next {
    Part(Bytes),
    End,
    Broken(String),
    Idle,
    Superseded,
}
