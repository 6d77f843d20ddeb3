-- Splits and merges of areas as context tells of them, what an area lay in before, and other names that files use.
ALTER TABLE area
    ADD COLUMN former_parents jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN aliases text[] NOT NULL DEFAULT '{}';

CREATE TABLE area_change (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    date date NOT NULL,
    predecessors text[] NOT NULL,
    -- [{"code": "N1", "share": 0.6}]
    successors jsonb NOT NULL,
    undone boolean NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('area_change');
GRANT SELECT, INSERT, UPDATE, DELETE ON area_change TO cpas_app;
