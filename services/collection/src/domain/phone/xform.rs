//! A form as an XForm, as the ODK XForms specification has it: texts in English and French (`itext`), choices as
//! secondary instances, areas one in another, constraints with their messages.

use cpas_proto::words::Frequency;
use md5::Digest as _;

use super::{
    Form, WHOLE,
    binds::{DAY, FREQUENCY, PERIOD, asked, binds, constraint, place, write_bind},
    names::{hex, of_field, of_indicator},
    texts::{self, Both, both},
    writer::Xml,
};

/// An XForm with its fingerprints.
#[derive(Debug, Clone)]
pub struct Rendered {
    pub xml: String,
    /// Of all that is in it.
    pub version: String,
    /// MD5 of `xml`, in hexadecimal digits: OpenRosa compares forms by it.
    pub md5: String,
}

const VERSION_DIGITS: usize = 12;
const LANGUAGES: [&str; 2] = ["English (en)", "Français (fr)"];

/// Writes a form. The same form gives the same bytes.
pub fn render(form: &Form) -> Rendered {
    let xml = Xform { form, id: form.id(), frequencies: form.frequencies(), depth: form.depth() }.xml();
    let version = hex(&sha2::Sha256::digest(xml.as_bytes()))[..VERSION_DIGITS].to_owned();
    let xml = xml.replacen(" version=\"\"", &format!(" version=\"{version}\""), 1);
    let md5 = hex(&md5::Md5::digest(xml.as_bytes()));
    Rendered { xml, version, md5 }
}

struct Xform<'a> {
    form: &'a Form,
    id: String,
    frequencies: Vec<Frequency>,
    depth: usize,
}

