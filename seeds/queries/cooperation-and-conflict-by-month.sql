-- title: How do conflict and cooperation move from month to month?
-- param realis: text = actual; realis of the events that count: actual, attempted, future, hypothetical, negated, historical
SELECT substr(date_start, 1, 7) AS month,
       sum(CASE WHEN quad_code IN (1, 2) THEN 1 ELSE 0 END) AS cooperation,
       sum(CASE WHEN quad_code IN (3, 4) THEN 1 ELSE 0 END) AS conflict,
       round(CAST(avg(intensity) AS numeric), 2) AS mean_intensity
FROM events
WHERE realis = :realis AND date_start IS NOT NULL
GROUP BY substr(date_start, 1, 7)
ORDER BY month
