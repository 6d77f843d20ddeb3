-- Which findings rest on a record.
CREATE INDEX findings_by_reference ON findings USING gin ((content->'evidence') jsonb_path_ops);
