//! The work plan: activities in time, their progress, and the calendar file.

use chassis::{Code, Failure, Grant};
use cpas_proto::{planning::v1 as pb, words::Role};

use crate::world::{Person, World, answer, en, last_under, objective, outcome, output, refusal};

fn activity(output: &str, statement: &str, start: &str, end: &str, waits_for: &[&str]) -> pb::PlanItem {
    pb::PlanItem {
        kind: "activity".to_owned(),
        parent_id: output.to_owned(),
        statement: en(statement),
        lead_section: "Sector East".to_owned(),
        start: start.to_owned(),
        end: end.to_owned(),
        activity_status: "planned".to_owned(),
        depends_on: waits_for.iter().map(|id| (*id).to_owned()).collect(),
        position: 999,
        ..Default::default()
    }
}

impl Person {
    pub async fn work_plan(&self, plan: &pb::Plan, section: &str) -> Result<pb::WorkPlan, Failure> {
        let (plan_id, section) = (plan.id.clone(), section.to_owned());
        answer(self.client().get_work_plan(pb::GetWorkPlanRequest { plan_id, section, ..Default::default() }).await)
    }

    pub async fn report(&self, plan: &pb::Plan, item: &str, status: &str, percent: u32) -> Result<pb::Plan, Failure> {
        let request = pb::ReportProgressRequest {
            plan_id: plan.id.clone(),
            version: plan.version,
            item_id: item.to_owned(),
            activity_status: status.to_owned(),
            progress_percent: percent,
        };
        answer(self.client().report_progress(request).await)
    }

    pub async fn calendar(&self, plan: &pb::Plan, section: &str, language: &str) -> String {
        let (plan_id, section, language) = (plan.id.clone(), section.to_owned(), language.to_owned());
        let request = pb::GetWorkPlanRequest { plan_id, section, language };
        let mut stream = self.client().render_work_plan_calendar(request).await.expect("a file").into_inner();
        let chunk = stream.message().await.expect("a piece").expect("one");
        assert!(chunk.file_name.ends_with(".ics"), "{}", chunk.file_name);
        String::from_utf8(chunk.data).expect("text")
    }
}

