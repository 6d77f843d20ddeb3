//! Marks for follow-up and comments of cells, with and without a value in them.

use chassis::{Caller, Code, Inbound, testing};
use cpas_collection::domain::definition::Definition;
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role},
};
use uuid::Uuid;

use crate::world::*;

/// A cell of civilian deaths: area, period, slice.
type At<'a> = (&'a str, &'a str, &'a str);

fn mark((area, period, slice): At<'_>, marked: bool) -> pb::MarkCellRequest {
    pb::MarkCellRequest {
        indicator_code: "OC-CIVDEATHS".to_owned(),
        period: period.to_owned(),
        area: area.to_owned(),
        slice: slice.to_owned(),
        marked,
    }
}

fn comment((area, period, slice): At<'_>, text: &str) -> pb::CommentCellRequest {
    pb::CommentCellRequest {
        indicator_code: "OC-CIVDEATHS".to_owned(),
        period: period.to_owned(),
        area: area.to_owned(),
        slice: slice.to_owned(),
        text: text.to_owned(),
    }
}

fn about((area, period, slice): At<'_>) -> pb::ListCellRemarksRequest {
    pb::ListCellRemarksRequest {
        indicator_code: "OC-CIVDEATHS".to_owned(),
        period: period.to_owned(),
        area: area.to_owned(),
        slice: slice.to_owned(),
    }
}

async fn signs(world: &World, by: &Caller) -> Vec<(String, String, String, bool, u32)> {
    let asked =
        pb::ListEntryCellsRequest { section: "Human Rights".to_owned(), every_area: true, ..Default::default() };
    let signs = done(world.of(by).list_entry_cells(asked).await).signs;
    signs.into_iter().map(|one| (one.area, one.period, one.slice, one.marked, one.comments)).collect()
}

fn sign(at: At<'_>, marked: bool, comments: u32) -> (String, String, String, bool, u32) {
    (at.0.to_owned(), at.1.to_owned(), at.2.to_owned(), marked, comments)
}

const CELL: At<'_> = ("A1", "2024-01", "");

