-- The quality of what was written, kept place by place, so that a reader only has to add it up. What hangs on the day on
-- which it is looked at (what is expected, what is overdue) is not in here.

CREATE TABLE quality_head (
    mission_id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    -- What a write has to be about to end it (series_change), and the snapshot that it was found in.
    about uuid[] NOT NULL,
    taken_in pg_snapshot NOT NULL,
    -- The first day of what was looked at.
    from_day date NOT NULL,
    PRIMARY KEY (mission_id, indicator_id)
);
SELECT chassis.protect('quality_head');
GRANT SELECT, INSERT, UPDATE, DELETE ON quality_head TO cpas_app;

-- As far as each classification sees: a row for each that changes something. A reader takes the highest that they see.
CREATE TABLE quality_level (
    mission_id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    classification smallint NOT NULL,
    heard_of date,
    -- Empty: nothing fills a period.
    last_filled text NOT NULL,
    PRIMARY KEY (mission_id, indicator_id, classification)
);
SELECT chassis.protect('quality_level');
GRANT SELECT, INSERT, UPDATE, DELETE ON quality_level TO cpas_app;

CREATE TABLE quality_place (
    mission_id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    classification smallint NOT NULL,
    period text NOT NULL,
    first_day date NOT NULL,
    -- Empty: the whole mission.
    area text NOT NULL,
    -- What fills it; null: nothing.
    observation_id uuid,
    slice text NOT NULL,
    first_recorded date,
    valid_part integer NOT NULL,
    valid_of integer NOT NULL,
    consistent_part integer NOT NULL,
    consistent_of integer NOT NULL,
    outlying_part integer NOT NULL,
    outlying_of integer NOT NULL,
    verified_part integer NOT NULL,
    verified_of integer NOT NULL,
    totals_off_part integer NOT NULL,
    totals_off_of integer NOT NULL,
    hints integer NOT NULL,
    PRIMARY KEY (mission_id, indicator_id, classification, period, area)
);
CREATE INDEX quality_place_day ON quality_place (mission_id, indicator_id, classification, first_day);
SELECT chassis.protect('quality_place');
GRANT SELECT, INSERT, UPDATE, DELETE ON quality_place TO cpas_app;

-- The missions that are there already; their owner sees them for this one statement.
ALTER TABLE mission NO FORCE ROW LEVEL SECURITY;
INSERT INTO chassis.alarm (mission_id, name, rings_at) SELECT mission_id, 'quality', now() FROM mission;
ALTER TABLE mission FORCE ROW LEVEL SECURITY;
