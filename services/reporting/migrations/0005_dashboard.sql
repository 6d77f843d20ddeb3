-- Dashboards that people build. A private one is found by its maker alone: every query says who asks.

CREATE TABLE dashboard (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    title jsonb NOT NULL,
    tiles jsonb NOT NULL,
    filters jsonb NOT NULL,
    shared boolean NOT NULL,
    -- Account of its maker, and the name it had then.
    maker uuid NOT NULL,
    made_by text NOT NULL,
    -- Of its own texts: what tiles show is read anew for whoever looks.
    classification smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    -- Removed is not lost: its maker or a coordinator brings it back.
    removed_at timestamptz,
    PRIMARY KEY (mission_id, id),
    CHECK (jsonb_typeof(tiles) = 'array')
);
CREATE INDEX dashboard_maker ON dashboard (mission_id, maker);
SELECT chassis.protect('dashboard');
GRANT SELECT, INSERT, UPDATE ON dashboard TO cpas_app;
