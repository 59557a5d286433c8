import type {QuickMark} from "../charts/quickChart.js";

/** Questions that a reader is likely to start from. */
export const startingQueries: {
  title: string;
  sql: string;
  chart: {x: string; y: string; color: string | null; mark: QuickMark} | null;
}[] = [
  {
    title: "How much of the gap does each method recover?",
    sql: `SELECT task, concat_ws(', ', method, nullif(variant, '')) AS method, setting, weak, strong,
  value AS pgr, low, high, refused
FROM estimates
WHERE quantity = 'pgr' AND task NOT LIKE 'all%'
ORDER BY task, method`,
    chart: {x: "pgr", y: "task", color: "method", mark: "dot"}
  },
  {
    title: "Does a supervisor’s accuracy on a seed decide its student’s?",
    sql: `SELECT runs.task, runs.seed, concat_ws(', ', runs.method, nullif(runs.variant, '')) AS method,
  runs.setting, max(value) FILTER (role = 'weak') AS weak,
  max(value) FILTER (role = 'student') AS student, run
FROM metrics JOIN runs USING (run)
WHERE metric = 'accuracy' AND stage = 'evaluation' AND position = 0
GROUP BY ALL
ORDER BY task, seed`,
    chart: {x: "weak", y: "student", color: "task", mark: "dot"}
  },
  {
    title: "Is the student more accurate where its supervisor was sure?",
    sql: `WITH weak AS (
  SELECT run, example, probability
  FROM predictors JOIN predictions USING (predictor)
  WHERE role = 'weak' AND split = 'test'
), student AS (
  SELECT run, example, score
  FROM predictors JOIN predictions USING (predictor)
  WHERE role = 'student' AND split = 'test'
)
SELECT round(2 * abs(probability - 0.5), 1) AS supervisor_confidence,
  concat_ws(', ', runs.setting, runs.method, nullif(runs.variant, '')) AS method,
  avg(score) AS student_accuracy,
  count(*)::INT AS rows
FROM weak JOIN student USING (run, example) JOIN runs USING (run)
WHERE probability IS NOT NULL
GROUP BY ALL
ORDER BY supervisor_confidence`,
    chart: {x: "supervisor_confidence", y: "student_accuracy", color: "method", mark: "line"}
  },
  {
    title: "Which test rows does every student get wrong?",
    sql: `SELECT runs.task, example, avg(score) AS share_right, count(*)::INT AS students, any_value(text) AS text
FROM predictors JOIN predictions USING (predictor) JOIN runs USING (run) JOIN examples USING (task, example)
WHERE role = 'student' AND split = 'test'
GROUP BY runs.task, example
HAVING share_right = 0
ORDER BY task, example`,
    chart: null
  },
  {
    title: "How does the weight of the confidence term rise?",
    sql: `SELECT DISTINCT training.step, confidence_weight, predictors.loss
FROM training JOIN predictors USING (predictor)
WHERE role = 'student'
ORDER BY training.step`,
    chart: {x: "step", y: "confidence_weight", color: "loss", mark: "line"}
  },
  {
    title: "What did each step cost in rows?",
    sql: `SELECT verb, count(*)::INT AS steps, sum(rows)::INT AS rows
FROM steps
GROUP BY verb
ORDER BY rows DESC`,
    chart: {x: "rows", y: "verb", color: null, mark: "bar"}
  }
];
