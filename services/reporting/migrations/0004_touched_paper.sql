-- Data that a cleared or published sheet cites changed after its snapshot. One row for each snapshot
-- and classification of the data, so that many changes stay few rows.

CREATE TABLE fact_sheet_touch (
    mission_id uuid NOT NULL,
    fact_sheet_id uuid NOT NULL,
    -- The snapshot that cites them; a later one knows the change.
    snapshot_at timestamptz NOT NULL,
    -- The highest of the sheet and the data that changed.
    classification smallint NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    changes bigint NOT NULL,
    indicator_codes text[] NOT NULL,
    number_ids text[] NOT NULL,
    PRIMARY KEY (mission_id, fact_sheet_id, snapshot_at, classification),
    FOREIGN KEY (mission_id, fact_sheet_id) REFERENCES fact_sheet (mission_id, id),
    CHECK (first_at <= last_at AND changes > 0)
);
SELECT chassis.protect('fact_sheet_touch');
GRANT SELECT, INSERT, UPDATE ON fact_sheet_touch TO cpas_app;

-- Which sheets cite an indicator.
CREATE INDEX fact_sheet_cites ON fact_sheet USING gin (blocks jsonb_path_ops) WHERE state IN ('cleared', 'published');
