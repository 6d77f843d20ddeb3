-- What people write of stakeholders, relations and areas, in French beside what was there.

ALTER TABLE stakeholder_assessment
    ADD COLUMN capability_fr text NOT NULL DEFAULT '',
    ADD COLUMN attitude_fr text NOT NULL DEFAULT '',
    ADD COLUMN behaviour_fr text NOT NULL DEFAULT '',
    ADD COLUMN note_fr text NOT NULL DEFAULT '';
ALTER TABLE stakeholder_relation ADD COLUMN note_fr text NOT NULL DEFAULT '';
ALTER TABLE area_change
    ADD COLUMN share_basis_fr text NOT NULL DEFAULT '',
    ADD COLUMN note_fr text NOT NULL DEFAULT '';
