-- When a record first reached a state that later ones hide: a plan in force, a change to the plan that is done, a
-- recommendation that is implemented, an assessment that is finalized. Kept from the events, and filled by a rebuild for
-- what was heard before this table was there.
CREATE TABLE reached (
    mission_id uuid NOT NULL,
    generation integer NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    state text NOT NULL,
    -- The earliest, in whatever order the events arrive.
    at timestamptz NOT NULL,
    -- The highest that was told with it.
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, generation, kind, id, state)
);
SELECT chassis.protect('reached');
SELECT chassis.open_across('reached');
GRANT SELECT, INSERT, UPDATE, DELETE ON reached TO cpas_app;
