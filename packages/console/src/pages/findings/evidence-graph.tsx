import type { AccountFinding } from "@portcullis/analysis";
import { graphOf } from "./graph.ts";
import "./findings.css";

const WIDTH = 480;
const NODE_HEIGHT = 40;
const EDGE_HEIGHT = 56;
/** What fits into a box, at the font of the picture. */
const MOST_CHARACTERS = 52;

/**
 * How one gets from the first principal to the last, step by step. The picture's name tells the
 * same in words; the list of the evidence has the names in full.
 */
export function EvidenceGraph({ finding }: { readonly finding: AccountFinding }) {
  const graph = graphOf(finding);
  if (graph === undefined) return null;
  const { nodes, edges } = graph;
  const height = nodes.length * NODE_HEIGHT + edges.length * EDGE_HEIGHT + 4;
  const words = edges
    .map((edge, at) => `from ${nodes[at]} to ${nodes[at + 1]}: ${edge}`)
    .join("; ");
  return (
    <svg
      className="evidence-graph"
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={`Path: ${words}`}
    >
      {nodes.map((node, at) => {
        const top = at * (NODE_HEIGHT + EDGE_HEIGHT) + 2;
        const edge = edges[at];
        const start = top + NODE_HEIGHT;
        const end = start + EDGE_HEIGHT;
        const isLast = at === nodes.length - 1;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a path may come by the same name twice
          <g key={at}>
            <rect
              className={isLast ? "graph-node graph-goal" : "graph-node"}
              x={2}
              y={top}
              width={WIDTH - 4}
              height={NODE_HEIGHT}
              rx={8}
            />
            <text
              className="graph-text"
              x={WIDTH / 2}
              y={top + NODE_HEIGHT / 2}
              textAnchor="middle"
              dominantBaseline="central"
            >
              {shortened(node)}
            </text>
            {edge !== undefined && (
              <>
                <path
                  className="graph-edge"
                  d={`M ${WIDTH / 2} ${start} V ${end - 8} m -6 0 l 6 8 l 6 -8 z`}
                />
                <text
                  className="graph-text graph-label"
                  x={WIDTH / 2 + 14}
                  y={start + EDGE_HEIGHT / 2 - 2}
                  dominantBaseline="central"
                >
                  {shortened(edge, MOST_CHARACTERS / 2)}
                </text>
              </>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** The middle of a long name tells least. */
function shortened(text: string, most = MOST_CHARACTERS): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}
