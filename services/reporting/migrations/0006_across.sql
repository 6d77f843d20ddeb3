-- Headquarters reads the read models of the missions whose read it has noted (chassis.open_across): what they are made
-- of, and nothing of what reporting itself owns.
SELECT chassis.open_across('record');
SELECT chassis.open_across('series');
SELECT chassis.open_across('change');

-- Which missions there are headquarters knows without reading them: it has to name those that it reads.
CREATE POLICY listed ON model FOR SELECT TO cpas_across USING (true);
GRANT SELECT ON model TO cpas_across;
CREATE POLICY listed ON record FOR SELECT TO cpas_across USING (kind = 'mission');
