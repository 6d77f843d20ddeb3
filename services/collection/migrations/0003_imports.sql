-- Files: previewed, committed, reversed.

CREATE TABLE import_batch (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    state text NOT NULL,
    encoding text NOT NULL,
    delimiter text NOT NULL,
    decimal_sign text NOT NULL,
    hxl_tags boolean NOT NULL,
    mapping jsonb NOT NULL,
    headings text[] NOT NULL,
    rows_read integer NOT NULL,
    rows_added integer NOT NULL,
    rows_changed integer NOT NULL,
    rows_unchanged integer NOT NULL,
    rows_rejected integer NOT NULL,
    indicator_codes text[] NOT NULL,
    areas text[] NOT NULL,
    first_period text NOT NULL,
    last_period text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    committed_at timestamptz,
    reversed_at timestamptz,
    reason text NOT NULL DEFAULT '',
    version bigint NOT NULL DEFAULT 1,
    -- The highest among its rows.
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, id)
);
CREATE INDEX import_batch_recorded ON import_batch (mission_id, recorded_at DESC, id);
CREATE INDEX import_batch_file ON import_batch (mission_id, sha256);
SELECT chassis.protect('import_batch');
GRANT SELECT, INSERT, UPDATE ON import_batch TO cpas_app;

-- The good rows of previewed files, until they are committed. Unlogged: after a crash it is empty,
-- and a batch that is still "previewed" without its rows has to be sent again.
CREATE UNLOGGED TABLE import_row (
    mission_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    row integer NOT NULL,
    id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    definition_version integer NOT NULL,
    period text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    area text NOT NULL,
    slice text NOT NULL,
    cell uuid NOT NULL,
    kind text NOT NULL,
    value double precision,
    numerator double precision,
    denominator double precision,
    level text NOT NULL,
    text text NOT NULL,
    note text NOT NULL,
    source text NOT NULL,
    classification smallint NOT NULL
);
CREATE INDEX import_row_batch ON import_row (mission_id, batch_id);
SELECT chassis.protect('import_row');
GRANT SELECT, INSERT, DELETE ON import_row TO cpas_app;

-- Rows as they were in the file: all rejected ones, the first of the file, and those that a warning
-- is about.
CREATE TABLE import_shown_row (
    mission_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    -- sample, rejected or warning
    why text NOT NULL,
    -- Counted from 1 among those of its kind.
    place integer NOT NULL,
    -- In the file; 0 for a warning about all of it.
    row integer NOT NULL,
    cells text[] NOT NULL,
    "column" text NOT NULL,
    reason text NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, batch_id, why, place)
);
SELECT chassis.protect('import_shown_row');
GRANT SELECT, INSERT ON import_shown_row TO cpas_app;
