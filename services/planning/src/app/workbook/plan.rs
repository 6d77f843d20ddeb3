//! Takes the tree and the links of a workbook into a draft.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{Caller, Tx, new_id};
use cpas_proto::planning::v1 as pb;

use super::{cells, state::State, take::Taken};
use crate::{
    Deps,
    app::{
        edit_plan::{check_references, sources},
        reach::reach_item,
        recorded,
        remove_risk::remove_what_hangs_on_nothing,
    },
    domain::{
        framework::Framework,
        ids::{ItemId, LineageId},
        item::{Content, Item, Nature},
        link::ResultLink,
        plan::{Edit, Plan, PlanRefused},
        workbook::{
            Problem, Row, Sheet, Tables,
            merge::{Change, FieldChange, Happens, Merged},
            order::{Arranged, arrange, moved},
            read::Told,
        },
    },
    error::Error,
    events,
    store::{neighbours, plans},
};

/// Writes the draft with its tree and links as they are to be; gives its version.
pub(super) async fn take(
    tx: &mut Tx,
    deps: &Deps,
    caller: &Caller,
    state: &State,
    (mut tree, mut links): (Merged, Merged),
    (told, base): (&Told, Option<&Tables>),
    taken: &mut Taken,
) -> Result<i64, Error> {
    let now = deps.clock.now();
    let current = state.tables.of(Sheet::Tree);
    keep_what_is_needed(current, &mut tree);
    let base = base.map(|tables| tables.of(Sheet::Tree));
    let arranged = match told.tables.has(Sheet::Tree) {
        true => arrange(current, base, &tree.rows, &tree.gone),
        false => current.iter().map(|row| (row.key.clone(), row.parent.clone())).collect(),
    };
    let stored: BTreeMap<&str, ItemId> = state.keys.iter().map(|(id, key)| (key.as_str(), *id)).collect();
    for (key, _) in &arranged {
        let id = stored.get(key.as_str()).copied().unwrap_or_else(|| ItemId(new_id(now)));
        taken.items.insert(key.clone(), id);
    }
    for row in tree.rows.iter().filter(|row| !taken.items.contains_key(&row.key)) {
        let message =
            "Somebody removed the row that it lies in since the workbook was written. Move it below another one.";
        taken.problems.push(row.problem("kind", message));
    }
    note_moves(current, &arranged, &mut tree);
    drop_links_of_what_goes(&tree, &mut links);
    let items = items(tx, caller, state, &tree, &arranged, taken).await?;
    let framework = with_links(caller, state, items, &links, taken)?;
    taken.take(&tree);
    taken.take(&links);
    let changes = tree.changes.iter().chain(&links.changes).any(|change| change.is_written);
    let Some(framework) = framework.filter(|_| changes) else { return Ok(state.plan.head.version) };
    save(tx, deps, caller, &state.plan, framework, taken).await
}

/// An item stays while something that stays lies in it.
fn keep_what_is_needed(current: &[Row], tree: &mut Merged) {
    let told: BTreeMap<String, String> = tree.rows.iter().map(|row| (row.key.clone(), row.parent.clone())).collect();
    loop {
        let needed =
            current.iter().filter(|row| !tree.gone.contains(&row.key) && tree.gone.contains(&row.parent)).find(|row| {
                // Unless the workbook says that it lies elsewhere now.
                told.get(&row.key).is_none_or(|parent| *parent == row.parent || !told.contains_key(parent))
            });
        let Some(parent) = needed.map(|row| row.parent.clone()) else { return };
        tree.gone.remove(&parent);
        for change in tree.changes.iter_mut().filter(|change| change.key == parent) {
            change.happens = Happens::Missing;
            change.is_written = false;
        }
    }
}

