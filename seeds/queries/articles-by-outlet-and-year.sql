-- title: What does the archive hold, by outlet and year?
SELECT source, substr(published_date, 1, 4) AS year, count(*) AS articles,
       sum(CASE WHEN analysed THEN 1 ELSE 0 END) AS analysed
FROM articles
GROUP BY source, substr(published_date, 1, 4)
ORDER BY coalesce(source, ''), coalesce(substr(published_date, 1, 4), '')
