-- title: Which outlets print the same text?
SELECT a.source AS one, b.source AS other, count(*) AS texts, min(d.score) AS least_shared
FROM duplicates d
JOIN articles a ON a.article = d.first_article
JOIN articles b ON b.article = d.second_article
WHERE a.source <> b.source
GROUP BY a.source, b.source
ORDER BY texts DESC, a.source, b.source
