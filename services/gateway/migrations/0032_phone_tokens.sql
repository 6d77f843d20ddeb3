-- A token that fills forms on a phone and does nothing else: phones are lost.
ALTER TABLE api_token ADD COLUMN phones_only boolean NOT NULL DEFAULT false;
