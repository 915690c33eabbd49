//! `bidroom tender seal-committee`: seals the list of experts to the devices of the room that published the lot.

use std::path::Path;

use anyhow::{Context as _, anyhow};
use bidroom_canon::{Hex32, from_json, group4, to_canonical};
use bidroom_custody::trust::certificates_in;
use bidroom_domain::evaluation::{CommitteeList, Member, check_list};
use bidroom_domain::{At, opening};
use bidroom_tender::SealedList;
use bidroom_unlocking::PublishedRoom;
use bidroom_wire::text::refusal;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::read;

/// A list as it is written down by whoever drew the experts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenList {
    /// Drawn here where it is left out: only the sealed list has it then.
    #[serde(default)]
    salt: Option<Hex32>,
    members: Vec<Member>,
}

/// Seals `list` and writes it to `out`; tells whose keys it is sealed to.
pub(super) fn seal(
    publication: &Path,
    agency_roots: Option<&Path>,
    list: &Path,
    out: &Path,
    now: At,
) -> anyhow::Result<()> {
    let roots = agency_roots.map(certificates_in).transpose()?;
    let room = PublishedRoom::open(&read(publication)?, roots.as_deref(), now)
        .with_context(|| publication.display().to_string())?;
    let list = written(list)?;
    let opening = opening::State { lot: Some(room.facts().clone()), ..opening::State::default() };
    check_list(&opening, &list).map_err(|no| {
        let no = opening::Refusal::Evaluation(Box::new(no));
        let said = refusal(&no);
        // The rest of the sentence is for whoever sits in the room.
        anyhow!(
            "没有密封：{}。请更正名单后重新密封。 / not sealed: {}. Correct the list and seal it again.",
            said.zh.title,
            said.en.title
        )
    })?;
    let mut secret = Zeroizing::new([0; 32]);
    getrandom::fill(secret.as_mut_slice()).context("randomness")?;
    let sealed = SealedList::seal(room.publication(), room.facts(), &list, &secret)?;
    std::fs::write(out, to_canonical(&sealed)?).with_context(|| out.display().to_string())?;
    println!("专家名单已密封 / list of experts sealed: {}", out.display());
    println!("  场次 / session: {}", sealed.session);
    println!("  成员 / members: {}", list.members.len());
    println!("  编号 / commitment: {}", group4(sealed.list.as_bytes(), 4));
    println!(
        "  评标室 / room: {}{}",
        room.keys().name,
        if roots.is_some() {
            "（公布文件可信 / trusted）"
        } else {
            "（未核对根证书 / root not checked）"
        }
    );
    println!("  公布文件 / publication: {}", group4(sealed.publication.as_bytes(), 4));
    println!(
        "请将密封文件交主持人导入；明文名单请妥善保管或销毁。 / Give the sealed file to the host; keep the list itself safe, or destroy it."
    );
    Ok(())
}

fn written(path: &Path) -> anyhow::Result<CommitteeList> {
    let bytes = Zeroizing::new(read(path)?);
    let text = core::str::from_utf8(&bytes).with_context(|| path.display().to_string())?;
    let WrittenList { salt, members } = from_json(text).with_context(|| {
        format!(
            "{}: 不是专家名单（见 docs/evaluation.md 第 9 节） / not a list of experts (docs/evaluation.md, section 9)",
            path.display()
        )
    })?;
    let salt = match salt {
        Some(salt) => salt,
        None => {
            let mut drawn = [0; 32];
            getrandom::fill(&mut drawn).context("randomness")?;
            Hex32(drawn)
        }
    };
    Ok(CommitteeList { salt, members })
}
