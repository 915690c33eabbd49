//! The proof badge and its explanation.

use super::catalogue;

catalogue! {
    /// Words of the proof badge and the four columns behind it.
    pub enum Proof {
        AfterOpening => "开启后核验", "After opening";
        Checking => "核验中", "Checking";
        Verified => "已核验", "Verified";
        Withheld => "不公布", "Not public";
        WithheldHead => "内容不向您公布", "Content not shown to you";
        WithheldText { clause: String } => "一览表没有发给本页（{clause}）。账本留有它的承诺值，有权查看的人能核对它没有改动。", "The schedule was not sent to this page ({clause}). The ledger keeps its commitment, with which its readers can check it.";
        Disagrees => "证据不符", "Disagrees";
        StillSealed => "仍封存", "Sealed";
        ButtonName { name: String, state: String } => "{name}：{state}，查看依据", "{name}: {state}, show why";
        Title { row: u32 } => "第 {row} 行为什么可信", "Why row {row} can be trusted";
        TitleSealed { row: u32 } => "第 {row} 行为什么仍然封存", "Why row {row} is still sealed";
        ByYourBrowser => "由您的浏览器自己算出，不需要相信中心的服务器", "Worked out by your own browser";
        Raw => "下载原始证明", "Raw proof";
        InTime => "截止前已封存", "Sealed in time";
        InTimePublic { at: String } => "投标文件的摘要记入了 {at} 的截止检查点，此后不能增减或替换。", "The bid's digest stands in the deadline checkpoint of {at}; nothing could be added or replaced since.";
        ThreeShares => "三份密钥齐了才开", "Three shares opened it";
        ThreeSharesText { needed: usize, officers: usize, at: String } => "投标人的锁、本室加密机、{officers} 名授权人中的 {needed} 名，缺一份都打不开；{at} 各家同时开启。", "The bidder's lock, the HSM here, and {needed} of {officers} officers; none alone. All opened together at {at}.";
        ShareMissing => "投标人的那一份没有提交，缺一份就打不开。", "The bidder's share was not handed in; without it nothing opens.";
        AsSealed => "读出的就是封存的", "Read out as sealed";
        AsSealedText { price: String } => "报价 {price}，与封标时留下的承诺值相符。", "{price} matches the commitment made when sealing.";
        InLedger => "已记入账本", "In the ledger";
        InLedgerText { entry: u64, size: u64 } => "第 {entry} 条，含在第 {size} 条的签名根中，两种根都由本页重算。", "Entry {entry}, within the signed root of entry {size}; this page recomputed both roots.";
        InLedgerWitness { entry: u64, size: u64, witnesses: usize } => "第 {entry} 条，含在第 {size} 条的签名根中；{witnesses} 位见证人已会签。", "Entry {entry}, within the signed root of entry {size}; {witnesses} witnesses cosigned.";
    }
}
