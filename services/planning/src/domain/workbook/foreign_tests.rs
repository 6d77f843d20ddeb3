use super::*;

fn grid(rows: &[&[&str]]) -> Book {
    let mut grid = Grid { name: "Feuil1".to_owned(), ..Grid::default() };
    for (number, cells) in (0..).zip(rows) {
        let said = (0..).zip(cells.iter()).filter(|(_, text)| !text.trim().is_empty());
        for (place, text) in said {
            let indent = text.len() - text.trim_start().len();
            if indent > 0 {
                grid.indents.insert((number, place), indent);
            }
            grid.rows.entry(number).or_default().insert(place, Said::Text(text.trim().to_owned()));
        }
    }
    Book { grids: vec![grid], kept: None }
}

/// "kind statement" of each row, by its place in the tree.
fn tree(reading: &Reading) -> Vec<String> {
    let say = |row: &Row| {
        let statement =
            if row.cell("statement.en").is_empty() { row.cell("statement.fr") } else { row.cell("statement.en") };
        format!("{} {statement}", row.cell("kind"))
    };
    reading.tables.of(Sheet::Tree).iter().map(say).collect()
}

#[test]
fn levels_side_by_side_under_french_headings_below_titles() {
    let mut book = grid(&[
        &["CADRE DE RÉSULTATS 2026"],
        &["Mission", "", "mis à jour en mars"],
        &["Objectif stratégique", "Effets attendus", "Produits", "Section responsable", "Composante", "Échéance"],
        &[
            "1. Civils protégés",
            "1.1 Les chefs changent",
            "1.1.1 Patrouilles",
            "Secteur Est",
            "Force militaire",
            "31/12/2026",
        ],
        &["", "", "1.1.2 Radios", "Affaires civiles", "Composante civile", ""],
        &["", "1.2 La justice juge", "Procès", "Droits de l’homme", "", ""],
        &["2. Élections tenues", "", "", "", "", ""],
    ]);
    // One cell over two rows says the same of both.
    book.grids[0].merged.push(((3, 5), (4, 5)));
    let reading = read(&book, None, &Usual { component: "civilian".to_owned(), ..Usual::default() }, &Known::default())
        .expect("read");
    assert_eq!(
        (reading.layout.shape, reading.layout.heading_row, reading.layout.language),
        (Shape::Columns, 2, Language::Fr)
    );
    assert_eq!(reading.problems, []);
    assert_eq!(
        tree(&reading),
        [
            "objective Civils protégés",
            "outcome Les chefs changent",
            "output Patrouilles",
            "output Radios",
            "outcome La justice juge",
            "output Procès",
            "objective Élections tenues",
        ]
    );
    let patrols = &reading.tables.of(Sheet::Tree)[2];
    assert_eq!(
        (patrols.cell("lead_section"), patrols.cell("component"), patrols.cell("end")),
        ("Secteur Est", "military", "2026-12-31")
    );
    assert_eq!(reading.tables.of(Sheet::Tree)[3].cell("end"), "2026-12-31", "merged with the cell above it");
    assert_eq!(reading.tables.of(Sheet::Tree)[5].cell("component"), "civilian", "as usual");
    assert_eq!(patrols.place("statement.fr").map(|place| place.to_string()).as_deref(), Some("Feuil1!C4"));
}

#[test]
fn one_below_the_other_by_a_word_a_number_or_blanks() {
    let by_word = grid(&[
        &["Results framework", "Lead"],
        &["Objective 1: Safety", ""],
        &["Outcome 1.1 – Commanders", ""],
        &["Output 1.1.1: 100 patrols", "Sector East"],
    ]);
    let by_number = grid(&[
        &["Description", "Responsible"],
        &["1. Safety", ""],
        &["1.1 Commanders", ""],
        &["1.1.1 100 patrols", "Sector East"],
    ]);
    let by_blanks =
        grid(&[&["Statement", "Section"], &["Safety", ""], &["  Commanders", ""], &["    100 patrols", "Sector East"]]);
    for book in [by_word, by_number, by_blanks] {
        let reading = read(&book, None, &Usual::default(), &Known::default()).expect("read");
        assert_eq!(reading.layout.shape, Shape::Indented);
        assert_eq!(reading.problems, []);
        assert_eq!(tree(&reading), ["objective Safety", "outcome Commanders", "output 100 patrols"]);
        assert_eq!(reading.tables.of(Sheet::Tree)[2].cell("lead_section"), "Sector East");
    }
}

