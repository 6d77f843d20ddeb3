//! The first sheet: what the workbook is and how it is worked with.

use cpas_proto::words::Language;
use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::{Origin, write::clean};

/// Width of its columns, in characters.
const HEAD: f64 = 26.0;
const PROSE: f64 = 100.0;

type Line = (&'static str, &'static str);

const ENGLISH: &[Line] = &[
    (
        "How it works",
        "Change what you like, save, and drop the file on Plan → Excel workbook. You are shown what would change before anything does.",
    ),
    (
        "Tree",
        "A row is an objective, outcome, output or activity. It lies in the nearest row above it that is one level higher: an output belongs to the outcome above it.",
    ),
    (
        "No.",
        "What other sheets call a row. The plan numbers its items itself; for a new row write any word of your own, like NEW1, and use it in Links, Indicators and Waits for.",
    ),
    ("To add a row", "Insert a row where it belongs and leave the grey Id empty."),
    (
        "To move or delete rows",
        "The sheet is protected so that ids are not overwritten by accident; there is no password. Review → Unprotect Sheet, then cut and insert, or delete. Deleted items and links stay in the plan unless you say on the page that they go.",
    ),
    ("Ids", "Leave them. A row keeps its id when it moves; without it, it is a new row."),
    (
        "Lists",
        "Sections, areas, markers and the rows that an activity waits for are separated by semicolons: JMAC; UNPOL. Markers: gender:0 to gender:3, poc, youth, a4p+:…, sdg16:16.1.",
    ),
    ("Dates and periods", "Dates like 2026-07-01. Periods like 2026-03, 2026-Q1, 2026-H1, 2026, FY2026."),
    ("Breakdowns", "Of an indicator: sex: f, m, unknown; age: 0-14, 15-24. Of a target: sex=f; empty is the total."),
    (
        "Targets",
        "A row is a target of an indicator for a period, area and breakdown; an empty area is the whole mission. A changed target whose period has begun needs its reason. Targets and indicators are not removed here.",
    ),
    ("Formulas", "You may compute with formulas; what counts is the value that Excel shows."),
    (
        "Others",
        "What colleagues change in the meantime stays theirs. Where you both changed one cell, you are shown both.",
    ),
    (
        "Classification",
        "The workbook is as classified as the most classified of its rows. Keep and send it accordingly.",
    ),
];

const FRENCH: &[Line] = &[
    (
        "Mode d’emploi",
        "Changez ce que vous voulez, enregistrez et déposez le fichier sous Plan → Classeur Excel. Ce qui changerait vous est montré avant que rien ne change.",
    ),
    (
        "Cadre",
        "Une ligne est un objectif, un effet, un produit ou une activité. Elle relève de la ligne la plus proche au-dessus d’elle qui est d’un niveau supérieur : un produit appartient à l’effet qui le précède.",
    ),
    (
        "N°",
        "Le nom que les autres feuilles donnent à une ligne. Le plan numérote lui-même ; pour une ligne nouvelle, écrivez un mot à vous, comme NEUF1, et employez-le dans Liens, Indicateurs et Attend.",
    ),
    ("Ajouter une ligne", "Insérez une ligne à sa place et laissez vide l’Id gris."),
    (
        "Déplacer ou supprimer",
        "La feuille est protégée pour que les id ne soient pas écrasés par mégarde ; il n’y a pas de mot de passe. Révision → Ôter la protection, puis couper et insérer, ou supprimer. Les éléments et les liens supprimés restent dans le plan, sauf si vous dites sur la page qu’ils partent.",
    ),
    ("Id", "N’y touchez pas. Une ligne garde son id quand elle est déplacée ; sans lui, c’est une ligne nouvelle."),
    (
        "Listes",
        "Sections, zones, marqueurs et lignes qu’une activité attend sont séparés par des points-virgules : JMAC; UNPOL. Marqueurs : gender:0 à gender:3, poc, youth, a4p+:…, sdg16:16.1.",
    ),
    ("Dates et périodes", "Dates comme 2026-07-01. Périodes comme 2026-03, 2026-Q1, 2026-H1, 2026, FY2026."),
    (
        "Ventilations",
        "D’un indicateur : sex: f, m, unknown; age: 0-14, 15-24. D’une cible : sex=f ; vide, c’est le total.",
    ),
    (
        "Cibles",
        "Une ligne est la cible d’un indicateur pour une période, une zone et une ventilation ; sans zone, c’est toute la mission. Une cible changée après le début de sa période demande un motif. Cibles et indicateurs ne se suppriment pas ici.",
    ),
    ("Formules", "Vous pouvez calculer avec des formules ; c’est la valeur affichée par Excel qui compte."),
    (
        "Les autres",
        "Ce que vos collègues changent entre-temps reste à eux. Si vous avez changé tous deux la même case, les deux vous sont montrés.",
    ),
    (
        "Classification",
        "Le classeur est aussi protégé que la plus protégée de ses lignes. Gardez-le et envoyez-le en conséquence.",
    ),
];

/// Writes it.
pub(super) fn write(to: &mut Worksheet, origin: &Origin, language: Language) -> Result<(), XlsxError> {
    let (name, version, lines) = match language {
        Language::En => ("Read me", "Version", ENGLISH),
        Language::Fr => ("Lisez-moi", "Version", FRENCH),
    };
    to.set_name(name)?.set_column_width(0, HEAD)?.set_column_width(1, PROSE)?;
    to.write_string_with_format(0, 0, clean(&origin.title), &Format::new().set_bold().set_font_size(16))?;
    to.write_string(1, 0, format!("{version} {}", origin.number))?;
    let head = Format::new().set_bold().set_align(FormatAlign::Top);
    let prose = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (row, (what, how)) in (3u32..).zip(lines) {
        to.write_string_with_format(row, 0, *what, &head)?.write_string_with_format(row, 1, *how, &prose)?;
    }
    Ok(())
}
