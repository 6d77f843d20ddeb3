-- A token that may only read: for what keeps it where others may find it, a spreadsheet for instance.
ALTER TABLE api_token ADD COLUMN read_only boolean NOT NULL DEFAULT false;
