//! A paper as a page for people without an account: the paper, its files, and how its numbers came about.

use cpas_proto::words::Language;

use super::{
    document::Document,
    figure,
    html::{self, Around},
    output::Format,
    snapshot::{Measure, Part, Snapshot},
    svg::escape,
};

/// What the page says beside the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<'a> {
    /// Below which links lead, without a slash at the end.
    pub base: &'a str,
    pub indexed: bool,
    /// Instant, RFC 3339.
    pub published_at: &'a str,
    pub snapshot_sha256: &'a str,
    /// Empty: it was not signed.
    pub key_id: &'a str,
}

const STYLE: &str = "nav.outside, .method { border-block: 1px solid #d0d0d0; padding-block: 0.75rem; font-size: 0.875rem; } \
nav.outside ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.25rem 0; padding: 0; list-style: none; } \
.method code { overflow-wrap: anywhere; } @media (max-width: 46rem) { table { font-size: 0.8125rem; } \
th, td, caption { padding-inline: 0.25rem; overflow-wrap: anywhere; } } @media print { nav.outside { display: none; } }";

/// The page of a published paper. The same snapshot and setting give the same bytes.
pub fn write(snapshot: &Snapshot, language: Language, setting: &Setting<'_>) -> String {
    let document = Document::of(snapshot, language, None);
    let other = if language == Language::Fr { Language::En } else { Language::Fr };
    let base = escape(setting.base);
    let robots = if setting.indexed { "" } else { "<meta name=\"robots\" content=\"noindex, nofollow\">\n" };
    let head = format!(
        "{robots}<link rel=\"alternate\" hreflang=\"{other}\" href=\"{base}/{other}\">\n<style>\n{STYLE}\n</style>\n"
    );
    let around = Around { head, nav: nav(language, &base, setting), foot: method(snapshot, language, &base, setting) };
    html::write_within(&document, &around)
}

/// That it was withdrawn, when and why.
pub fn withdrawn(mission: &str, day: &str, reason: &str, language: Language) -> String {
    let day = figure::day(day, language);
    let (title, told, why) = match language {
        Language::En => (
            "This paper was withdrawn",
            format!("{mission} withdrew the paper that was published here, on {day}. What it said is no longer valid."),
            "Reason",
        ),
        Language::Fr => (
            "Ce document a été retiré",
            format!("La {mission} a retiré le {day} le document publié ici. Son contenu n’est plus valable."),
            "Motif",
        ),
    };
    let (told, reason) = (escape(&told), escape(reason));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex, nofollow\">\n<title>{title}</title>\n<style>\n{}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n<p>{told}</p>\n<p><strong>{why}{}</strong>{reason}</p>\n</main>\n</body>\n</html>\n",
        html::STYLE,
        colon(language),
    )
}

fn colon(language: Language) -> &'static str {
    if language == Language::Fr { "\u{a0}: " } else { ": " }
}

fn nav(language: Language, base: &str, setting: &Setting<'_>) -> String {
    let (label, read, files) = match language {
        Language::En => ("Languages and files", "Lire en français", "Take it away"),
        Language::Fr => ("Langues et fichiers", "Read in English", "Télécharger"),
    };
    let other = if language == Language::Fr { "en" } else { "fr" };
    let named = |format: Format| match (format, language) {
        (Format::Pdf, _) => "PDF",
        (Format::Docx, _) => "Word (DOCX)",
        (Format::Xlsx, _) => "Excel (XLSX)",
        (Format::Csv, Language::En) => "Table with HXL tags (CSV)",
        (Format::Csv, Language::Fr) => "Tableau avec balises HXL (CSV)",
        (Format::Html, Language::En) => "The page as a file (HTML)",
        (Format::Html, Language::Fr) => "La page en fichier (HTML)",
    };
    let file = |format: Format| format!("<li><a href=\"{base}/{language}.{format}\">{}</a></li>", named(format));
    let files_of: String =
        [Format::Pdf, Format::Docx, Format::Xlsx, Format::Csv, Format::Html].into_iter().map(file).collect();
    let manifest = match (setting.key_id, language) {
        ("", _) => String::new(),
        (_, Language::En) => format!("<li><a href=\"{base}/{language}.manifest.json\">Signed manifest (JSON)</a></li>"),
        (_, Language::Fr) => format!("<li><a href=\"{base}/{language}.manifest.json\">Manifeste signé (JSON)</a></li>"),
    };
    format!(
        "<nav class=\"outside\" aria-label=\"{label}\">\n<ul><li><a href=\"{base}/{other}\" hreflang=\"{other}\" lang=\"{other}\">{read}</a></li></ul>\n\
         <p id=\"files\">{files}</p>\n<ul aria-labelledby=\"files\">{files_of}{manifest}</ul>\n</nav>\n"
    )
}

