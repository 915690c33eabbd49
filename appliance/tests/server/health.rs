//! The room's health: who may see it, and what it says.

use bidroom_wire::HealthView;

use crate::world::World;

const HEALTH: &str = "/api/v1/health";

#[tokio::test(flavor = "multi_thread")]
async fn staff_and_officers_see_the_rooms_health_and_nobody_else() {
    let world = World::receiving().await;
    world.client.get(HEALTH).await.refused(401, "login", "not_logged_in");
    world.client.post(HEALTH, b"{}").await.refused(401, "login", "not_logged_in");
    let bidder = world.bidder(0).await;
    bidder.get(HEALTH).await.refused(403, "refusal", "not_your_role");
    bidder.post(HEALTH, b"{}").await.refused(403, "refusal", "not_your_role");
    for lock in [&world.people.host, &world.people.supervisor, &world.people.tenderer] {
        let view: HealthView = world.log_in(lock).await.get(HEALTH).await.ok();
        let names: Vec<&str> = view.devices.iter().map(|device| device.device.as_str()).collect();
        assert_eq!(names, ["main", "standby"]);
        assert!(view.custody_lost.is_none() && view.disk.is_some_and(|disk| disk.total > 0));
        assert_eq!(view.certificates.len(), 3, "two that sign and the one that issues");
        for device in &view.devices {
            assert_eq!(
                (device.backend.as_deref(), &device.lost, device.levels.len()),
                (Some("soft"), &None, 3)
            );
            assert!(device.keys >= 2, "{device:?}");
            assert_eq!(device.lots.len(), 1, "the lot is published");
            assert!(device.lots.iter().all(|lot| lot.held), "both hold the published keys: {device:?}");
            assert!(device.check.is_none(), "looking uses no key");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_uses_every_key_and_is_remembered() {
    let world = World::receiving().await;
    let host = world.log_in(&world.people.host).await;
    let checked: HealthView = host.post(HEALTH, b"{}").await.ok();
    for device in &checked.devices {
        let check = device.check.as_ref().unwrap_or_else(|| panic!("{device:?}"));
        assert_eq!((check.keys, check.failed.as_ref()), (Some(device.keys), None));
    }
    let seen: HealthView = host.get(HEALTH).await.ok();
    let checks = |view: &HealthView| view.devices.iter().map(|it| it.check.clone()).collect::<Vec<_>>();
    assert_eq!(checks(&seen), checks(&checked));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_import_sees_the_health_of_a_room_without_sessions() {
    let world = World::empty("").await;
    let host = world.log_in(&world.people.host).await;
    let view: HealthView = host.get(HEALTH).await.ok();
    assert!(view.sessions.is_empty() && view.devices.iter().all(|device| device.lots.is_empty()));
    world.client.send("DELETE", HEALTH, &[], b"").await.refused(405, "request", "wrong_method");
}
