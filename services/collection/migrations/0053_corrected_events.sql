-- Events that were corrected by hand: who did it last, and why; empty: it stands as the files say.

ALTER TABLE geo_event
    ADD COLUMN corrected_by text NOT NULL DEFAULT '',
    ADD COLUMN correction_reason text NOT NULL DEFAULT '';
