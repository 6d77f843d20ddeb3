-- Validation rules, and the rows of a file that wait for a note.

CREATE TABLE validation_rule (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    kind text NOT NULL,
    severity text NOT NULL,
    least double precision,
    most double precision,
    direction text NOT NULL,
    tolerance double precision,
    share double precision,
    absolute double precision,
    comparison text NOT NULL,
    other_indicator_id uuid,
    factor double precision,
    message_en text NOT NULL,
    message_fr text NOT NULL,
    active boolean NOT NULL,
    -- The higher one of its indicators.
    classification smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (mission_id, id)
);
CREATE INDEX validation_rule_indicator ON validation_rule (mission_id, indicator_id);
SELECT chassis.protect('validation_rule');
GRANT SELECT, INSERT, UPDATE ON validation_rule TO cpas_app;

-- A row that breaks a warning and has no note: committed, it stays a draft until it has one.
ALTER TABLE import_row ADD COLUMN held boolean NOT NULL DEFAULT false;
GRANT UPDATE (held) ON import_row TO cpas_app;
