//! What a phone sends: the instance of a form, of whatever version.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use quick_xml::{Reader, events::Event};
use roxmltree::{Document, Node, ParsingOptions};
use uuid::Uuid;

use super::{
    DEPTH_MAX,
    names::{self, Part},
};

/// Most elements, texts and attributes of an instance.
const NODES_MAX: u32 = 50_000;
/// Longest instance, in bytes, most attributes of one element, and most namespaces of all: beyond it a parser that
/// compares each with each would never end.
const BYTES_MAX: usize = 2 << 20;
const ATTRIBUTES_MAX: usize = 32;
const NAMESPACES_MAX: usize = 64;
/// Most answers to questions that nobody knows, and how much is shown of a name and of an answer, in characters.
const UNKNOWN_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 100;
const SAID_CHARS_MAX: usize = 1_000;
/// Longest id and version, in characters.
const ID_CHARS_MAX: usize = 200;
/// Most files that an instance names.
const FILES_MAX: usize = 20;

/// A filled form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Instance {
    pub form_id: String,
    pub form_version: String,
    /// "uuid:…", as the phone made it.
    pub instance_id: String,
    /// Id of the instance that this one was edited from; empty: none.
    pub deprecated_id: String,
    pub device: String,
    pub began_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    /// The period as it was chosen.
    pub period: String,
    /// Areas one in another, those that were answered.
    pub areas: Vec<String>,
    pub answers: Vec<Answered>,
    pub source: String,
    pub note: String,
    pub point: Option<Point>,
    /// Names of the attached files.
    pub files: Vec<String>,
    /// Answers to questions that no version of ours has: path and text, the first of them.
    pub unknown: Vec<(String, String)>,
    /// Indicators that the form spoke of, answered or not.
    pub asked: BTreeSet<Uuid>,
}

/// The answers about one slice of an indicator, as they were typed; empty: not answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    pub indicator: Uuid,
    pub slice: String,
    /// missing or not_applicable; else empty.
    pub without: String,
    pub value: String,
    pub numerator: String,
    pub denominator: String,
}

impl Answered {
    /// As it was typed, in one text.
    pub fn typed(&self) -> String {
        match (self.without.is_empty(), self.numerator.is_empty() && self.denominator.is_empty()) {
            (false, _) => self.without.clone(),
            (true, true) => self.value.clone(),
            (true, false) => format!("{}/{}", self.numerator, self.denominator),
        }
    }
}

/// A place as the phone measured it, in degrees and metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub latitude: f64,
    pub longitude: f64,
    pub accuracy_m: Option<f64>,
}

/// Why something is no instance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("The instance is not in UTF-8. Nothing was stored.")]
    NotText,
    #[error("The instance is not XML that can be read: {0}. Nothing was stored.")]
    NotXml(String),
    #[error("The instance does not say of which form it is (the attribute id of its root). Nothing was stored.")]
    NoForm,
    #[error("The instance has no instanceID in its meta block, or one that is too long. Nothing was stored.")]
    NoId,
    #[error(
        "The instance is larger than {} MiB without its pictures, or has more attributes or namespaces than a form of \
         ours. Nothing was stored.", BYTES_MAX >> 20
    )]
    TooMuch,
    #[error("The instance names more than {FILES_MAX} files. Nothing was stored.")]
    TooManyFiles,
    #[error("\"{0}\" is no place: it is a latitude and a longitude in degrees. Nothing was stored.")]
    NoPoint(String),
}

