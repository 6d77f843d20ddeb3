-- Which places have an observation of a higher classification: few, so that a read of all observations in
-- force looks for them in a small index.
CREATE INDEX observation_classified ON observation (mission_id, indicator_id, first_day, area) WHERE classification > 0;
