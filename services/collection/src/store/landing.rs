//! Where the rows of a file land: a temporary table, filled by COPY.
//!
//! COPY does not take tables with row-level security, and a temporary table writes no log.

use std::fmt::Write as _;

use cpas_proto::words::{Classification, Slice};
use sqlx::{PgConnection, postgres::PgCopyIn};
use uuid::Uuid;

use crate::domain::{
    file::{ParsedRow, Record, Rejection},
    observation::{Measure, cell_of_texts, id_of_row},
};

/// Between the cells of a row in one text.
const CELL_END: char = '\u{1f}';

/// Makes the empty landing of this transaction.
pub async fn create(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "CREATE TEMPORARY TABLE landing (row integer NOT NULL, file_row integer NOT NULL, sheet smallint NOT NULL, id uuid, indicator_id uuid, definition_version integer, \
         period text, first_day date, last_day date, area text, slice text, dimensions text, cell uuid, kind text, \
         value double precision, numerator double precision, denominator double precision, level text, text text, \
         note text, source text, classification smallint, cells text NOT NULL, \"column\" text NOT NULL, \
         reason text NOT NULL, reason_fr text NOT NULL DEFAULT '') ON COMMIT DROP",
    )
    .execute(&mut *connection)
    .await?;
    // The landing has no statistics until it is full; a nested loop over a million rows would never end.
    sqlx::query("SET LOCAL enable_nestloop = off").execute(connection).await.map(drop)
}

/// Starts to fill it with what [`Lines`] writes.
pub async fn copy(connection: &mut PgConnection) -> Result<PgCopyIn<&mut PgConnection>, sqlx::Error> {
    connection.copy_in_raw(COPY).await
}

/// What [`Lines`] writes.
const COPY: &str = "COPY landing (row, file_row, sheet, id, indicator_id, definition_version, period, first_day, last_day, \
                    area, slice, dimensions, cell, kind, value, numerator, denominator, level, text, note, source, \
                    classification, cells, \"column\", reason) FROM STDIN";

/// Where a row of a table stands.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// Counted through all tables of a file, from 1: no other row has it.
    pub row: u32,
    /// In the file or its sheet, from 1.
    pub file_row: u32,
}

/// Writes rows in the text format of COPY.
pub struct Lines {
    batch: Uuid,
    fiscal_start_month: u32,
    /// Place among the sheets, from 1; 0 without sheets.
    sheet: i16,
    text: String,
    /// Of the row before: the next one often speaks of the same.
    period: Option<(cpas_proto::words::Period, String, String, String)>,
}

impl Lines {
    pub fn new(batch: Uuid, fiscal_start_month: u32, sheet: i16) -> Self {
        Self { batch, fiscal_start_month, sheet, text: String::new(), period: None }
    }

    /// Bytes that were written and not yet taken.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Takes what was written.
    pub fn take(&mut self) -> Vec<u8> {
        let room = self.text.capacity();
        std::mem::replace(&mut self.text, String::with_capacity(room)).into_bytes()
    }

    /// Writes a good row.
    pub fn good(&mut self, at: At, record: &Record, row: &ParsedRow<'_>) {
        if self.period.as_ref().is_none_or(|(period, ..)| *period != row.period) {
            let start = self.fiscal_start_month;
            let days = (row.period.first_day(start).to_string(), row.period.last_day(start).to_string());
            self.period = Some((row.period, row.period.to_string(), days.0, days.1));
        }
        let Some((_, period, first, last)) = &self.period else { return };
        let definition = row.definition;
        let slice = if row.slice.is_total() { String::new() } else { row.slice.to_string() };
        let cell = cell_of_texts(definition.id, period, row.area, &slice, definition.classification);
        let out = &mut self.text;
        let id = id_of_row(self.batch, at.row);
        // Writing to a String cannot fail.
        let _ = write!(out, "{}\t{}\t{}\t{id}\t", at.row, at.file_row, self.sheet);
        let _ = write!(out, "{}\t{}\t", definition.id, definition.definition_version);
        let _ = write!(out, "{period}\t{first}\t{last}\t");
        escape(out, row.area);
        out.push('\t');
        escape(out, &slice);
        out.push('\t');
        escape(out, &dimensions(&row.slice));
        let _ = write!(out, "\t{cell}\t{}\t", row.measure.kind());
        write_measure(out, &row.measure);
        out.push('\t');
        escape(out, &row.note);
        out.push('\t');
        escape(out, &row.source);
        let _ = write!(out, "\t{}\t", definition.classification.rank());
        write_cells(out, record);
        out.push_str("\t\t\n");
    }

