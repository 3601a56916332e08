/** Names under which credentials are passed; their values are not recorded. */
export function isSecretName(name: string): boolean {
  return /(^|[-_.])(password|passwd|secret|token|credentials?|api[-_]?key|access[-_]?key|private[-_]?key)$/i.test(name);
}
