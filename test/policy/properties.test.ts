import fc from "fast-check";
import { expect, test } from "vitest";
import {
  authorize,
  explain,
  matchesWildcard,
  parsePolicy,
  printPolicy,
} from "../../packages/policy/src/index.ts";
import type { Document, Request, Statement } from "../reference/request.ts";
import { matchesTokens, tokensOf } from "../reference/wildcard.ts";
import { document, request, simpleRequest, statement } from "./arbitraries.ts";
import { compiled, engineDecision, oracleDecision, toEngine, written } from "./both.ts";

const SEED = 20260101;

function holds<T>(arbitrary: fc.Arbitrary<T>, numRuns: number, property: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, property), { seed: SEED, numRuns });
}

test("engine_agrees_with_oracle", () => {
  holds(request, 1000, (drawn) => {
    expect(outcomeOf(engineDecision(drawn))).toBe(oracleDecision(drawn));
  });
});

test("engine_agrees_with_oracle on one policy", () => {
  holds(simpleRequest, 1000, (drawn) => {
    expect(outcomeOf(engineDecision(drawn))).toBe(oracleDecision(drawn));
  });
});

test("explanations_agree_with_decisions", () => {
  holds(request, 500, (drawn) => {
    const engineRequest = toEngine(drawn);
    const { decision, matched, verdicts, nearMisses } = explain(engineRequest);
    expect(decision).toEqual(authorize(engineRequest));
    // What decided is among what matched, and a deny that matched is what decided.
    for (const reference of decision.statements)
      expect(matched).toContainEqual(expect.objectContaining(reference));
    expect(matched.some(({ effect }) => effect === "Deny")).toBe(
      decision.outcome === "explicitDeny",
    );
    expect(verdicts.some(({ outcome }) => outcome === "explicitDeny")).toBe(
      decision.outcome === "explicitDeny",
    );
    if (decision.outcome !== "implicitDeny") expect(nearMisses).toEqual([]);
  });
});

test("deny_trumps_allow", () => {
  const deny: Document = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
  };
  holds(request, 200, (drawn) => {
    for (const place of placesFor(deny, drawn))
      expect(outcomeOf(engineDecision(place))).toBe("explicitDeny");
  });
});

test("default_deny", () => {
  holds(simpleRequest, 400, (drawn) => {
    const allows = (item: Statement) => item.Effect === "Allow";
    const identity = drawn.identity
      .map((item) => without(item, allows))
      .filter((item) => item.Statement.length > 0);
    expect(engineDecision({ ...drawn, identity })).not.toBe("allowed");
  });
});

test("order_and_duplicates_do_not_matter", () => {
  holds(fc.tuple(request, fc.infiniteStream(fc.nat())), 300, ([drawn, numbers]) => {
    const mix = <T>(items: readonly T[]): readonly T[] =>
      [...items, ...items.slice(0, 1)]
        .map((item) => ({ item, at: numbers.next().value ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item);
    const mixed = (documents: readonly Document[]) =>
      mix(documents).map((item) => ({ ...item, Statement: mix(item.Statement) }));
    const { identity, boundary, session, ofResource } = drawn;
    const other = {
      ...drawn,
      identity: mixed(identity),
      ...(boundary && { boundary: mixed(boundary) }),
      ...(session && { session: mixed(session) }),
      ...(ofResource && { ofResource: mixed(ofResource) }),
    };
    expect(outcomeOf(engineDecision(other))).toBe(outcomeOf(engineDecision(drawn)));
  });
});

test("adding_a_deny_never_allows", () => {
  const denial = statement.map(
    (item): Document => ({ Version: "2012-10-17", Statement: [{ ...item, Effect: "Deny" }] }),
  );
  holds(fc.tuple(request, denial), 400, ([drawn, deny]) => {
    if (engineDecision(drawn) === "allowed") return;
    for (const place of placesFor(deny, drawn)) expect(engineDecision(place)).not.toBe("allowed");
  });
});

test("adding_an_allow_never_denies", () => {
  const allowance = statement.map(
    (item): Document => ({ Version: "2012-10-17", Statement: [{ ...item, Effect: "Allow" }] }),
  );
  holds(fc.tuple(request, allowance), 800, ([drawn, allow]) => {
    if (engineDecision(drawn) !== "allowed") return;
    for (const place of placesFor(allow, drawn)) expect(engineDecision(place)).toBe("allowed");
  });
});

test("parse_print_round_trip", () => {
  holds(document, 500, (drawn) => {
    const first = parsePolicy(written(drawn), "identity");
    if (!first.ok) throw new Error(JSON.stringify(first.issues));
    const again = parsePolicy(printPolicy(first.policy), "identity");
    if (!again.ok) throw new Error(JSON.stringify(again.issues));
    const meaning = ({ statements, ...rest }: typeof first.policy) => ({
      ...rest,
      statements: statements.map(({ start, end, ...item }) => item),
    });
    expect(meaning(again.policy)).toEqual(meaning(first.policy));
  });
});

test("wildcard_agrees_with_oracle", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", ":"), maxLength: 12 });
  holds(fc.tuple(letters, letters), 10_000, ([pattern, text]) => {
    expect(matchesWildcard(pattern, text)).toBe(matchesTokens(tokensOf(pattern), text.split("")));
  });
});

test("an_error_on_the_way_denies", () => {
  holds(simpleRequest, 500, (drawn) => {
    const context = {
      get(): never {
        throw new Error("no context today");
      },
    };
    const decision = authorize({ ...toEngine(drawn), context });
    if (decision.outcome !== "allowed") return;
    // Allowed only where nobody asks the context.
    expect(engineDecision({ ...drawn, context: {} })).toBe("allowed");
  });
});

test("compiled policies are shared between requests without a trace", () => {
  holds(
    fc.tuple(document, fc.array(simpleRequest, { minLength: 2, maxLength: 5 })),
    300,
    ([drawn, requests]) => {
      const shared = compiled(drawn, "identity-based");
      for (const item of [...requests, ...requests]) {
        const decision = authorize({ ...toEngine(item), policies: { identity: [shared] } });
        expect(decision.outcome).toBe(oracleDecision({ ...item, identity: [drawn] }).split(":")[0]);
      }
    },
  );
});

function outcomeOf(words: string): string {
  return words.startsWith("explicitDeny") ? "explicitDeny" : words;
}

function without(item: Document, unwanted: (statement: Statement) => boolean): Document {
  return { ...item, Statement: item.Statement.filter((one) => !unwanted(one)) };
}

/** The request with one more document, in each place where it has documents of principals. */
function placesFor(
  added: Document,
  { identity, boundary, session, serviceControl, ...rest }: Request,
): Request[] {
  const drawn = {
    ...rest,
    identity,
    ...(boundary && { boundary }),
    ...(session && { session }),
    ...(serviceControl && { serviceControl }),
  };
  return [
    { ...drawn, identity: [...identity, added] },
    ...(boundary ? [{ ...drawn, boundary: [...boundary, added] }] : []),
    ...(session ? [{ ...drawn, session: [...session, added] }] : []),
    ...(serviceControl?.length
      ? [{ ...drawn, serviceControl: serviceControl.map((level) => [...level, added]) }]
      : []),
  ];
}
