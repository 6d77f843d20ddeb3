//! The forms that phones fill, made from what the mission asks for today.

use std::collections::{BTreeMap, HashMap, HashSet};

use chassis::{Caller, Failure, Tx};
use cpas_proto::{collection::v1 as pb, common::v1::Text};
use uuid::Uuid;

use super::{App, enter::ENTERING, reach::Reach, rule_book::RuleBook};
use crate::{
    domain::{
        definition::Definition,
        lock::lock_over,
        phone::{Asked, DEPTH_MAX, Form, Limits, Offered, Rendered, open_periods, render},
    },
    error::Error,
    store::{self, phone_forms::NamedArea},
};

/// Most questions of a form: a phone draws and keeps all of them.
const QUESTIONS_MAX: usize = 1_000;

/// The forms of the sections that the caller enters for.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn list_phone_forms(app: &App, caller: &Caller) -> Result<pb::ListPhoneFormsResponse, Failure> {
    let forms = drawn(forms(app, caller, None).await?).await?;
    Ok(pb::ListPhoneFormsResponse { forms: forms.into_iter().map(|(form, _)| form).collect() })
}

/// One form as an XForm.
///
/// # Errors
/// `NotFound`, also for a section that the caller does not enter for.
pub async fn get_phone_form(app: &App, caller: &Caller, id: &str) -> Result<pb::PhoneFormFile, Failure> {
    let (form, rendered) = drawn(forms(app, caller, Some(id)).await?).await?.pop().ok_or(Error::NotFound("form"))?;
    Ok(pb::PhoneFormFile { form: Some(form), xml: rendered.xml })
}

/// Writing a form takes milliseconds of the processor for thousands of areas.
async fn drawn(forms: Vec<Form>) -> Result<Vec<(pb::PhoneForm, Rendered)>, Failure> {
    let draw = move || forms.iter().map(|form| told(form, render(form))).collect();
    tokio::task::spawn_blocking(draw).await.map_err(Failure::internal)
}

fn told(form: &Form, rendered: Rendered) -> (pb::PhoneForm, Rendered) {
    let told = pb::PhoneForm {
        id: form.id(),
        section: form.section.clone(),
        title: Some(Text::of(form.title(), form.title())),
        version: rendered.version.clone(),
        md5: rendered.md5.clone(),
        indicator_codes: form.indicators.iter().map(|one| one.definition.code.clone()).collect(),
        questions: u32::try_from(form.questions()).unwrap_or(u32::MAX),
    };
    (told, rendered)
}

async fn forms(app: &App, caller: &Caller, only: Option<&str>) -> Result<Vec<Form>, Failure> {
    let reach = Reach::of(caller, ENTERING);
    let mut tx = app.db.begin(caller).await?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let today = app.clock.today();
    let sections = sections(&mut tx, only, start).await?;
    let areas = store::phone_forms::areas_on(&mut tx, today).await?;
    let locks = store::locks::locks(&mut tx).await?;
    drop(tx);
    let mut forms = Vec::new();
    for (section, mut indicators) in sections {
        let (areas, whole) = (offered(&areas, &reach, &section), reach.covers(&section, ""));
        if areas.is_empty() && !whole {
            continue;
        }
        let mut questions = 0;
        indicators.retain(|one| {
            questions += one.fields().len();
            questions <= QUESTIONS_MAX
        });
        let mut form = Form { section, indicators, areas, whole, periods: Vec::new(), start };
        let closed = |period| lock_over(&locks, period, start).is_some();
        form.periods = open_periods(&form.frequencies(), today, start, closed);
        forms.push(form);
    }
    Ok(forms)
}

/// What each section is asked for, in the order of the codes.
async fn sections(tx: &mut Tx, only: Option<&str>, start: u32) -> Result<BTreeMap<String, Vec<Asked>>, Failure> {
    let all = store::copies::definitions(tx).await?;
    let words = store::phone_forms::words(tx).await?;
    let words: HashMap<Uuid, _> = words.into_iter().map(|one| (one.id, one)).collect();
    let is_asked = |one: &&Definition| {
        let of_form = only.is_none_or(|id| id == crate::domain::phone::names::of_form(&one.owner_section));
        let collected = words.get(&one.id).is_none_or(|own| matches!(own.state.as_str(), "" | "active"));
        one.takes_values().is_ok() && of_form && collected
    };
    let asked: Vec<&Definition> = all.iter().filter(is_asked).collect();
    let ids: Vec<Uuid> = asked.iter().map(|one| one.id).collect();
    let book = RuleBook::open(tx, &all, &ids, start).await?;
    let mut sections: BTreeMap<String, Vec<Asked>> = BTreeMap::new();
    for definition in asked {
        let own = words.get(&definition.id);
        let name = own.map(|own| (own.name_en.clone(), own.name_fr.clone())).unwrap_or_default();
        sections.entry(definition.owner_section.clone()).or_default().push(Asked {
            limits: Limits::of(book.of(definition.id)),
            unit: own.map(|own| own.unit.clone()).unwrap_or_default(),
            name,
            definition: definition.clone(),
        });
    }
    Ok(sections)
}

/// The areas that the caller enters for in a section, and those on the way to them from the top; by name.
fn offered(areas: &[NamedArea], reach: &Reach, section: &str) -> Vec<Offered> {
    let by_code: HashMap<&str, &NamedArea> = areas.iter().map(|area| (area.code.as_str(), area)).collect();
    let own: HashSet<&str> =
        areas.iter().map(|area| area.code.as_str()).filter(|code| reach.covers(section, code)).collect();
    let mut shown = own.clone();
    for code in &own {
        let mut around = by_code.get(code).map(|area| area.parent_code.as_str());
        for _ in 0..DEPTH_MAX {
            let Some(area) = around.and_then(|code| by_code.get(code)) else { break };
            shown.insert(&area.code);
            around = Some(&area.parent_code);
        }
    }
    let offer = |area: &NamedArea| Offered {
        code: area.code.clone(),
        parent: if shown.contains(area.parent_code.as_str()) { area.parent_code.clone() } else { String::new() },
        name: names(area),
        own: own.contains(area.code.as_str()),
    };
    let mut offered: Vec<Offered> = areas.iter().filter(|area| shown.contains(area.code.as_str())).map(offer).collect();
    offered.sort_by(|one, other| (&one.name.0, &one.code).cmp(&(&other.name.0, &other.code)));
    offered
}

/// The names of an area, its code where there is none.
fn names(area: &NamedArea) -> (String, String) {
    let first = |one: &str, other: &str| {
        let found = [one, other, &area.code].into_iter().find(|name| !name.is_empty());
        found.unwrap_or_default().to_owned()
    };
    (first(&area.name_en, &area.name_fr), first(&area.name_fr, &area.name_en))
}