impl Xform<'_> {
    fn xml(&self) -> String {
        let mut xml = Xml::begin();
        xml.open(
            "h:html",
            &[
                ("xmlns", "http://www.w3.org/2002/xforms"),
                ("xmlns:h", "http://www.w3.org/1999/xhtml"),
                ("xmlns:jr", "http://openrosa.org/javarosa"),
                ("xmlns:odk", "http://www.opendatakit.org/xforms"),
                ("xmlns:orx", "http://openrosa.org/xforms"),
                ("xmlns:xsd", "http://www.w3.org/2001/XMLSchema"),
            ],
        );
        xml.open("h:head", &[]);
        xml.text("h:title", &[], self.form.title());
        xml.open("model", &[("odk:xforms-version", "1.0.0")]);
        self.texts(&mut xml);
        self.instances(&mut xml);
        for bind in binds(self.form) {
            write_bind(&mut xml, &bind);
        }
        xml.close("model");
        xml.close("h:head");
        xml.open("h:body", &[]);
        self.body(&mut xml);
        xml.close("h:body");
        xml.close("h:html");
        xml.end()
    }

    /// Every text by its id.
    fn all_texts(&self) -> Vec<(String, Both)> {
        let mut all = vec![
            ("time:label".to_owned(), both("When", "Quand")),
            (format!("{FREQUENCY}:label"), both("What do you report on?", "Sur quelle durée rapportez-vous ?")),
            (format!("{PERIOD}:label"), both("Period", "Période")),
            (format!("{DAY}:label"), both("Day", "Jour")),
            (format!("{DAY}:jr:constraintMsg"), both("Not a day to come.", "Pas un jour à venir.")),
            ("place:label".to_owned(), both("Where", "Où")),
            ("area-whole".to_owned(), both("The mission as a whole", "La mission dans son ensemble")),
            ("kind:label".to_owned(), both("Is there a value?", "Y a-t-il une valeur ?")),
            ("kind-value".to_owned(), both("Yes, below", "Oui, ci-dessous")),
            ("kind-missing".to_owned(), both("Looked for, and not known", "Recherchée, et inconnue")),
            ("kind-not_applicable".to_owned(), both("Not applicable here", "Sans objet ici")),
            ("/data/source:label".to_owned(), both("Source", "Source")),
            ("/data/note:label".to_owned(), both("Note", "Note")),
            (
                "/data/note:hint".to_owned(),
                both("What who checks the values should know.", "Ce que doit savoir qui vérifie les valeurs."),
            ),
            ("/data/point:label".to_owned(), both("Where are you?", "Où êtes-vous ?")),
            ("/data/photo:label".to_owned(), both("Photo", "Photo")),
        ];
        for depth in 1..=self.depth {
            let said = if depth == 1 { both("Area", "Zone") } else { both("More exactly", "Plus précisément") };
            all.push((format!("{}:label", place(depth)), said));
        }
        all.extend(self.frequencies.iter().map(|&one| (format!("frequency-{}", one.word()), texts::frequency(one))));
        all.extend(self.form.periods.iter().map(|&one| (format!("period-{one}"), texts::period(one, self.form.start))));
        all.extend(self.form.areas.iter().enumerate().map(|(n, one)| (format!("area-{n}"), one.name.clone())));
        for (asked, at) in asked(self.form) {
            all.push((format!("{at}:label"), texts::indicator(asked)));
            for field in asked.fields() {
                let at = format!("{at}/{}", of_field(field.part, &field.slice));
                all.push((format!("{at}:label"), texts::field(asked, &field)));
                if !constraint(asked, &field, &at).is_empty() {
                    let said = texts::limits(asked.definition.kind, &asked.limits, field.part);
                    all.push((format!("{at}:jr:constraintMsg"), said));
                }
            }
        }
        all
    }

    fn texts(&self, xml: &mut Xml) {
        let all = self.all_texts();
        xml.open("itext", &[]);
        for (place, language) in LANGUAGES.into_iter().enumerate() {
            let first: &[(&str, &str)] = if place == 0 { &[("default", "true()")] } else { &[] };
            xml.open("translation", &[&[("lang", language)], first].concat());
            for (id, (en, fr)) in &all {
                xml.open("text", &[("id", id)]);
                let (own, other) = if place == 0 { (en, fr) } else { (fr, en) };
                xml.text("value", &[], if own.is_empty() { other } else { own });
                xml.close("text");
            }
            xml.close("translation");
        }
        xml.close("itext");
    }

    fn instances(&self, xml: &mut Xml) {
        xml.open("instance", &[]);
        xml.open("data", &[("id", &self.id), ("version", "")]);
        for name in ["start", "end", "deviceid"] {
            xml.empty(name, &[]);
        }
        xml.open("time", &[]);
        match self.frequencies.as_slice() {
            [only] => xml.text("frequency", &[], only.word()),
            _ => xml.empty("frequency", &[]),
        }
        xml.empty("period", &[]);
        xml.empty("day", &[]);
        xml.close("time");
        xml.open("place", &[]);
        for depth in 1..=self.depth {
            xml.empty(&format!("a{depth}"), &[]);
        }
        xml.close("place");
        xml.open("values", &[]);
        for asked in &self.form.indicators {
            let group = of_indicator(asked.definition.id);
            xml.open(&group, &[]);
            xml.text("kind", &[], "value");
            for field in asked.fields() {
                xml.empty(&of_field(field.part, &field.slice), &[]);
            }
            xml.close(&group);
        }
        xml.close("values");
        for name in ["source", "note", "point", "photo"] {
            xml.empty(name, &[]);
        }
        xml.open("orx:meta", &[]);
        xml.empty("orx:instanceID", &[]);
        xml.empty("orx:instanceName", &[]);
        xml.close("orx:meta");
        xml.close("data");
        xml.close("instance");
        self.choices(xml);
    }

    fn choices(&self, xml: &mut Xml) {
        let periods = self.form.periods.iter().map(|one| {
            let name = one.to_string();
            vec![
                ("itextId", format!("period-{name}")),
                ("name", name),
                ("frequency", one.frequency().word().to_owned()),
            ]
        });
        write_choices(xml, "periods", periods.collect());
        let text = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let whole = self.form.whole.then(|| {
            let (id, name) = ("area-whole".to_owned(), WHOLE.to_owned());
            vec![("itextId", id), ("name", name), ("parent", String::new()), ("own", text(true))]
        });
        let areas = self.form.areas.iter().enumerate().map(|(n, one)| {
            let (id, name) = (format!("area-{n}"), one.code.clone());
            vec![("itextId", id), ("name", name), ("parent", one.parent.clone()), ("own", text(one.own))]
        });
        write_choices(xml, "areas", whole.into_iter().chain(areas).collect());
    }

    fn body(&self, xml: &mut Xml) {
        xml.group("/data/time", "time:label");
        if self.frequencies.len() > 1 {
            let choices = self.frequencies.iter().map(|one| (format!("frequency-{}", one.word()), one.word()));
            write_select(xml, FREQUENCY, &format!("{FREQUENCY}:label"), choices);
        }
        // A list without a choice is no question: days are asked for as a date.
        if !self.form.periods.is_empty() {
            write_itemset(xml, PERIOD, &format!("instance('periods')/root/item[frequency = {FREQUENCY}]"));
        }
        xml.question("input", DAY, &[]);
        xml.close("group");

        xml.group("/data/place", "place:label");
        for depth in 1..=self.depth {
            let parent = if depth == 1 { "''".to_owned() } else { place(depth - 1) };
            write_itemset(xml, &place(depth), &format!("instance('areas')/root/item[parent = {parent}]"));
        }
        xml.close("group");

        for (asked, at) in asked(self.form) {
            xml.group(&at, &format!("{at}:label"));
            let kinds = ["value", "missing", "not_applicable"].map(|kind| (format!("kind-{kind}"), kind));
            write_select(xml, &format!("{at}/kind"), "kind:label", kinds.into_iter());
            for field in asked.fields() {
                xml.question("input", &format!("{at}/{}", of_field(field.part, &field.slice)), &[]);
            }
            xml.close("group");
        }
        xml.question("input", "/data/source", &[]);
        xml.open("input", &[("ref", "/data/note"), ("appearance", "multiline")]);
        xml.empty("label", &[("ref", "jr:itext('/data/note:label')")]);
        xml.empty("hint", &[("ref", "jr:itext('/data/note:hint')")]);
        xml.close("input");
        xml.question("input", "/data/point", &[]);
        xml.question("upload", "/data/photo", &[("mediatype", "image/*")]);
    }
}