/// Base is opened, then patrols start; a survey stands alone in another section.
pub async fn three_activities(world: &World) -> (pb::Plan, [String; 3]) {
    let stakeholder = world.known_stakeholder().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, Some(stakeholder))).await.expect("an outcome");
    let aim = plan.items[1].id.clone();
    let plan = planner.add(&plan, output(&aim)).await.expect("an output");
    let product = last_under(&plan, &aim).id.clone();
    let opens = activity(&product, "Open the base; then stay", "2027-01-01", "2027-01-31", &[]);
    let plan = planner.add(&plan, opens).await.expect("an activity");
    let base = last_under(&plan, &product).id.clone();
    let starts = activity(&product, "Start patrols", "2027-01-15", "2027-02-14", &[&base]);
    let plan = planner.add(&plan, starts).await.expect("an activity");
    let patrols = last_under(&plan, &product).id.clone();
    let asks = activity(&product, "Ask the markets", "2027-01-01", "2027-01-10", &[]);
    let asks = pb::PlanItem { lead_section: "Civil Affairs".to_owned(), ..asks };
    let plan = planner.add(&plan, asks).await.expect("an activity");
    let survey = last_under(&plan, &product).id.clone();
    (plan, [base, patrols, survey])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_work_plan_says_what_waits_what_decides_the_end_and_refuses_circles() {
    let world = World::start().await;
    let (plan, [base, patrols, survey]) = three_activities(&world).await;
    let planner = world.planner();
    let work = planner.work_plan(&plan, "").await.expect("a work plan");
    assert_eq!((work.start.as_str(), work.end.as_str()), ("2027-01-01", "2027-03-03"));
    assert_eq!(work.critical_path, [base.clone(), patrols.clone()]);
    let sections: Vec<&str> = work.sections.iter().map(|section| section.section.as_str()).collect();
    assert_eq!(sections, ["Civil Affairs", "Sector East"]);
    let waits = &work.sections[1].activities[1];
    assert_eq!(
        (waits.item_id.as_str(), waits.start.as_str(), waits.expected_start.as_str(), waits.critical),
        (patrols.as_str(), "2027-01-15", "2027-02-01", true)
    );
    assert_eq!((work.sections[0].activities[0].slack_days, work.sections[0].activities[0].critical), (52, false));

    let own = planner.work_plan(&plan, "Civil Affairs").await.expect("a work plan");
    assert_eq!((own.sections.len(), own.critical_path.len()), (1, 2), "counted over all sections");
    assert_eq!(own.sections[0].activities[0].item_id, survey);

    let mut circle = plan.items.iter().find(|item| item.id == base).cloned().expect("the base");
    circle.depends_on = vec![patrols.clone()];
    let failure = planner.revise(&plan, circle).await.expect_err("a circle");
    assert!(failure.message.contains("1.1.1.1 → 1.1.1.2 → 1.1.1.1"), "{}", failure.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_file_has_the_activities_of_a_section_and_the_same_bytes_again() {
    let world = World::start().await;
    let (plan, _) = three_activities(&world).await;
    let reader = world.person(Role::Contributor);
    let file = reader.calendar(&plan, "Sector East", "en").await;
    assert_eq!(file, reader.calendar(&plan, "Sector East", "en").await);
    // Long lines are folded: joined again they read as they were.
    let lines: Vec<String> = file.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect();
    assert_eq!((lines[0].as_str(), lines[lines.len() - 2].as_str()), ("BEGIN:VCALENDAR", "END:VCALENDAR"));
    assert!(file.split("\r\n").all(|line| line.len() <= 75), "RFC 5545 folds lines after 75 bytes");
    let has = |line: &str| assert!(lines.iter().any(|one| one == line), "{line} in {lines:#?}");
    assert_eq!(lines.iter().filter(|line| *line == "BEGIN:VEVENT").count(), 2, "two of three activities");
    has("DTSTART;VALUE=DATE:20270101");
    has("DTEND;VALUE=DATE:20270201");
    has("SUMMARY:1.1.1.1 Open the base\\; then stay");
    has("CATEGORIES:Sector East");
    let french = reader.calendar(&plan, "", "fr").await;
    assert_eq!(french.matches("BEGIN:VEVENT").count(), 3);
    assert!(french.contains("prévue"), "{french}");
    assert_eq!(reader.calendar(&plan, "Nobody", "en").await.matches("BEGIN:VEVENT").count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_of_a_plan_in_force_by_the_section_that_leads() {
    let world = World::start().await;
    let (plan, [base, ..]) = three_activities(&world).await;
    let planner = world.planner();
    let plan = planner.report(&plan, &base, "ongoing", 10).await.expect("in a draft");
    let plan = planner.step("submit", &plan, "").await.expect("submitted");
    assert_eq!(refusal(planner.report(&plan, &base, "ongoing", 20).await).0, Code::Conflict, "in review it stands");
    let plan = world.person(Role::ComponentHead).step("endorse", &plan, "").await.expect("endorsed");
    let plan = world.person(Role::Leadership).step("approve", &plan, "").await.expect("approved");
    let plan = planner.step("activate", &plan, "").await.expect("in force");

    let of = |section: &str| {
        let mut person = world.person(Role::FocalPoint);
        person.caller.grants =
            vec![Grant { section: Some(section.to_owned()), ..Grant::mission_wide(Role::FocalPoint) }];
        person
    };
    assert_eq!(refusal(of("UNPOL").report(&plan, &base, "ongoing", 60).await).0, Code::Denied);
    let after = of("Sector East").report(&plan, &base, "ongoing", 60).await.expect("their own");
    let item = after.items.iter().find(|item| item.id == base).expect("the base");
    assert_eq!((item.progress_percent, after.state.as_str(), after.version), (60, "active", plan.version + 1));
    assert_eq!(refusal(planner.report(&plan, &base, "ongoing", 70).await).0, Code::Stale);
    let unfit = planner.report(&after, &base, "done", 70).await;
    assert_eq!(refusal(unfit), (Code::Invalid, vec!["item.progress_percent".to_owned()]));
    let no_activity = planner.report(&after, &after.items[0].id, "done", 100).await;
    assert_eq!(refusal(no_activity), (Code::Invalid, vec!["item_id".to_owned()]));
    let stranger = world.stranger(Role::Coordinator);
    assert_eq!(refusal(stranger.report(&after, &base, "ongoing", 70).await), (Code::NotFound, vec![]));
    assert_eq!(refusal(stranger.work_plan(&after, "").await), (Code::NotFound, vec![]));
}
