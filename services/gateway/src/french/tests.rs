use super::*;
use proptest::prelude::*;

fn whole(message: &str) -> String {
    let said = say(message);
    assert!(said.is_whole, "{message} → {}", said.text);
    said.text
}

#[test]
fn one_sentence_with_gaps_is_known_again() {
    assert_eq!(
        whole("The library has no indicator \"PoC-1\". Nothing was cloned."),
        "La bibliothèque n’a pas d’indicateur « PoC-1 ». Rien n’a été repris."
    );
    assert_eq!(whole("There is no plan item under this id."), "Il n’y a pas d’élément du plan sous cet identifiant.");
    assert_eq!(
        whole("A plan that is in_review cannot be activated; it must be approved for that."),
        "Un plan en revue ne peut pas être activé ; il doit être approuvé pour cela."
    );
}

#[test]
fn several_sentences_stand_one_after_the_other() {
    assert_eq!(
        whole("The code is empty. \"x\" is not a date; write it as 2025-07-01. This needs nobody's help. Nothing was changed.".replace(" This needs nobody's help.", "").as_str()),
        "Le code est vide. « x » n’est pas une date ; écrivez-la comme 2025-07-01. Rien n’a été modifié."
    );
}

#[test]
fn who_is_missing_is_said_one_after_the_other() {
    assert_eq!(
        whole(
            "The assessment cannot be finalized yet. The adviser for gender and protection of civilians has not signed. The head of the military component refuses to sign. Leadership is asked again, for findings changed."
        ),
        "L’évaluation ne peut pas encore être finalisée. Le conseiller genre et protection des civils n’a pas signé. Le chef de la composante militaire refuse de signer. La signature de la direction est demandée de nouveau, car des constats ont changé."
    );
    assert_eq!(
        whole(
            "The question of women, girls and youth is open for these outcomes: 1.1, 2.3. Answer it with a finding, or say why it does not apply, then finalize."
        ),
        "La question des femmes, des filles et des jeunes reste ouverte pour ces effets : 1.1, 2.3. Répondez-y par un constat, ou dites pourquoi elle ne s’applique pas, puis finalisez."
    );
}

#[test]
fn a_part_is_said_within_a_sentence() {
    assert_eq!(
        whole("The request has a field that cannot be used: \"boss\" is not a role; expected reader, auditor."),
        "La demande contient un champ inutilisable : « boss » n’est pas un rôle ; valeurs admises : reader, auditor."
    );
    assert_eq!(
        whole("The body is not the JSON that is expected here: missing field `title` at line 1 column 12."),
        "Le corps n’est pas le JSON attendu ici : le champ `title` manque (ligne 1, colonne 12)."
    );
    assert_eq!(
        whole("Nothing was stored: recommendation.text is empty; write it in English or French."),
        "Rien n’a été enregistré : recommendation.text est vide ; écrivez-le en anglais ou en français."
    );
    assert_eq!(
        whole("The assessment is analysis; only a scheduled one can be frozen."),
        "L’évaluation est en analyse ; seule une évaluation programmée peut être figée."
    );
    assert_eq!(
        whole(
            "Hole 2 and the outer ring cross at 18.5, 4.4. A hole has to lie inside the outer ring, and apart from other holes. Nothing was changed."
        ),
        "Le trou 2 et l’anneau extérieur se croisent en 18.5, 4.4. Un trou doit se trouver dans l’anneau extérieur, à l’écart des autres trous. Rien n’a été modifié."
    );
    assert_eq!(
        whole("It is verified; only what is submitted or returned can be rejected."),
        "Elle est vérifiée ; seule une observation soumise ou renvoyée peut être rejetée."
    );
}

#[test]
fn an_unknown_sentence_stays_as_a_whole() {
    let said = say("Nobody translated this. Nothing was changed.");
    assert_eq!(said, Said { text: "Nobody translated this. Rien n’a été modifié.".to_owned(), is_whole: false });
    let said = say("Nobody translated this either");
    assert_eq!(said, Said { text: "Nobody translated this either".to_owned(), is_whole: false });
    // "plot" is no kind of plan item: then nothing of the sentence is said.
    let strange = "A link goes from an output to an outcome; this is an plot.";
    assert_eq!(say(strange), Said { text: strange.to_owned(), is_whole: false });
    assert_eq!(say(""), Said { text: String::new(), is_whole: true });
}

#[test]
fn a_sentence_in_somebodys_words_is_theirs() {
    let name = "A. Nothing was changed. The code is empty. B";
    assert_eq!(
        whole(&format!(
            "There is a stakeholder named \"{name}\" already. Revise that one, or give this one a name that tells them apart."
        )),
        format!(
            "Il existe déjà un acteur nommé « {name} ». Révisez celui-ci, ou donnez au vôtre un nom qui les distingue."
        )
    );
    // Where it ends is not plain here; it is said all the same, and nothing of it is lost.
    let reason = "It is right. Ask me.";
    let said = say(&format!("This finding is waived already: {reason}"));
    assert_eq!(said.text, format!("Cette observation fait déjà l’objet d’une dispense : {reason}"));
}

