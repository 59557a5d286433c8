/** The pages of every study, in the order of the navigation. */
export const studyPages = [
  {path: "index", title: "Report"},
  {path: "data", title: "Data"},
  {path: "tasks", title: "Tasks"},
  {path: "weak-supervision", title: "Weak supervision"},
  {path: "students", title: "Students"},
  {path: "evaluation", title: "Evaluation"},
  {path: "live", title: "Live"},
  {path: "provenance", title: "Provenance"},
  {path: "workbench", title: "Workbench"}
] as const;
