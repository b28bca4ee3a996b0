-- title: Which events rest on one source, and which on several?
-- param realis: text = actual; realis of the events that count: actual, attempted, future, hypothetical, negated, historical
SELECT independent_source_count AS sources, count(*) AS events, round(CAST(avg(confidence) AS numeric), 2) AS confidence
FROM events
WHERE realis = :realis
GROUP BY independent_source_count
ORDER BY sources
