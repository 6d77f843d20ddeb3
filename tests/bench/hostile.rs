//! How soon a workbook that means harm is refused, and how much memory that takes: a million empty styled rows, and
//! two gigabytes in a small archive. Each beside a request that is refused for having no workbook in it.

use std::time::Duration;

use reqwest::Method;

use crate::{
    archive::{AS_EXCEL_WRITES, Archive, gigabytes, styled_rows},
    memory,
    people::Person,
    samples::{LONG, Samples, compare, promise, within},
};

/// A workbook that means harm is refused within this, and with less memory.
const REFUSED_MAX: Duration = Duration::from_secs(1);
const MEMORY_MAX: u64 = 50_000_000;

pub async fn measure(coordinator: &Person, plan: &str) {
    let path = format!("/plans/{plan}/workbook/preview");
    let refused = async |workbook: Vec<u8>| {
        let response = coordinator.request(Method::POST, &path).body(workbook).send().await.expect("an answer");
        assert!(response.status().is_client_error(), "{}", response.text().await.unwrap_or_default());
    };
    let (rows, rows_bytes) = styled_rows(1_000_000, AS_EXCEL_WRITES);
    let (short, short_bytes) = styled_rows(1_000_000, r#"<row><c s="1"/></row>"#);
    let (bomb, bomb_bytes) = gigabytes(2);
    let baseline = Samples::take(LONG, async || refused(b"no workbook".to_vec()).await).await;
    for (what, workbook) in [
        ("a million empty styled rows", Archive::of_sheet(&rows, rows_bytes)),
        ("the same, as short as they can be", Archive::of_sheet(&short, short_bytes)),
        ("a workbook that unpacks to 2 GB", Archive::of_sheet(&bomb, bomb_bytes)),
        ("the same, that claims 4 kB", Archive::of_sheet(&bomb, 4_000)),
    ] {
        let before = memory::most("planning");
        let measured = Samples::take(LONG, async || refused(workbook.clone()).await).await;
        let grown = match (before, memory::most("planning")) {
            (Some(before), Some(after)) => format!("{:.1} MB more at most", (after - before) as f64 * 1024.0 / 1e6),
            _ => "memory not measured".to_owned(),
        };
        compare(&format!("(8) refused: {what} ({grown})"), &measured, "what is no workbook", &baseline);
        within(&format!("(8) refused: {what}"), &measured, 1.0, REFUSED_MAX);
        let more = before.zip(memory::most("planning")).map(|(before, after)| after.saturating_sub(before) * 1024);
        promise(more.is_none_or(|bytes| bytes < MEMORY_MAX), || format!("(8) refused: {what}: {grown}"));
    }
}
