//! What is not seen from outside: the templates compile without a warning, and see nothing but their data.

use super::*;
use serde_json::json;

fn record() -> Value {
    serde_json::from_str(include_str!("../../tests/data/opening-record.json")).unwrap()
}

#[track_caller]
fn check_clean(template: Template, data: &Value) {
    let renderer = Renderer::new(FontSource::System).unwrap();
    let (pdf, warnings) = renderer.render_with_warnings(template, data, &Pictures::new()).unwrap();
    assert_eq!(warnings, Vec::<String>::new());
    assert!(pdf.0.starts_with(b"%PDF-"));
}

#[test]
fn the_record_is_laid_out_without_a_warning() {
    check_clean(Template::OpeningRecord, &record());
    let mut english = record();
    english["lang"] = json!("en");
    english["drill"] = json!(true);
    check_clean(Template::OpeningRecord, &english);
}
