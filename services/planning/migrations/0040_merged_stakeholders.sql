-- Which record stands for a stakeholder that was merged into another one; itself while it stands.
ALTER TABLE known_stakeholders ADD COLUMN head uuid;
