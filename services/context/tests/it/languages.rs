//! What people write of stakeholders, relations and areas is kept in both languages, each where it was written.

use cpas_proto::{context::v1 as pb, words::Role};

use crate::{
    lineage::{self, part, split},
    network::relation,
    world::{Refused, World, assessment, fields},
};

/// Longer than any free text.
fn endless() -> String {
    "é".repeat(10_001)
}

#[tokio::test]
async fn an_assessment_says_what_it_says_in_both_languages() {
    let world = World::start().await;
    let front = world.stakeholder("Lake Front", "armed_group").await;
    let both = pb::AssessStakeholderRequest {
        capability: "Two lorries".to_owned(),
        capability_fr: "Deux camions".to_owned(),
        attitude: String::new(),
        attitude_fr: "  Méfiante ".to_owned(),
        behaviour_fr: "Tient le pont".to_owned(),
        note: "Seen by patrols".to_owned(),
        note_fr: "Vu par les patrouilles".to_owned(),
        ..assessment(&front.id, "2024-01-01", 3, 0)
    };
    let made = world.r#as(Role::Adviser).assess_stakeholder(both).await.expect("an assessment").into_inner();
    let asked = pb::GetStakeholderRequest { id: front.id.clone() };
    let known = world.r#as(Role::Verifier).get_stakeholder(asked).await.expect("the stakeholder").into_inner();
    assert_eq!(known.assessments, std::slice::from_ref(&made));
    let said = |en: &str, fr: &str| (en.to_owned(), fr.to_owned());
    assert_eq!((made.capability, made.capability_fr), said("Two lorries", "Deux camions"));
    assert_eq!((made.attitude, made.attitude_fr), said("", "Méfiante"), "one language is enough");
    assert_eq!((made.behaviour, made.behaviour_fr), said("Holds the bridge", "Tient le pont"));
    assert_eq!((made.note, made.note_fr), said("Seen by patrols", "Vu par les patrouilles"));

    let long = pb::AssessStakeholderRequest {
        attitude: endless(),
        note_fr: endless(),
        ..assessment(&front.id, "2024-02-01", 3, 0)
    };
    let refused = world.r#as(Role::Adviser).assess_stakeholder(long).await.refused();
    assert_eq!(fields(&refused), ["attitude", "note_fr"], "each language is named by its field");
}

#[tokio::test]
async fn a_relation_and_its_correction_keep_both_languages() {
    let world = World::start().await;
    let (army, front) =
        (world.stakeholder("Army", "state_institution").await, world.stakeholder("Lake Front", "armed_group").await);
    let mut client = world.r#as(Role::Adviser);
    let both = pb::SetStakeholderRelationRequest {
        note: "Since the attack".to_owned(),
        note_fr: "Depuis l'attaque".to_owned(),
        ..relation(&army, &front, "rival", "2024-01-10")
    };
    let made = client.set_stakeholder_relation(both.clone()).await.expect("a relation").into_inner();
    assert_eq!((made.note.as_str(), made.note_fr.as_str()), ("Since the attack", "Depuis l'attaque"));
    let corrected = pb::SetStakeholderRelationRequest {
        id: made.id.clone(),
        version: made.version,
        note: String::new(),
        note_fr: "Depuis l'attaque du pont".to_owned(),
        ..both
    };
    client.set_stakeholder_relation(corrected).await.expect("a correction");
    let asked = pb::ListStakeholderRelationsRequest { stakeholder_id: front.id.clone() };
    let listed = client.list_stakeholder_relations(asked).await.expect("a list").into_inner().relations;
    assert_eq!(
        (listed.len(), listed[0].note.as_str(), listed[0].note_fr.as_str()),
        (1, "", "Depuis l'attaque du pont")
    );
}

#[tokio::test]
async fn a_split_is_explained_in_both_languages() {
    let world = lineage::world().await;
    let mut client = world.r#as(Role::Coordinator);
    let request = pb::SplitAreaRequest {
        parts: vec![part("N1", Some(0.6)), part("N2", Some(0.4))],
        share_basis: "people, census of 2024".to_owned(),
        share_basis_fr: "population, recensement de 2024".to_owned(),
        note_fr: "Loi du 3 juin".to_owned(),
        moved: vec![pb::AreaMove { code: "N9".to_owned(), parent_code: "N1".to_owned() }],
        ..split("N", &[])
    };
    let long = pb::SplitAreaRequest { note_fr: endless(), ..request.clone() };
    assert_eq!(fields(&client.split_area(long).await.refused()), ["note_fr"]);
    let made = client.split_area(request).await.expect("a split").into_inner();
    let listed =
        world.r#as(Role::Reader).list_area_changes(pb::ListAreaChangesRequest {}).await.expect("a list").into_inner();
    assert_eq!(listed.changes, std::slice::from_ref(&made));
    assert_eq!(
        (made.share_basis.as_str(), made.share_basis_fr.as_str()),
        ("people, census of 2024", "population, recensement de 2024")
    );
    assert_eq!((made.note.as_str(), made.note_fr.as_str()), ("", "Loi du 3 juin"));
}
