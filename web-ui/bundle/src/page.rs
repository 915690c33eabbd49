//! The text files of the bundle: entry script, index page, smaller style sheet.
//!
//! Invariant: a content security policy of `script-src 'self' 'wasm-unsafe-eval'; style-src 'self'` runs the page: no
//! inline script, no inline style, no event attribute, no request to another host.

use anyhow::{Result, ensure};

/// The glue of a module with the module's hashed name.
pub(crate) fn glue(glue: &str, name: &str, wasm: &str) -> Result<String> {
    let plain = format!("{name}_bg.wasm");
    ensure!(glue.contains(&plain), "the glue does not name its module");
    ensure!(glue.contains("as default"), "the glue has no default export to start");
    Ok(minify_js(&glue.replace(&plain, wasm)))
}

/// The script of the pages, started at once: one module script, no inline code. `drill` is the glue of the drill's
/// lock, which the pages fetch when somebody opens a lock file; `reader` is the entry of the experts' reading desk, where bids
/// are read.
pub(crate) fn entry(glue: &str, drill: &str, reader: Option<&str>) -> Result<String> {
    for name in ["bidroomDrill =", "bidroomReader ="] {
        ensure!(!glue.contains(name), "the glue defines what the entry defines");
    }
    let reader = reader.map(|reader| format!("globalThis.bidroomReader = () => import('/{reader}');\n"));
    let reader = reader.unwrap_or_default();
    Ok(format!(
        "globalThis.bidroomDrill = async () => {{ const it = await import('/{drill}'); await it.default(); return it; \
         }};\n{reader}{glue}\n__wbg_init();\n"
    ))
}

/// Takes indentation, blank lines and lines of comment out of the glue, which has no text of several lines.
fn minify_js(glue: &str) -> String {
    let mut in_comment = false;
    let mut kept = Vec::new();
    for line in glue.lines().map(str::trim) {
        let opens = line.starts_with("/*");
        let closes = line.ends_with("*/");
        if !(in_comment || opens || line.is_empty() || line.starts_with("//")) {
            kept.push(line);
        }
        in_comment = (in_comment || opens) && !closes;
    }
    kept.join("\n")
}

/// The HTML file of a module; its pages are routes inside it.
pub(crate) fn index(script: &str, wasm: &str, styles: &[&str]) -> String {
    let sheets = styles.iter().map(|sheet| format!("<link rel=\"stylesheet\" href=\"/{sheet}\">\n"));
    let sheets: String = sheets.collect();
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>开标室</title>\n\
         <link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\n\
         {sheets}\
         <link rel=\"modulepreload\" href=\"/{script}\">\n\
         <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\" src=\"/{script}\"></script>\n</head>\n<body>\n\
         <noscript>本页要用浏览器自己核验每一条记录，请启用脚本后重新打开。 This page verifies every entry in your own browser; please enable scripts.</noscript>\n\
         </body>\n</html>\n"
    )
}

/// Takes comments, line breaks and indentation out of a style sheet. Strings are kept as they are.
pub(crate) fn minify_css(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        let (before, comment) = rest.split_at(start);
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blank_lines_go() {
        assert_eq!(minify_css("/* a\n b */\n  p { x: 1; } /* c */\n\nq{}"), "p { x: 1; }\nq{}");
        assert_eq!(minify_css("p{} /* open"), "p{}");
    }

    #[test]
    fn the_glue_keeps_its_code_only() {
        let glue = "/* a */\n/**\n * b\n */\nfunction f() {\n    // c\n    return `/*` + g; // d\n\n}\n/* e";
        assert_eq!(minify_js(glue), "function f() {\nreturn `/*` + g; // d\n}");
    }

    #[test]
    fn the_page_has_nothing_inline() {
        let page = index("app-1.js", "app_bg-1.wasm", &["styles-1.css", "own-2.css"]);
        assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains("onload"));
        assert!(page.contains("src=\"/app-1.js\""));
        assert!(!page.contains("http"));
    }

    #[test]
    fn the_entry_names_its_modules_and_starts() -> Result<()> {
        let glue = glue("new URL('app_bg.wasm'); export { __wbg_init as default };", "app", "app_bg-7.wasm")?;
        assert!(glue.contains("app_bg-7.wasm"));
        let entry = entry(&glue, "drill-8.js", Some("reader-9.js"))?;
        assert!(entry.contains("import('/reader-9.js')"));
        assert!(entry.contains("import('/drill-8.js')") && entry.trim_end().ends_with("__wbg_init();"));
        Ok(())
    }

    #[test]
    fn a_glue_without_its_module_is_refused() {
        assert!(glue("export { __wbg_init as default };", "app", "app_bg-7.wasm").is_err());
        assert!(glue("new URL('app_bg.wasm');", "app", "app_bg-7.wasm").is_err());
    }
}
