-- A waiver that a planner may not see stands in nobody's way: who sees the finding as not waived may waive it.
DROP INDEX plan_check_waivers_standing;
CREATE UNIQUE INDEX plan_check_waivers_standing ON plan_check_waivers (mission_id, family_id, key, classification)
    WHERE taken_back_at IS NULL;
