import type {ErrorKind} from "../statistics/errorTypes.js";

/** Kinds of error that a program can tell, as figures and lists name them, in their order; what each is, in few words and in a sentence. */
export const errorKindTitles: Readonly<Record<ErrorKind, {title: string; short: string; about: string}>> = {
  copied: {
    title: "Copied",
    short: "supervisor’s error",
    about: "the student repeats its supervisor’s error"
  },
  copied_net: {
    title: "Copied, net",
    short: "not the ceiling’s",
    about: "the student repeats an error of its supervisor that the ceiling does not make"
  },
  overfit: {
    title: "Overfit",
    short: "was right before",
    about: "the student was right at an earlier checkpoint, and ends on its supervisor’s error"
  },
  novel: {title: "Novel", short: "supervisor right", about: "the student is wrong where its supervisor is right"},
  other: {title: "Another", short: "both wrong, unlike", about: "both are wrong, and not alike"},
  parse_failure: {title: "No answer", short: "none to read", about: "no answer can be read in what the student wrote"},
  all: {title: "All errors", short: "", about: "all that the student gets wrong"}
};

export const errorKindNames = Object.keys(errorKindTitles) as ErrorKind[];
