-- Where the mission works, what drives the conflict there, and who can promote or prevent change.
-- Runs as the owner. Row-level security by mission and, where a table has a classification, by clearance.

CREATE TABLE area (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    name_en text NOT NULL,
    name_fr text NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 255),
    parent_code text,
    valid_from date,
    valid_to date,
    -- GeoJSON geometry simplified for the screen, and as it was loaded.
    geometry text NOT NULL,
    source_geometry text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    CHECK (valid_to >= valid_from)
);
-- That two areas of one code never overlap in time is held by the import, which is one at a time per mission.
CREATE UNIQUE INDEX area_code_since ON area (mission_id, code, coalesce(valid_from, '-infinity'::date));
SELECT chassis.protect('area');
GRANT SELECT, INSERT, UPDATE ON area TO cpas_app;

-- Append-only: what a published map rests on stays as it was.
CREATE TABLE evidence (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    title text NOT NULL,
    source text NOT NULL,
    date date NOT NULL,
    link text NOT NULL,
    reliability text NOT NULL CHECK (reliability BETWEEN 'A' AND 'F'),
    credibility smallint NOT NULL CHECK (credibility BETWEEN 1 AND 6),
    classification smallint NOT NULL DEFAULT 0,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('evidence');
GRANT SELECT, INSERT ON evidence TO cpas_app;

-- A factor is read and written only with its map, under the map's version and classification: it lives in it.
CREATE TABLE context_map (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    title jsonb NOT NULL,
    period text NOT NULL,
    areas text[] NOT NULL,
    themes text[] NOT NULL,
    narrative jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'reviewed', 'published', 'superseded')),
    factors jsonb NOT NULL,
    own_classification smallint NOT NULL,
    -- The highest of its own and its evidence's.
    classification smallint NOT NULL DEFAULT 0 CHECK (classification >= own_classification),
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    authors uuid[] NOT NULL,
    reviewed_by uuid,
    reviewed_by_name text,
    published_at timestamptz,
    PRIMARY KEY (mission_id, id),
    CHECK (reviewed_by IS NULL OR NOT reviewed_by = ANY (authors)),
    CHECK ((state IN ('published', 'superseded')) = (published_at IS NOT NULL))
);
SELECT chassis.protect('context_map');
GRANT SELECT, INSERT, UPDATE ON context_map TO cpas_app;

-- Holds "published is immutable" against every writer: afterwards only its state moves, to superseded.
CREATE FUNCTION context_map_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('published', 'superseded') AND
        (NEW.title, NEW.period, NEW.areas, NEW.themes, NEW.narrative, NEW.factors, NEW.classification, NEW.published_at)
        IS DISTINCT FROM
        (OLD.title, OLD.period, OLD.areas, OLD.themes, OLD.narrative, OLD.factors, OLD.classification, OLD.published_at)
    THEN
        RAISE EXCEPTION 'a context map that is % is never changed', OLD.state;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER immutable BEFORE UPDATE ON context_map FOR EACH ROW EXECUTE FUNCTION context_map_is_immutable();

-- No name is unique here: a refusal would tell of a stakeholder that the caller may not see.
CREATE TABLE stakeholder (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    aliases text[] NOT NULL,
    kind text NOT NULL,
    areas text[] NOT NULL,
    description jsonb NOT NULL,
    women_share double precision CHECK (women_share BETWEEN 0 AND 1),
    classification smallint NOT NULL DEFAULT 0,
    -- Without capitals and accents: the name for sorting, name and aliases for searching.
    folded_name text COLLATE "C" NOT NULL,
    folded_names text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id)
);
CREATE INDEX stakeholder_by_name ON stakeholder (mission_id, folded_name, id);
SELECT chassis.protect('stakeholder');
GRANT SELECT, INSERT, UPDATE ON stakeholder TO cpas_app;

-- Append-only, one per stakeholder and date.
CREATE TABLE stakeholder_assessment (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    stakeholder_id uuid NOT NULL,
    as_of date NOT NULL,
    influence smallint NOT NULL CHECK (influence BETWEEN 1 AND 5),
    interest smallint NOT NULL CHECK (interest BETWEEN 1 AND 5),
    stance smallint NOT NULL CHECK (stance BETWEEN -2 AND 2),
    capability text NOT NULL,
    attitude text NOT NULL,
    behaviour text NOT NULL,
    confidence text NOT NULL,
    note text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, stakeholder_id, as_of),
    FOREIGN KEY (mission_id, stakeholder_id) REFERENCES stakeholder (mission_id, id)
);
SELECT chassis.protect('stakeholder_assessment');
-- It is as secret as its stakeholder is now: who does not see the one does not see the other. The
-- stakeholder's own row-level security answers.
CREATE POLICY through_stakeholder ON stakeholder_assessment AS RESTRICTIVE
    USING (EXISTS (SELECT FROM stakeholder
        WHERE stakeholder.mission_id = stakeholder_assessment.mission_id AND stakeholder.id = stakeholder_assessment.stakeholder_id));
GRANT SELECT, INSERT ON stakeholder_assessment TO cpas_app;
