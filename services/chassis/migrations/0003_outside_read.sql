-- Reads of a mission's rows from outside the mission: who read what, and when. A row of a mission is seen from outside
-- only in a transaction that has noted it here for that mission; so there is no read without its trace.

CREATE TABLE chassis.outside_read (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    account uuid NOT NULL,
    account_name text NOT NULL,
    -- The RPC, and what was asked of it, in words.
    call text NOT NULL,
    text_en text NOT NULL,
    text_fr text NOT NULL,
    -- Up to which classification it could see.
    clearance smallint NOT NULL,
    -- The transaction that reads. Its start tells it from one of the same number in a database that was restored.
    reading xid8 NOT NULL DEFAULT pg_current_xact_id(),
    opened_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    PRIMARY KEY (mission_id, id)
);
CREATE INDEX outside_read_reading ON chassis.outside_read (reading);

ALTER TABLE chassis.outside_read ENABLE ROW LEVEL SECURITY;
ALTER TABLE chassis.outside_read FORCE ROW LEVEL SECURITY;
-- A mission sees who read it; a reading transaction sees what it noted itself, and notes nothing for another.
CREATE POLICY tenant ON chassis.outside_read FOR SELECT USING (mission_id = (SELECT chassis.mission()));
CREATE POLICY reading ON chassis.outside_read FOR SELECT
    USING (reading = pg_current_xact_id_if_assigned() AND opened_at = transaction_timestamp());
CREATE POLICY noting ON chassis.outside_read FOR INSERT
    WITH CHECK (reading = pg_current_xact_id() AND opened_at = transaction_timestamp());
-- Nobody is granted to write: only the function below notes.
GRANT SELECT ON chassis.outside_read TO cpas_app;

CREATE FUNCTION chassis.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was noted is not changed';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON chassis.outside_read
    FOR EACH STATEMENT EXECUTE FUNCTION chassis.refuse_change();

-- Notes a read of these missions, one row each.
CREATE FUNCTION chassis.note_outside_read(
    missions uuid[], ids uuid[], at timestamptz, account uuid, account_name text, call text, text_en text, text_fr text
) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO chassis.outside_read (mission_id, id, at, account, account_name, call, text_en, text_fr, clearance)
    SELECT noted.mission, noted.id, $3, $4, $5, $6, $7, $8, chassis.clearance()
    FROM unnest($1, $2) AS noted (mission, id);
$$;

-- The missions that this transaction has noted.
CREATE FUNCTION chassis.missions_noted() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(mission_id), '{}') FROM chassis.outside_read
    WHERE reading = pg_current_xact_id_if_assigned() AND opened_at = transaction_timestamp();
$$;
REVOKE EXECUTE ON FUNCTION
    chassis.note_outside_read(uuid[], uuid[], timestamptz, uuid, text, text, text, text), chassis.missions_noted()
    FROM PUBLIC;

-- Lets the role cpas_across read a table: the missions that its transaction has noted, up to the caller's clearance.
CREATE FUNCTION chassis.open_across(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cpas_across') THEN
        RAISE EXCEPTION 'the role cpas_across is missing' USING HINT =
            'CREATE ROLE cpas_across NOLOGIN NOSUPERUSER NOBYPASSRLS; '
            'GRANT cpas_across TO the application role WITH INHERIT FALSE, SET TRUE;';
    END IF;
    GRANT USAGE ON SCHEMA chassis, public TO cpas_across;
    GRANT EXECUTE ON FUNCTION
        chassis.note_outside_read(uuid[], uuid[], timestamptz, uuid, text, text, text, text), chassis.missions_noted()
        TO cpas_across;
    EXECUTE format('GRANT SELECT ON %s TO cpas_across', target);
    EXECUTE format(
        'CREATE POLICY across ON %s FOR SELECT TO cpas_across USING (mission_id = ANY ((SELECT chassis.missions_noted())::uuid[]) '
        'AND classification <= (SELECT chassis.clearance()))', target);
END $$;
