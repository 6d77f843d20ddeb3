//! Forms are what a phone can fill, and any answers come back as they were given.

use std::collections::BTreeSet;

use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::{super::definition::tests::casualties, *};
use crate::domain::definition::Definition;

fn ratio() -> Definition {
    Definition {
        id: uuid::Uuid::from_u128(0xC2),
        code: "OC-TRUST".to_owned(),
        kind: Kind::Ratio,
        frequency: Frequency::Quarter,
        dimensions: Vec::new(),
        ..casualties()
    }
}

fn words() -> Definition {
    Definition {
        id: uuid::Uuid::from_u128(0xC3),
        code: "OC-MOOD".to_owned(),
        kind: Kind::Qualitative,
        dimensions: Vec::new(),
        ..casualties()
    }
}

fn form() -> Form {
    let asked = |definition, name: &str, limits| Asked {
        definition,
        name: (format!("{name} <en> & \"more\""), format!("{name} en français")),
        unit: "people".to_owned(),
        limits,
    };
    let limits = Limits { most: Some(500.0), said: ("Call us.".into(), "Appelez-nous.".into()), ..Limits::default() };
    let area = |code: &str, parent: &str, own| Offered {
        code: code.to_owned(),
        parent: parent.to_owned(),
        name: (format!("Area {code}"), format!("Zone {code}")),
        own,
    };
    let today = "2026-11-26".parse().expect("a day");
    let frequencies = [Frequency::Month, Frequency::Quarter];
    Form {
        section: "Human Rights".to_owned(),
        indicators: vec![
            asked(casualties(), "Deaths", limits),
            asked(ratio(), "Trust", Limits { at_most_one: true, ..Limits::default() }),
            asked(words(), "Mood", Limits::default()),
        ],
        areas: vec![area("N", "", false), area("N1", "N", true), area("N2", "N", true), area("S", "", true)],
        whole: true,
        periods: open_periods(&frequencies, today, 7, |period| period.to_string() == "2026-09"),
        start: 7,
    }
}

fn attributes<'a>(document: &'a Document<'a>, name: &'a str) -> Vec<&'a str> {
    document.descendants().filter_map(|node| node.attribute(name)).collect()
}

fn main_instance<'a>(document: &'a Document<'a>) -> Node<'a, 'a> {
    document.descendants().find(|node| node.has_tag_name(("http://www.w3.org/2002/xforms", "data"))).expect("data")
}

/// Every path of the main instance.
fn paths(node: Node<'_, '_>, above: &str, all: &mut BTreeSet<String>) {
    let prefix = if node.tag_name().namespace() == Some("http://openrosa.org/xforms") { "orx:" } else { "" };
    let path = format!("{above}/{prefix}{}", node.tag_name().name());
    node.children().filter(Node::is_element).for_each(|child| paths(child, &path, all));
    all.insert(path);
}

#[test]
fn what_a_form_names_is_there() {
    let rendered = render(&form());
    let document = Document::parse(&rendered.xml).expect("XML");
    let mut there = BTreeSet::new();
    paths(main_instance(&document), "", &mut there);
    let binds: BTreeSet<&str> = attributes(&document, "nodeset").into_iter().filter(|at| at.starts_with('/')).collect();
    for at in binds.iter().copied().chain(attributes(&document, "ref").into_iter().filter(|at| at.starts_with('/'))) {
        assert!(there.contains(at), "{at} is not in the instance");
    }
    let leaf = |at: &&String| !there.iter().any(|other| other.starts_with(&format!("{at}/")));
    for at in there.iter().filter(leaf) {
        assert!(binds.contains(at.as_str()), "{at} has no bind");
    }

    let translations: Vec<Node<'_, '_>> =
        document.descendants().filter(|node| node.tag_name().name() == "translation").collect();
    assert_eq!(translations.len(), 2, "English and French");
    let named = attributes(&document, "ref").into_iter().chain(attributes(&document, "constraintMsg"));
    let binds =
        document.descendants().filter_map(|node| node.attribute(("http://openrosa.org/javarosa", "constraintMsg")));
    let mut asked = 0;
    let ids = named.chain(binds).filter_map(|text| text.strip_prefix("jr:itext('")?.strip_suffix("')"));
    let of_choices = document.descendants().filter(|node| node.tag_name().name() == "itextId").filter_map(|n| n.text());
    for id in ids.chain(of_choices) {
        for translation in &translations {
            let text = translation.children().find(|text| text.attribute("id") == Some(id));
            let said =
                text.and_then(|text| text.descendants().find_map(|node| node.text().filter(|t| !t.trim().is_empty())));
            assert!(said.is_some(), "{id} says nothing in {:?}", translation.attribute("lang"));
        }
        asked += 1;
    }
    assert!(asked > 60, "only {asked} texts: the walk saw little");
}

