-- A mission's name in French, where it has one of its own.
ALTER TABLE mission ADD COLUMN name_fr text NOT NULL DEFAULT '';

-- Each change of a mission's state: who, when, why, and what was not done then. Added to and never changed.
CREATE TABLE mission_step (
    mission_id uuid NOT NULL REFERENCES mission,
    number integer NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL CHECK (to_state IN ('active', 'closing', 'closed')),
    reason text NOT NULL,
    -- As whoever did it could see it: [{"kind", "state", "count"}].
    open_work jsonb NOT NULL,
    at timestamptz NOT NULL,
    by_account uuid NOT NULL,
    by_name text NOT NULL,
    PRIMARY KEY (mission_id, number)
);
SELECT chassis.protect('mission_step');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON mission_step
    FOR EACH STATEMENT EXECUTE FUNCTION chassis.refuse_change();
GRANT SELECT, INSERT ON mission_step TO cpas_app;
