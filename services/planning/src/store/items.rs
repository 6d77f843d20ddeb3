//! Items of plans.

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::read;
use crate::{
    domain::{
        ids::{ChangeId, ItemId, LineageId, PlanId, StakeholderId, TaskId},
        item::{Content, Item, ItemKind, Nature},
        library::TemplateLink,
        mandate::Priority,
        text::Text,
    },
    error::Error,
};

#[derive(sqlx::FromRow, Serialize)]
struct Row {
    id: Uuid,
    lineage_id: Uuid,
    parent_id: Option<Uuid>,
    position: i32,
    kind: String,
    statement_en: String,
    statement_fr: String,
    lead_section: Option<String>,
    contributing_sections: Vec<String>,
    areas: Vec<String>,
    markers: Vec<String>,
    start_date: Option<NaiveDate>,
    end_date: Option<NaiveDate>,
    priority: Option<i16>,
    mandate_task_id: Option<Uuid>,
    stakeholder_id: Option<Uuid>,
    dimension: Option<String>,
    component: Option<String>,
    activity_status: Option<String>,
    progress_percent: Option<i16>,
    depends_on: Vec<Uuid>,
    plan_change_id: Option<Uuid>,
    library_code: Option<String>,
    library_version: Option<i32>,
    library_part: Option<String>,
}

impl Row {
    fn of(item: &Item) -> Result<Self, Error> {
        let content = &item.content;
        let mut row = Self {
            id: item.id.0,
            lineage_id: item.lineage.0,
            parent_id: item.parent.map(|parent| parent.0),
            position: read(i32::try_from(item.position))?,
            kind: item.kind().word().to_owned(),
            statement_en: content.statement.en.clone(),
            statement_fr: content.statement.fr.clone(),
            lead_section: content.lead_section.clone(),
            contributing_sections: content.contributing_sections.clone(),
            areas: content.areas.clone(),
            markers: content.markers.iter().map(ToString::to_string).collect(),
            start_date: content.start,
            end_date: content.end,
            priority: content.priority.map(|priority| i16::from(priority.get())),
            mandate_task_id: None,
            stakeholder_id: None,
            dimension: None,
            component: None,
            activity_status: None,
            progress_percent: None,
            depends_on: Vec::new(),
            plan_change_id: content.plan_change.map(|change| change.0),
            library_code: item.library.as_ref().map(|link| link.code.clone()),
            library_version: item.library.as_ref().map(|link| read(i32::try_from(link.version))).transpose()?,
            library_part: item.library.as_ref().map(|link| link.part.clone()),
        };
        match &content.nature {
            Nature::Objective { mandate_task } => row.mandate_task_id = mandate_task.map(|task| task.0),
            Nature::Outcome { stakeholder, dimension } => {
                row.stakeholder_id = stakeholder.map(|stakeholder| stakeholder.0);
                row.dimension = Some(dimension.word().to_owned());
            }
            Nature::Output { component } => row.component = Some(component.word().to_owned()),
            Nature::Activity { status, progress_percent, depends_on } => {
                row.activity_status = Some(status.word().to_owned());
                row.progress_percent = Some(i16::from(*progress_percent));
                row.depends_on = depends_on.iter().map(|activity| activity.0).collect();
            }
        }
        Ok(row)
    }

    fn library(&self) -> Result<Option<TemplateLink>, Error> {
        let (Some(code), Some(version), Some(part)) = (&self.library_code, self.library_version, &self.library_part)
        else {
            return Ok(None);
        };
        Ok(Some(TemplateLink { code: code.clone(), version: read(u32::try_from(version))?, part: part.clone() }))
    }

    fn nature(&self) -> Result<Nature, Error> {
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        Ok(match read(self.kind.parse())? {
            ItemKind::Objective => Nature::Objective { mandate_task: self.mandate_task_id.map(TaskId) },
            ItemKind::Outcome => Nature::Outcome {
                stakeholder: self.stakeholder_id.map(StakeholderId),
                dimension: read(word(&self.dimension).parse())?,
            },
            ItemKind::Output => Nature::Output { component: read(word(&self.component).parse())? },
            ItemKind::Activity => Nature::Activity {
                status: read(word(&self.activity_status).parse())?,
                progress_percent: read(u8::try_from(self.progress_percent.unwrap_or(0)))?,
                depends_on: self.depends_on.iter().copied().map(ItemId).collect(),
            },
        })
    }
}

impl TryFrom<Row> for Item {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let library = row.library()?;
        let content = Content {
            nature: row.nature()?,
            statement: Text::of(row.statement_en, row.statement_fr),
            lead_section: row.lead_section,
            contributing_sections: row.contributing_sections,
            areas: row.areas,
            markers: read(row.markers.iter().map(|marker| marker.parse()).collect())?,
            start: row.start_date,
            end: row.end_date,
            priority: read(Priority::parse(
                "priority",
                row.priority.map_or(0, |priority| u32::from(priority.unsigned_abs())),
            ))?,
            plan_change: row.plan_change_id.map(ChangeId),
        };
        Ok(Self {
            id: ItemId(row.id),
            lineage: LineageId(row.lineage_id),
            parent: row.parent_id.map(ItemId),
            position: read(u32::try_from(row.position))?,
            content,
            library,
        })
    }
}

