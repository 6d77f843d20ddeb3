-- Splits and merges of areas; what an area lay in before; areas without a boundary yet (empty geometry).
ALTER TABLE area ADD COLUMN former_parents jsonb NOT NULL DEFAULT '[]';
-- A change that is taken back takes the areas that it made with it.
GRANT DELETE ON area TO cpas_app;

CREATE TABLE area_change (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('split', 'merge')),
    date date NOT NULL,
    predecessors jsonb NOT NULL,
    successors jsonb NOT NULL,
    successor_codes text[] NOT NULL,
    moved jsonb NOT NULL,
    share_basis text NOT NULL,
    note text NOT NULL,
    undone boolean NOT NULL,
    -- Observations, a plan or a target speak of a successor: told by events, and never taken back.
    used boolean NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('area_change');
GRANT SELECT, INSERT, UPDATE ON area_change TO cpas_app;
