//! Columns as humanitarian boundary files name them, read as ours.
//!
//! Common operational datasets have for each level n a p-code and names: `ADM1_PCODE`, `ADM1_EN`, `ADM1_FR`, or in
//! older ones `admin1Pcode` (a shapefile cuts it to `admin1Pcod`), `admin1Name_en`, `admin1Name`; and those of the levels
//! above in the same row. The deepest level that a row fills is its own; the one above is what it lies in.

use serde_json::{Map, Value};

use super::LEVEL_MAX;

/// What a row lies in if that is in the file or among the areas of the mission: a file of level 1 names its
/// country, which few missions load.
pub const PARENT_IF_THERE: &str = "parent if there";

/// The properties of a row under our names; as they are where it has a `code`, or no p-code either.
pub fn ours(properties: &Map<String, Value>) -> Map<String, Value> {
    let mut ours = properties.clone();
    if properties.get("code").is_some_and(|code| !is_blank(code)) {
        return ours;
    }
    let Some((level, code)) =
        (0..=LEVEL_MAX).rev().find_map(|level| Some((level, of(properties, level, &["PCODE", "PCOD"])?)))
    else {
        return ours;
    };
    ours.insert("code".to_owned(), code.clone());
    let mut put = |name: &str, value: Option<Value>| {
        if ours.get(name).is_none_or(is_blank)
            && let Some(value) = value
        {
            ours.insert(name.to_owned(), value);
        }
    };
    put("name", of(properties, level, &["EN", "NAME_EN", "NAME"]).cloned());
    put("name_fr", of(properties, level, &["FR", "NAME_FR"]).cloned());
    put("admin_level", Some(level.into()));
    let above = level.checked_sub(1).and_then(|level| of(properties, level, &["PCODE", "PCOD"])).cloned();
    let named =
        ["parent", "parent_code"].iter().any(|name| properties.get(*name).is_some_and(|value| !is_blank(value)));
    if !named {
        put(PARENT_IF_THERE, above);
    }
    ours
}

/// The first of a level's columns that is filled, whatever its case and underscores.
fn of<'a>(properties: &'a Map<String, Value>, level: u64, kinds: &[&str]) -> Option<&'a Value> {
    kinds.iter().find_map(|kind| {
        let wanted = [format!("ADM{level}{kind}"), format!("ADMIN{level}{kind}")].map(|name| name.replace('_', ""));
        let is = |name: &str| wanted.contains(&name.to_uppercase().replace('_', ""));
        properties.iter().find(|(name, value)| is(name) && !is_blank(value)).map(|(_, value)| value)
    })
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(properties: &Value) -> Value {
        let ours = ours(properties.as_object().expect("an object"));
        let of = |name: &str| ours.get(name).cloned().unwrap_or_default();
        json!([of("code"), of("name"), of("name_fr"), of("admin_level"), of(PARENT_IF_THERE)])
    }

    #[test]
    fn the_deepest_level_of_a_row_is_its_own() {
        for (properties, expected) in [
            (
                json!({"ADM0_PCODE": "CF", "ADM0_EN": "CAR", "ADM1_PCODE": "CF11", "ADM1_EN": "Lobaye", "ADM1_FR": "La Lobaye"}),
                json!(["CF11", "Lobaye", "La Lobaye", 1, "CF"]),
            ),
            (
                json!({"adm1_pcode": "CF11", "adm1_en": "Lobaye", "adm2_pcode": "CF111", "adm2_en": "Mbaïki"}),
                json!(["CF111", "Mbaïki", null, 2, "CF11"]),
            ),
            (
                json!({"admin1Pcod": "SS01", "admin1Name": "Abyei", "admin0Pcod": "SS", "admin2Pcod": null}),
                json!(["SS01", "Abyei", null, 1, "SS"]),
            ),
            (json!({"ADM0_PCODE": "CF", "ADM0_FR": "RCA"}), json!(["CF", null, "RCA", 0, null])),
            (json!({"code": "X", "ADM1_PCODE": "CF11", "ADM1_EN": "Lobaye"}), json!(["X", null, null, null, null])),
            (json!({"name": "No code"}), json!([null, "No code", null, null, null])),
            (json!({"ADM1_PCODE": "CF11", "name": "Own", "ADM1_EN": "Lobaye"}), json!(["CF11", "Own", null, 1, null])),
            (json!({"ADM1_PCODE": "CF11", "ADM0_PCODE": "CF", "parent": "CFX"}), json!(["CF11", null, null, 1, null])),
        ] {
            assert_eq!(read(&properties), expected, "{properties}");
        }
    }
}
