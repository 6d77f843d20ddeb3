//! Files of every make through the door, and files that cannot be used.

use chassis::Code;
use cpas_proto::collection::v1 as pb;

use crate::world::*;

/// Windows-1252: Latin-1, and what it has where Latin-1 has control characters.
fn windows(text: &str) -> Vec<u8> {
    let byte = |character| match character {
        '€' => 0x80,
        '’' => 0x92,
        '–' => 0x96,
        'œ' => 0x9C,
        own => u8::try_from(u32::from(own)).expect("Latin"),
    };
    text.chars().map(byte).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[tokio::test]
async fn the_same_table_in_every_make_gives_the_same_values() {
    let comma = "Indicator,Area,Period,Value,Note\nOC-CIVDEATHS,A1,2024-01,1234.5,\"Cœur d’Ouham – Grébizi, 5 €\"\n";
    let tagged = "Code,Where,When,N,Note\n#indicator+code,#adm1+code,#date,#value,#description\n\
                  OC-CIVDEATHS,A1,2024-01,\"1,234.5\",\"Cœur d’Ouham – Grébizi, 5 €\"\n";
    let french = "Indicateur;Zone;Mois;Valeur;Note\nOC-CIVDEATHS;Zone A1;2024-01;1 234,5;Cœur d’Ouham – Grébizi, 5 €\n";
    let tabs =
        "indicator\tlocation\tdate\tvalue\tnote\r\nOC-CIVDEATHS\tA1\t2024-01\t1234.5\tCœur d’Ouham – Grébizi, 5 €\r\n";
    let marked = [&[0xEF, 0xBB, 0xBF], comma.as_bytes()].concat();
    for (bytes, encoding, delimiter, sign) in [
        (comma.as_bytes().to_vec(), "UTF-8", ",", "."),
        (marked, "UTF-8 with BOM", ",", "."),
        (tagged.as_bytes().to_vec(), "UTF-8", ",", "."),
        (french.as_bytes().to_vec(), "UTF-8", ";", ","),
        (windows(french), "Windows-1252", ";", ","),
        (utf16(french), "UTF-16 LE", ";", ","),
        (tabs.as_bytes().to_vec(), "UTF-8", "\t", "."),
    ] {
        let world = World::start().await;
        let batch = preview(&mut world.coordinator(), &bytes, &[]).await.expect("usable");
        let recognised = (&*batch.encoding, &*batch.delimiter, &*batch.decimal_sign);
        assert_eq!(recognised, (encoding, delimiter, sign));
        assert_eq!(batch.rejected, vec![], "{encoding} {delimiter}");
        let batch = world.commit(&batch).await;
        assert_eq!(world.values("OC-CIVDEATHS", "A1", "").await, [("2024-01".to_owned(), Some(1234.5))]);
        assert_eq!(batch.hxl_tags, bytes == tagged.as_bytes());
        let stored = done(world.coordinator().list_observations(pb::ListObservationsRequest::default()).await);
        assert_eq!(stored.observations[0].note, "Cœur d’Ouham – Grébizi, 5 €");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_refused_with_a_sentence_and_leaves_nothing() {
    let world = World::empty(cpas_collection::Config { import_rows_max: 10, import_bytes_max: 4096, ..config() }).await;
    let head = "indicator,area,period,value\n";
    let rows = format!("{head}{}", "OC-CIVDEATHS,A1,2024-01,1\n".repeat(11));
    let unclosed = format!("{head}OC-CIVDEATHS,A1,2024-01,1\nOC-CIVDEATHS,A1,\"2024-02,1\nOC-CIVDEATHS,A1,2024-03,1\n");
    for (bytes, code, sentence) in [
        (Vec::new(), Code::Invalid, "The file is empty. Nothing was read."),
        (b"PK\x03\x04xl/workbook.xml".to_vec(), Code::Invalid, "The file is an archive, but not a workbook"),
        (b"\xD0\xCF\x11\xE0 Book1".to_vec(), Code::Invalid, "The file is a workbook of an old Excel (.xls)."),
        (b"\x7FELF\x02\x01\x01\x00\x00".to_vec(), Code::Invalid, "The file is binary, not a CSV: byte 8 is zero."),
        (head.as_bytes().to_vec(), Code::Invalid, "The file has headings and no rows."),
        (rows.into_bytes(), Code::Invalid, "The file has more than 10 rows, the most that one import takes."),
        (unclosed.into_bytes(), Code::Invalid, "A quoted field that starts in row 3, column 3, never closes."),
        (vec![b'x'; 5000], Code::Exhausted, "The file is larger than 0 MiB"),
    ] {
        let failure = preview(&mut world.coordinator(), &bytes, &[]).await.expect_err("not usable");
        assert_eq!(failure.code, code, "{failure}");
        assert!(failure.message.starts_with(sentence), "{failure}");
        assert_eq!(failure.violations[0].field, "file");
    }
    let strange = preview(&mut world.coordinator(), b"what,when\n1,2\n", &[]).await.expect_err("no column is known");
    assert!(strange.message.starts_with("No column holds the indicator."), "{strange}");
    assert_eq!(strange.violations[0].field, "mapping.indicator", "what the person has to say");
    let mapped = preview(&mut world.coordinator(), b"a,b\n1,2\n", &[("value", "Total")]).await.expect_err("no column");
    assert!(mapped.message.contains("there is no such column. The columns are: a, b."), "{mapped}");
    assert_eq!(mapped.violations[0].field, "mapping.value");
    let imports = done(world.coordinator().list_imports(pb::ListImportsRequest::default()).await);
    assert_eq!(imports.batches, vec![], "nothing half done");
}

#[tokio::test]
async fn a_ratio_needs_its_denominator_and_missing_is_not_zero() {
    let world = World::start().await;
    let text = "indicator,area,period,value,numerator,denominator\n\
                OC-TRUST,A1,2024-Q1,,30,60\nOC-TRUST,A2,2024-Q1,,1,140\nOC-TRUST,B,2024-Q1,0.5,,\nOC-TRUST,B,2024-Q2,NA,,\n";
    let batch = world.import(text).await;
    assert_eq!((batch.rows_added, batch.rows_rejected), (3, 1));
    assert_eq!(&*batch.rejected[0].column, "denominator");
    let series = done(world.coordinator().get_series(series_of("OC-TRUST", &["A", "B"], "")).await);
    let north = &series.parts[0].points[0];
    assert_eq!((north.numerator, north.denominator, north.value), (Some(31.0), Some(200.0), Some(0.155)));
    let missing = &series.parts[1].points[1];
    assert_eq!((&*missing.kind, missing.value, missing.coverage), ("missing", None, 0.0));
}

#[tokio::test]
async fn what_a_mapping_says_wins() {
    let world = World::start().await;
    let text = b"code;quand;Total;Valeur\nA1;2024-01;5;999\n";
    let mapping = [("indicator", "=OC-CIVDEATHS"), ("period", "Quand"), ("value", "total")];
    let batch = preview(&mut world.coordinator(), text, &mapping).await.expect("usable");
    assert_eq!((&*batch.mapping["value"], &*batch.mapping["area"]), ("Total", "code"));
    world.commit(&batch).await;
    assert_eq!(world.values("OC-CIVDEATHS", "A1", "").await, [("2024-01".to_owned(), Some(5.0))]);
}

#[tokio::test]
async fn a_mapping_that_does_not_fit_a_file_any_more_says_so() {
    let world = World::start().await;
    let file = |value: &str, month: &str| {
        format!("Indicator,Zone,Period,{value},Note\nOC-CIVDEATHS,A1,2024-{month},4,counted\n").into_bytes()
    };
    let mut client = world.coordinator();
    let said = [("value", "Nb de morts"), ("area", "Zone")];
    let first = preview(&mut client, &file("Nb de morts", "01"), &said).await.expect("a preview");
    assert_eq!(first.rows_added, 1, "{:?}", first.rejected);
    let told = |batch: &pb::ImportBatch| {
        batch.warnings.iter().find(|row| row.reason.contains("which is not there any more")).cloned()
    };
    let same = preview(&mut client, &file("Nb de morts", "02"), &[]).await.expect("a preview");
    assert_eq!((same.rows_added, told(&same)), (1, None));
    let renamed = preview(&mut client, &file("Value", "03"), &[]).await.expect("a preview");
    let warning = told(&renamed).expect("it says so");
    assert!(warning.reason.contains("its column \"Nb de morts\""), "{warning:?}");
    assert!(warning.reason_fr.starts_with("Un tableau avec presque ces en-têtes"), "{warning:?}");
    assert_eq!(renamed.rows_added, 1, "it is read by its own headings");
}
