//! How the room is doing: custody and its devices, the clock, the disk, certificates and what is known of revocations.
//!
//! Must not know what any of it means for an opening: rooms refuse by themselves what they must.

use bidroom_domain::opening::Phase;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_trust::Source;
use bidroom_wire::{HealthCertificate, HealthDisk, HealthRevocation, HealthSession, HealthView};

use crate::app::App;
use crate::http::summary;

/// How the room is doing now. With `check` every device uses each of its keys once first, which may take long.
pub fn health_view(app: &App, check: bool) -> HealthView {
    let (devices, custody_lost) = match app.signer.custodian().health(check) {
        Ok(devices) => (devices, None),
        Err(problem) => {
            tracing::warn!(%problem, "custody does not say how it is doing");
            (Vec::new(), Some(problem.to_string()))
        }
    };
    let now = app.now();
    HealthView {
        now,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        devices,
        custody_lost,
        clock: app.clock.quality(),
        disk: disk(app),
        certificates: certificates(app),
        revocation: app
            .certificates
            .outside(now)
            .book()
            .entries()
            .into_iter()
            .map(|entry| HealthRevocation {
                issuer: entry.issuer,
                serial: entry.serial.filter(|_| entry.source == Source::Answer),
                made: entry.made,
                until: entry.until,
            })
            .collect(),
        sessions: sessions(app),
    }
}

fn disk(app: &App) -> Option<HealthDisk> {
    let disk = rustix::fs::statvfs(app.store.directory());
    let disk = disk.inspect_err(|error| tracing::warn!(%error, "the disk cannot be looked at")).ok()?;
    Some(HealthDisk {
        free: disk.f_bavail.saturating_mul(disk.f_frsize),
        total: disk.f_blocks.saturating_mul(disk.f_frsize),
        wanted: app.intake.wants_free(),
    })
}

/// The certificates with which the room signs and issues.
fn certificates(app: &App) -> Vec<HealthCertificate> {
    let identity = app.signer.identity();
    let own = [Some(&identity.certificate), Some(&identity.issuer), identity.standby_certificate.as_ref()];
    let read = own.into_iter().flatten().filter_map(|der| Certificate::from_der(&der.0).ok());
    read.map(|certificate| HealthCertificate {
        holder: certificate.holder().to_owned(),
        tail: certificate.tail(),
        until: bidroom_domain::At(certificate.not_after()),
    })
    .collect()
}

fn sessions(app: &App) -> Vec<HealthSession> {
    let list = app.rooms.list();
    let sessions = list.iter().filter_map(|(id, snapshot)| {
        let over = matches!(snapshot.state.phase, Phase::Refused | Phase::Closed);
        Some(HealthSession {
            summary: summary(id, snapshot)?,
            clock_doubt: snapshot.state.clock_in_doubt().filter(|_| !over).map(|doubt| doubt.millis),
            lost: snapshot.state.lost.iter().map(|(device, at)| (device.clone(), *at)).collect(),
        })
    });
    let mut sessions: Vec<HealthSession> = sessions.collect();
    sessions.sort_by(|a, b| {
        (b.summary.deadline, &a.summary.session).cmp(&(a.summary.deadline, &b.summary.session))
    });
    sessions
}
