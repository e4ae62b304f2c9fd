// A source of evidence, and a line of it.

/** An output of a tool, or a file that was read. */
export interface SourceText {
  /** The name of its file in a capture. */
  readonly name: string;
  readonly text: string;
}

/** One line of a source; it counts from 1, and blanks around the text are gone. */
export interface Quote {
  readonly source: string;
  readonly line: number;
  readonly text: string;
}
