//! What is said of rejected rows, in French.
//!
//! Reasons are made where a rule is broken, in English; here is each sentence of them with its French. What stands
//! between (names, codes, numbers) is kept.

/// Longest reason that is looked at, in bytes.
const REASON_BYTES_MAX: usize = 2_000;

/// A sentence in English and in French; `{}` is what is kept, in the same order in both.
const SENTENCES: &[(&str, &str)] = &[
    (
        "\"{}\" is not a date; write 2019-05-03, 2019-05 or 2019.",
        "« {} » n’est pas une date ; écrivez 2019-05-03, 2019-05 ou 2019.",
    ),
    ("The event ends on {}, before it begins on {}.", "L’événement se termine le {}, avant de commencer le {}."),
    ("The event lasts {} days or more.", "L’événement dure {} jours ou plus."),
    ("\"{}\" is not on the scale of {}, {} to {}.", "« {} » n’est pas sur l’échelle de {}, de {} à {}."),
    (
        "{} is not a longitude; it goes from -180 to 180 degrees.",
        "{} n’est pas une longitude ; elle va de -180 à 180 degrés.",
    ),
    (
        "{} is not a latitude; it goes from -90 to 90 degrees.",
        "{} n’est pas une latitude ; elle va de -90 à 90 degrés.",
    ),
    ("\"{}\" is not a number of deaths.", "« {} » n’est pas un nombre de morts."),
    (
        "\"{}\" is not a precision of a point; write exact, near or area.",
        "« {} » n’est pas une précision de point ; écrivez exact, near ou area.",
    ),
    ("\"{}\" is not a classification; expected {}.", "« {} » n’est pas une classification ; valeurs admises : {}."),
    ("This is above what you may see yourself.", "Cela dépasse ce que vous pouvez voir vous-même."),
    ("No indicator is named.", "Aucun indicateur n’est nommé."),
    ("The mission has no indicator \"{}\".", "La mission n’a pas d’indicateur « {} »."),
    ("The mission has no area \"{}\".", "La mission n’a pas de zone « {} »."),
    ("Did you mean {} (\"{}\")?", "Vouliez-vous dire {} (« {} ») ?"),
    ("Did you mean {}?", "Vouliez-vous dire {} ?"),
    (
        "Several areas are called \"{}\": {}. Write the code of the one that is meant.",
        "Plusieurs zones s’appellent « {} » : {}. Écrivez le code de celle dont il s’agit.",
    ),
    ("The area {} existed until {} only.", "La zone {} n’a existé que jusqu’au {}."),
    ("{} follow it; give the value for each of them.", "{} lui succèdent ; donnez la valeur pour chacune."),
    ("{} follows it; give the value for that.", "{} lui succède ; donnez la valeur pour celle-ci."),
    ("Nothing is known to follow it.", "On ne lui connaît pas de successeur."),
    ("The area {} exists from {} on only.", "La zone {} n’existe qu’à partir du {}."),
    (
        "Until then it was a part of {}; give the value for that.",
        "Jusque-là, elle faisait partie de {} ; donnez la valeur pour celle-ci.",
    ),
    ("Until then there were {}; give the value for each.", "Jusque-là, il y avait {} ; donnez la valeur pour chacune."),
    ("Nothing is known to have been there before.", "On ne sait pas ce qu’il y avait avant."),
    (
        "\"{}\" is not a period; write 2024, 2024-03, 2024-Q1, 2024-H1, FY2024 or 2024-03-17.",
        "« {} » n’est pas une période ; écrivez 2024, 2024-03, 2024-Q1, 2024-H1, FY2024 ou 2024-03-17.",
    ),
    (
        "\"{}\" could be {} or {}, and no date in the column says which number is the month. Write the year first, as in 2024-03-17, or format the column so.",
        "« {} » pourrait être le {} ou le {}, et aucune date de la colonne ne dit quel nombre est le mois. Écrivez l’année d’abord, comme 2024-03-17, ou mettez la colonne à ce format.",
    ),
    (
        "\"{}\" could be {} or {}: some dates in the column have the day first and some the month. Write the year first, as in 2024-03-17.",
        "« {} » pourrait être le {} ou le {} : dans la colonne, certaines dates commencent par le jour et d’autres par le mois. Écrivez l’année d’abord, comme 2024-03-17.",
    ),
    (
        "\"{}\" may be {} as a spreadsheet counts days, but no other cell of the column is a day. Format the column as dates.",
        "« {} » est peut-être le {} tel qu’un tableur compte les jours, mais aucune autre cellule de la colonne n’est un jour. Mettez la colonne au format date.",
    ),
    (
        "Dates like 03/04/2024 could have the day or the month first, and none in the file says which: they were rejected.",
        "Les dates comme 03/04/2024 peuvent commencer par le jour ou par le mois, et aucune dans le fichier ne dit lequel : elles ont été rejetées.",
    ),
    (
        "Dates are read with the month first, because some of them can be read in no other way: 3/17/2024 is the 17th of March.",
        "Les dates sont lues le mois d’abord, car certaines ne se lisent pas autrement : 3/17/2024 est le 17 mars.",
    ),
    (
        "{} rows of the entry template were left empty: nothing is said of them.",
        "{} lignes du modèle de saisie ont été laissées vides : rien n’en est dit.",
    ),
    (
        "{} is locked ({}). A coordinator can correct single values in it, with a reason.",
        "{} est verrouillée ({}). Un coordinateur peut y corriger des valeurs une à une, avec un motif.",
    ),
    ("The row has {} cells and the heading {}.", "La ligne a {} cellules et l’en-tête {}."),
    ("{} is retired and takes no new values.", "{} est retiré et ne prend plus de valeurs."),
    (
        "{} is computed and takes no values; enter those of {}.",
        "{} est calculé et ne prend pas de valeurs ; saisissez celles de {}.",
    ),
    (
        "{} is counted from geocoded events and takes no values; import the events.",
        "{} est compté à partir d’événements géolocalisés et ne prend pas de valeurs ; importez les événements.",
    ),
    ("{} is not broken down by \"{}\".", "{} n’est pas ventilé par « {} »."),
    ("\"{}\" is not a category of {} for {}; it has {}.", "« {} » n’est pas une catégorie de {} pour {} ; il y a {}."),
    (
        "\"{}\" is not a slice; write dimension=category pairs separated by commas, like sex=f,age=15-24.",
        "« {} » n’est pas une tranche ; écrivez des paires dimension=catégorie séparées par des virgules, comme sex=f,age=15-24.",
    ),
    (
        "{} is a ratio: give its numerator and denominator, not only the result.",
        "{} est un rapport : donnez son numérateur et son dénominateur, pas seulement le résultat.",
    ),
    ("{} is not a ratio: give one value.", "{} n’est pas un rapport : donnez une seule valeur."),
    ("{} is qualitative: give a text.", "{} est qualitatif : donnez un texte."),
    ("{} counts: {} is less than zero.", "{} compte : {} est inférieur à zéro."),
    ("{} needs a number.", "{} demande un nombre."),
    ("The value is not a number.", "La valeur n’est pas un nombre."),
    ("Numerator and denominator need to be numbers.", "Le numérateur et le dénominateur doivent être des nombres."),
    (
        "The denominator needs to be more than zero; where there is nothing to divide by, say not applicable.",
        "Le dénominateur doit être supérieur à zéro ; là où il n’y a rien par quoi diviser, dites sans objet.",
    ),
    ("The numerator is less than zero.", "Le numérateur est inférieur à zéro."),
    (
        "A ratio needs its denominator; the numerator alone says nothing.",
        "Un rapport a besoin de son dénominateur ; le numérateur seul ne dit rien.",
    ),
    ("A ratio needs its numerator.", "Un rapport a besoin de son numérateur."),
    ("The {} is longer than {} characters.", "Le champ {} dépasse {} caractères."),
    ("Row {} of sheet \"{}\" says the same already.", "La ligne {} de la feuille « {} » dit déjà la même chose."),
    (
        "Rows {} of sheet \"{}\" and {} of sheet \"{}\" say different things about the same indicator, area, period and slice; none of them was taken.",
        "Les lignes {} de la feuille « {} » et {} de la feuille « {} » disent des choses différentes sur les mêmes indicateur, zone, période et tranche ; aucune n’a été prise.",
    ),
    ("Row {} says the same already.", "La ligne {} dit déjà la même chose."),
    (
        "Rows {} and {} say different things about the same indicator, area, period and slice; none of them was taken.",
        "Les lignes {} et {} disent des choses différentes sur les mêmes indicateur, zone, période et tranche ; aucune n’a été prise.",
    ),
    (
        "Your role does not reach {} in the mission as a whole. A coordinator can change it.",
        "Votre rôle ne s’étend pas à {} dans toute la mission. Un coordinateur peut le changer.",
    ),
    (
        "Your role does not reach {} in {}. A coordinator can change it.",
        "Votre rôle ne s’étend pas à {} dans {}. Un coordinateur peut le changer.",
    ),
    ("Sheet \"{}\":", "Feuille « {} » :"),
    ("It has headings and no rows.", "Elle a des en-têtes et aucune ligne."),
    ("It holds no table.", "Elle ne contient pas de tableau."),
    ("It was not asked for.", "Elle n’a pas été demandée."),
    (
        "No column holds the {}. The columns are: {}. Name the column in the mapping, or rename its heading.",
        "Aucune colonne ne contient {}. Les colonnes sont : {}. Nommez la colonne dans la correspondance, ou renommez son en-tête.",
    ),
    (
        "Both \"{}\" and \"{}\" could be the {}. Say in the mapping which one it is.",
        "« {} » et « {} » pourraient être {}. Dites laquelle dans la correspondance.",
    ),
    (
        "The columns are read as they were last time for a table with these headings.",
        "Les colonnes sont lues comme la dernière fois pour un tableau avec ces en-têtes.",
    ),
    (
        "A table with almost these headings was read by its column \"{}\", which is not there any more. Check how the columns are read.",
        "Un tableau avec presque ces en-têtes a été lu par sa colonne « {} », qui n’y est plus. Vérifiez comment les colonnes sont lues.",
    ),
    (
        "The same file was imported on {} as \"{}\". Where nothing was corrected since, nothing will change.",
        "Le même fichier a été importé le {} sous « {} ». Là où rien n’a été corrigé depuis, rien ne changera.",
    ),
    (
        "Some numbers could be read with a decimal point or with their thousands set apart, and none in the file says which. A single point was taken for the decimal sign; numbers like 1,234 were rejected.",
        "Certains nombres pourraient avoir un point décimal ou des milliers séparés, et aucun dans le fichier ne dit lequel. Un point seul a été pris pour le signe décimal ; les nombres comme 1,234 ont été rejetés.",
    ),
    (
        "Some numbers use a decimal point and some a decimal comma. Those that can be read in one way only were taken, the others rejected.",
        "Certains nombres ont un point décimal et d’autres une virgule. Ceux qui ne se lisent que d’une façon ont été pris, les autres rejetés.",
    ),
    (
        "All days in the file are the first of a month, as spreadsheets write a month: each was taken for the period of its indicator that begins on it.",
        "Tous les jours du fichier sont le premier d’un mois, comme les tableurs écrivent un mois : chacun a été pris pour la période de son indicateur qui commence ce jour-là.",
    ),
    (
        "No column names an area: every row was taken to speak of the mission as a whole.",
        "Aucune colonne ne nomme une zone : chaque ligne a été prise pour toute la mission.",
    ),
    (
        "The headings name {}: each of the {} columns from \"{}\" to \"{}\" was read as values, a row for each cell.",
        "Les en-têtes nomment {} : chacune des {} colonnes de « {} » à « {} » a été lue comme des valeurs, une ligne par cellule.",
    ),
    ("{} empty cells say nothing and were left out.", "{} cellules vides ne disent rien et ont été laissées de côté."),
    ("Kept beside the values, and not read: {}.", "Gardé à côté des valeurs, et non lu : {}."),
    ("Left out, because their headings name none: {}.", "Laissé de côté, car leurs en-têtes n’en nomment pas : {}."),
    ("The total is {}, but its slices by {} add up to {}.", "Le total est {}, mais ses tranches par {} donnent {}."),
    ("\"{}\" is not a number.", "« {} » n’est pas un nombre."),
    (
        "\"{}\" could be a decimal or a number with its thousands set apart, and no other number in the file says which. Say whether the decimal sign is a point or a comma.",
        "« {} » pourrait être un nombre décimal ou un nombre dont les milliers sont séparés, et aucun autre nombre du fichier ne dit lequel. Dites si le signe décimal est un point ou une virgule.",
    ),
];

