//! `$metadata`: the tables as CSDL 4.0 in XML, and as CSDL 4.01 in JSON.

use cpas_proto::tables::{Column, Kind, Table};
use serde_json::{Map, Value, json};

use super::{Model, filter::FUNCTIONS};

const NAMESPACE: &str = "cpas";
const CONTAINER: &str = "Mission";
const DESCRIPTION: &str = "Org.OData.Core.V1.Description";
const CAPABILITIES: &str = "Org.OData.Capabilities.V1";
/// What is not served, by the term and its property; clients that read it do not ask for it.
const NOT_SERVED: [(&str, &str); 5] = [
    ("ExpandRestrictions", "Expandable"),
    ("SearchRestrictions", "Searchable"),
    ("InsertRestrictions", "Insertable"),
    ("UpdateRestrictions", "Updatable"),
    ("DeleteRestrictions", "Deletable"),
];

const fn edm(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "Edm.String",
        Kind::Number => "Edm.Double",
        Kind::Count => "Edm.Int32",
        Kind::Flag => "Edm.Boolean",
        Kind::Day => "Edm.Date",
        Kind::Instant => "Edm.DateTimeOffset",
        Kind::Id => "Edm.Guid",
    }
}

/// The document in XML.
pub fn xml(model: &Model) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <edmx:Edmx xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\" Version=\"4.0\">\n\
         <edmx:Reference Uri=\"https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1.xml\">\
         <edmx:Include Namespace=\"Org.OData.Core.V1\"/></edmx:Reference>\n\
         <edmx:Reference Uri=\"https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Capabilities.V1.xml\">\
         <edmx:Include Namespace=\"Org.OData.Capabilities.V1\"/></edmx:Reference>\n\
         <edmx:DataServices>\n",
    );
    xml.push_str(&format!("<Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"{NAMESPACE}\">\n"));
    for table in model.tables() {
        xml.push_str(&format!(
            "<EntityType Name=\"{}\">\n<Key><PropertyRef Name=\"{}\"/></Key>\n",
            table.row,
            table.key().name
        ));
        for column in table.columns {
            xml.push_str(&property(column));
        }
        xml.push_str("</EntityType>\n");
    }
    xml.push_str(&format!("<EntityContainer Name=\"{CONTAINER}\">\n"));
    let functions: String = FUNCTIONS.iter().map(|own| format!("<String>{own}</String>")).collect();
    xml.push_str(&format!(
        "<Annotation Term=\"{CAPABILITIES}.FilterFunctions\"><Collection>{functions}</Collection></Annotation>\n\
         <Annotation Term=\"{CAPABILITIES}.BatchSupported\" Bool=\"false\"/>\n"
    ));
    for set in &model.sets {
        let (name, row) = (&set.name, set.table.row);
        xml.push_str(&format!(
            "<EntitySet Name=\"{name}\" EntityType=\"{NAMESPACE}.{row}\">{}",
            described(&set.about())
        ));
        for (term, property) in NOT_SERVED {
            xml.push_str(&format!(
                "<Annotation Term=\"{CAPABILITIES}.{term}\"><Record><PropertyValue Property=\"{property}\" \
                 Bool=\"false\"/></Record></Annotation>"
            ));
        }
        xml.push_str("</EntitySet>\n");
    }
    xml.push_str("</EntityContainer>\n</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n");
    xml
}

fn property(column: &Column) -> String {
    let nullable = if column.nullable { "" } else { " Nullable=\"false\"" };
    // As the database keeps them: microseconds.
    let precision = if column.kind == Kind::Instant { " Precision=\"6\"" } else { "" };
    let (name, kind, about) = (column.name, edm(column.kind), described(column.about));
    format!("<Property Name=\"{name}\" Type=\"{kind}\"{nullable}{precision}>{about}</Property>\n")
}

fn described(about: &str) -> String {
    format!("<Annotation Term=\"{DESCRIPTION}\" String=\"{}\"/>", escaped(about))
}

/// A text as the value of an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The document in JSON.
pub fn json(model: &Model) -> Value {
    let mut schema = Map::new();
    for table in model.tables() {
        schema.insert(table.row.to_owned(), entity_type(table));
    }
    let mut container = Map::new();
    container.insert("$Kind".to_owned(), "EntityContainer".into());
    let functions: Vec<&str> = FUNCTIONS.iter().map(|own| own.word()).collect();
    container.insert(format!("@{CAPABILITIES}.FilterFunctions"), functions.into());
    container.insert(format!("@{CAPABILITIES}.BatchSupported"), false.into());
    for set in &model.sets {
        let mut told = json!({"$Collection": true, "$Type": format!("{NAMESPACE}.{}", set.table.row)});
        told[format!("@{DESCRIPTION}")] = set.about().into();
        for (term, property) in NOT_SERVED {
            told[format!("@{CAPABILITIES}.{term}")] = json!({property: false});
        }
        container.insert(set.name.clone(), told);
    }
    schema.insert(CONTAINER.to_owned(), container.into());
    json!({"$Version": "4.01", "$EntityContainer": format!("{NAMESPACE}.{CONTAINER}"), NAMESPACE: schema})
}

fn entity_type(table: &Table) -> Value {
    let mut entity = Map::new();
    entity.insert("$Kind".to_owned(), "EntityType".into());
    entity.insert("$Key".to_owned(), json!([table.key().name]));
    for column in table.columns {
        let mut property = Map::new();
        // A text is what is meant where nothing is said.
        if column.kind != Kind::Text {
            property.insert("$Type".to_owned(), edm(column.kind).into());
        }
        if column.nullable {
            property.insert("$Nullable".to_owned(), true.into());
        }
        if column.kind == Kind::Instant {
            property.insert("$Precision".to_owned(), 6.into());
        }
        property.insert(format!("@{DESCRIPTION}"), column.about.into());
        entity.insert(column.name.to_owned(), property.into());
    }
    entity.into()
}

#[cfg(test)]
mod tests {
    use cpas_proto::words::Language;

    use super::*;
    use crate::odata::model::tests::board;

    #[test]
    fn both_documents_say_the_same() {
        for model in [Model::of_mission(), Model::of_dashboard(&board(), Language::En)] {
            let (xml, json) = (xml(&model), json(&model));
            for set in &model.sets {
                let (name, row) = (&set.name, set.table.row);
                assert!(xml.contains(&format!("<EntitySet Name=\"{name}\" EntityType=\"cpas.{row}\">")), "{name}");
                assert_eq!(json["cpas"]["Mission"][name]["$Type"], format!("cpas.{row}"));
                for column in set.table.columns {
                    let written = format!("<Property Name=\"{}\" Type=\"{}\"", column.name, edm(column.kind));
                    assert!(xml.contains(&written), "{written}");
                    let told = &json["cpas"][row][column.name];
                    assert_eq!(told["$Type"].as_str().unwrap_or("Edm.String"), edm(column.kind), "{}", column.name);
                    assert_eq!(told["$Nullable"].as_bool().unwrap_or(false), column.nullable, "{}", column.name);
                }
            }
            assert!(!xml.contains("Tile <"), "titles of others do not break the document");
        }
    }

    #[test]
    fn texts_do_not_end_their_attribute() {
        assert_eq!(escaped("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
    }
}