#[test]
fn a_column_says_the_level_and_a_person_corrects_the_guess() {
    let book = grid(&[
        &["Niveau", "Intitulé"],
        &["Objectif", "Sécurité"],
        &["Effets", "Les chefs"],
        &["Machin", "Quoi"],
        &["Produit", "Patrouilles"],
    ]);
    let reading = read(&book, None, &Usual::default(), &Known::default()).expect("read");
    assert_eq!(reading.layout.shape, Shape::Kind);
    assert_eq!(tree(&reading), ["objective Sécurité", "outcome Les chefs", "output Patrouilles"]);
    let cells: Vec<_> =
        reading.problems.iter().filter_map(|problem| problem.place.as_ref()).map(ToString::to_string).collect();
    assert_eq!(cells, ["Feuil1!A4"]);

    let plain = grid(&[&["Sécurité", "Les chefs", "Patrouilles"], &["", "", "Radios"]]);
    let columns = [("objective", 0), ("outcome", 1), ("output", 2)].into();
    let layout = Layout {
        sheet: "Feuil1".to_owned(),
        heading_row: NO_HEADINGS,
        shape: Shape::Columns,
        columns,
        language: Language::Fr,
    };
    let reading = read(&plain, Some(layout), &Usual::default(), &Known::default()).expect("read");
    assert_eq!(tree(&reading), ["objective Sécurité", "outcome Les chefs", "output Patrouilles", "output Radios"]);
    let nowhere = Layout { sheet: "Feuil9".to_owned(), ..reading.layout };
    assert!(
        read(&plain, Some(nowhere), &Usual::default(), &Known::default())
            .is_err_and(|sentence| sentence.contains("Feuil1"))
    );
}

#[test]
fn what_has_nothing_above_it_is_named() {
    let book = grid(&[&["Objective", "Outcome", "Output"], &["", "", "Alone"], &["Safety", "", "Too deep"]]);
    let reading = read(&book, None, &Usual::default(), &Known::default()).expect("read");
    let cells: Vec<_> =
        reading.problems.iter().filter_map(|problem| problem.place.as_ref()).map(ToString::to_string).collect();
    assert_eq!(cells, ["Feuil1!C2", "Feuil1!C3"]);
    assert!(read(&Book::default(), None, &Usual::default(), &Known::default()).is_err());
}