/// All items of a plan, in no order.
pub async fn of_plan(connection: &mut PgConnection, mission: Uuid, plan: PlanId) -> Result<Vec<Item>, Error> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM plan_items WHERE mission_id = $1 AND plan_id = $2")
        .bind(mission)
        .bind(plan.0)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Item::try_from).collect()
}

/// Stores the items that are new or differ, and deletes those that are gone: a statement each.
pub async fn save(
    connection: &mut PgConnection,
    mission: Uuid,
    plan: PlanId,
    before: &[Item],
    after: &[Item],
) -> Result<(), Error> {
    let stored: std::collections::BTreeMap<ItemId, &Item> = before.iter().map(|item| (item.id, item)).collect();
    let kept: std::collections::BTreeSet<ItemId> = after.iter().map(|item| item.id).collect();
    let gone: Vec<Uuid> = before.iter().map(|item| item.id).filter(|id| !kept.contains(id)).map(|id| id.0).collect();
    if !gone.is_empty() {
        sqlx::query("DELETE FROM plan_items WHERE mission_id = $1 AND plan_id = $2 AND id = ANY($3)")
            .bind(mission)
            .bind(plan.0)
            .bind(gone)
            .execute(&mut *connection)
            .await?;
    }
    let changed = after.iter().filter(|item| stored.get(&item.id) != Some(item));
    let rows: Vec<Row> = changed.map(Row::of).collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO plan_items \
         SELECT $1, $2, id, lineage_id, parent_id, position, kind, statement_en, statement_fr, lead_section, \
                contributing_sections, areas, markers, start_date, end_date, priority, mandate_task_id, stakeholder_id, \
                dimension, component, activity_status, progress_percent, depends_on, plan_change_id, library_code, \
                library_version, library_part \
         FROM jsonb_to_recordset($3) AS given (id uuid, lineage_id uuid, parent_id uuid, position integer, kind text, \
              statement_en text, statement_fr text, lead_section text, contributing_sections text[], areas text[], \
              markers text[], start_date date, end_date date, priority smallint, mandate_task_id uuid, \
              stakeholder_id uuid, dimension text, component text, activity_status text, progress_percent smallint, \
              depends_on uuid[], plan_change_id uuid, library_code text, library_version integer, library_part text) \
         ON CONFLICT (mission_id, id) DO UPDATE SET \
              parent_id = excluded.parent_id, position = excluded.position, kind = excluded.kind, \
              statement_en = excluded.statement_en, \
              statement_fr = excluded.statement_fr, lead_section = excluded.lead_section, \
              contributing_sections = excluded.contributing_sections, areas = excluded.areas, markers = excluded.markers, \
              start_date = excluded.start_date, end_date = excluded.end_date, priority = excluded.priority, \
              mandate_task_id = excluded.mandate_task_id, stakeholder_id = excluded.stakeholder_id, \
              dimension = excluded.dimension, component = excluded.component, \
              activity_status = excluded.activity_status, progress_percent = excluded.progress_percent, \
              depends_on = excluded.depends_on, plan_change_id = excluded.plan_change_id, \
              library_code = excluded.library_code, library_version = excluded.library_version, \
              library_part = excluded.library_part",
    )
    .bind(mission)
    .bind(plan.0)
    .bind(Json(rows))
    .execute(connection)
    .await?;
    Ok(())
}

/// The kind of the items of a lineage, in any plan of the mission that the caller may see.
pub async fn kind_of_lineage(
    connection: &mut PgConnection,
    mission: Uuid,
    lineage: LineageId,
) -> Result<Option<ItemKind>, Error> {
    let kind: Option<String> = sqlx::query_scalar(
        "SELECT item.kind FROM plan_items item JOIN plans plan ON plan.mission_id = item.mission_id AND plan.id = item.plan_id \
         WHERE item.mission_id = $1 AND item.lineage_id = $2 LIMIT 1",
    )
    .bind(mission)
    .bind(lineage.0)
    .fetch_optional(connection)
    .await?;
    kind.map(|kind| read(kind.parse())).transpose()
}

/// The first task of these that an objective of some plan cites.
pub async fn cited(connection: &mut PgConnection, mission: Uuid, tasks: &[TaskId]) -> Result<Option<TaskId>, Error> {
    let tasks: Vec<Uuid> = tasks.iter().map(|task| task.0).collect();
    let found: Option<Uuid> = sqlx::query_scalar(
        "SELECT mandate_task_id FROM plan_items WHERE mission_id = $1 AND mandate_task_id = ANY($2) LIMIT 1",
    )
    .bind(mission)
    .bind(tasks)
    .fetch_optional(connection)
    .await?;
    Ok(found.map(TaskId))
}
