use super::*;

fn read(headings: &[&str], tags: &[&str], mapping: &[(&str, &str)]) -> Result<BTreeMap<String, String>, Unclear> {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let headings = owned(headings);
    let tags = (!tags.is_empty()).then(|| owned(tags));
    let mapping = mapping.iter().map(|&(field, heading)| (field.to_owned(), heading.to_owned())).collect();
    let layout = Layout::read(&headings, tags.as_deref(), &mapping, &owned(&["sex", "age", "perpetrator"]))?;
    Ok(layout.described(&headings))
}

#[test]
fn headings_in_english_and_french() {
    let english = read(&["Indicator", "Location code", "Year", "Value", "Source"], &[], &[]).expect("clear");
    assert_eq!(english["area"], "Location code");
    let french =
        read(&["Code de l’indicateur", "Zone", "Année", "Valeur", "Sexe", "Tranche d'âge", "Perpetrator"], &[], &[])
            .expect("clear");
    assert_eq!(french["indicator"], "Code de l’indicateur");
    assert_eq!(french["period"], "Année");
    assert_eq!((&*french["sex"], &*french["age"], &*french["perpetrator"]), ("Sexe", "Tranche d'âge", "Perpetrator"));
}

#[test]
fn tags_say_more_than_headings() {
    let layout = read(
        &["What", "Where", "Where (name)", "When", "How many", "From"],
        &["#indicator+code", "#adm1+code", "#adm1+name", "#date+year", "#value", "#meta+source"],
        &[],
    );
    let layout = layout.expect("clear");
    assert_eq!((&*layout["indicator"], &*layout["area"], &*layout["source"]), ("What", "Where", "From"));
    assert!(is_tag_row(["#indicator+code", "", "#value"].into_iter()));
    assert!(!is_tag_row(["#1", "OC", "3"].into_iter()));
}

#[test]
fn our_own_file_comes_back_where_an_indicator_is_broken_down_by_kind() {
    let dimensions = ["kind".to_owned(), "state".to_owned(), "sex".to_owned()];
    let of = |pick: fn(&(&str, &str, &str)) -> String| COLUMNS.iter().map(pick).collect::<Vec<_>>();
    for headings in [of(|column| column.0.to_owned()), of(|column| column.1.to_owned())] {
        let tags = of(|column| column.2.to_owned());
        let layout = Layout::read(&headings, Some(&tags), &BTreeMap::new(), &dimensions).expect("clear");
        assert!(layout.dimensions.is_empty(), "{:?}", layout.dimensions);
        // Where somebody says so, it is one.
        let said = BTreeMap::from([("kind".to_owned(), headings[8].clone())]);
        let layout = Layout::read(&headings, Some(&tags), &said, &dimensions).expect("clear");
        assert_eq!(layout.dimensions, BTreeMap::from([("kind".to_owned(), 8)]));
    }
}

#[test]
fn the_code_is_preferred_to_the_name_and_the_deeper_area_to_the_outer() {
    let layout = read(&["Indicator", "Location", "Location code", "Year", "Value"], &[], &[]).expect("clear");
    assert_eq!(layout["area"], "Location code");
    let tags = ["#indicator", "#adm1+code", "#adm2+code", "#date", "#value"];
    assert_eq!(read(&["a", "b", "c", "d", "e"], &tags, &[]).expect("clear")["area"], "c");
}

#[test]
fn a_mapping_overrides_and_can_give_every_row_the_same() {
    let mapping = [("indicator", "=OC-X"), ("value", "Killed"), ("area", "where")];
    let layout = read(&["Where", "Year", "Value", "Killed"], &[], &mapping).expect("clear");
    assert_eq!((&*layout["indicator"], &*layout["value"], &*layout["area"]), ("=OC-X", "Killed", "Where"));
}

#[test]
fn what_is_unclear_is_said_and_not_guessed() {
    assert_eq!(
        read(&["Indicator", "Year", "Year", "Value"], &[], &[]),
        Err(Unclear::TwoColumns(Field::Period, "Year".to_owned(), "Year".to_owned()))
    );
    let error = read(&["Indicator", "Zone", "Valeur"], &[], &[]).expect_err("no period");
    assert!(error.to_string().starts_with("No column holds the period. The columns are: Indicator, Zone, Valeur."));
    assert!(matches!(read(&["Indicator"], &[], &[("value", "X")]), Err(Unclear::NoSuchHeading(..))));
    assert!(matches!(read(&["Indicator"], &[], &[("colour", "Indicator")]), Err(Unclear::NoSuchField(..))));
}