impl Instance {
    /// Reads an instance. Document type definitions and entities are refused.
    ///
    /// # Errors
    /// A sentence.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > BYTES_MAX {
            return Err(Unreadable::TooMuch);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::NotText)?;
        measure(text)?;
        let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
        let document = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options)
            .map_err(|error| Unreadable::NotXml(error.to_string()))?;
        let root = document.root_element();
        let form_id = root.attribute("id").unwrap_or_default().trim().to_owned();
        if form_id.is_empty() || form_id.chars().count() > ID_CHARS_MAX {
            return Err(Unreadable::NoForm);
        }
        let form_version: String = root.attribute("version").unwrap_or_default().chars().take(ID_CHARS_MAX).collect();
        let mut instance = Self { form_id, form_version, ..Self::default() };
        for child in elements(root) {
            instance.take(child)?;
        }
        if instance.instance_id.is_empty() || instance.instance_id.chars().count() > ID_CHARS_MAX {
            return Err(Unreadable::NoId);
        }
        if instance.files.len() > FILES_MAX {
            return Err(Unreadable::TooManyFiles);
        }
        Ok(instance)
    }

    fn take(&mut self, child: Node<'_, '_>) -> Result<(), Unreadable> {
        let said = said(child);
        match child.tag_name().name() {
            "start" => self.began_at = instant(&said),
            "end" => self.ended_at = instant(&said),
            "deviceid" => self.device = said.chars().take(ID_CHARS_MAX).collect(),
            "time" => self.period = period(child),
            "place" => self.areas = areas(child),
            "values" => {
                for group in elements(child) {
                    self.take_group(group);
                }
            }
            "source" => self.source = said,
            "note" => self.note = said,
            "point" => self.point = point(&said)?,
            "photo" if !said.is_empty() => self.files.push(said),
            "photo" => {}
            "meta" => {
                for about in elements(child) {
                    match about.tag_name().name() {
                        "instanceID" => self.instance_id = self::said(about),
                        "deprecatedID" => self.deprecated_id = self::said(about),
                        _ => {}
                    }
                }
            }
            _ => self.take_unknown(child, String::new()),
        }
        Ok(())
    }

    /// The answers about one indicator.
    fn take_group(&mut self, group: Node<'_, '_>) {
        let name = group.tag_name().name();
        let Some(indicator) = names::indicator(name) else { return self.take_unknown(group, "values/".to_owned()) };
        self.asked.insert(indicator);
        let mut by_slice: BTreeMap<String, Answered> = BTreeMap::new();
        let mut without = String::new();
        for child in elements(group) {
            let own = child.tag_name().name();
            let said = said(child);
            if own == "kind" {
                without = if matches!(said.as_str(), "missing" | "not_applicable") { said } else { String::new() };
                continue;
            }
            let Some((part, slice)) = names::field(own) else {
                self.take_unknown(child, format!("values/{name}/"));
                continue;
            };
            if said.is_empty() {
                continue;
            }
            let new = || Answered { indicator, slice: slice.clone(), ..Answered::default() };
            let answered = by_slice.entry(slice.clone()).or_insert_with(new);
            match part {
                Part::Value => answered.value = said,
                Part::Numerator => answered.numerator = said,
                Part::Denominator => answered.denominator = said,
            }
        }
        if without.is_empty() {
            self.answers.extend(by_slice.into_values());
        } else {
            self.answers.push(Answered { indicator, without, ..Answered::default() });
        }
    }

    fn take_unknown(&mut self, node: Node<'_, '_>, above: String) {
        if self.unknown.len() >= UNKNOWN_MAX {
            return;
        }
        let name: String = node.tag_name().name().chars().take(NAME_CHARS_MAX).collect();
        let path = format!("{above}{name}");
        let said: String = said(node).chars().take(SAID_CHARS_MAX).collect();
        if !said.is_empty() {
            self.unknown.push((path.clone(), said));
        }
        // Of a tree that somebody else made, two levels are enough to say what was there; the instance itself is kept.
        for child in elements(node).filter(|_| path.matches('/').count() < 3) {
            self.take_unknown(child, format!("{path}/"));
        }
    }
}

/// Goes through the tags once, before anything compares them with each other.
fn measure(text: &str) -> Result<(), Unreadable> {
    let (mut reader, mut namespaces) = (Reader::from_str(text), 0);
    loop {
        match reader.read_event().map_err(|error| Unreadable::NotXml(error.to_string()))? {
            Event::Start(tag) | Event::Empty(tag) => {
                let mut own = tag.attributes();
                // Its own check compares each with each.
                own.with_checks(false);
                for (number, one) in own.enumerate() {
                    let one = one.map_err(|error| Unreadable::NotXml(error.to_string()))?;
                    namespaces += usize::from(one.key.as_ref().starts_with(b"xmlns"));
                    if number >= ATTRIBUTES_MAX || namespaces > NAMESPACES_MAX {
                        return Err(Unreadable::TooMuch);
                    }
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn elements<'a, 'input>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(Node::is_element)
}

/// The text right in an element.
fn said(node: Node<'_, '_>) -> String {
    let texts = node.children().filter(Node::is_text).filter_map(|text| text.text());
    texts.collect::<String>().trim().to_owned()
}

fn child_said(node: Node<'_, '_>, name: &str) -> String {
    elements(node).find(|child| child.tag_name().name() == name).map(said).unwrap_or_default()
}

fn period(time: Node<'_, '_>) -> String {
    let (period, day) = (child_said(time, "period"), child_said(time, "day"));
    if period.is_empty() || child_said(time, "frequency") == "day" { day } else { period }
}

fn areas(place: Node<'_, '_>) -> Vec<String> {
    (1..=DEPTH_MAX).map(|depth| child_said(place, &format!("a{depth}"))).filter(|area| !area.is_empty()).collect()
}

fn instant(said: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(said).ok().map(|at| at.to_utc())
}

/// "latitude longitude altitude accuracy"; the last two may be missing.
fn point(said: &str) -> Result<Option<Point>, Unreadable> {
    if said.is_empty() {
        return Ok(None);
    }
    let wrong = || Unreadable::NoPoint(said.chars().take(60).collect());
    let numbers: Vec<f64> = said.split_whitespace().map(|number| number.parse().unwrap_or(f64::NAN)).collect();
    let [latitude, longitude, ..] = numbers[..] else { return Err(wrong()) };
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(wrong());
    }
    let accuracy_m = numbers.get(3).copied().filter(|metres| metres.is_finite() && *metres > 0.0);
    Ok(Some(Point { latitude, longitude, accuracy_m }))
}
