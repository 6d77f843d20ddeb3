-- The state of each mission as this service has heard of it, so that what was under way when a mission was closed is not
-- stored after that.
CREATE TABLE chassis.mission_state (
    mission_id uuid PRIMARY KEY,
    state text NOT NULL,
    version bigint NOT NULL
);
SELECT chassis.protect('chassis.mission_state');
GRANT SELECT, INSERT, UPDATE ON chassis.mission_state TO cpas_app;

-- One lock a mission, shared by all who write: whoever notes the state waits for them, and they for it.
CREATE FUNCTION chassis.mission_lock(target uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN hashtextextended('mission state ' || target::text, 0);

-- Notes the state of a mission, unless a newer one was noted. From then on no transaction that was open before is committed.
CREATE FUNCTION chassis.note_mission_state(target uuid, to_state text, at_version bigint) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(chassis.mission_lock(target));
    INSERT INTO chassis.mission_state AS known (mission_id, state, version) VALUES (target, to_state, at_version)
    ON CONFLICT (mission_id) DO UPDATE SET state = to_state, version = at_version WHERE known.version < at_version;
END $$;

-- Whether a transaction that has written something comes too late. Each statement looks anew: what was noted while the
-- lock was waited for is seen.
CREATE FUNCTION chassis.comes_too_late(target uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF pg_current_xact_id_if_assigned() IS NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(chassis.mission_lock(target));
    RETURN EXISTS (SELECT FROM chassis.mission_state WHERE mission_id = target AND state = 'closed');
END $$;