/// Sentences in whose gaps words of ours stand.
const OF_OUR_WORDS: [&str; 4] = ["No column holds the", "Both ", "The headings name", "The {} is longer"];
const WORDS: &[(&str, &str)] = &[
    ("indicator", "l’indicateur"),
    ("area", "la zone"),
    ("period", "la période"),
    ("value", "la valeur"),
    ("note", "note"),
    ("source", "source"),
    ("indicators", "des indicateurs"),
    ("areas", "des zones"),
    ("periods", "des périodes"),
    ("slices", "des tranches"),
];

/// The French of a reason; `None` where a sentence of it is not known.
pub fn french(reason: &str) -> Option<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Some(String::new());
    }
    if reason.len() > REASON_BYTES_MAX {
        return None;
    }
    SENTENCES.iter().find_map(|(english, french)| {
        let literals: Vec<&str> = english.split("{}").collect();
        let rest = reason.strip_prefix(literals[0])?;
        let (kept, rest) = fill(&literals[1..], rest, &mut Vec::new())?;
        let mut kept = kept.iter();
        let mut said = String::new();
        for (place, literal) in french.split("{}").enumerate() {
            if place > 0 {
                let kept = kept.next().copied().unwrap_or_default();
                said.push_str(&word(english, kept).unwrap_or_else(|| kept.to_owned()));
            }
            said.push_str(literal);
        }
        if !rest.is_empty() {
            said.push(' ');
            said.push_str(&rest);
        }
        Some(said)
    })
}