#[test]
fn indicators_stand_beside_what_they_measure() {
    let book = grid(&[
        &["Outcome", "Output", "Indicator", "Code", "Unit", "Baseline 2025", "Target", "Means of verification"],
        &[
            "Chiefs talk",
            "",
            "Percentage of disputes settled by chiefs",
            "",
            "",
            "45 %",
            "≥ 60% by 2027",
            "Court records",
        ],
        &["", "Patrols", "Number of patrols by night", "OP-NIGHT", "patrols", "1 200", "1 500", ""],
        &["", "", "Number of patrols by night", "", "", "", "", ""],
        &["", "", "Patrols seen as fair", "", "", "weak", "strong", ""],
        &["", "Radios", "Patrols by night", "", "", "12", "many", ""],
    ]);
    // Titles above the objective that such a sheet has not.
    let mut book = book;
    for cells in book.grids[0].rows.values_mut() {
        let moved: Vec<(u32, Said)> = std::mem::take(cells).into_iter().collect();
        cells.extend(moved.into_iter().map(|(place, said)| (place + 1, said)));
    }
    book.grids[0].rows.get_mut(&0).expect("headings").insert(0, Said::Text("Objective".to_owned()));
    book.grids[0].rows.get_mut(&1).expect("a row").insert(0, Said::Text("Safety".to_owned()));
    let known = Known { codes: ["oc-DISPUTES-SETTLED-CHIEFS".to_owned()].into(), last_year: Some(2028) };
    let reading = read(&book, None, &Usual::default(), &known).expect("read");
    assert_eq!(tree(&reading), ["objective Safety", "outcome Chiefs talk", "output Patrols", "output Radios"]);
    let items = reading.tables.of(Sheet::Tree);
    let told: Vec<String> = reading
        .tables
        .of(Sheet::Indicators)
        .iter()
        .map(|row| {
            let measured = items.iter().find(|item| item.key == row.cell("plan_item_lineage_id")).expect("an item");
            let cells =
                ["code", "level", "kind", "unit", "baseline_value", "baseline_period", "verification.en", "method.en"];
            format!("{}: {}", measured.name, cells.map(|field| row.cell(field)).join("|"))
        })
        .collect();
    assert_eq!(
        told,
        [
            "Chiefs talk: OC-DISPUTES-SETTLED-CHIEFS-2|outcome|ratio|share|0.45|2025|Court records|",
            "Patrols: OP-NIGHT|output|count|patrols|1200|2025||",
            "Patrols: OP-PATROLS-SEEN-FAIR|output|qualitative|||||Baseline: weak\nTarget: strong",
            "Radios: OP-PATROLS-NIGHT|output|count||12|2025||",
        ]
    );
    let targets: Vec<String> =
        reading.tables.of(Sheet::Targets).iter().map(|row| format!("{} {}", row.name, row.cell("value"))).collect();
    assert_eq!(targets, ["OC-DISPUTES-SETTLED-CHIEFS-2 2027 0.6", "OP-NIGHT 2028 1500"]);
    let wrong: Vec<String> =
        reading.problems.iter().map(|one| format!("{} {}", one.place.as_ref().expect("a cell"), one.message)).collect();
    assert_eq!(wrong, ["Feuil1!H6 \"many\" is no number, and beside it stands one. Write it as a number."]);
}

#[test]
fn percentages_are_read_by_the_row_and_what_could_be_either_is_asked() {
    let book = grid(&[
        &["Objective", "Outcome", "Indicator", "Unit", "Baseline 2025", "Target 2027"],
        &["Safety", "Chiefs talk", "Share of villages", "", "0.8", "0.9"],
        &["", "", "Proportion of courts", "", "80", "120"],
        &["", "", "Percentage of roads", "", "0.8", "1.2"],
        &["", "", "Attacks at night", "%", "1", "0.5"],
        &["", "", "Attacks by day", "attacks", "120", "60"],
        &["", "", "Days to a trial", "days", "", "≤ 10"],
        &["", "", "Days to a trial", "days", "", "≤ 20"],
    ]);
    let reading =
        read(&book, None, &Usual::default(), &Known { last_year: Some(2027), ..Known::default() }).expect("read");
    let value = |name: &str, field: &str| {
        let rows = reading.tables.of(Sheet::Indicators);
        let row = rows.iter().find(|row| row.cell("name.en") == name).expect("the indicator");
        let target = reading.tables.of(Sheet::Targets).iter().find(|target| target.cell("indicator") == row.key);
        if field == "target" {
            target.map(|row| row.cell("value").to_owned()).unwrap_or_default()
        } else {
            row.cell(field).to_owned()
        }
    };
    assert_eq!(
        (value("Share of villages", "baseline_value"), value("Share of villages", "target")),
        ("0.8".to_owned(), "0.9".to_owned())
    );
    assert_eq!(
        (value("Proportion of courts", "baseline_value"), value("Proportion of courts", "target")),
        ("0.8".to_owned(), "1.2".to_owned())
    );
    assert_eq!(
        (value("Attacks by day", "direction"), value("Days to a trial", "direction")),
        ("lower".to_owned(), "lower".to_owned())
    );
    assert_eq!(value("Share of villages", "direction"), "higher");
    let wrong: Vec<String> =
        reading.problems.iter().map(|one| one.place.as_ref().expect("a cell").to_string()).collect();
    assert_eq!(wrong, ["Feuil1!E4", "Feuil1!E5", "Feuil1!F8"]);
}
