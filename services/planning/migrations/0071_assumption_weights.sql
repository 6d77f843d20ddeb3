-- An assumption may be weighed as a risk is: how likely it is not to hold, and how hard that would hit.
ALTER TABLE risks DROP CONSTRAINT risks_check;
ALTER TABLE risks ADD CONSTRAINT risks_weighed CHECK ((likelihood IS NULL) = (impact IS NULL)
    AND (kind <> 'risk' OR likelihood IS NOT NULL));
