import { createPolicySource } from "@portcullis/authorizer";
import { accountOfAccessKeyId } from "@portcullis/iam/access-key-id";
import { encodeError, encodeResponse, loadService, type WireResponse } from "@portcullis/protocol";
import { type Credential, readCredential } from "@portcullis/protocol/sigv4";
import { loggedEvents } from "./audit/logged-events.ts";
import { callLine } from "./log/call-log.ts";
import { beginCall, type Call } from "./model/call.ts";
import type { ControlApiOptions } from "./model/options.ts";
import { type ControlApi, headerOf } from "./model/request.ts";
import type { ControlService } from "./model/service.ts";
import { authenticateCall } from "./pipeline/authenticate.ts";
import { decode } from "./pipeline/decode.ts";
import { wireErrorOf } from "./pipeline/error.ts";
import { readAhead } from "./pipeline/read-ahead.ts";
import { run } from "./pipeline/run.ts";
import { validate } from "./pipeline/validate.ts";
import { createAddressLimit } from "./rate/address-limit.ts";
import { createMemberLimit } from "./rate/member-limit.ts";

/**
 * One service of the control API. Each call is decoded, authenticated, validated, authorized, run
 * and encoded. An `ApiError` is answered as it is. Anything else thrown is a fault of the server:
 * the log has its cause, the answer does not.
 */
export function createControlApi(service: ControlService, options: ControlApiOptions): ControlApi {
  const policies = createPolicySource();
  const memberLimit = createMemberLimit(options.settings);
  const addressLimit = createAddressLimit();
  const loading = loadService(service.name);
  const accountOf = ({ accessKeyId }: Credential) =>
    accountOfAccessKeyId(accessKeyId) ?? options.settings.managementAccount;

  const answer = async (call: Call): Promise<WireResponse> => {
    const credential = readCredential(call.request.signed);
    // Before anything else, so that a flood costs the account's neighbours as little as possible.
    await addressLimit.take(credential, call.request.sourceIp, call.now);
    const turn = await memberLimit.enter(credential, call.now);
    try {
      const wire = await loading;
      const { name, input, operation } = decode(wire, service, call);
      const account = credential.ok ? accountOf(credential.credential) : undefined;
      const keys = account === undefined ? [] : (operation?.reads?.(input, account) ?? []);
      const store = keys.length === 0 ? options.store : readAhead(options.store, keys);
      const caller = await authenticateCall(call, credential, operation, {
        wire,
        directory: { ...options.directory, reader: store },
        policies,
      });
      if (caller.isProven) turn?.proven();
      const offered = validate(wire, { name, input, operation, caller: caller.caller });
      call.record.input = input;
      const output = await run(wire, call, offered, caller, { ...options, store });
      call.record.output = output;
      return encodeResponse(wire, name, output ?? {}, call.id, headerOf(call.request, "accept"));
    } finally {
      turn?.leave();
    }
  };

  return async (request) => {
    const wire = await loading;
    const call = beginCall(request);
    try {
      return await answer(call);
    } catch (error) {
      call.record.error = error;
      const accept = headerOf(request, "accept");
      return encodeError(wire, wireErrorOf(error, call.id), call.id, accept);
    } finally {
      const { region } = options.settings;
      const audit = loggedEvents(wire, call, region);
      options.log(callLine(service.name, call, { region, audit }));
    }
  };
}
