-- Other names that people know an area by.
ALTER TABLE area ADD COLUMN aliases text[] NOT NULL DEFAULT '{}';
