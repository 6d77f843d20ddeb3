-- Collection's own copies of what planning, context and the gateway own, fed by their events.

-- The landing of an import is a temporary table: COPY does not take tables with row-level security.
DO $$ BEGIN
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO cpas_app', current_database());
END $$;

CREATE TABLE indicator (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    over_time text NOT NULL,
    over_areas text NOT NULL,
    frequency text NOT NULL,
    -- [{"name": "sex", "categories": ["f", "m", "unknown"]}]
    dimensions jsonb NOT NULL,
    owner_section text NOT NULL,
    retired boolean NOT NULL,
    definition_version integer NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    -- Version of the record in planning: an older event changes nothing.
    version bigint NOT NULL,
    PRIMARY KEY (mission_id, id)
);
CREATE INDEX indicator_code ON indicator (mission_id, code);
SELECT chassis.protect('indicator');
GRANT SELECT, INSERT, UPDATE, DELETE ON indicator TO cpas_app;

CREATE TABLE area (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    name_en text NOT NULL,
    name_fr text NOT NULL,
    level integer NOT NULL,
    parent_code text NOT NULL,
    valid_from date,
    valid_to date,
    -- GeoJSON; empty without one.
    geometry text NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (mission_id, id)
);
CREATE INDEX area_code ON area (mission_id, code);
SELECT chassis.protect('area');
GRANT SELECT, INSERT, UPDATE, DELETE ON area TO cpas_app;

CREATE TABLE mission (
    mission_id uuid PRIMARY KEY,
    code text NOT NULL,
    state text NOT NULL,
    fiscal_year_start_month integer NOT NULL,
    version bigint NOT NULL
);
SELECT chassis.protect('mission');
GRANT SELECT, INSERT, UPDATE, DELETE ON mission TO cpas_app;
