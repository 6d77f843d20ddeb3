//! Splits and merges of areas.

use cpas_proto::context::v1 as pb;

use super::{instant, languages};
use crate::domain::{
    Broken, Text,
    area::{
        Code, geojson,
        lineage::{Begun, Change, Kind, Moved, Successor, Wanted},
    },
    text,
};

/// Longest note, in characters.
const NOTE_CHARS_MAX: usize = 2_000;

/// A split or merge as the API shows it.
pub(crate) fn area_change(change: &Change) -> pb::AreaChange {
    change.into()
}

impl From<&Change> for pb::AreaChange {
    fn from(change: &Change) -> Self {
        let part = |one: &Begun| pb::AreaPart { code: one.code.to_string(), share: one.share };
        let moved = |one: &Moved| pb::AreaMove { code: one.code.to_string(), parent_code: one.to.to_string() };
        Self {
            id: change.id.to_string(),
            kind: change.kind.to_string(),
            date: change.date.to_string(),
            predecessors: change.predecessors.iter().map(|one| one.code.to_string()).collect(),
            successors: change.successors.iter().map(part).collect(),
            share_basis: change.share_basis.en.clone(),
            note: change.note.en.clone(),
            moved: change.moved.iter().map(moved).collect(),
            undone: change.undone,
            version: change.version,
            recorded_at: instant(change.recorded_at),
            recorded_by_name: change.recorded_by.name.clone(),
            used: change.used,
            share_basis_fr: change.share_basis.fr.clone(),
            note_fr: change.note.fr.clone(),
        }
    }
}

impl TryFrom<pb::SplitAreaRequest> for Wanted {
    type Error = Broken;

    fn try_from(request: pb::SplitAreaRequest) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let date = broken.date("date", &request.date);
        let areas = code(&mut broken, "code", &request.code).into_iter().collect();
        let parts = request.parts.into_iter().enumerate();
        let successors = parts.map(|(place, one)| successor(&mut broken, &format!("parts[{place}]"), one)).collect();
        let moves = request.moved.into_iter().enumerate();
        let moved = moves.map(|(place, one)| {
            let field = format!("moved[{place}]");
            Some((code(&mut broken, &field, &one.code)?, code(&mut broken, &field, &one.parent_code)?))
        });
        let moved: Option<Vec<_>> = moved.collect();
        let (basis, basis_fr) = (&request.share_basis, &request.share_basis_fr);
        let basis = broken.keep(Text::beside("share_basis", basis, basis_fr, text::NAME_CHARS_MAX));
        let note = broken.keep(Text::beside("note", &request.note, &request.note_fr, NOTE_CHARS_MAX));
        let wanted = wanted(Kind::Split, date, areas, successors);
        let filled = wanted.zip(moved).zip(basis.zip(note)).map(|((wanted, moved), (share_basis, note))| Self {
            moved,
            share_basis,
            note,
            ..wanted
        });
        broken.into_result(filled)
    }
}

impl TryFrom<pb::MergeAreasRequest> for Wanted {
    type Error = Broken;

    fn try_from(request: pb::MergeAreasRequest) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        let date = broken.date("date", &request.date);
        let codes = request.codes.iter().enumerate();
        let areas = codes.filter_map(|(place, one)| code(&mut broken, &format!("codes[{place}]"), one)).collect();
        let into = successor(&mut broken, "into", request.into.unwrap_or_default());
        let parent = match request.parent_code.trim() {
            "" => None,
            named => code(&mut broken, "parent_code", named),
        };
        let note = broken.keep(Text::beside("note", &request.note, &request.note_fr, NOTE_CHARS_MAX));
        let wanted = wanted(Kind::Merge, date, areas, vec![into]);
        broken.into_result(wanted.zip(note).map(|(wanted, note)| Self { parent, note, ..wanted }))
    }
}

fn wanted(
    kind: Kind,
    date: Option<chrono::NaiveDate>,
    codes: Vec<Code>,
    successors: Vec<Option<Successor>>,
) -> Option<Wanted> {
    Some(Wanted {
        kind,
        date: date?,
        codes,
        successors: successors.into_iter().collect::<Option<_>>()?,
        parent: None,
        share_basis: Text::default(),
        note: Text::default(),
        moved: Vec::new(),
    })
}

fn code(broken: &mut Broken, field: &str, text: &str) -> Option<Code> {
    broken.keep(Code::parse(text).map_err(|message| Broken::one(field, message)))
}

fn successor(broken: &mut Broken, field: &str, told: pb::SuccessorArea) -> Option<Successor> {
    let (en, fr) = languages(told.name);
    let own = |name: &str| format!("{field}.{name}");
    let code = code(broken, &own("code"), &told.code);
    let name = broken.keep(name(&own("name"), &en, &fr));
    let aliases = broken.keep(text::names(&own("aliases"), &told.aliases));
    let shape = match told.geometry.trim() {
        "" => Some(None),
        text => {
            let read = geojson::geometry(text).map(Some);
            broken.keep(read.map_err(|message| Broken::one(own("geometry"), message)))
        }
    };
    Some(Successor { code: code?, name: name?, aliases: aliases?, shape: shape?, share: told.share })
}

/// A name that may be missing: an area that is there already has one.
fn name(field: &str, en: &str, fr: &str) -> Result<Text, Broken> {
    if en.trim().is_empty() && fr.trim().is_empty() { Ok(Text::default()) } else { Text::title(field, en, fr) }
}
