//! What the answer to each question has to be.

use cpas_proto::words::Frequency;

use super::{
    Asked, DEPTH_MAX, Field, Form, Part,
    names::{of_field, of_indicator},
    texts,
    writer::Xml,
};

pub const FREQUENCY: &str = "/data/time/frequency";
pub const PERIOD: &str = "/data/time/period";
pub const DAY: &str = "/data/time/day";

/// Larger pictures of new cameras would not pass in one request.
const PHOTO_PIXELS: &str = "2048";

/// A question: where its answer stands, and what it has to be.
#[derive(Default)]
pub struct Bind {
    at: String,
    kind: &'static str,
    relevant: String,
    required: String,
    constraint: String,
    calculate: String,
    preload: Option<(&'static str, &'static str)>,
    /// Of a picture, along its longer edge; empty: as it was taken.
    max_pixels: &'static str,
}

impl Bind {
    fn of(at: impl Into<String>, kind: &'static str) -> Self {
        Self { at: at.into(), kind, ..Self::default() }
    }
}

/// The indicators of a form, each with where its answers stand.
pub fn asked(form: &Form) -> impl Iterator<Item = (&Asked, String)> {
    form.indicators.iter().map(|one| (one, format!("/data/values/{}", of_indicator(one.definition.id))))
}

/// Where the area of a depth stands.
pub fn place(depth: usize) -> String {
    format!("/data/place/a{}", depth.min(DEPTH_MAX))
}

/// The questions of a form, in the order of its instance.
pub fn binds(form: &Form) -> Vec<Bind> {
    let frequencies = form.frequencies();
    let mut binds = vec![
        Bind { preload: Some(("timestamp", "start")), ..Bind::of("/data/start", "dateTime") },
        Bind { preload: Some(("timestamp", "end")), ..Bind::of("/data/end", "dateTime") },
        Bind { preload: Some(("property", "deviceid")), ..Bind::of("/data/deviceid", "string") },
        Bind { required: "true()".to_owned(), ..Bind::of(FREQUENCY, "string") },
    ];
    let by_day = format!("{FREQUENCY} = 'day'");
    let daily = frequencies.contains(&Frequency::Day);
    let relevant = if daily { format!("{FREQUENCY} != 'day'") } else { String::new() };
    binds.push(Bind { relevant, required: "true()".to_owned(), ..Bind::of(PERIOD, "string") });
    let (relevant, required, constraint) = match daily {
        true => (by_day, "true()".to_owned(), ". <= today()".to_owned()),
        false => ("false()".to_owned(), String::new(), String::new()),
    };
    binds.push(Bind { relevant, required, constraint, ..Bind::of(DAY, "date") });
    binds.extend((1..=form.depth()).map(bind_of_place));
    for (asked, at) in asked(form) {
        let relevant = match frequencies.len() {
            1 => String::new(),
            _ => format!("{FREQUENCY} = '{}'", asked.definition.frequency.word()),
        };
        binds.push(Bind { relevant, ..Bind::of(at.clone(), "") });
        binds.push(Bind { required: "true()".to_owned(), ..Bind::of(format!("{at}/kind"), "string") });
        binds.extend(asked.fields().iter().map(|field| bind_of_field(asked, &at, field)));
    }
    binds.push(Bind::of("/data/source", "string"));
    binds.push(Bind::of("/data/note", "string"));
    binds.push(Bind::of("/data/point", "geopoint"));
    binds.push(Bind { max_pixels: PHOTO_PIXELS, ..Bind::of("/data/photo", "binary") });
    binds.push(Bind { preload: Some(("uid", "")), ..Bind::of("/data/orx:meta/orx:instanceID", "string") });
    let named = format!("concat({PERIOD}, {DAY}, ' ', {})", place(1));
    binds.push(Bind { calculate: named, ..Bind::of("/data/orx:meta/orx:instanceName", "string") });
    binds
}

fn bind_of_place(depth: usize) -> Bind {
    if depth == 1 {
        return Bind { required: "true()".to_owned(), ..Bind::of(place(1), "string") };
    }
    let above = place(depth - 1);
    let relevant = format!("{above} != '' and count(instance('areas')/root/item[parent = {above}]) > 0");
    // An area that is there only as the way to one's own cannot be the answer.
    let required = format!("instance('areas')/root/item[name = {above}]/own = 'no'");
    Bind { relevant, required, ..Bind::of(place(depth), "string") }
}

fn bind_of_field(asked: &Asked, group: &str, field: &Field) -> Bind {
    let at = format!("{group}/{}", of_field(field.part, &field.slice));
    let kind = match (asked.is_text(), asked.is_whole()) {
        (true, _) => "string",
        (false, true) => "int",
        (false, false) => "decimal",
    };
    // One way only: what is required by each other is a circle, which JavaRosa refuses. The other way is judged when the
    // instance arrives.
    let required = match field.part {
        Part::Denominator => format!("{group}/{} != ''", of_field(Part::Numerator, &field.slice)),
        Part::Value | Part::Numerator => String::new(),
    };
    let constraint = constraint(asked, field, &at);
    Bind { relevant: format!("{group}/kind = 'value'"), required, constraint, ..Bind::of(at, kind) }
}

/// What a number has to keep to; empty: nothing.
pub fn constraint(asked: &Asked, field: &Field, at: &str) -> String {
    if asked.is_text() {
        return String::new();
    }
    let limits = &asked.limits;
    let beside = |part| {
        let group = at.rsplit_once('/').map_or("", |(group, _)| group);
        format!("{group}/{}", of_field(part, &field.slice))
    };
    let mut all = Vec::new();
    match field.part {
        Part::Value => {
            all.extend(texts::least(asked.definition.kind, limits).map(|least| format!(". >= {least}")));
            all.extend(limits.most.map(|most| format!(". <= {most}")));
        }
        Part::Numerator => {
            all.push(". >= 0".to_owned());
            let other = beside(Part::Denominator);
            all.extend(limits.at_most_one.then(|| format!("({other} = '' or . <= {other})")));
        }
        Part::Denominator => {
            all.push(". > 0".to_owned());
            let other = beside(Part::Numerator);
            all.extend(limits.at_most_one.then(|| format!("({other} = '' or . >= {other})")));
        }
    }
    all.join(" and ")
}

/// Writes it.
pub fn write_bind(xml: &mut Xml, bind: &Bind) {
    let message = format!("jr:itext('{}:jr:constraintMsg')", bind.at);
    let mut attributes = vec![("nodeset", bind.at.as_str())];
    let texts = [
        ("type", bind.kind),
        ("relevant", &bind.relevant),
        ("required", &bind.required),
        ("constraint", &bind.constraint),
        ("calculate", &bind.calculate),
    ];
    attributes.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()));
    if !bind.constraint.is_empty() {
        attributes.push(("jr:constraintMsg", &message));
    }
    attributes.extend((!bind.max_pixels.is_empty()).then_some(("orx:max-pixels", bind.max_pixels)));
    if let Some((preload, parameters)) = bind.preload {
        attributes.push(("jr:preload", preload));
        attributes.extend((!parameters.is_empty()).then_some(("jr:preloadParams", parameters)));
        attributes.extend((preload == "uid").then_some(("readonly", "true()")));
    }
    xml.empty("bind", &attributes);
}
