-- Mandates, plans, indicators, targets, and what planning knows of its neighbours.

CREATE TABLE mandates (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    resolution text NOT NULL,
    adopted date NOT NULL,
    expires date NOT NULL,
    version bigint NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, resolution)
);
SELECT chassis.protect('mandates');

CREATE TABLE mandate_tasks (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    mandate_id uuid NOT NULL,
    position integer NOT NULL,
    paragraph text NOT NULL,
    text_en text NOT NULL,
    text_fr text NOT NULL,
    priority smallint,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, mandate_id) REFERENCES mandates (mission_id, id)
);
SELECT chassis.protect('mandate_tasks');
CREATE INDEX mandate_tasks_of ON mandate_tasks (mission_id, mandate_id);

CREATE TABLE plans (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    family_id uuid NOT NULL,
    number integer NOT NULL,
    parent_id uuid,
    title_en text NOT NULL,
    title_fr text NOT NULL,
    start_date date NOT NULL,
    end_date date NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    endorsed_by uuid,
    endorsed_by_name text,
    approved_by uuid,
    approved_by_name text,
    return_reason text,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, family_id, number),
    -- The rule that no code can forget: who endorsed does not approve.
    CHECK (approved_by IS NULL OR approved_by IS DISTINCT FROM endorsed_by)
);
SELECT chassis.protect('plans');
CREATE UNIQUE INDEX plans_one_active ON plans (mission_id) WHERE state = 'active';

-- An item is as classified as its plan, which is read before it.
CREATE TABLE plan_items (
    mission_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    id uuid NOT NULL,
    lineage_id uuid NOT NULL,
    parent_id uuid,
    position integer NOT NULL,
    kind text NOT NULL,
    statement_en text NOT NULL,
    statement_fr text NOT NULL,
    lead_section text,
    contributing_sections text[] NOT NULL,
    areas text[] NOT NULL,
    markers text[] NOT NULL,
    start_date date,
    end_date date,
    priority smallint,
    mandate_task_id uuid,
    stakeholder_id uuid,
    dimension text,
    component text,
    activity_status text,
    progress_percent smallint,
    depends_on uuid[] NOT NULL,
    plan_change_id uuid,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, plan_id) REFERENCES plans (mission_id, id)
);
SELECT chassis.protect('plan_items');
CREATE INDEX plan_items_of ON plan_items (mission_id, plan_id);
CREATE INDEX plan_items_lineage ON plan_items (mission_id, lineage_id);
CREATE INDEX plan_items_stakeholder ON plan_items (mission_id, stakeholder_id) WHERE stakeholder_id IS NOT NULL;

CREATE TABLE result_links (
    mission_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    output_id uuid NOT NULL,
    outcome_id uuid NOT NULL,
    hypothesis_en text NOT NULL,
    hypothesis_fr text NOT NULL,
    assumptions text[] NOT NULL,
    expected_lag_months smallint NOT NULL,
    strength text NOT NULL,
    PRIMARY KEY (mission_id, plan_id, output_id, outcome_id),
    FOREIGN KEY (mission_id, plan_id) REFERENCES plans (mission_id, id)
);
SELECT chassis.protect('result_links');

-- Every step of every plan, with its reason; never changed.
CREATE TABLE plan_steps (
    mission_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    plan_version bigint NOT NULL,
    step text NOT NULL,
    reason text,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, plan_id, plan_version)
);
SELECT chassis.protect('plan_steps');

CREATE TABLE indicators (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    -- What a search looks through, in lower case: code and names.
    search_text text NOT NULL,
    definition jsonb NOT NULL,
    definition_version integer NOT NULL,
    plan_item_lineage_id uuid,
    state text NOT NULL,
    version bigint NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, code)
);
SELECT chassis.protect('indicators');

-- Every version of every definition; never changed.
CREATE TABLE indicator_definitions (
    mission_id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    definition_version integer NOT NULL,
    definition jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, indicator_id, definition_version),
    FOREIGN KEY (mission_id, indicator_id) REFERENCES indicators (mission_id, id)
);
SELECT chassis.protect('indicator_definitions');

-- Every version of every target; never changed. The newest version of a scope is the target. A target
-- is as classified as its indicator now is, which is read before it or joined to it.
CREATE TABLE targets (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    indicator_id uuid NOT NULL,
    period text NOT NULL,
    -- Empty: the whole mission; the total.
    area text NOT NULL,
    slice text NOT NULL,
    value double precision,
    low double precision,
    high double precision,
    reason text,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id, version),
    UNIQUE (mission_id, indicator_id, period, area, slice, version),
    FOREIGN KEY (mission_id, indicator_id) REFERENCES indicators (mission_id, id),
    CHECK ((value IS NULL) <> (low IS NULL OR high IS NULL))
);
SELECT chassis.protect('targets');

CREATE TABLE plan_changes (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    recommendation_id uuid NOT NULL,
    text_en text NOT NULL,
    text_fr text NOT NULL,
    state text NOT NULL,
    plan_id uuid,
    version bigint NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, recommendation_id)
);
SELECT chassis.protect('plan_changes');

-- Copies of what neighbours tell, only as much as a reference needs.
CREATE TABLE known_stakeholders (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('known_stakeholders');

CREATE TABLE known_areas (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('known_areas');
CREATE INDEX known_areas_code ON known_areas (mission_id, code);

-- Which analysis speaks of which indicator, and which finding rests on which analysis.
CREATE TABLE known_analyses (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('known_analyses');

CREATE TABLE known_findings (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    analyses uuid[] NOT NULL,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('known_findings');

GRANT SELECT, INSERT, UPDATE, DELETE ON mandates, mandate_tasks, plan_items, result_links TO cpas_app;
GRANT SELECT, INSERT, UPDATE ON plans, indicators, plan_changes TO cpas_app;
GRANT SELECT, INSERT ON plan_steps, indicator_definitions, targets TO cpas_app;
GRANT SELECT, INSERT, UPDATE ON known_stakeholders, known_areas, known_analyses, known_findings TO cpas_app;
