//! Bodies of requests and answers: what was read and written is read again as the same.
#![no_main]

use bidroom_wire::*;
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;

fn stable<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<T>(bytes) {
        let once = serde_json::to_value(&value).expect("what was read can be written");
        let again: T = serde_json::from_value(once.clone()).expect("what was written can be read");
        assert_eq!(serde_json::to_value(&again).expect("and written"), once);
    }
}

fuzz_target!(|bytes: &[u8]| {
    // Sent by clients.
    stable::<LoginBody>(bytes);
    stable::<StatementBody>(bytes);
    stable::<AuthoriseBody>(bytes);
    stable::<ConsentBody>(bytes);
    stable::<MismatchBody>(bytes);
    stable::<WithdrawBody>(bytes);
    stable::<HostCommand>(bytes);
    stable::<RemedyBody>(bytes);
    stable::<TroubleBody>(bytes);
    stable::<ProbeBody>(bytes);
    stable::<ProbeAnswerBody>(bytes);
    stable::<ReplaceBody>(bytes);
    stable::<PackagesBody>(bytes);
    stable::<bridge::ClaimBody>(bytes);
    stable::<bridge::AcceptBody>(bytes);
    stable::<bridge::Post>(bytes);
    stable::<bridge::Call>(bytes);
    // Sent by a room.
    stable::<ApiError>(bytes);
    stable::<bridge::Heard>(bytes);
    stable::<bridge::Told>(bytes);
    stable::<Challenge>(bytes);
    stable::<LoggedIn>(bytes);
    stable::<Who>(bytes);
    stable::<Accepted>(bytes);
    stable::<AuthoriseMaterial>(bytes);
    stable::<UnlockMaterial>(bytes);
    stable::<UploadOpened>(bytes);
    stable::<UploadState>(bytes);
    stable::<ReceiptBody>(bytes);
    stable::<MineView>(bytes);
    stable::<RoomInfo>(bytes);
    stable::<SessionInfo>(bytes);
    stable::<ImportedTender>(bytes);
    stable::<Demo>(bytes);
    stable::<SessionSummary>(bytes);
    stable::<ProbeMaterial>(bytes);
    stable::<ReplaceMaterial>(bytes);
    stable::<PackagesMaterial>(bytes);
    stable::<PackagesAccepted>(bytes);
    stable::<CeremonyView>(bytes);
    stable::<SignRecordMaterial>(bytes);
    stable::<bridge::PairingCode>(bytes);
    stable::<bridge::PairingEnd>(bytes);
    stable::<bridge::Invitation>(bytes);
});
