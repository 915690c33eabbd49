//! A schedule as its columns show it.

use bidroom_domain::{Column, ColumnKind, Fen};
use serde::Deserialize;

/// The figures of one row, in the order of the tender's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The price, if the tender has a column of money.
    pub price: Option<Fen>,
    /// What stands in the other columns; `—` where the bid has nothing.
    pub cells: Vec<String>,
}

#[derive(Deserialize)]
struct Sealed {
    fields: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    key: String,
    value: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Value {
    Fen(u64),
    Text(String),
}

/// The column that holds the price: the first of kind money.
pub fn price_column(columns: &[Column]) -> Option<&Column> {
    columns.iter().find(|column| column.kind == ColumnKind::Money)
}

/// The columns beside the price, in their order.
pub fn other_columns(columns: &[Column]) -> Vec<Column> {
    let price = price_column(columns).map(|column| column.key.clone());
    columns.iter().filter(|column| Some(&column.key) != price.as_ref()).cloned().collect()
}

/// Reads a published schedule for these columns; nothing where its text is no schedule.
pub fn read(schedule: &str, columns: &[Column]) -> Option<Shown> {
    let sealed: Sealed = bidroom_canon::from_json(schedule).ok()?;
    let find = |key: &str| sealed.fields.iter().find(|field| field.key == key).map(|field| &field.value);
    let price = price_column(columns).and_then(|column| match find(&column.key) {
        Some(Value::Fen(fen)) => Fen::try_from(*fen).ok(),
        _ => None,
    });
    let cells = other_columns(columns)
        .iter()
        .map(|column| match find(&column.key) {
            Some(Value::Text(text)) if !text.is_empty() => text.clone(),
            Some(Value::Fen(fen)) => Fen::try_from(*fen).map_or_else(|_| fen.to_string(), Fen::figures),
            _ => "—".to_owned(),
        })
        .collect();
    Some(Shown { price, cells })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        [("price", ColumnKind::Money), ("term", ColumnKind::Number), ("manager", ColumnKind::Text)]
            .map(|(key, kind)| Column { key: key.into(), zh: key.into(), en: key.into(), kind })
            .to_vec()
    }

    #[test]
    fn fields_find_their_columns() {
        let text = r#"{"fields":[{"key":"manager","value":{"text":"梁静宜"}},{"key":"price","value":{"fen":1098652360}}]}"#;
        let shown = read(text, &columns()).unwrap();
        assert_eq!(shown.price.unwrap().figures(), "10,986,523.60");
        assert_eq!(shown.cells, ["—", "梁静宜"]);
    }

    #[test]
    fn foreign_texts_are_no_schedule() {
        for text in ["", "{}", r#"{"fields":[{"key":"price","value":{"fen":-1}}]}"#, "[]"] {
            assert_eq!(read(text, &columns()), None, "{text}");
        }
    }
}
