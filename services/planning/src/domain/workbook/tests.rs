use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::app::workbook::open::open;

use super::{
    columns::{Holds, Offer},
    grid::{Book, Grid, Said},
    merge::{Happens, Merged, Wish, merge},
    order::{arrange, moved},
    read::{Names, Told, read},
    write::{Material, write},
    *,
};

const OBJECTIVE: &str = "00000000-0000-7000-8000-000000000001";
const OUTCOME: &str = "00000000-0000-7000-8000-000000000011";
const OTHER: &str = "00000000-0000-7000-8000-000000000012";
const OUTPUT: &str = "00000000-0000-7000-8000-000000000111";
const INDICATOR: &str = "00000000-0000-7000-8000-00000000aaaa";

fn row(key: &str, parent: &str, cells: &[(&'static str, &str)]) -> Row {
    let cells = cells.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
    Row { key: key.to_owned(), parent: parent.to_owned(), name: key.to_owned(), cells, at: None }
}

fn item(key: &str, parent: &str, label: &str, kind: &str, statement: &str) -> Row {
    row(key, parent, &[("label", label), ("kind", kind), ("statement.en", statement)])
}

/// A small framework in which every kind of column says something, and some what Excel would compute.
fn tables() -> Tables {
    let mut output = item(OUTPUT, OUTCOME, "1.1.1", "output", "=HYPERLINK(\"http://x\")");
    output.cells.extend([
        ("statement.fr", "+33 « patrouilles »\nchaque jour".to_owned()),
        ("lead_section", "@Sector East".to_owned()),
        ("contributing_sections", "JMAC; UNPOL".to_owned()),
        ("markers", "gender:2; a4p+:women, peace and security".to_owned()),
        ("start", "2026-07-01".to_owned()),
        ("priority", "2".to_owned()),
        ("component", "military".to_owned()),
    ]);
    let mut objective = item(OBJECTIVE, "", "1", "objective", "Civilians are safe");
    objective.cells.insert("mandate_task_id", "task".to_owned());
    let indicator = row(
        INDICATOR,
        "",
        &[
            ("code", "OC-1"),
            ("name.en", "Deaths"),
            ("plan_item_lineage_id", OUTCOME),
            ("level", "outcome"),
            ("kind", "count"),
            ("direction", "lower"),
            ("over_time", "sum"),
            ("over_areas", "none"),
            ("frequency", "half_year"),
            ("disaggregations", "sex: f, m; age: 0-14, 15-24"),
            ("baseline_value", "12.5"),
            ("baseline_period", "2025"),
            ("classification", "unclassified"),
        ],
    );
    let key = format!("{INDICATOR}|2027|CF11|sex=f");
    let target = row(
        &key,
        "",
        &[("indicator", INDICATOR), ("period", "2027"), ("area", "CF11"), ("slice", "sex=f"), ("value", "0.1")],
    );
    let link = row(
        &format!("{OUTPUT}|{OTHER}"),
        "",
        &[
            ("output", OUTPUT),
            ("outcome", OTHER),
            ("assumptions", "one\ntwo"),
            ("expected_lag_months", "6"),
            ("strength", "moderate"),
        ],
    );
    let mut tables = Tables::default();
    let outcomes =
        [item(OUTCOME, OBJECTIVE, "1.1", "outcome", "Commanders"), item(OTHER, OBJECTIVE, "1.2", "outcome", "Courts")];
    let [first, second] = outcomes;
    tables.set(Sheet::Tree, vec![objective, first, output, second]);
    tables.set(Sheet::Indicators, vec![indicator]);
    tables.set(Sheet::Targets, vec![target]);
    tables.set(Sheet::Links, vec![link]);
    tables
}

fn material() -> Material {
    let tables = tables();
    let labels = tables.of(Sheet::Tree).iter().map(|row| (row.key.clone(), row.cell("label").to_owned())).collect();
    Material {
        origin: Origin { family: "family".to_owned(), title: "Protect civilians".to_owned(), number: 3 },
        offers: [(Offer::Sections, BTreeSet::from(["JMAC".to_owned()]))].into(),
        tasks: [("task".to_owned(), "S/RES/2709 (2023) 34 (a)".to_owned())].into(),
        codes: [(INDICATOR.to_owned(), "OC-1".to_owned())].into(),
        labels,
        tables,
    }
}

fn names() -> Names {
    let tasks = [("S/RES/2709 (2023) 34 (a)".to_owned(), "task".to_owned())].into();
    Names { tasks, ..Names::default() }
}

fn told(language: Language) -> Told {
    let bytes = write(&material(), language).expect("a workbook");
    read(&open(&bytes).expect("it opens"), &names()).expect("it is ours")
}

fn merged(told: &Told, sheet: Sheet, wish: Wish) -> Merged {
    let base = told.base.as_ref().map(|(_, tables)| tables.of(sheet));
    merge(sheet, tables().of(sheet), base, told.tables.of(sheet), wish)
}

#[test]
fn what_comes_back_untouched_changes_nothing() {
    for language in [Language::En, Language::Fr] {
        let told = told(language);
        assert_eq!(told.problems, []);
        assert_eq!(told.base.as_ref().map(|(origin, _)| origin.clone()), Some(material().origin));
        for sheet in Sheet::ALL {
            let merged = merged(&told, sheet, Wish { remove_missing: true, take_mine: true });
            assert_eq!(merged.changes, [], "{sheet:?} in {language}");
            assert_eq!(merged.unchanged, tables().of(sheet).len());
        }
        let tree = told.tables.of(Sheet::Tree);
        let parents: Vec<_> = tree.iter().map(|row| (row.key.as_str(), row.parent.as_str())).collect();
        assert_eq!(parents, [(OBJECTIVE, ""), (OUTCOME, OBJECTIVE), (OUTPUT, OUTCOME), (OTHER, OBJECTIVE)]);
    }
}

#[test]
fn nothing_that_excel_would_compute_is_written_as_a_formula() {
    let bytes = write(&material(), Language::En).expect("a workbook");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut validations = 0;
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).expect("a part");
        let mut text = String::new();
        let is_sheet = part.name().is_ok_and(|name| name.starts_with("xl/worksheets/"));
        if is_sheet && std::io::Read::read_to_string(&mut part, &mut text).is_ok() {
            assert!(!text.contains("<f>"), "a formula in part {place}");
            validations += text.matches("<dataValidation ").count();
        }
    }
    assert!(validations > 15, "{validations} drop-downs");
}

