-- Headquarters inside a mission's own pages: the gateway notes it by the same door through which it reads across missions
-- (chassis.open_across), of which it needs nothing but the trace.
GRANT USAGE ON SCHEMA chassis, public TO cpas_across;
GRANT EXECUTE ON FUNCTION
    chassis.note_outside_read(uuid[], uuid[], timestamptz, uuid, text, text, text, text), chassis.missions_noted()
    TO cpas_across;
