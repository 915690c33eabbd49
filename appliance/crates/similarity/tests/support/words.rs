//! Texts as bidders write them: each author has its own words, from one seed, over the same questions.

#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "shared by tests and a measurement, which fail by panicking and use different parts"
)]

/// SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend_from_slice(&self.next().to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}

const WHO: [&str; 12] = [
    "我公司",
    "项目经理",
    "技术负责人",
    "现场施工人员",
    "质量管理部门",
    "安全员",
    "材料供应单位",
    "监理工程师",
    "项目部",
    "分包队伍",
    "测量小组",
    "资料员",
];
const WHEN: [&str; 12] = [
    "开工之前",
    "进场以后",
    "每道工序完成时",
    "雨季来临之前",
    "夜间作业期间",
    "基础施工阶段",
    "主体封顶以后",
    "验收准备阶段",
    "混凝土浇筑过程中",
    "设备到货当天",
    "每周例会上",
    "出现异常情况时",
];
const HOW: [&str; 16] = [
    "按照设计图纸",
    "依据现行规范",
    "结合现场实际",
    "在监理见证下",
    "采用全站仪",
    "通过信息化平台",
    "分区分段地",
    "由专人负责地",
    "按照旬计划",
    "以书面形式",
    "逐项逐部位地",
    "优先采用机械化方式",
    "在满足工期的前提下",
    "会同业主代表",
    "利用已有道路",
    "参照类似工程经验",
];
const DOES: [&str; 20] = [
    "复核", "检查", "组织", "落实", "编制", "调整", "监测", "记录", "验收", "整改", "保护", "清点", "交底",
    "储备", "抽检", "养护", "标识", "校准", "统计", "公示",
];
const WHAT: [&str; 24] = [
    "轴线与标高",
    "钢筋间距",
    "模板支撑体系",
    "临时用电线路",
    "深基坑边坡",
    "进场材料合格证",
    "塔吊附着装置",
    "脚手架连墙件",
    "防水层搭接",
    "预埋管线",
    "混凝土试块",
    "消防通道",
    "扬尘控制措施",
    "劳动力计划",
    "施工总平面布置",
    "关键线路节点",
    "成品保护方案",
    "机械维修台账",
    "应急救援物资",
    "农民工工资专户",
    "排水沟与集水井",
    "隐蔽工程影像",
    "沉降观测点",
    "节能材料性能",
];
const WHY: [&str; 14] = [
    "以保证结构安全",
    "避免返工浪费",
    "使工期可控",
    "减少对周边居民的影响",
    "确保一次验收合格",
    "便于后期维护",
    "防止质量通病",
    "满足绿色施工要求",
    "形成闭环管理",
    "降低材料损耗",
    "为下道工序创造条件",
    "做到有据可查",
    "消除安全隐患",
    "兑现投标承诺",
];

/// One sentence of an author. `dice` is the author's.
pub fn sentence(dice: &mut Dice) -> String {
    let (who, when, how) = (dice.pick(&WHO), dice.pick(&WHEN), dice.pick(&HOW));
    let (does, what, why) = (dice.pick(&DOES), dice.pick(&WHAT), dice.pick(&WHY));
    let (also, other) = (dice.pick(&DOES), dice.pick(&WHAT));
    let number = dice.below(9_000) + 100;
    // Names of places, parts and people, which no other author has.
    let (here, there) = (term(dice), term(dice));
    match dice.below(6) {
        0 => format!("{when}，{who}{how}{does}{here}{what}，{there}{why}。"),
        1 => format!("{who}{when}{does}{here}{what}并{also}{there}{other}，{why}；数量按{number}计。"),
        2 => format!("针对{here}{what}，{how}{also}{there}{other}，{who}应在{number}小时内反馈。"),
        3 => format!("{how}{does}{here}{what}；{when}由{there}{who}{also}{other}。"),
        4 => format!("{here}{what}的{does}由{who}承担，{when}{there}{how}{also}，{why}。"),
        _ => format!("编号{number}：{who}{does}{here}{what}，{why}，{when}再{also}{there}{other}。"),
    }
}

fn term(dice: &mut Dice) -> String {
    let length = 2 + dice.below(3);
    (0..length).map(|_| char::from_u32(0x4e00 + dice.below(6_000) as u32).unwrap()).collect()
}

/// A text of about so many characters.
pub fn text(dice: &mut Dice, characters: usize) -> String {
    let mut text = String::new();
    let mut length = 0;
    while length < characters {
        let sentence = sentence(dice);
        length += sentence.chars().count();
        text.push_str(&sentence);
    }
    text
}

/// Pages of an author.
pub fn pages(seed: u64, pages: usize, characters: usize) -> Vec<String> {
    let mut dice = Dice(seed);
    (0..pages).map(|_| text(&mut dice, characters)).collect()
}

/// Pages of the tender: the same for all.
pub fn tender(pages: usize) -> Vec<String> {
    self::pages(0x7465_6e64_6572, pages, 700)
}