#[test]
fn a_place_is_named_as_excel_names_it() {
    for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
        assert_eq!(letters(column), name);
        assert_eq!(column_of(name), Some(column));
    }
    assert_eq!(column_of("A1"), None);
    assert_eq!(Place { sheet: "Tree".to_owned(), row: 13, column: 3 }.to_string(), "Tree!D14");
}

#[test]
fn what_others_changed_meanwhile_stays() {
    let file = told(Language::En);
    let mut file_rows = file.tables.of(Sheet::Tree).to_vec();
    file_rows[1].cells.insert("statement.en", "Mine".to_owned());
    file_rows[3].cells.insert("statement.en", "Courts, mine".to_owned());
    let mut current = tables().of(Sheet::Tree).to_vec();
    current[0].cells.insert("statement.en", "Theirs".to_owned());
    current[3].cells.insert("statement.en", "Courts, theirs".to_owned());
    let base = file.base.as_ref().map(|(_, tables)| tables.of(Sheet::Tree));
    let kept = merge(Sheet::Tree, &current, base, &file_rows, Wish::default());
    let statements: Vec<_> = kept.rows.iter().map(|row| row.cell("statement.en")).collect();
    assert_eq!(statements, ["Theirs", "Mine", "=HYPERLINK(\"http://x\")", "Courts, theirs"]);
    let conflicts: Vec<_> =
        kept.changes.iter().flat_map(|change| &change.fields).map(|field| field.is_conflict).collect();
    assert_eq!(conflicts, [false, true]);
    let mine = merge(Sheet::Tree, &current, base, &file_rows, Wish { take_mine: true, ..Wish::default() });
    assert_eq!(mine.rows[3].cell("statement.en"), "Courts, mine");
}

