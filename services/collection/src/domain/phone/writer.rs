//! XML as it is written, element by element.

use std::borrow::Cow;

use quick_xml::{
    Writer,
    escape::partial_escape,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event, attributes::Attribute},
    name::QName,
};

/// XML as it is written.
pub struct Xml(Writer<Vec<u8>>);

impl Xml {
    pub fn begin() -> Self {
        let mut xml = Self(Writer::new(Vec::new()));
        xml.put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    fn put(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("a vector takes what is written");
    }

    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().map(attribute))));
    }

    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Empty(BytesStart::new(name).with_attributes(attributes.iter().map(attribute))));
    }

    pub fn close(&mut self, name: &str) {
        self.put(Event::End(BytesEnd::new(name)));
    }

    pub fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        // XML has no place for control characters.
        let plain: String = text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
        self.open(name, attributes);
        self.put(Event::Text(BytesText::from_escaped(partial_escape(plain.as_str()))));
        self.close(name);
    }

    /// Begins a group on one screen.
    pub fn group(&mut self, at: &str, label: &str) {
        self.open("group", &[("ref", at), ("appearance", "field-list")]);
        self.empty("label", &[("ref", &format!("jr:itext('{label}')"))]);
    }

    pub fn question(&mut self, control: &str, at: &str, more: &[(&str, &str)]) {
        self.open(control, &[&[("ref", at)], more].concat());
        self.empty("label", &[("ref", &format!("jr:itext('{at}:label')"))]);
        self.close(control);
    }

    pub fn end(self) -> String {
        let mut text = String::from_utf8(self.0.into_inner()).expect("written from texts");
        text.push('\n');
        text
    }
}

/// An attribute whose single quotes stay: expressions are full of them.
fn attribute<'a>((name, value): &(&'a str, &'a str)) -> Attribute<'a> {
    let value = partial_escape(*value).replace('"', "&quot;");
    Attribute { key: QName(name.as_bytes()), value: Cow::Owned(value.into_bytes()) }
}
