import { iamArn } from "../../arn.ts";
import type {
  ListTracesInput,
  ListTracesOutput,
  StartTraceInput,
  StopTraceInput,
  TraceOutput,
} from "../../decision/api.ts";
import { incrementEpoch } from "../../entity/epoch.ts";
import { ApiError, validationError } from "../../error.ts";
import { epochSeconds } from "../../model/epoch-seconds.ts";
import { type OperationTable, operation } from "../../model/operation.ts";
import { accountKey } from "../../record/account.ts";

/** Every decision of the account reads its traces. */
const TRACES_AT_MOST = 10;
const DEFAULT_SECONDS = 3_600;

export const traceOperations: OperationTable = {
  StartTrace: operation<StartTraceInput, TraceOutput & { $metadata?: object }>({
    action: "portcullis:StartTrace",
    target: (_, { PrincipalArn }) => ({ arn: PrincipalArn }),
    async run(context, { PrincipalArn, DurationSeconds = DEFAULT_SECONDS }) {
      const { account, now } = context;
      if (!isTraceable(account, PrincipalArn))
        throw validationError("PrincipalArn must be of a user, a role or the root user here.");
      const nowSeconds = epochSeconds(now);
      const until = nowSeconds + DurationSeconds;
      await incrementEpoch(context, (record) => {
        const running = Object.entries(record.traces ?? {}).filter(
          ([arn, end]) => end > nowSeconds && arn !== PrincipalArn,
        );
        if (running.length >= TRACES_AT_MOST)
          throw new ApiError(
            "LimitExceeded",
            `Cannot exceed quota for TracesPerAccount: ${TRACES_AT_MOST}`,
          );
        return { ...record, traces: Object.fromEntries([...running, [PrincipalArn, until]]) };
      });
      return { Trace: { PrincipalArn, EndTime: new Date(until * 1000) } };
    },
  }),

  StopTrace: operation<StopTraceInput, TraceOutput & { $metadata?: object }>({
    action: "portcullis:StopTrace",
    target: (_, { PrincipalArn }) => ({ arn: PrincipalArn }),
    async run(context, { PrincipalArn }) {
      const { now } = context;
      await incrementEpoch(context, ({ traces = {}, ...record }) => {
        const end = Object.hasOwn(traces, PrincipalArn) ? traces[PrincipalArn] : undefined;
        if (end === undefined || end * 1000 <= now.getTime())
          throw new ApiError("ResourceNotFoundException", "The principal is not traced.");
        const { [PrincipalArn]: _, ...others } = traces;
        return { ...record, traces: others };
      });
      return { Trace: { PrincipalArn, EndTime: now } };
    },
  }),

  ListTraces: operation<ListTracesInput, ListTracesOutput & { $metadata?: object }>({
    action: "portcullis:ListTraces",
    target: () => ({ arn: "*" }),
    async run({ unit, account, now }) {
      const { traces = {} } = (await unit.get(accountKey(account))) ?? {};
      const Traces = Object.entries(traces)
        .filter(([, end]) => end * 1000 > now.getTime())
        .sort(([, one], [, other]) => one - other)
        .map(([PrincipalArn, end]) => ({ PrincipalArn, EndTime: new Date(end * 1000) }));
      return { Traces };
    },
  }),
};

/** Sessions are traced by their role. */
function isTraceable(account: string, arn: string): boolean {
  const start = iamArn(account, "");
  return arn.startsWith(start) && /^(?:user\/.|role\/.|root$)/.test(arn.slice(start.length));
}
