import type { Tree } from "./tree.ts";

/**
 * The longest text that every match has in it, so that lines without it need no search; empty where there is none.
 */
export function needleOf(tree: Tree): string {
  let longest = "";
  let run = "";
  const end = (): void => {
    if (run.length > longest.length) longest = run;
    run = "";
  };

  function visit(part: Tree): void {
    switch (part.kind) {
      case "character": {
        const [range] = part.set;
        if (part.set.length === 1 && range !== undefined && range[0] === range[1]) run += String.fromCharCode(range[0]);
        else end();
        break;
      }
      case "sequence":
        for (const inner of part.parts) visit(inner);
        break;
      case "group":
        visit(part.part);
        break;
      case "repeat":
        end();
        if (part.least > 0) visit(part.part);
        end();
        break;
      case "choice":
        end();
        break;
      case "assertion":
        break;
    }
  }

  visit(tree);
  end();
  return longest;
}