    /// Writes a rejected row.
    pub fn rejected(&mut self, at: At, record: &Record, rejection: &Rejection) {
        let out = &mut self.text;
        let _ = write!(out, "{}\t{}\t{}", at.row, at.file_row, self.sheet);
        (0..19).for_each(|_| out.push_str("\t\\N"));
        out.push('\t');
        write_cells(out, record);
        out.push('\t');
        escape(out, &rejection.column);
        out.push('\t');
        escape(out, &rejection.reason);
        out.push('\n');
    }
}

/// The names of a slice's dimensions, `age,sex`.
fn dimensions(slice: &Slice) -> String {
    slice.dimensions().collect::<Vec<_>>().join(",")
}

fn write_measure(out: &mut String, measure: &Measure) {
    let _ = match measure {
        Measure::Value(value) => write!(out, "{value}\t\\N\t\\N\t\t"),
        Measure::Ratio { numerator, denominator } => write!(out, "\\N\t{numerator}\t{denominator}\t\t"),
        Measure::Level(level) => {
            out.push_str("\\N\t\\N\t\\N\t");
            escape(out, level);
            out.push('\t');
            Ok(())
        }
        Measure::Text(text) => {
            out.push_str("\\N\t\\N\t\\N\t\t");
            escape(out, text);
            Ok(())
        }
        Measure::Missing | Measure::NotApplicable | Measure::Suppressed => write!(out, "\\N\t\\N\t\\N\t\t"),
    };
}

fn write_cells(out: &mut String, record: &Record) {
    for (place, cell) in record.cells().enumerate() {
        if place > 0 {
            out.push(CELL_END);
        }
        escape(out, cell);
    }
}

/// Text as COPY reads it, without zero characters, which PostgreSQL does not have.
pub fn escape(out: &mut String, text: &str) {
    if !text.bytes().any(|byte| matches!(byte, b'\\' | b'\n' | b'\r' | b'\t' | 0)) {
        return out.push_str(text);
    }
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => {}
            other => out.push(other),
        }
    }
}

/// Rejects rows of one cell that repeat or contradict each other; the others are not touched. `sheets`: the names of
/// all, where a row is named with its sheet.
pub async fn reject_repeated(connection: &mut PgConnection, sheets: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query("ANALYZE landing").execute(&mut *connection).await?;
    sqlx::query(
        "CREATE TEMPORARY TABLE repeated ON COMMIT DROP AS SELECT cell FROM landing WHERE reason = '' \
         GROUP BY cell HAVING count(*) > 1",
    )
    .execute(&mut *connection)
    .await?;
    // Nearly always there are none, and then the landing need not be gone through for their names.
    let are_some: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM repeated)").fetch_one(&mut *connection).await?;
    if !are_some {
        return Ok(());
    }
    sqlx::query(
        "WITH found AS (SELECT cell, min(row) AS first_row, max(row) AS last_row, \
           count(DISTINCT ROW(kind, value, numerator, denominator, level, text)) AS measures \
           FROM landing JOIN repeated USING (cell) WHERE reason = '' GROUP BY cell), \
         named AS (SELECT row, CASE WHEN cardinality($1::text[]) = 0 THEN file_row::text \
             ELSE format('%s of sheet \"%s\"', file_row, ($1::text[])[sheet]) END AS name FROM landing), \
         said AS (SELECT found.*, one.name AS first, other.name AS last FROM found \
           JOIN named one ON one.row = found.first_row JOIN named other ON other.row = found.last_row) \
         UPDATE landing l SET reason = CASE WHEN said.measures = 1 \
           THEN format('Row %s says the same already.', said.first) \
           ELSE format('Rows %s and %s say different things about the same indicator, area, period and slice; \
none of them was taken.', said.first, said.last) END \
         FROM said WHERE l.cell = said.cell AND l.reason = '' AND (said.measures > 1 OR l.row > said.first_row)",
    )
    .bind(sheets)
    .execute(connection)
    .await
    .map(drop)
}

/// A way in which a set of slices is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteSet {
    pub indicator: Uuid,
    /// Names of the dimensions, `age,sex`.
    pub dimensions: String,
    /// Slices without `unknown` that it needs.
    pub slices: i64,
}

