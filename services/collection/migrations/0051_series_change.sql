-- What was written about which indicator, and by which transaction. Whoever keeps an answer, with the snapshot of the
-- database that it was made in, asks here whether it still holds: it does unless a transaction that the snapshot does
-- not see has written. So it is right in every process, also where a transaction commits after one that began later.

CREATE TABLE series_change (
    mission_id uuid NOT NULL,
    -- The indicator; nil: what all of the mission hangs on, its definitions and areas; 1: its geocoded events.
    about uuid NOT NULL,
    written_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    -- The last instant that something written here is dated.
    dated timestamptz NOT NULL,
    PRIMARY KEY (mission_id, about, written_in)
);
SELECT chassis.protect('series_change');
GRANT SELECT, INSERT, UPDATE, DELETE ON series_change TO cpas_app;

-- A new row takes the place of the committed ones: it is not seen where they were not. One that somebody else is
-- replacing stays for the next: writers do not wait for each other.
CREATE FUNCTION note_series_change(mission uuid, named uuid[], latest timestamptz) RETURNS void LANGUAGE sql AS $$
    WITH old AS (
        SELECT about, written_in FROM series_change
        WHERE mission_id = $1 AND about = ANY($2) AND written_in <> pg_current_xact_id() FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM series_change own USING old
        WHERE own.mission_id = $1 AND own.about = old.about AND own.written_in = old.written_in
        RETURNING own.about, own.dated
    )
    INSERT INTO series_change AS own (mission_id, about, dated)
    SELECT $1, one, greatest($3, (SELECT max(dated) FROM gone WHERE gone.about = one)) FROM unnest($2) AS one
    ON CONFLICT (mission_id, about, written_in) DO UPDATE SET dated = greatest(own.dated, excluded.dated);
$$;

CREATE FUNCTION indicators_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- More indicators at once are noted as all of them.
    named_max CONSTANT integer := 20;
    one record;
BEGIN
    IF TG_TABLE_NAME = 'observation_step' THEN
        FOR one IN SELECT mission_id, array_agg(indicator_id) AS named, max(latest) AS latest FROM (
            SELECT o.mission_id, o.indicator_id, max(touched.at) AS latest FROM touched
            JOIN observation o ON o.mission_id = touched.mission_id AND o.id = touched.observation_id
            GROUP BY o.mission_id, o.indicator_id) found GROUP BY mission_id
        LOOP
            IF cardinality(one.named) > named_max THEN one.named := ARRAY['00000000-0000-0000-0000-000000000000']::uuid[]; END IF;
            PERFORM note_series_change(one.mission_id, one.named, one.latest);
        END LOOP;
    ELSE
        FOR one IN SELECT mission_id, array_agg(indicator_id) AS named, max(latest) AS latest FROM (
            SELECT mission_id, indicator_id, max(recorded_at) AS latest FROM touched
            GROUP BY mission_id, indicator_id) found GROUP BY mission_id
        LOOP
            IF cardinality(one.named) > named_max THEN one.named := ARRAY['00000000-0000-0000-0000-000000000000']::uuid[]; END IF;
            PERFORM note_series_change(one.mission_id, one.named, one.latest);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION mission_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_series_change(mission_id, ARRAY['00000000-0000-0000-0000-000000000000']::uuid[], '-infinity')
        FROM (SELECT DISTINCT mission_id FROM touched) found;
    RETURN NULL;
END $$;

CREATE FUNCTION events_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_series_change(mission_id, ARRAY['00000000-0000-0000-0000-000000000001']::uuid[], latest)
        FROM (SELECT mission_id, max(recorded_at) AS latest FROM touched GROUP BY mission_id) found;
    RETURN NULL;
END $$;

CREATE TRIGGER series_written AFTER INSERT ON observation REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION indicators_written();
CREATE TRIGGER series_written AFTER INSERT ON observation_step REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION indicators_written();
-- What a rule says of values is part of their quality.
CREATE TRIGGER rule_added AFTER INSERT ON validation_rule REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION indicators_written();
CREATE TRIGGER rule_revised AFTER UPDATE ON validation_rule REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION indicators_written();
CREATE TRIGGER events_added AFTER INSERT ON geo_event REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION events_written();
CREATE TRIGGER events_revised AFTER UPDATE ON geo_event REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION events_written();

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY['indicator', 'area', 'area_change', 'mission'] LOOP
        EXECUTE format('CREATE TRIGGER mission_added AFTER INSERT ON %I REFERENCING NEW TABLE AS touched '
            'FOR EACH STATEMENT EXECUTE FUNCTION mission_written()', target);
        EXECUTE format('CREATE TRIGGER mission_revised AFTER UPDATE ON %I REFERENCING NEW TABLE AS touched '
            'FOR EACH STATEMENT EXECUTE FUNCTION mission_written()', target);
        EXECUTE format('CREATE TRIGGER mission_forgot AFTER DELETE ON %I REFERENCING OLD TABLE AS touched '
            'FOR EACH STATEMENT EXECUTE FUNCTION mission_written()', target);
    END LOOP;
END $$;