#[tokio::test]
async fn a_cell_is_marked_commented_and_cleared_and_all_of_it_stays() {
    let mut world = World::start().await;
    let _running = world.stage.start(&mut world.service);
    let (author, verifier) = (world.caller(Role::Contributor), world.caller(Role::Verifier));
    world.entered(&author, "A1", "2024-01", 50.0).await;
    let marked = done(world.of(&verifier).mark_cell(mark(CELL, true)).await);
    assert!(marked.marked);
    assert_eq!((marked.marks.len(), &*marked.marks[0].recorded_by), (1, &*verifier.name));
    let same = done(world.of(&author).mark_cell(mark(CELL, true)).await);
    assert_eq!(same, marked, "it is marked already");
    done(world.of(&verifier).comment_cell(comment(CELL, "  Five or fifty?\n")).await);
    let answered = done(world.of(&author).comment_cell(comment(CELL, "Fifty; the list is at the office.")).await);
    let said: Vec<(&str, &str)> = answered.comments.iter().map(|one| (&*one.text, &*one.recorded_by)).collect();
    assert_eq!(
        said,
        [("Five or fifty?", &*verifier.name), ("Fifty; the list is at the office.", &*author.name)],
        "oldest first"
    );
    // Also where there is no value, and of a slice as its categories are written.
    done(world.of(&author).comment_cell(comment(("A2", "2024-02", "Sex=F"), "the office was closed")).await);
    assert_eq!(
        signs(&world, &author).await,
        [sign(CELL, true, 2), sign(("A2", "2024-02", "sex=f"), false, 1)],
        "seen in the grid"
    );

    let cleared = done(world.of(&author).mark_cell(mark(CELL, false)).await);
    assert_eq!((cleared.marked, &*cleared.marks[0].cleared_by), (false, &*author.name));
    assert_eq!(done(world.of(&author).mark_cell(mark(CELL, false)).await), cleared, "there is none to take off");
    let again = done(world.of(&verifier).mark_cell(mark(CELL, true)).await);
    assert_eq!((again.marked, again.marks.len()), (true, 2));
    let read = done(world.r#as(Role::Leadership).list_cell_remarks(about(CELL)).await);
    assert_eq!(read, again, "whoever works in the mission reads them");

    let (bus, mission) = (world.stage.bus.clone(), world.stage.mission.id);
    let told = || async {
        let all: Vec<Inbound> = bus.replay(mission).await.unwrap_or_default();
        let own = all.iter().filter(|event| event.noun_and_verb() == ("cell", "remarked"));
        own.map(|event| event.decode::<pb::CellRemarked>().expect("its message").change).collect::<Vec<_>>()
    };
    let expected = ["marked", "commented", "commented", "commented", "cleared", "marked"];
    testing::eventually("each change is told once", || async { told().await == expected }).await;
}

#[tokio::test]
async fn a_locked_period_takes_remarks() {
    let world = World::start().await;
    let lock = pb::LockPeriodRequest { period: "2024".to_owned(), reason: "reported".to_owned() };
    done(world.coordinator().lock_period(lock).await);
    let focal = world.caller(Role::FocalPoint);
    assert!(done(world.of(&focal).mark_cell(mark(CELL, true)).await).marked);
    assert_eq!(done(world.of(&focal).comment_cell(comment(CELL, "three came late")).await).comments.len(), 1);
}

#[tokio::test]
async fn what_is_no_cell_or_says_nothing_is_refused() {
    let world = World::start().await;
    let mut client = world.r#as(Role::FocalPoint);
    for (at, field) in
        [(("Z9", "2024-01", ""), "area"), (("A1", "spring", ""), "period"), (("A1", "2024-01", "age=9"), "slice")]
    {
        let failures = [
            expect_code(client.mark_cell(mark(at, true)).await, Code::Invalid),
            expect_code(client.comment_cell(comment(at, "so")).await, Code::Invalid),
            expect_code(client.list_cell_remarks(about(at)).await, Code::Invalid),
        ];
        assert!(failures.iter().all(|failure| failure.violations[0].field == field), "{failures:?}");
    }
    for text in ["", " \n", &"é".repeat(2_001)] {
        let failure = expect_code(client.comment_cell(comment(CELL, text)).await, Code::Invalid);
        assert_eq!(failure.violations[0].field, "text");
    }
    assert_eq!(signs(&world, &world.caller(Role::FocalPoint)).await, vec![]);
}

#[tokio::test]
async fn who_may_not_enter_or_review_a_cell_says_nothing_about_it() {
    let world = World::start().await;
    for held in [
        world.held_to(Role::Contributor, Some("UNPOL"), &[]),
        world.held_to(Role::Verifier, Some("Human Rights"), &["B"]),
    ] {
        let failure = expect_code(world.of(&held).mark_cell(mark(CELL, true)).await, Code::Denied);
        assert!(failure.message.contains("does not reach"), "{failure}");
        expect_code(world.of(&held).comment_cell(comment(CELL, "so")).await, Code::Denied);
        assert_eq!(done(world.of(&held).list_cell_remarks(about(CELL)).await), pb::CellRemarks::default(), "reads");
    }
    let reaching = world.held_to(Role::Verifier, Some("Human Rights"), &["A1"]);
    assert!(done(world.of(&reaching).mark_cell(mark(CELL, true)).await).marked);

    let mission = testing::mission("UNMID");
    let stranger = Caller { mission: Some(mission.clone()), ..world.caller(Role::FocalPoint) };
    let unknown = expect_code(world.of(&stranger).list_cell_remarks(about(CELL)).await, Code::Invalid);
    assert_eq!(unknown.message, "The mission has no indicator \"OC-CIVDEATHS\".");
    expect_code(world.of(&stranger).mark_cell(mark(CELL, false)).await, Code::Invalid);
    world.indicator_in(&mission, &Definition { owner_section: "Human Rights".to_owned(), ..deaths() }, 1).await;
    assert_eq!(signs(&world, &stranger).await, vec![], "the same code there is their own");
    assert!(done(world.of(&reaching).list_cell_remarks(about(CELL)).await).marked, "nobody there took it off");
}

#[tokio::test]
async fn a_remark_is_as_secret_as_what_it_is_about() {
    let world = World::start().await;
    let insider = world.caller(Role::FocalPoint);
    let outsider = world.cleared(Role::FocalPoint, Classification::Unclassified);
    let mut secret = enter("OC-CIVDEATHS", "A1", "2024-01", 99.0);
    secret.observation.as_mut().expect("it").classification = "confidential".to_owned();
    done(world.of(&insider).enter_observation(secret).await);
    let marked = done(world.of(&insider).mark_cell(mark(CELL, true)).await);
    assert_eq!(marked.marks[0].classification, "confidential", "as the value that stands there");
    done(world.of(&insider).comment_cell(comment(CELL, "99 is what the source says")).await);
    assert_eq!(done(world.of(&outsider).list_cell_remarks(about(CELL)).await), pb::CellRemarks::default());
    assert_eq!(signs(&world, &outsider).await, vec![]);

    // Who does not see it neither takes it off nor runs into it.
    assert!(!done(world.of(&outsider).mark_cell(mark(CELL, false)).await).marked);
    let own = done(world.of(&outsider).mark_cell(mark(CELL, true)).await);
    assert_eq!((own.marks.len(), &*own.marks[0].classification), (1, "unclassified"));
    done(world.of(&outsider).comment_cell(comment(CELL, "is there anything?")).await);
    let all = done(world.of(&insider).list_cell_remarks(about(CELL)).await);
    assert_eq!((all.marks.len(), all.comments.len()), (2, 2));
    assert_eq!(signs(&world, &outsider).await, [sign(CELL, true, 1)]);
    assert_eq!(signs(&world, &insider).await, [sign(CELL, true, 2)]);
    assert!(!done(world.of(&insider).mark_cell(mark(CELL, false)).await).marked, "all that they see");

    // A secret indicator is one that does not exist.
    let hidden = Definition {
        id: Uuid::from_u128(0xD9),
        code: "CX-INFORMANTS".to_owned(),
        classification: Classification::StrictlyConfidential,
        ..deaths()
    };
    world.indicator(&hidden).await;
    let named = |code: &str| pb::MarkCellRequest { indicator_code: code.to_owned(), ..mark(CELL, true) };
    let marked = done(world.of(&insider).mark_cell(named("CX-INFORMANTS")).await);
    assert_eq!(marked.marks[0].classification, "strictly_confidential");
    let refused = expect_code(world.of(&outsider).mark_cell(named("CX-INFORMANTS")).await, Code::Invalid);
    let absent = expect_code(world.of(&outsider).mark_cell(named("CX-NOTHING")).await, Code::Invalid);
    assert_eq!(refused.message.replace("CX-INFORMANTS", "CX-NOTHING"), absent.message);
    assert_eq!(signs(&world, &outsider).await, [sign(CELL, false, 1)], "what they saw before is off, nothing is added");
}