/// Warns of totals in the file that differ from the sum of their slices in the file, at most 200.
pub async fn warn_of_mismatches(
    connection: &mut PgConnection,
    batch: Uuid,
    place: i32,
    classification: Classification,
    sets: &[CompleteSet],
) -> Result<u64, sqlx::Error> {
    let indicators: Vec<Uuid> = sets.iter().map(|set| set.indicator).collect();
    let dimensions: Vec<String> = sets.iter().map(|set| set.dimensions.clone()).collect();
    let slices: Vec<i64> = sets.iter().map(|set| set.slices).collect();
    let done = sqlx::query(
        "WITH sums AS (SELECT indicator_id, period, area, dimensions, sum(coalesce(value, numerator)) AS total, \
           count(*) FILTER (WHERE position('=unknown' IN slice) = 0) AS slices \
           FROM landing WHERE reason = '' AND slice <> '' AND kind IN ('value', 'ratio') GROUP BY 1, 2, 3, 4), \
         complete AS (SELECT sums.* FROM sums JOIN unnest($4::uuid[], $5::text[], $6::bigint[]) \
           AS needed(indicator_id, dimensions, slices) USING (indicator_id, dimensions, slices)), \
         wrong AS (SELECT t.row, t.file_row, t.sheet, t.cells, coalesce(t.value, t.numerator) AS given, c.total, c.dimensions \
           FROM complete c JOIN landing t ON t.indicator_id = c.indicator_id AND t.period = c.period \
           AND t.area = c.area AND t.slice = '' AND t.reason = '' AND t.kind IN ('value', 'ratio') \
           WHERE abs(coalesce(t.value, t.numerator) - c.total) \
             > 1e-6 * greatest(abs(coalesce(t.value, t.numerator)), abs(c.total), 1)) \
         INSERT INTO import_shown_row (mission_id, batch_id, why, place, row, sheet, cells, \"column\", reason, classification) \
         SELECT (SELECT chassis.mission()), $1, 'warning', $2 + row_number() OVER (ORDER BY row, dimensions), file_row, sheet, \
           string_to_array(cells, E'\\x1f'), '', \
           format('The total is %s, but its slices by %s add up to %s.', given, replace(dimensions, ',', ' and '), total), $3 \
         FROM wrong ORDER BY row, dimensions LIMIT 200",
    )
    .bind(batch)
    .bind(place)
    .bind(classification.rank())
    .bind(indicators)
    .bind(dimensions)
    .bind(slices)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Rows of the file that are shown with the batch: the first 50 and all rejected.
pub async fn keep_shown(
    connection: &mut PgConnection,
    batch: Uuid,
    classification: Classification,
) -> Result<(), sqlx::Error> {
    for statement in [
        "INSERT INTO import_shown_row (mission_id, batch_id, why, place, row, sheet, cells, \"column\", reason, reason_fr, \
         classification) SELECT (SELECT chassis.mission()), $1, 'sample', row_number() OVER (ORDER BY row), file_row, sheet, \
         string_to_array(cells, E'\\x1f'), \"column\", reason, reason_fr, $2 FROM landing ORDER BY row LIMIT 50",
        "INSERT INTO import_shown_row (mission_id, batch_id, why, place, row, sheet, cells, \"column\", reason, reason_fr, \
         classification) SELECT (SELECT chassis.mission()), $1, 'rejected', row_number() OVER (ORDER BY row), file_row, sheet, \
         string_to_array(cells, E'\\x1f'), \"column\", reason, reason_fr, $2 FROM landing WHERE reason <> ''",
    ] {
        sqlx::query(statement).bind(batch).bind(classification.rank()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Keeps the good rows until the batch is committed. Returns how many rows are good, how many rejected.
pub async fn keep_good(connection: &mut PgConnection, batch: Uuid) -> Result<(i64, i64), sqlx::Error> {
    let good = sqlx::query(
        "INSERT INTO import_row (mission_id, batch_id, row, file_row, sheet, id, indicator_id, definition_version, period, first_day, \
         last_day, area, slice, cell, kind, value, numerator, denominator, level, text, note, source, classification) \
         SELECT (SELECT chassis.mission()), $1, row, file_row, sheet, id, indicator_id, definition_version, period, first_day, last_day, \
         area, slice, cell, kind, value, numerator, denominator, level, text, note, source, classification \
         FROM landing WHERE reason = ''",
    )
    .bind(batch)
    .execute(&mut *connection)
    .await?;
    let rejected: i64 =
        sqlx::query_scalar("SELECT count(*) FROM landing WHERE reason <> ''").fetch_one(connection).await?;
    Ok((good.rows_affected() as i64, rejected))
}

/// How many rows of each sheet are rejected.
pub async fn rejected_by_sheet(connection: &mut PgConnection) -> Result<Vec<(i16, i64)>, sqlx::Error> {
    sqlx::query_as("SELECT sheet, count(*) FROM landing WHERE reason <> '' GROUP BY sheet").fetch_all(connection).await
}