/// The French of a word of ours that stands in a gap, alone or with others; `None` where what stands there is not ours.
fn word(sentence: &str, kept: &str) -> Option<String> {
    if !OF_OUR_WORDS.iter().any(|beginning| sentence.starts_with(beginning)) {
        return None;
    }
    let french = |word| WORDS.iter().find(|(english, _)| *english == word).map(|(_, french)| *french);
    let words: Option<Vec<&str>> = kept.split(" and ").map(french).collect();
    Some(words?.join(" et "))
}

/// What stands in the gaps before each of the literals, such that the rest can be said too; and the rest in French.
fn fill<'a>(literals: &[&str], text: &'a str, kept: &mut Vec<&'a str>) -> Option<(Vec<&'a str>, String)> {
    let Some((literal, others)) = literals.split_first() else {
        // The next sentence stands behind a space.
        let is_end = text.is_empty() || text.starts_with(' ');
        return if is_end { Some((kept.clone(), french(text)?)) } else { None };
    };
    text.match_indices(literal).find_map(|(at, _)| {
        kept.push(&text[..at]);
        let found = fill(others, &text[at + literal.len()..], kept);
        kept.pop();
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_is_kept() {
        assert_eq!(
            french("The mission has no area \"Bria. Nord\". Did you mean A1 (\"Bria\")?").as_deref(),
            Some("La mission n’a pas de zone « Bria. Nord ». Vouliez-vous dire A1 (« Bria ») ?")
        );
        assert_eq!(
            french("Row 2 of sheet \"2023\" says the same already.").as_deref(),
            Some("La ligne 2 de la feuille « 2023 » dit déjà la même chose.")
        );
        assert_eq!(
            french("The headings name periods and slices: each of the 2 columns from \"a\" to \"b\" was read as values, a row for each cell.").as_deref(),
            Some("Les en-têtes nomment des périodes et des tranches : chacune des 2 colonnes de « a » à « b » a été lue comme des valeurs, une ligne par cellule.")
        );
        assert_eq!(
            french("The mission has no area \"value\".").as_deref(),
            Some("La mission n’a pas de zone « value ».")
        );
        assert_eq!(french("Something new. Nobody knows it."), None);
        assert_eq!(french("No indicator is named. Nobody knows it."), None, "all of it or nothing");
    }

    #[test]
    fn every_sentence_keeps_as_much_in_french_and_is_known_again() {
        for (english, french_of) in SENTENCES {
            assert_eq!(english.matches("{}").count(), french_of.matches("{}").count(), "{english}");
            assert!(french(&english.replace("{}", "x")).is_some(), "{english}");
        }
    }
}
