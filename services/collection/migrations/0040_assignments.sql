-- Who enters an indicator, in one area or in all of them, in every period. What was taken back stays readable.
-- Read with the indicator only: who may not see that, sees nothing of this.

CREATE TABLE task_assignment (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    -- Empty: all areas that are not assigned by themselves.
    area text NOT NULL,
    assignee_id uuid NOT NULL,
    assignee_name text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    ended_at timestamptz,
    -- Of an ended one: nobody, where the assignee's role ended.
    ended_by uuid,
    PRIMARY KEY (mission_id, id)
);
CREATE UNIQUE INDEX task_assignment_place ON task_assignment (mission_id, indicator_id, area) WHERE ended_at IS NULL;
CREATE INDEX task_assignment_assignee ON task_assignment (mission_id, assignee_id) WHERE ended_at IS NULL;
SELECT chassis.protect('task_assignment');
GRANT SELECT, INSERT ON task_assignment TO cpas_app;
GRANT UPDATE (ended_at, ended_by) ON task_assignment TO cpas_app;