fn note_moves(current: &[Row], arranged: &Arranged, tree: &mut Merged) {
    let place = |rows: &[(String, String)], key: &str| {
        let parent = rows.iter().find(|(other, _)| other == key).map(|(_, parent)| parent.clone()).unwrap_or_default();
        let siblings = rows.iter().filter(|(_, other)| *other == parent);
        let place = siblings.take_while(|(other, _)| other != key).count() + 1;
        (parent, place)
    };
    let before: Vec<(String, String)> = current.iter().map(|row| (row.key.clone(), row.parent.clone())).collect();
    for key in moved(current, arranged) {
        let ((from, was), (to, is)) = (place(&before, &key), place(arranged, &key));
        let row = tree.rows.iter().find(|row| row.key == key);
        let field = if from == to {
            let (before, after) = (was.to_string(), is.to_string());
            FieldChange { field: "position", place: None, before, after, is_conflict: false }
        } else {
            FieldChange { field: "parent_id", place: None, before: from, after: to, is_conflict: false }
        };
        if let Some(change) =
            tree.changes.iter_mut().find(|change| change.key == key && change.happens == Happens::Changed)
        {
            change.happens = Happens::Moved;
            change.is_written = true;
            change.fields.insert(0, field);
            continue;
        }
        tree.unchanged = tree.unchanged.saturating_sub(1);
        let name = current.iter().find(|row| row.key == key).map(|row| row.name.clone()).unwrap_or_default();
        let place = row.and_then(|row| row.place(""));
        tree.changes.push(Change {
            sheet: Sheet::Tree,
            happens: Happens::Moved,
            key,
            name,
            place,
            fields: vec![field],
            is_written: true,
        });
    }
}

/// A link goes with either of its ends, and is not told apart from it.
fn drop_links_of_what_goes(tree: &Merged, links: &mut Merged) {
    let touches = |key: &str| key.split('|').any(|end| tree.gone.contains(end));
    links.rows.retain(|row| !touches(&row.key));
    links.changes.retain(|change| !touches(&change.key));
    links.gone.retain(|key| !touches(key));
}

/// The items as they are to be, as far as nothing is wrong with them.
async fn items(
    tx: &mut Tx,
    caller: &Caller,
    state: &State,
    tree: &Merged,
    arranged: &Arranged,
    taken: &mut Taken,
) -> Result<Vec<Item>, Error> {
    let rows: BTreeMap<&str, &Row> = tree.rows.iter().map(|row| (row.key.as_str(), row)).collect();
    let written = tree.changes.iter().filter(|change| change.is_written);
    let touched: BTreeSet<&str> = written.map(|change| change.key.as_str()).collect();
    let stored = stored_items(state);
    let mut items = Vec::with_capacity(arranged.len());
    let mut positions: BTreeMap<&str, u32> = BTreeMap::new();
    for (key, parent) in arranged {
        let before = stored.get(key.as_str()).copied();
        let written = rows.get(key.as_str()).filter(|_| touched.contains(key.as_str()));
        let content = match (written, before) {
            (Some(row), _) => match content(tx, caller, state, row, before, taken).await {
                Ok(content) => content,
                Err(error) => {
                    taken.refused(row, error)?;
                    continue;
                }
            },
            (None, Some(item)) => item.content.clone(),
            (None, None) => continue,
        };
        let position = positions.entry(parent).or_default();
        let Some(id) = taken.items.get(key).copied() else { continue };
        let lineage = before.map_or(LineageId(id.0), |item| item.lineage);
        let library = before.and_then(|item| item.library.clone());
        items.push(Item {
            id,
            lineage,
            parent: taken.items.get(parent).copied(),
            position: *position,
            content,
            library,
        });
        *position += 1;
    }
    for key in &tree.gone {
        let gone = stored.get(key.as_str()).map(|item| reach_item(caller, &item.content));
        if let Some(Err(error)) = gone {
            taken.problems.push(Problem { place: None, message: error.to_string() });
        }
    }
    Ok(items)
}

fn stored_items(state: &State) -> BTreeMap<String, &Item> {
    state.plan.framework.items().iter().map(|item| (item.lineage.to_string(), item)).collect()
}

/// What an item says, by its row.
async fn content(
    tx: &mut Tx,
    caller: &Caller,
    state: &State,
    row: &Row,
    before: Option<&Item>,
    taken: &mut Taken,
) -> Result<Content, Error> {
    // A workbook has no column for the change that asked for an item.
    let stored = before.map(|item| pb::PlanItem {
        id: item.id.to_string(),
        plan_change_id: item.content.plan_change.map(|id| id.to_string()).unwrap_or_default(),
        ..pb::PlanItem::default()
    });
    if let Some(item) = before {
        reach_item(caller, &item.content)?;
    }
    let ids = &taken.items;
    let mut problems = Vec::new();
    let mut item = cells::to_item(row, stored.as_ref(), |key| ids.get(key).map(ToString::to_string), &mut problems);
    taken.problems.extend(problems);
    if item.id.is_empty() {
        item.id = uuid::Uuid::nil().to_string();
    }
    let edit = Edit::try_from(pb::RevisePlanItemRequest { item: Some(item), ..Default::default() })?;
    let Edit::Revise { content, .. } = edit else { return Err(Error::unreadable("an item that is no item")) };
    if let Some(before) = before
        && before.kind() != content.nature.kind()
    {
        let (was, asked) = (before.kind(), content.nature.kind());
        let message =
            format!("This row is an {was}; it cannot become an {asked}. Clear its id to add it as a new row.");
        taken.problems.push(row.problem("kind", message));
        return Ok(before.content.clone());
    }
    reach_item(caller, &content)?;
    check_references(tx, caller.mission()?.id, &state.plan, &content).await?;
    Ok(content)
}

