-- title: What went wrong on the way in?
SELECT severity, reason, count(*) AS number, min(path) AS example
FROM import_issues
GROUP BY severity, reason
ORDER BY number DESC, severity, reason
