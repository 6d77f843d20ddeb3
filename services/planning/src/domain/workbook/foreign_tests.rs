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
    reading.rows.iter().map(say).collect()
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
    let reading = read(&book, None, &Usual { component: "civilian".to_owned(), ..Usual::default() }).expect("read");
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
    let patrols = &reading.rows[2];
    assert_eq!(
        (patrols.cell("lead_section"), patrols.cell("component"), patrols.cell("end")),
        ("Secteur Est", "military", "2026-12-31")
    );
    assert_eq!(reading.rows[3].cell("end"), "2026-12-31", "merged with the cell above it");
    assert_eq!(reading.rows[5].cell("component"), "civilian", "as usual");
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
        let reading = read(&book, None, &Usual::default()).expect("read");
        assert_eq!(reading.layout.shape, Shape::Indented);
        assert_eq!(reading.problems, []);
        assert_eq!(tree(&reading), ["objective Safety", "outcome Commanders", "output 100 patrols"]);
        assert_eq!(reading.rows[2].cell("lead_section"), "Sector East");
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
    let reading = read(&book, None, &Usual::default()).expect("read");
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
    let reading = read(&plain, Some(layout), &Usual::default()).expect("read");
    assert_eq!(tree(&reading), ["objective Sécurité", "outcome Les chefs", "output Patrouilles", "output Radios"]);
    let nowhere = Layout { sheet: "Feuil9".to_owned(), ..reading.layout };
    assert!(read(&plain, Some(nowhere), &Usual::default()).is_err_and(|sentence| sentence.contains("Feuil1")));
}

#[test]
fn what_has_nothing_above_it_is_named() {
    let book = grid(&[&["Objective", "Outcome", "Output"], &["", "", "Alone"], &["Safety", "", "Too deep"]]);
    let reading = read(&book, None, &Usual::default()).expect("read");
    let cells: Vec<_> =
        reading.problems.iter().filter_map(|problem| problem.place.as_ref()).map(ToString::to_string).collect();
    assert_eq!(cells, ["Feuil1!C2", "Feuil1!C3"]);
    assert!(read(&Book::default(), None, &Usual::default()).is_err());
}