#[test]
fn a_version_is_a_fingerprint_of_the_form() {
    let one = render(&form());
    assert_eq!((&one.version, &one.md5), (&render(&form()).version, &render(&form()).md5));
    let mut other = form();
    other.areas[0].name.1.push('!');
    assert_ne!(one.version, render(&other).version);
    let document = Document::parse(&one.xml).expect("XML");
    assert_eq!(main_instance(&document).attribute("version"), Some(one.version.as_str()));
    assert_eq!(main_instance(&document).attribute("id"), Some(form().id().as_str()));
}

#[test]
fn periods_that_are_open_are_offered() {
    let of = |form: &Form, frequency| {
        let own = form.periods.iter().filter(|one| one.frequency() == frequency);
        own.map(ToString::to_string).collect::<Vec<_>>()
    };
    let months = of(&form(), Frequency::Month);
    assert_eq!((months.len(), months[0].as_str(), months[1].as_str()), (12, "2026-11", "2026-10"));
    assert!(!months.contains(&"2026-09".to_owned()), "locked");
    assert_eq!(of(&form(), Frequency::Quarter)[0], "2026-Q4");
}

#[test]
fn constraints_are_those_of_the_rules_in_both_languages() {
    let xml = render(&form()).xml;
    assert!(xml.contains(r#"constraint=". &gt;= 0 and . &lt;= 500""#), "{xml}");
    assert!(xml.contains("<value>Between 0 and 500. Call us.</value>"));
    assert!(xml.contains("<value>Entre 0 et 500. Appelez-nous.</value>"));
    let trust = names::of_indicator(ratio().id);
    let inside = format!("(/data/values/{trust}/d_ = '' or . &lt;= /data/values/{trust}/d_)");
    assert!(xml.contains(&inside), "{xml}");
}

#[test]
fn limits_are_the_tightest_of_the_rules_that_are_errors() {
    let rule = |severity, check, said: &str| Rule {
        id: uuid::Uuid::nil(),
        indicator: uuid::Uuid::nil(),
        severity,
        check,
        message: (said.to_owned(), String::new()),
    };
    let range = |least, most| Check::Range { least, most };
    let limits = Limits::of(&[
        rule(Severity::Error, range(Some(1.0), None), "One."),
        rule(Severity::Error, range(Some(3.0), Some(9.0)), "Two."),
        rule(Severity::Warning, range(Some(5.0), Some(6.0)), "Never."),
        rule(Severity::Error, Check::Integer, ""),
    ]);
    let expected = Limits {
        least: Some(3.0),
        most: Some(9.0),
        integer: true,
        at_most_one: false,
        said: ("One. Two.".to_owned(), String::new()),
    };
    assert_eq!(limits, expected);
}

/// An instance of the form, filled as a phone fills it.
fn filled(form: &Form, instance: &Instance) -> String {
    let escape = |text: &str| quick_xml::escape::escape(text).into_owned();
    let mut values = String::new();
    for asked in &form.indicators {
        let group = names::of_indicator(asked.definition.id);
        let own: Vec<&Answered> = instance.answers.iter().filter(|one| one.indicator == asked.definition.id).collect();
        let without = own.iter().map(|one| one.without.as_str()).find(|one| !one.is_empty());
        values += &format!("<{group}><kind>{}</kind>", without.unwrap_or("value"));
        for field in asked.fields() {
            let answered = own.iter().find(|one| one.slice == field.slice);
            let said = answered.map_or("", |one| match field.part {
                Part::Value => &one.value,
                Part::Numerator => &one.numerator,
                Part::Denominator => &one.denominator,
            });
            let name = names::of_field(field.part, &field.slice);
            values += &format!("<{name}>{}</{name}>", escape(said));
        }
        values += &format!("</{group}>");
    }
    let areas: String =
        instance.areas.iter().enumerate().map(|(n, area)| format!("<a{0}>{1}</a{0}>", n + 1, escape(area))).collect();
    let point = instance.point.map(|at| format!("{} {} 0 4.5", at.latitude, at.longitude)).unwrap_or_default();
    format!(
        "<?xml version='1.0' ?><data id=\"{}\" version=\"{}\" xmlns:orx=\"http://openrosa.org/xforms\">\
         <start>2026-11-02T08:00:00.000+01:00</start><deviceid>{}</deviceid>\
         <time><frequency>month</frequency><period>{}</period></time><place>{areas}</place><values>{values}</values>\
         <source>{}</source><note>{}</note><point>{point}</point><photo>{}</photo>\
         <orx:meta><orx:instanceID>{}</orx:instanceID></orx:meta></data>",
        escape(&instance.form_id),
        escape(&instance.form_version),
        escape(&instance.device),
        escape(&instance.period),
        escape(&instance.source),
        escape(&instance.note),
        instance.files.first().map(String::as_str).unwrap_or_default(),
        escape(&instance.instance_id),
    )
}

fn texts() -> impl Strategy<Value = String> {
    // As it is read: without space around it, and with what XML can hold.
    "[a-zA-Zéàç0-9<>&\"' .,:/=-]{0,30}".prop_map(|text| text.trim().to_owned())
}

prop_compose! {
    fn instances()(
        numbers in prop::collection::vec(prop::option::of(any::<u32>()), 5),
        parts in prop::option::of((any::<u16>(), 1_u16..)),
        mood in texts(), note in texts(), source in texts(), device in texts(),
        without in prop::option::of(prop::sample::select(vec!["missing", "not_applicable"])),
        depth in 1_usize..=2,
        point in prop::option::of((-90_i32..=90, -180_i32..=180)),
        photo in prop::option::of("[a-z0-9]{1,12}\\.jpg"),
    ) -> Instance {
        let (deaths, trust, words) = (casualties(), ratio(), words());
        let mut answers = Vec::new();
        let slices = ["", "age=child", "age=adult", "sex=f", "sex=m", "sex=unknown"];
        let given = slices.into_iter().zip(numbers).filter_map(|(slice, number)| Some((slice, number?)));
        let mut of_deaths: Vec<Answered> = given
            .map(|(slice, number)| Answered {
                indicator: deaths.id, slice: slice.to_owned(), value: number.to_string(), ..Answered::default()
            })
            .collect();
        of_deaths.sort_by(|one, other| one.slice.cmp(&other.slice));
        if let Some(without) = without {
            of_deaths = vec![Answered { indicator: deaths.id, without: without.to_owned(), ..Answered::default() }];
        }
        answers.extend(of_deaths);
        answers.extend(parts.map(|(n, d)| Answered {
            indicator: trust.id, numerator: n.to_string(), denominator: d.to_string(), ..Answered::default()
        }));
        if !mood.is_empty() {
            answers.push(Answered { indicator: words.id, value: mood, ..Answered::default() });
        }
        Instance {
            form_id: form().id(), form_version: "any".to_owned(), instance_id: "uuid:1".to_owned(), device,
            began_at: Some("2026-11-02T07:00:00Z".parse().expect("an instant")),
            period: "2026-10".to_owned(), areas: ["N", "N1"][..depth].iter().map(|&area| area.to_owned()).collect(),
            answers, source, note,
            point: point.map(|(latitude, longitude)| Point {
                latitude: latitude.into(), longitude: longitude.into(), accuracy_m: Some(4.5)
            }),
            files: photo.into_iter().collect(),
            asked: form().indicators.iter().map(|one| one.definition.id).collect(),
            ..Instance::default()
        }
    }
}

proptest! {
    #[test]
    fn any_answers_come_back_as_they_were_given(instance in instances()) {
        let read = Instance::parse(filled(&form(), &instance).as_bytes()).expect("an instance");
        prop_assert_eq!(&read, &instance);
        let definitions = [casualties(), ratio(), words()];
        for answered in &read.answers {
            let definition = definitions.iter().find(|one| one.id == answered.indicator);
            let Judged::Given(given) = given(answered, definition) else {
                return Err(TestCaseError::fail(format!("{answered:?} is not taken")));
            };
            prop_assert_eq!(&given.slice, &answered.slice);
            prop_assert_eq!(given.value.map(|value| value.to_string()).unwrap_or_default(), match answered.indicator {
                id if id == words().id => String::new(),
                _ => answered.value.clone(),
            });
        }
    }

    #[test]
    fn nothing_that_comes_makes_it_stumble(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        drop(Instance::parse(&bytes));
    }
}

#[test]
fn what_a_form_does_not_ask_any_more_is_told_and_not_taken() {
    let answered = |slice: &str| Answered {
        indicator: casualties().id,
        slice: slice.to_owned(),
        value: "3".to_owned(),
        ..Answered::default()
    };
    let left = |answered: &Answered, definition: Option<&Definition>| match given(answered, definition) {
        Judged::Left(sentence) => sentence,
        other => panic!("{other:?}"),
    };
    assert!(left(&answered(""), None).contains("not have this indicator any more"));
    assert!(left(&answered("sex=x"), Some(&casualties())).contains("not a category of sex"));
    let retired = Definition { retired: true, ..casualties() };
    assert!(left(&answered(""), Some(&retired)).contains("retired"));
    let changed = Definition { kind: Kind::Ratio, ..casualties() };
    assert!(left(&answered(""), Some(&changed)).contains("another way"));
    let words = Answered { value: "three".to_owned(), ..answered("") };
    assert_eq!(
        given(&words, Some(&casualties())),
        Judged::Wrong("OC-CIVDEATHS: \"three\" is not a number.".to_owned())
    );
    let half = Answered { numerator: "3".to_owned(), value: String::new(), ..answered("") };
    assert_eq!(given(&half, Some(&ratio())), Judged::Wrong("OC-TRUST: the denominator is missing.".to_owned()));
}

#[test]
fn hostile_and_broken_instances_are_refused() {
    let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><data id=\"x\">&b;</data>";
    assert!(matches!(Instance::parse(bomb.as_bytes()), Err(Unreadable::NotXml(_))));
    let many = format!("<data id=\"x\">{}</data>", "<a/>".repeat(60_000));
    assert!(matches!(Instance::parse(many.as_bytes()), Err(Unreadable::NotXml(_))));
    let deep = format!("<data id=\"x\">{}{}</data>", "<a>".repeat(20_000), "</a>".repeat(20_000));
    assert!(Instance::parse(deep.as_bytes()).is_err());
    // What a parser would compare each with each.
    let attributes: String = (0..100).map(|number| format!(" a{number}=\"\"")).collect();
    let spaces: String = (0..100).map(|number| format!("<a xmlns:n{number}=\"{number}\"/>")).collect();
    for more in [format!("<a{attributes}/>"), spaces, "x".repeat(3 << 20)] {
        assert_eq!(Instance::parse(format!("<data id=\"x\">{more}</data>").as_bytes()), Err(Unreadable::TooMuch));
    }
    // What nobody asked is told within bounds.
    let name = "n".repeat(60_000);
    let unknown = format!(
        "<data id=\"x\"><{name}>{}</{name}><meta><instanceID>1</instanceID></meta></data>",
        "<a>1</a>".repeat(5_000)
    );
    let told = Instance::parse(unknown.as_bytes()).expect("an instance").unknown;
    assert_eq!(told.len(), 200);
    assert!(told.iter().all(|(path, said)| path.len() < 300 && said.len() <= 1_000));
    assert_eq!(Instance::parse(b"<data/>"), Err(Unreadable::NoForm));
    assert_eq!(Instance::parse(b"<data id=\"x\"/>"), Err(Unreadable::NoId));
    assert_eq!(Instance::parse(&[0xff, 0xfe]), Err(Unreadable::NotText));
    let nowhere = "<data id=\"x\"><point>91 200 0 0</point><meta><instanceID>1</instanceID></meta></data>";
    assert!(matches!(Instance::parse(nowhere.as_bytes()), Err(Unreadable::NoPoint(_))));
}

#[test]
fn a_place_is_the_innermost_area_and_lies_in_the_others() {
    let lies_in = |inner: &str, outer: &str| inner.starts_with(outer);
    let of = |areas: &[&str]| place_of(&areas.iter().map(|&area| area.to_owned()).collect::<Vec<_>>(), lies_in);
    assert_eq!(of(&["N"]), Ok("N".to_owned()));
    assert_eq!(of(&["N", "N1"]), Ok("N1".to_owned()));
    assert_eq!(of(&[WHOLE]), Ok(String::new()));
    assert_eq!(of(&[]), Err(Nowhere::Nothing));
    assert_eq!(of(&["N", "S1"]).expect_err("elsewhere").to_string().split('.').next(), Some("S1 does not lie in N"));
}
