-- Where each indicator stands, kept with what it is made of, so that a screen that asks for the worst or for counts looks at
-- no body of a record.

CREATE TABLE standing (
    mission_id uuid NOT NULL,
    generation integer NOT NULL,
    indicator_id text NOT NULL,
    -- The highest of what it is made of; a higher clearance may see another row, from what is more restricted.
    classification smallint NOT NULL,
    -- The highest clearance that sees this one.
    clearance_max smallint NOT NULL,
    code text NOT NULL,
    -- Approved or active.
    in_use boolean NOT NULL,
    -- Lineage id of the part of the plan that it measures; empty: none.
    about text NOT NULL,
    frequency text NOT NULL,
    status text NOT NULL,
    -- How the newest value stands to the one before.
    since_last text NOT NULL,
    -- The newest period that says something: a value, or that there can be none; empty: none does.
    latest_period text NOT NULL,
    -- Among those that got worse: first those that an assessment rates worse, then by status, then by the share of the
    -- old value. Null: it did not get worse.
    fell boolean,
    rated smallint,
    share double precision,
    -- Observations behind its series.
    observations bigint NOT NULL,
    PRIMARY KEY (mission_id, generation, indicator_id, classification),
    CHECK (classification <= clearance_max),
    CHECK ((fell IS NULL) = (share IS NULL) AND (fell IS NULL) = (rated IS NULL))
);
CREATE INDEX standing_worse ON standing (mission_id, generation, fell DESC, rated DESC, share DESC, code) WHERE fell IS NOT NULL AND in_use;
SELECT chassis.protect('standing');
SELECT chassis.open_across('standing');
GRANT SELECT, INSERT, UPDATE, DELETE ON standing TO cpas_app;

-- Generations of which all is kept that is kept beside the records: of those from before this table it is made when
-- somebody first asks. The stamp is another one after each change to what themes are counted from.
CREATE TABLE kept (
    mission_id uuid NOT NULL,
    generation integer NOT NULL,
    stamp bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, generation)
);
SELECT chassis.protect('kept');
CREATE POLICY listed ON kept FOR SELECT TO cpas_across USING (true);
GRANT SELECT ON kept TO cpas_across;
GRANT SELECT, INSERT, UPDATE, DELETE ON kept TO cpas_app;

-- Of a recommendation its day, whose it is and what it names; about says of which it is a duplicate, "-" of none.
ALTER TABLE record ADD COLUMN due date;
ALTER TABLE record ADD COLUMN section text NOT NULL DEFAULT '';
ALTER TABLE record ADD COLUMN indicator_codes text[];
CREATE INDEX record_recommended ON record (mission_id, generation, state, due, id)
    INCLUDE (classification, about, section) WHERE kind = 'recommendation';

-- The newest of what a reader may be told, and of what raises an alarm, found among many changes of data.
CREATE INDEX change_published ON change (mission_id, generation, at DESC, event_id DESC) WHERE published AND text_en <> '';
CREATE INDEX change_alarming ON change (mission_id, generation, at DESC, event_id DESC)
    WHERE what IN ('stakeholder.shifted', 'context_map.overdue', 'fact_sheet.touched') AND text_en <> '';
