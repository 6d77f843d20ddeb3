-- Several sheets of a workbook in one import, and the rejected rows as they stood in it.

ALTER TABLE import_batch
    -- XLSX or ODS; empty for what is no workbook.
    ADD COLUMN book text NOT NULL DEFAULT '',
    -- Every visible sheet, in their order.
    ADD COLUMN sheets jsonb NOT NULL DEFAULT '[]';

ALTER TABLE import_row
    -- In the file or its sheet; `row` counts through all sheets, and through all cells of a wide table.
    ADD COLUMN file_row integer NOT NULL DEFAULT 0,
    -- Place among the sheets, from 1; 0 without sheets.
    ADD COLUMN sheet smallint NOT NULL DEFAULT 0;
UPDATE import_row SET file_row = row;

ALTER TABLE import_shown_row
    ADD COLUMN sheet smallint NOT NULL DEFAULT 0,
    -- Of a rule, which is told in both languages.
    ADD COLUMN reason_fr text NOT NULL DEFAULT '';

ALTER TABLE observation ADD COLUMN batch_sheet text NOT NULL DEFAULT '';

-- What a workbook's rejected rows held, cell by cell, and the rows above: titles, headings and tags.
CREATE TABLE import_book_row (
    mission_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    sheet smallint NOT NULL,
    -- From 0.
    row integer NOT NULL,
    is_head boolean NOT NULL,
    -- Column from 0 and value, in pairs.
    cells jsonb NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, batch_id, sheet, row)
);
SELECT chassis.protect('import_book_row');
GRANT SELECT, INSERT ON import_book_row TO cpas_app;

-- The mapping that was used last for tables with the same headings.
CREATE TABLE import_layout (
    mission_id uuid NOT NULL,
    headings text NOT NULL,
    mapping jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    PRIMARY KEY (mission_id, headings)
);
SELECT chassis.protect('import_layout');
GRANT SELECT, INSERT, UPDATE ON import_layout TO cpas_app;
CREATE INDEX import_shown_row_place ON import_shown_row (mission_id, batch_id, sheet, row);
