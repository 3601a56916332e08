/** How a run is named, for the help of every command that takes one. */
export const RUN_ARGUMENT = "An id, a unique beginning of one, a name, or `latest`. Left out: the newest run.";