#[test]
fn what_is_missing_stays_unless_it_is_to_go() {
    let file = told(Language::En);
    let rows: Vec<Row> = file.tables.of(Sheet::Tree)[..3].to_vec();
    let base = file.base.as_ref().map(|(_, tables)| tables.of(Sheet::Tree));
    let current = tables();
    let stays = merge(Sheet::Tree, current.of(Sheet::Tree), base, &rows, Wish::default());
    assert_eq!(stays.changes.iter().map(|change| change.happens).collect::<Vec<_>>(), [Happens::Missing]);
    let wish = Wish { remove_missing: true, ..Wish::default() };
    assert_eq!(merge(Sheet::Tree, current.of(Sheet::Tree), base, &rows, wish).gone, BTreeSet::from([OTHER.to_owned()]));
    // What was added since is not in the workbook, and is not missing from it.
    let mut later = current.of(Sheet::Tree).to_vec();
    later.push(item("later", OBJECTIVE, "1.3", "outcome", "Added by a colleague"));
    assert!(!merge(Sheet::Tree, &later, base, &rows, wish).gone.contains("later"));
    // Nor is what somebody changed since removed.
    later[3].cells.insert("statement.en", "Changed by a colleague".to_owned());
    assert!(merge(Sheet::Tree, &later, base, &rows, wish).gone.is_empty());
    let targets = merge(Sheet::Targets, current.of(Sheet::Targets), None, &[], wish);
    assert!(targets.gone.is_empty(), "a target is kept");
}

#[test]
fn cells_say_what_is_wrong_and_where() {
    let mut grid = Grid { name: "Cadre".to_owned(), ..Grid::default() };
    let heads = ["Id (ne pas toucher)", "N°", "Niveau", "Énoncé (français)", "Début", "Priorité"];
    let text = |text: &str| Said::Text(text.to_owned());
    grid.rows.insert(0, (0..).zip(heads.map(text)).collect());
    let rows: [&[(u32, Said)]; 5] = [
        &[(2, text("objectif")), (3, text("Les civils")), (4, text("03/04/2026")), (5, text("deux"))],
        &[(2, text("PRODUIT")), (3, text("Sans effet au-dessus"))],
        &[(2, text("But")), (3, text("Quoi ?"))],
        &[(0, text("mon id")), (2, text("Effet")), (4, Said::Wrong("#REF!".to_owned()))],
        &[(2, text("effet")), (3, text("Juste")), (4, text("31/12/2026")), (5, text("1,0"))],
    ];
    for (number, cells) in (1..).zip(rows) {
        grid.rows.insert(number, cells.iter().cloned().collect());
    }
    let told = read(&Book { grids: vec![grid], kept: None }, &Names::default()).expect("ours by its headings");
    let mut cells: Vec<_> =
        told.problems.iter().filter_map(|problem| problem.place.as_ref()).map(ToString::to_string).collect();
    cells.sort();
    assert_eq!(cells, ["Cadre!A5", "Cadre!C3", "Cadre!C4", "Cadre!E2", "Cadre!E5", "Cadre!F2"]);
    let last = told.tables.of(Sheet::Tree).last().expect("a row");
    assert_eq!((last.cell("start"), last.cell("priority"), last.cell("kind")), ("2026-12-31", "1", "outcome"));
    assert!(last.is_new());
}

