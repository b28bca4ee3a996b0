-- title: How warm are the relations of each pair of countries?
-- description: The mean PLOVER intensity, -10 (conflict) to 10 (cooperation), over all pairs of participants.
-- param realis: text = actual; realis of the events that count: actual, attempted, future, hypothetical, negated, historical
-- param size: integer = 20; rows at most
SELECT a.country AS from_country, r.country AS to_country, count(DISTINCT e.event) AS events,
       round(CAST(avg(e.intensity) AS numeric), 2) AS mean_intensity
FROM events e
JOIN participants a ON a.event = e.event AND a.role = 'actor'
JOIN participants r ON r.event = e.event AND r.role = 'recipient'
WHERE e.realis = :realis AND a.country <> r.country
GROUP BY a.country, r.country
ORDER BY events DESC, from_country, to_country
LIMIT :size
