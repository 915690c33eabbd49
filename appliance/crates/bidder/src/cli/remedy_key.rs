//! `remedy-key` and `trustee`: the use of the remedy key, step by step.

use bidroom_bidder::client::ClientError;
use bidroom_canon::Sm3Digest;
use bidroom_domain::CreditCode;
use bidroom_wire::HostCommand;

use super::args;
use super::fault::CliError;
use super::room::{Desk, checked_log, desk_at, done};
use super::say::Say;

pub async fn remedy_key(args: &args::RemedyKey, say: Say) -> Result<(), CliError> {
    match args {
        args::RemedyKey::Ask(args) => ask(args, say).await,
        args::RemedyKey::Allow(args) => allow(args, say).await,
        args::RemedyKey::Agree(args) => agree(args, say).await,
    }
}

pub async fn trustee(args: &args::Trustee, say: Say) -> Result<(), CliError> {
    match args {
        args::Trustee::List(at) => list(at, say).await,
        args::Trustee::Give(args) => give(args, say).await,
    }
}

async fn ask(args: &args::Reasoned, say: Say) -> Result<(), CliError> {
    let desk = desk_at(&args.at, say).await?;
    let said = desk.client.ask_remedy_key(&desk.room, &desk.lock, &args.reason).await?;
    done(
        "补救密钥的启用申请已记入账本，等待主持人和监督人员答复",
        "The request for the remedy key was recorded; host and supervisor answer it",
        &said,
        say,
    );
    desk.leave().await;
    Ok(())
}

/// The request of a bidder in the checked log.
async fn request(desk: &Desk, bidder: &CreditCode, say: Say) -> Result<Sm3Digest, CliError> {
    let log = checked_log(desk, say).await?;
    let row = log.state().row(bidder);
    let remedy = row.and_then(|row| row.remedy.as_ref());
    let remedy = remedy.ok_or_else(|| CliError::NoRemedyRequest(bidder.clone()))?;
    say.out(&format!("申请原因：{}", remedy.reason), &format!("Reason given: {}", remedy.reason));
    Ok(remedy.statement)
}

async fn allow(args: &args::AllowRemedyKey, say: Say) -> Result<(), CliError> {
    let desk = desk_at(&args.of.at, say).await?;
    let bidder = args.of.bidder.clone();
    let request = request(&desk, &bidder, say).await?;
    let command = HostCommand::AllowRemedyKey { bidder, request, reason: args.reason.clone() };
    let said = desk.client.command(&desk.room, &command).await?;
    done("已允许启用补救密钥，等待监督人员同意", "Allowed; the supervisor has to agree", &said, say);
    desk.leave().await;
    Ok(())
}

async fn agree(args: &args::OfBidder, say: Say) -> Result<(), CliError> {
    let desk = desk_at(&args.at, say).await?;
    let request = request(&desk, &args.bidder, say).await?;
    let said = desk.client.agree_remedy_key(&desk.room, &desk.lock, &args.bidder, request).await?;
    done("已签名同意启用补救密钥，受托人可以交出份额", "Agreed; trustees may give their parts", &said, say);
    desk.leave().await;
    Ok(())
}

async fn list(at: &args::At, say: Say) -> Result<(), CliError> {
    let desk = desk_at(at, say).await?;
    let waiting = desk.client.remedy_parts(&desk.room.session()).await?;
    if waiting.is_empty() {
        say.out("没有等待您交出份额的申请。", "No request waits for your part.");
    }
    for asked in &waiting {
        say.line(&format!("  {} {}", asked.bidder.code, asked.bidder.name));
    }
    desk.leave().await;
    Ok(())
}

async fn give(args: &args::OfBidder, say: Say) -> Result<(), CliError> {
    let desk = desk_at(&args.at, say).await?;
    let waiting = desk.client.remedy_parts(&desk.room.session()).await?;
    let asked = waiting.iter().find(|asked| asked.bidder.code == args.bidder);
    let asked = asked.ok_or_else(|| CliError::NoRemedyRequest(args.bidder.clone()))?;
    let said = desk.client.give_remedy_part(&desk.room, &desk.lock, asked).await;
    let said = said.map_err(|error: ClientError| CliError::from(error))?;
    done(
        "补救份额已收下，与投标人封标时交付的一致",
        "The part was taken and is what the bidder sealed to you",
        &said,
        say,
    );
    desk.leave().await;
    Ok(())
}
