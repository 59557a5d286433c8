/** Groups of pages, in the order of the navigation. */
export const pageGroups = ["Report", "Data", "Stages", "Analyses", "Debate", "Alice", "Sources"] as const;

export interface StudyPage {
  path: string;
  title: string;
  group: (typeof pageGroups)[number];
}

/** The pages of every study, in the order of their group's navigation. */
export const studyPages: readonly StudyPage[] = [
  {path: "index", title: "Report", group: "Report"},
  {path: "reproduction", title: "Reproduction", group: "Report"},
  {path: "data", title: "Data", group: "Data"},
  {path: "tasks", title: "Tasks", group: "Data"},
  {path: "weak-supervision", title: "Weak supervision", group: "Stages"},
  {path: "students", title: "Students", group: "Stages"},
  {path: "evaluation", title: "Evaluation", group: "Stages"},
  {path: "live", title: "Live", group: "Stages"},
  {path: "scaling", title: "Scaling", group: "Analyses"},
  {path: "agreement", title: "Agreement", group: "Analyses"},
  {path: "ablations", title: "Ablations", group: "Analyses"},
  {path: "significance", title: "Significance", group: "Analyses"},
  {path: "errors", title: "Errors", group: "Analyses"},
  {path: "saliency", title: "Concept saliency", group: "Analyses"},
  {path: "facilitation", title: "Facilitation", group: "Analyses"},
  {path: "debate", title: "Debate", group: "Debate"},
  {path: "judge", title: "Judge", group: "Debate"},
  {path: "uncertainty", title: "Uncertainty", group: "Alice"},
  {path: "demonstrations", title: "Demonstrations", group: "Alice"},
  {path: "cascade", title: "Cascade", group: "Alice"},
  {path: "results", title: "Results", group: "Alice"},
  {path: "lineage", title: "Lineage", group: "Sources"},
  {path: "provenance", title: "Provenance", group: "Sources"},
  {path: "workbench", title: "Workbench", group: "Sources"}
];
