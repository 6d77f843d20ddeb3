//! The framework as a workbook, on the wire.

use chassis::Caller;
use cpas_proto::{common::v1::FileChunk, planning::v1 as pb, words::Language};
use futures::stream;
use tonic::{Request, Response};

use super::{
    Answer, Api, Pieces,
    fields::{self, plan_id, which_plan},
};
use crate::{
    app::workbook::{self as app, Preview, Sent},
    domain::{
        broken::Broken,
        ids::PlanId,
        text::parse_word,
        workbook::{
            CHANGES_SHOWN_MAX, PROBLEMS_SHOWN_MAX, Place, Problem,
            foreign::{self, Layout, NO_HEADINGS, Reading, ShownColumn, Usual},
            letters,
            merge::{Change, FieldChange, Happens, Wish},
        },
    },
    error::Error,
};

pub(super) async fn render(api: &Api, request: Request<pb::RenderWorkbookRequest>) -> Answer<Pieces> {
    let (caller, request) = Caller::open(request)?;
    let (plan, language) = (which_plan(&request.plan_id)?, fields::language(&request.language).map_err(Error::from)?);
    let (data, file_name) = app::render_workbook(&api.deps, &caller, plan, language).await?;
    let file = FileChunk { data, file_name, content_type: fields::XLSX.to_owned(), ..FileChunk::default() };
    Ok(Response::new(stream::iter(vec![Ok(file)])))
}

pub(super) async fn preview(api: &Api, request: Request<pb::WorkbookRequest>) -> Answer<pb::WorkbookPreview> {
    let (caller, request) = Caller::open(request)?;
    let sent = sent(plan_id(&request.plan_id)?, request).map_err(Error::from)?;
    Ok(Response::new(app::preview_workbook(&api.deps, &caller, sent).await?))
}

pub(super) async fn apply(api: &Api, request: Request<pb::WorkbookRequest>) -> Answer<pb::WorkbookPreview> {
    let (caller, request) = Caller::open(request)?;
    let sent = sent(plan_id(&request.plan_id)?, request).map_err(Error::from)?;
    Ok(Response::new(app::apply_workbook(&api.deps, &caller, sent).await?))
}

fn sent(plan: PlanId, request: pb::WorkbookRequest) -> Result<Sent, Broken> {
    let mut broken = Broken::nothing();
    let layout = broken.keep(request.layout.map(layout).transpose()).flatten();
    let language = broken.keep(fields::language(&request.language)).unwrap_or(Language::En);
    let mut word = |field: &str, word: &str| broken.keep(parse_word(field, word)).flatten().unwrap_or_default();
    let usual = Usual {
        section: word("default_section", &request.default_section),
        component: word("default_component", &request.default_component),
        dimension: word("default_dimension", &request.default_dimension),
    };
    broken.into_result(Sent {
        plan,
        workbook: request.workbook,
        wish: Wish { remove_missing: request.remove_missing, take_mine: request.take_mine },
        layout,
        usual,
        seen_version: request.version,
        digest: request.digest,
        language,
    })
}

fn layout(given: pb::WorkbookLayout) -> Result<Layout, Broken> {
    let mut broken = Broken::nothing();
    let shape = broken.word("layout.shape", &given.shape);
    let language = match given.language.as_str() {
        "" => Some(Language::En),
        word => broken.word("layout.language", word),
    };
    let mut columns = std::collections::BTreeMap::new();
    for (name, column) in given.columns.iter().filter(|(_, column)| !column.is_empty()) {
        let at = format!("layout.columns.{name}");
        match (foreign::field(name), foreign::column(column)) {
            (Some(field), Some(column)) => drop(columns.insert(field, column)),
            (None, _) => broken.add(at, format!("A framework has no field \"{name}\".")),
            (_, None) => broken.add(at, format!("\"{column}\" is no column; write its letters, like B.")),
        }
    }
    let (Some(shape), Some(language)) = (shape, language) else { return Err(broken) };
    let heading_row = given.heading_row.checked_sub(1).unwrap_or(NO_HEADINGS);
    broken.into_result(Layout { sheet: given.sheet, heading_row, shape, columns, language })
}

impl From<&Preview> for pb::WorkbookPreview {
    fn from(preview: &Preview) -> Self {
        let count = |happens| small(preview.count(happens));
        Self {
            plan_id: preview.plan.to_string(),
            version: preview.version,
            digest: preview.digest.clone(),
            applied: preview.is_applied,
            changes: preview.changes.iter().take(CHANGES_SHOWN_MAX).map(change).collect(),
            problems: preview.problems.iter().take(PROBLEMS_SHOWN_MAX).map(problem).collect(),
            added: count(Happens::Added),
            changed: count(Happens::Changed),
            moved: count(Happens::Moved),
            gone: count(Happens::Gone),
            missing: count(Happens::Missing),
            unchanged: small(preview.unchanged),
            conflicts: small(preview.conflicts()),
            reading: preview.reading.as_ref().map(reading),
        }
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn cell(place: Option<&Place>) -> String {
    place.map(ToString::to_string).unwrap_or_default()
}

fn change(change: &Change) -> pb::WorkbookChange {
    let field = |field: &FieldChange| pb::WorkbookField {
        field: field.field.to_owned(),
        cell: cell(field.place.as_ref()),
        before: field.before.clone(),
        after: field.after.clone(),
        conflict: field.is_conflict,
    };
    pb::WorkbookChange {
        what: change.sheet.what().to_owned(),
        change: change.happens.word().to_owned(),
        name: change.name.clone(),
        cell: cell(change.place.as_ref()),
        fields: change.fields.iter().map(field).collect(),
    }
}

fn problem(problem: &Problem) -> pb::WorkbookProblem {
    pb::WorkbookProblem { cell: cell(problem.place.as_ref()), message: problem.message.clone() }
}

fn reading(reading: &Reading) -> pb::WorkbookReading {
    let layout = &reading.layout;
    let column = |column: &ShownColumn| pb::WorkbookColumn {
        column: column.column.clone(),
        heading: column.heading.clone(),
        samples: column.samples.clone(),
        field: column.field.to_owned(),
    };
    pb::WorkbookReading {
        layout: Some(pb::WorkbookLayout {
            sheet: layout.sheet.clone(),
            heading_row: layout.heading_row.checked_add(1).unwrap_or(0),
            shape: layout.shape.word().to_owned(),
            columns: layout.columns.iter().map(|(field, column)| ((*field).to_owned(), letters(*column))).collect(),
            language: layout.language.word().to_owned(),
        }),
        sheets: reading.sheets.clone(),
        columns: reading.columns.iter().map(column).collect(),
    }
}
