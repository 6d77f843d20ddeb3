-- How often a mission maps its context. A mission without a row has the usual interval.

CREATE TABLE mapping_schedule (
    mission_id uuid PRIMARY KEY,
    interval_months smallint NOT NULL CHECK (interval_months BETWEEN 1 AND 36),
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL
);
SELECT chassis.protect('mapping_schedule');
GRANT SELECT, INSERT, UPDATE ON mapping_schedule TO cpas_app;
