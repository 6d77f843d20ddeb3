-- A period is unlocked, and may be locked again later: that it was locked stays readable.

ALTER TABLE period_lock
    ADD COLUMN unlocked_at timestamptz,
    ADD COLUMN unlocked_by uuid,
    ADD COLUMN unlocked_by_name text NOT NULL DEFAULT '',
    ADD COLUMN unlock_reason text NOT NULL DEFAULT '',
    DROP CONSTRAINT period_lock_mission_id_period_key;
CREATE UNIQUE INDEX period_lock_in_force ON period_lock (mission_id, period) WHERE unlocked_at IS NULL;
GRANT UPDATE (unlocked_at, unlocked_by, unlocked_by_name, unlock_reason) ON period_lock TO cpas_app;

-- What is said about cells beside their values, also about empty ones.
CREATE TABLE cell_mark (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    period text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    -- Empty: the whole mission.
    area text NOT NULL,
    -- Empty: the total.
    slice text NOT NULL,
    -- Of the indicator or of the value that stood there, whichever is higher.
    classification smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    cleared_at timestamptz,
    cleared_by uuid,
    cleared_by_name text NOT NULL DEFAULT '',
    PRIMARY KEY (mission_id, id)
);
-- By classification: who may not see a mark does not run into it.
CREATE UNIQUE INDEX cell_mark_standing ON cell_mark (mission_id, indicator_id, period, area, slice, classification)
    WHERE cleared_at IS NULL;
CREATE INDEX cell_mark_place ON cell_mark (mission_id, indicator_id, period, area, slice);
SELECT chassis.protect('cell_mark');
GRANT SELECT, INSERT ON cell_mark TO cpas_app;
GRANT UPDATE (cleared_at, cleared_by, cleared_by_name) ON cell_mark TO cpas_app;

CREATE TABLE cell_comment (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    period text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    area text NOT NULL,
    slice text NOT NULL,
    text text NOT NULL,
    classification smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id)
);
CREATE INDEX cell_comment_place ON cell_comment (mission_id, indicator_id, period, area, slice);
SELECT chassis.protect('cell_comment');
GRANT SELECT, INSERT ON cell_comment TO cpas_app;
