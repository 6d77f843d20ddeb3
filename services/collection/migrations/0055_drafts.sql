-- What was recorded as a draft and what waits to be approved, to be counted after every write: each from its own rows.

CREATE INDEX observation_draft ON observation (mission_id, id) WHERE recorded_state = 'draft';
CREATE INDEX observation_step_state ON observation_step (mission_id, state, observation_id);
