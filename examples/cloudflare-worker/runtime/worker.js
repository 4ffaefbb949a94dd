// The Worker as Cloudflare's runtime starts it. What a build tool makes of it, `worker-build`, does the same and more.
import module from "./cloudflare_worker_bg.wasm";
import * as imports from "./cloudflare_worker_bg.js";
import { AccountWithFaults, OverloadedAccounts } from "./faults.js";

const instance = new WebAssembly.Instance(module, { "./cloudflare_worker_bg.js": imports });
imports.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

/** The Durable Object in Rust, with what makes it fail around it. */
export class Account extends AccountWithFaults {
    constructor(state, env) {
        super(state, new imports.Account(state, env));
    }
}

export default {
    fetch(request, env, context) {
        const accounts = new OverloadedAccounts(env.ACCOUNTS);
        return imports.fetch(request, { ...env, ACCOUNTS: accounts }, context);
    },
};
