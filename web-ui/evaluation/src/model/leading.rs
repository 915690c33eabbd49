//! Questions that may lead to an answer (87号令 第五十一条, 招标投标法实施条例 第五十二条): a hint while they are written, and no more.

/// Words by which a question tends to contain its answer.
const LEADING: [&str; 14] = [
    "是否应为",
    "应为",
    "是不是应",
    "是否同意",
    "请确认为",
    "确认是否为",
    "应理解为",
    "是否理解为",
    "我们理解为",
    "请改为",
    "请修改为",
    "请更正为",
    "请调整为",
    "请承诺",
];

/// The first words of a question that may lead to an answer.
pub fn leading(question: &str) -> Option<&'static str> {
    let places = LEADING.iter().filter_map(|words| Some((question.find(words)?, *words)));
    // Of two that begin at the same place the longer one says more.
    places.min_by_key(|(place, words)| (*place, core::cmp::Reverse(words.len()))).map(|(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_that_contain_their_answer() {
        for (question, expect) in [
            ("技术文件第 12 页“响应时间 2”没有单位，请说明。", None),
            ("第 12 页响应时间是否应为 2 秒？", Some("是否应为")),
            ("第 12 页响应时间应为 2 秒，请改为 2 秒。", Some("应为")),
            ("请承诺质保期五年。", Some("请承诺")),
            ("", None),
        ] {
            assert_eq!(leading(question), expect, "{question}");
        }
    }
}
