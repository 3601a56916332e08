/** What stands in the record for a value that is nobody's business. */
const HIDDEN = "***";

/** Names under which credentials are passed; their values are not recorded. */
export function isSecretName(name: string): boolean {
  return /(^|[-_.])(password|passwd|secret|token|credentials?|api[-_]?key|access[-_]?key|private[-_]?key)$/i.test(name);
}

/**
 * A command line as it may be recorded and uploaded: without the values of flags and variables that are named like
 * credentials, and without the password in an address.
 */
export function withoutSecrets(command: readonly string[]): string[] {
  return command.map((word, index) => {
    const flag = /^--?([A-Za-z][\w.-]*)$/.exec(command[index - 1] ?? "")?.[1];
    if (flag !== undefined && isSecretName(flag) && !word.startsWith("-")) return HIDDEN;
    const [, name, equals] = /^(?:-{1,2})?([A-Za-z_][\w.-]*)(=)/.exec(word) ?? [];
    if (name !== undefined && equals !== undefined && isSecretName(name)) {
      return `${word.slice(0, word.indexOf("=") + 1)}${HIDDEN}`;
    }
    return word.replace(/(\w+:\/\/[^/\s:@]*):[^/\s@]+@/g, `$1:${HIDDEN}@`);
  });
}