/// The framework with its links; `None` where something is wrong.
fn with_links(
    caller: &Caller,
    state: &State,
    mut items: Vec<Item>,
    links: &Merged,
    taken: &mut Taken,
) -> Result<Option<Framework>, Error> {
    let there: BTreeSet<ItemId> = items.iter().map(|item| item.id).collect();
    for item in &mut items {
        // What an item waited for goes.
        if let Nature::Activity { depends_on, .. } = &mut item.content.nature {
            depends_on.retain(|before| there.contains(before));
        }
    }
    let key = |id: ItemId| state.keys.get(&id).cloned().unwrap_or_default();
    let stays = |link: &&ResultLink| {
        there.contains(&link.output)
            && there.contains(&link.outcome)
            && !links.gone.contains(&format!("{}|{}", key(link.output), key(link.outcome)))
    };
    let kept: Vec<ResultLink> = state.plan.framework.links().iter().filter(stays).cloned().collect();
    if !taken.problems.is_empty() {
        // An item that is wrong is not there, and others would be blamed for it.
        check_links(links, taken)?;
        return Ok(None);
    }
    let mut framework = match Framework::of(items, kept) {
        Ok(framework) => framework,
        Err(broken) => {
            let problem = |message: String| Problem { place: None, message };
            taken.problems.extend(broken.violations.into_iter().map(|one| problem(one.message)));
            return Ok(None);
        }
    };
    for (row, link) in check_links(links, taken)? {
        let reached = framework.item(link.output).map_or(Ok(()), |item| reach_item(caller, &item.content));
        let linked = reached.and_then(|()| framework.linked(link).map_err(|refused| PlanRefused::from(refused).into()));
        match linked {
            Ok(next) => framework = next,
            Err(error) => taken.refused(row, error)?,
        }
    }
    if let Err(broken) = framework.check_size() {
        taken.problems.extend(broken.violations.into_iter().map(|one| Problem { place: None, message: one.message }));
    }
    Ok(taken.problems.is_empty().then_some(framework))
}

/// The links that are new or changed.
fn check_links<'a>(links: &'a Merged, taken: &mut Taken) -> Result<Vec<(&'a Row, ResultLink)>, Error> {
    let written = links.changes.iter().filter(|change| change.is_written);
    let touched: BTreeSet<&str> = written.map(|change| change.key.as_str()).collect();
    let mut checked = Vec::new();
    for row in links.rows.iter().filter(|row| touched.contains(row.key.as_str())) {
        let (Some(output), Some(outcome)) = (taken.item(row.cell("output")), taken.item(row.cell("outcome"))) else {
            taken.problems.push(row.problem("output", "The plan does not have both of these rows."));
            continue;
        };
        let mut problems = Vec::new();
        let link = cells::to_link(row, output, outcome, &mut problems);
        taken.problems.extend(problems);
        match Edit::try_from(pb::LinkResultsRequest { link: Some(link), ..Default::default() }) {
            Ok(Edit::Link(link)) => checked.push((row, link)),
            Ok(_) => return Err(Error::unreadable("a link that is no link")),
            Err(broken) => taken.refused(row, broken.into())?,
        }
    }
    Ok(checked)
}

async fn save(
    tx: &mut Tx,
    deps: &Deps,
    caller: &Caller,
    before: &Plan,
    framework: Framework,
    taken: &mut Taken,
) -> Result<i64, Error> {
    let mission = caller.mission()?.id;
    let mut after = before.rewritten(framework, recorded(caller, &deps.clock))?;
    after.head.classification =
        neighbours::highest_classification(tx, mission, &after.stakeholders(), &sources(&after)).await?;
    plans::save(tx, mission, before, &after).await?;
    if taken.changes.iter().any(|change| change.happens == Happens::Gone) {
        remove_what_hangs_on_nothing(tx, mission, before, &after).await?;
    }
    tx.publish(events::plan_recorded(&after)?).await?;
    Ok(after.head.version)
}