/// How the numbers came about, and how to tell whether a file is the one that was published.
fn method(snapshot: &Snapshot, language: Language, base: &str, setting: &Setting<'_>) -> String {
    let en = language == Language::En;
    let day = figure::day(setting.published_at, language);
    let known = figure::day(&snapshot.as_known_at, language);
    let title = if en { "How these numbers came about" } else { "Comment ces chiffres ont été établis" };
    let mut notes = vec![
        if en {
            format!(
                "Published on {day}. All numbers are as they were known on {known}; what was recorded later is not in them."
            )
        } else {
            format!(
                "Publié le {day}. Tous les chiffres sont tels que connus le {known} ; ce qui a été consigné plus tard n’y figure pas."
            )
        },
        if en {
            "Zero is a value. “No data” was not reported, “not applicable” cannot be counted there, and “suppressed” is known \
             but not shown: counts of one to four persons, and what would let them be computed."
                .to_owned()
        } else {
            "Zéro est une valeur. « Pas de données » n’a pas été communiqué, « sans objet » ne peut y être compté, et « masqué » \
             est connu mais n’est pas affiché : les effectifs d’une à quatre personnes, et ce qui permettrait de les calculer."
                .to_owned()
        },
    ];
    let mut told: Vec<&str> = Vec::new();
    for measure in snapshot.parts.iter().flat_map(Part::measures) {
        if !told.contains(&measure.code.as_str()) {
            told.push(&measure.code);
            notes.push(computed(measure, language));
        }
    }
    let items: String = notes.iter().map(|note| format!("<li>{}</li>\n", escape(note))).collect();
    let check = match (setting.key_id, en) {
        ("", true) => "It was published without a signature.".to_owned(),
        ("", false) => "Il a été publié sans signature.".to_owned(),
        (key, true) => format!(
            "Signed with key <code>{}</code>: the <a href=\"{base}/{language}.manifest.json\">manifest</a> names the SHA-256 \
             of each file, the <a href=\"/api/v1/paper-key.pem\">public key</a> checks it.",
            escape(key)
        ),
        (key, false) => format!(
            "Signé avec la clé <code>{}</code> : le <a href=\"{base}/{language}.manifest.json\">manifeste</a> donne le SHA-256 \
             de chaque fichier, la <a href=\"/api/v1/paper-key.pem\">clé publique</a> le vérifie.",
            escape(key)
        ),
    };
    let snapshot_named = if en { "SHA-256 of the numbers" } else { "SHA-256 des chiffres" };
    format!(
        "<section class=\"method\" aria-labelledby=\"method\">\n<h2 id=\"method\">{title}</h2>\n<ul>\n{items}</ul>\n\
         <p>{snapshot_named}{}<code>{}</code>. {check}</p>\n</section>\n",
        colon(language),
        escape(setting.snapshot_sha256)
    )
}

fn computed(measure: &Measure, language: Language) -> String {
    let (en, fr) = match measure.kind.as_str() {
        "count" => ("a count", "un dénombrement"),
        "sum" => ("a sum", "une somme"),
        "average" => ("an average", "une moyenne"),
        "ratio" => (
            "a ratio: the sum of its numerators over the sum of its denominators",
            "un ratio : la somme des numérateurs sur celle des dénominateurs",
        ),
        "index" => ("an index", "un indice"),
        "scale" => ("a rating on a scale", "une note sur une échelle"),
        "milestone" => ("a milestone, reached or not", "un jalon, atteint ou non"),
        _ => ("a description", "une description"),
    };
    let name = measure.name.within(language);
    let unit = if measure.unit.is_empty() { String::new() } else { format!(" ({})", measure.unit) };
    let what = if language == Language::Fr { fr } else { en };
    format!("{name} [{}]{}{what}{unit}.", measure.code, colon(language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::tests::whole_sheet;

    fn setting(indexed: bool) -> Setting<'static> {
        Setting {
            base: "/public/UNMIC/<key>",
            indexed,
            published_at: "2024-03-03T12:00:00Z",
            snapshot_sha256: "00ff",
            key_id: "k1",
        }
    }

    #[test]
    fn the_page_has_the_paper_its_files_and_its_method_in_both_languages() {
        for language in [Language::En, Language::Fr] {
            let page = write(&whole_sheet(), language, &setting(false));
            for format in Format::ALL {
                assert!(page.contains(&format!("/{language}.{format}\"")), "{format}");
            }
            assert!(page.contains("data-number-id=\"n1\"") && page.contains("<code>00ff</code>"));
            assert!(page.contains("manifest.json") && page.contains("noindex"));
            assert!(!page.contains("<key>") && !page.contains("<script"), "nothing of others is markup");
            assert_eq!(page.matches("<main>").count(), 1);
        }
        assert!(!write(&whole_sheet(), Language::En, &setting(true)).contains("noindex"));
        assert!(write(&whole_sheet(), Language::Fr, &setting(true)).contains("Télécharger"));
    }

    #[test]
    fn of_a_withdrawn_paper_the_reason_is_told_and_nothing_else() {
        let page = withdrawn("UNMIC", "2024-05-01T00:00:00Z", "A <b>number</b> was wrong.", Language::En);
        assert!(page.contains("A &lt;b&gt;number&lt;/b&gt; was wrong.") && page.contains("1 May 2024"), "{page}");
        assert!(withdrawn("UNMIC", "2024-05-01T00:00:00Z", "x", Language::Fr).contains("lang=\"fr\""));
    }
}