fn write_choices(xml: &mut Xml, id: &str, items: Vec<Vec<(&'static str, String)>>) {
    xml.open("instance", &[("id", id)]);
    xml.open("root", &[]);
    for item in items {
        xml.open("item", &[]);
        for (name, text) in item {
            xml.text(name, &[], &text);
        }
        xml.close("item");
    }
    xml.close("root");
    xml.close("instance");
}

fn write_select<'a>(xml: &mut Xml, at: &str, label: &str, choices: impl Iterator<Item = (String, &'a str)>) {
    xml.open("select1", &[("ref", at), ("appearance", "minimal")]);
    xml.empty("label", &[("ref", &format!("jr:itext('{label}')"))]);
    for (text, value) in choices {
        xml.open("item", &[]);
        xml.empty("label", &[("ref", &format!("jr:itext('{text}')"))]);
        xml.text("value", &[], value);
        xml.close("item");
    }
    xml.close("select1");
}

fn write_itemset(xml: &mut Xml, at: &str, nodes: &str) {
    xml.open("select1", &[("ref", at), ("appearance", "minimal")]);
    xml.empty("label", &[("ref", &format!("jr:itext('{at}:label')"))]);
    xml.open("itemset", &[("nodeset", nodes)]);
    xml.empty("value", &[("ref", "name")]);
    xml.empty("label", &[("ref", "jr:itext(itextId)")]);
    xml.close("itemset");
    xml.close("select1");
}
