-- Maps that were published before there were alarms: each mission's alarm rings once, and sets itself again where
-- its next map is not due yet.
ALTER TABLE context_map NO FORCE ROW LEVEL SECURITY;
INSERT INTO chassis.alarm (mission_id, name, rings_at)
    SELECT DISTINCT mission_id, 'context map is due', now() FROM context_map WHERE state = 'published'
    ON CONFLICT (mission_id, name) DO NOTHING;
ALTER TABLE context_map FORCE ROW LEVEL SECURITY;