#[test]
fn headings_are_told_apart_and_no_column_is_named_twice() {
    for sheet in Sheet::ALL {
        let mut fields = BTreeSet::new();
        for column in sheet.columns() {
            assert!(fields.insert(column.field), "{}", column.field);
            for language in [Language::En, Language::Fr] {
                assert_eq!(sheet.headed(column.heading(language)).map(|column| column.field), Some(column.field));
            }
            if let Holds::Word(words) = column.holds {
                for (word, en, fr) in words {
                    for written in [word, en, fr] {
                        assert_eq!(words::meant(words, &written.to_uppercase()), Some(*word), "{written}");
                    }
                }
            }
        }
    }
}

fn flat(keys: &[u8]) -> Vec<Row> {
    keys.iter().map(|key| row(&format!("k{key}"), "", &[])).collect()
}

#[test]
fn a_row_that_was_moved_moves_and_nothing_else_does() {
    let none = BTreeSet::new();
    let current = flat(&[1, 2, 3, 4, 5]);
    let file = flat(&[1, 4, 2, 3, 5]);
    let arranged = arrange(&current, Some(&current), &file, &none);
    assert_eq!(arranged.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["k1", "k4", "k2", "k3", "k5"]);
    assert_eq!(moved(&current, &arranged), BTreeSet::from(["k4".to_owned()]));
    // A colleague moved another one meanwhile, and the workbook moved nothing.
    let theirs = flat(&[5, 1, 2, 3, 4]);
    let kept = arrange(&theirs, Some(&current), &current, &none);
    assert_eq!(kept.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["k5", "k1", "k2", "k3", "k4"]);
    assert!(moved(&theirs, &kept).is_empty());
    // What is new comes after what it stands after.
    let mut with_new = current.clone();
    with_new.insert(2, row("new:7", "", &[]));
    let arranged = arrange(&theirs, Some(&current), &with_new, &none);
    assert_eq!(
        arranged.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(),
        ["k5", "k1", "k2", "new:7", "k3", "k4"]
    );
}

proptest! {
    /// Whatever is moved, added or left out: each row that stays is there once, under a parent that is there.
    #[test]
    fn every_row_is_accounted_for(
        order in Just((0u8..12).collect::<Vec<_>>()).prop_shuffle(),
        theirs in Just((0u8..12).collect::<Vec<_>>()).prop_shuffle(),
        left_out in prop::collection::btree_set(0u8..12, 0..5),
        goes in any::<bool>(),
    ) {
        // Tops 0 to 3; the others lie in them.
        let parent = |key: u8, shift: u8| if key < 4 { String::new() } else { format!("k{}", (key + shift) % 4) };
        let rows = |keys: &[u8], shift: u8| keys.iter().map(|key| row(&format!("k{key}"), &parent(*key, shift), &[])).collect::<Vec<_>>();
        let base = rows(&(0u8..12).collect::<Vec<_>>(), 0);
        let current = rows(&theirs, 1);
        let kept: Vec<u8> = order.iter().copied().filter(|key| *key < 4 || !left_out.contains(key)).collect();
        let mut file = rows(&kept, 0);
        file.push(row("new:1", "k2", &[]));
        let gone: BTreeSet<String> = if goes { left_out.iter().filter(|key| **key >= 4).map(|key| format!("k{key}")).collect() } else { BTreeSet::new() };
        let arranged = arrange(&current, Some(&base), &file, &gone);
        let keys: BTreeSet<&str> = arranged.iter().map(|(key, _)| key.as_str()).collect();
        prop_assert_eq!(keys.len(), arranged.len());
        prop_assert_eq!(keys.len(), 13 - gone.len());
        for (_, parent) in &arranged {
            prop_assert!(parent.is_empty() || keys.contains(parent.as_str()));
        }
        for row in &current {
            prop_assert!(keys.contains(row.key.as_str()) != gone.contains(&row.key));
        }
        // Nobody moved what both leave where it was.
        let still = arrange(&current, Some(&base), &base, &BTreeSet::new());
        prop_assert!(moved(&current, &still).is_empty());
    }
}
