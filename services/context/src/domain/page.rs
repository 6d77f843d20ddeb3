//! Pages of a list: how many rows, and after which row.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::Broken;

/// Rows of a page when nothing is asked.
pub const PAGE_SIZE_DEFAULT: u32 = 50;
/// Most rows of a page.
pub const PAGE_SIZE_MAX: u32 = 200;
/// Longest cursor that is read, in bytes.
const CURSOR_BYTES_MAX: usize = 2_000;

/// The row that a page begins after: its sort key and its id. A client sees it as an opaque text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Empty where the id alone sorts.
    pub key: String,
    pub id: Uuid,
}

impl Cursor {
    /// As it travels.
    pub fn to_opaque(&self) -> String {
        let mut bytes = self.id.as_bytes().to_vec();
        bytes.extend_from_slice(self.key.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn of_opaque(text: &str) -> Option<Self> {
        if text.len() > CURSOR_BYTES_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, key) = bytes.split_at_checked(16)?;
        let key = String::from_utf8(key.to_vec()).ok().filter(|key| !key.contains('\0'))?;
        Some(Self { key, id: Uuid::from_slice(id).ok()? })
    }
}

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOf {
    /// 1 to [`PAGE_SIZE_MAX`].
    pub size: u32,
    pub after: Option<Cursor>,
}

impl PageOf {
    /// From a request; a size of 0 is the default.
    ///
    /// # Errors
    /// A page larger than the most, or a cursor that this system did not give out.
    pub fn parse(size: u32, cursor: &str) -> Result<Self, Broken> {
        let mut broken = Broken::default();
        if size > PAGE_SIZE_MAX {
            broken.add(
                "page_size",
                format!("A page has at most {PAGE_SIZE_MAX} rows; ask for fewer and follow next_cursor."),
            );
        }
        let after = (!cursor.is_empty()).then(|| Cursor::of_opaque(cursor));
        if after == Some(None) {
            broken.add("cursor", "This is not a cursor of this list; leave it out to begin at the first page.");
        }
        let size = if size == 0 { PAGE_SIZE_DEFAULT } else { size };
        broken.into_result(Some(Self { size, after: after.flatten() }))
    }

    /// Rows to fetch: one more than asked, which tells whether another page follows.
    pub fn fetched(&self) -> i64 {
        i64::from(self.size) + 1
    }

    /// Cuts fetched rows to the page; the cursor of its last row when more follow.
    pub fn cut<T>(&self, mut rows: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> Page<T> {
        let size = self.size as usize;
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(cursor);
        Page { rows, next }
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The cursor as it travels; empty on the last page.
    pub fn next_opaque(&self) -> String {
        self.next.as_ref().map(Cursor::to_opaque).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_cursor_is_refused_by_field() {
        for cursor in ["x", "not base64!", &"A".repeat(3_000)] {
            let broken = PageOf::parse(201, cursor).expect_err("both are wrong");
            let fields: Vec<_> = broken.violations.iter().map(|violation| violation.field.as_str()).collect();
            assert_eq!(fields, ["page_size", "cursor"]);
        }
        assert_eq!(PageOf::parse(0, ""), Ok(PageOf { size: PAGE_SIZE_DEFAULT, after: None }));
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_itself(key in "[^\0]{0,60}", id in any::<u128>()) {
            let cursor = Cursor { key, id: Uuid::from_u128(id) };
            let page = PageOf::parse(10, &cursor.to_opaque()).expect("our own cursor");
            prop_assert_eq!(page.after, Some(cursor));
        }

        #[test]
        fn any_text_for_a_cursor_is_taken_or_refused_without_a_panic(text in ".{0,80}") {
            let _ = PageOf::parse(10, &text);
        }

        #[test]
        fn pages_hold_every_row_once(rows in 0usize..40, size in 1u32..10) {
            let all: Vec<u128> = (0..rows as u128).collect();
            let mut seen = Vec::new();
            let mut after = None;
            loop {
                let page = PageOf { size, after };
                let from = page.after.as_ref().map_or(0, |cursor: &Cursor| cursor.id.as_u128() as usize + 1);
                let fetched = all[from..].iter().copied().take(page.fetched() as usize).collect();
                let cut = page.cut(fetched, |row| Cursor { key: String::new(), id: Uuid::from_u128(*row) });
                seen.extend(cut.rows);
                after = cut.next;
                if after.is_none() { break; }
            }
            prop_assert_eq!(seen, all);
        }
    }
}