#[test]
fn every_template_is_known_again() {
    for (english, french) in sentences() {
        let template = Template::parse(&english, &french, &WORDS).unwrap_or_else(|error| panic!("{error}"));
        let filled = |gap: &template::Gap| match &gap.reads {
            template::Reads::Word(list) => words(list).into_iter().min().expect("a word").0.to_owned(),
            template::Reads::Said if gap.or_kept => "the whole mission".to_owned(),
            template::Reads::Said => "The file is empty.".to_owned(),
            template::Reads::Kept | template::Reads::Path => "Bria-7".to_owned(),
        };
        let mut message = template.literals[0].clone();
        for (gap, literal) in template.gaps.iter().zip(&template.literals[1..]) {
            message.push_str(&filled(gap));
            message.push_str(literal);
        }
        let said = say(&message);
        assert!(said.is_whole, "{english}: {message} → {}", said.text);
        assert_ne!(said.text, message, "{english}");
        let kept = template.gaps.iter().filter(|gap| matches!(gap.reads, template::Reads::Kept)).count();
        assert!(said.text.matches("Bria-7").count() >= kept, "{english}: {}", said.text);
    }
}

#[test]
fn every_french_has_the_gaps_of_its_english_and_is_written_as_french_is() {
    let mut shapes = std::collections::BTreeSet::new();
    for (english, french) in sentences() {
        assert_ne!(english, french);
        let template = Template::parse(&english, &french, &WORDS).unwrap_or_else(|error| panic!("{error}"));
        assert!(!french.contains('\''), "a typographic apostrophe: {french}");
        assert!(!french.contains(['\u{a0}', '\u{202f}']), "spaces as in the catalogues of the app: {french}");
        let french: String =
            french.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after)).collect();
        for sign in [";", "?", "!", "»"] {
            assert_eq!(french.matches(sign).count(), french.matches(&format!(" {sign}")).count(), "{french}");
        }
        assert_eq!(french.matches('«').count(), french.matches("« ").count(), "{french}");
        assert!(shapes.insert(template.literals), "twice: {english}");
    }
    for (list, words) in WORDS.iter() {
        for (english, french) in words {
            assert!(!french.contains('\''), "{list}: {french}");
            assert!(!english.is_empty() && !french.is_empty(), "{list}");
        }
    }
}

#[test]
fn a_template_that_is_wrong_is_refused() {
    let parse = |english, french| Template::parse(english, french, &WORDS).err();
    assert!(parse("{a} and {b}", "{a} et {b}").is_none());
    assert!(parse("{a} and {b}", "{a}").is_some(), "a gap is left out");
    assert!(parse("{a}", "{a} {a}").is_some(), "a gap is there twice");
    assert!(parse("{a}", "{a} {b}").is_some(), "a gap of its own");
    assert!(parse("{a}{b}.", "{a}{b}.").is_some(), "nobody knows where a ends");
    assert!(parse("{a}.", "{a:no_such_list}.").is_some());
    assert!(parse("{a", "{a}").is_some());
}

/// A message of our sentences whose gaps hold anything.
fn message() -> impl Strategy<Value = String> {
    let count = sentences().len();
    let part = (0..count, prop::collection::vec(".{0,40}", 6)).prop_map(|(place, values)| {
        let (english, french) = &sentences()[place];
        let template = Template::parse(english, french, &WORDS).expect("a template");
        let mut text = template.literals[0].clone();
        for (literal, value) in template.literals[1..].iter().zip(values.iter().cycle()) {
            text.push_str(value);
            text.push_str(literal);
        }
        text
    });
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(message in message(), anything in ".{0,400}") {
        let said = say(&message);
        prop_assert!(!said.text.is_empty());
        say(&anything);
    }

    #[test]
    fn what_somebody_wrote_is_kept(name in "[^\"]{0,200}") {
        let said = say(&format!("The mission has no area \"{name}\". Nothing was stored."));
        prop_assert_eq!(said, Said {
            text: format!("La mission n’a pas de zone « {name} ». Rien n’a été enregistré."),
            is_whole: true,
        });
    }
}

#[test]
fn hostile_messages_end() {
    let all: String = sentences().into_iter().map(|(english, _)| english.replace(['{', '}'], " ") + " ").collect();
    let quarrel = "\"\" is not \"\" is not ".repeat(700);
    let ends = "The file is empty. a b. ".repeat(600);
    let colons = "a: is empty: b, ".repeat(900);
    for message in [all.as_str(), &quarrel, &ends, &colons, &" has ".repeat(3000), &"\u{301}é. ".repeat(2000)] {
        for length in [100, 4_000, MESSAGE_BYTES_MAX] {
            let cut: String = message.chars().take(length).collect();
            assert!(!say(&cut).text.is_empty());
        }
    }
    let long = "x".repeat(MESSAGE_BYTES_MAX + 1);
    assert_eq!(say(&long).text, long);
}
