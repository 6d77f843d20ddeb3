-- Tasks that are waived: nothing will come there. One that is taken back stays readable.

CREATE TABLE task_waiver (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    period text NOT NULL,
    first_day date NOT NULL,
    -- Empty: the whole mission.
    area text NOT NULL,
    reason text NOT NULL,
    -- Of the indicator.
    classification smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    taken_back_at timestamptz,
    taken_back_by uuid,
    PRIMARY KEY (mission_id, id)
);
CREATE UNIQUE INDEX task_waiver_place ON task_waiver (mission_id, indicator_id, period, area)
    WHERE taken_back_at IS NULL;
SELECT chassis.protect('task_waiver');
GRANT SELECT, INSERT ON task_waiver TO cpas_app;
GRANT UPDATE (taken_back_at, taken_back_by) ON task_waiver TO cpas_app;
