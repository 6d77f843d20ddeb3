-- So that what a page needs is found without looking at all that there is.

-- The lineage id of the part of the plan that a record is about: of an indicator what it measures, of a finding its
-- outcome; "-" where it is about none. Empty where the record was kept before this column was there: those are looked at
-- one by one.
ALTER TABLE record ADD COLUMN about text NOT NULL DEFAULT '';
CREATE INDEX record_about ON record (mission_id, generation, kind, about) WHERE kind IN ('indicator', 'finding');
-- Analyses of the mission as a whole: there are many more of areas.
CREATE INDEX record_whole_analysis ON record (mission_id, generation, code, recorded_at DESC, id)
    WHERE kind = 'analysis' AND code NOT LIKE '%|%';
-- Counted by state from the index alone.
DROP INDEX record_state;
CREATE INDEX record_state ON record (mission_id, generation, kind, state) INCLUDE (classification, recorded_at);

CREATE INDEX series_whole ON series (mission_id, generation, indicator_code) WHERE area = '' AND slice = '';
-- The newest period that says something: a value, or that there can be none.
ALTER TABLE series ADD COLUMN latest_period text
    GENERATED ALWAYS AS (jsonb_path_query_array(points, '$[*] ? (@.kind <> "missing").period') ->> -1) STORED;
