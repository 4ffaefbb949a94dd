// What makes the Durable Object fail: it aborts itself, as the runtime does when it moves an object, or it answers with an error.

/** How often each account was called, and how often each fault was made. This survives an object that is aborted. */
const calls = new Map();
const counts = new Map();

/** The first two calls of each account fail in one of these ways. */
const FAULTS = [
    ["aborted after it was done", "aborted before"],
    ["503", "aborted after it was done"],
    ["aborted before", "429"],
];

export class AccountWithFaults {
    constructor(state, account) {
        this.state = state;
        this.account = account;
    }

    async fetch(request) {
        if (request.method === "GET") {
            return this.look();
        }
        const name = this.state.id.name;
        const number = calls.get(name) ?? 0;
        calls.set(name, number + 1);
        const index = Number(name.split("-")[1]);
        const fault = FAULTS[index % FAULTS.length][number] ?? "none";
        counts.set(fault, (counts.get(fault) ?? 0) + 1);
        switch (fault) {
            case "aborted before":
                return this.state.abort("Network connection lost.");
            case "aborted after it was done":
                await this.account.fetch(request);
                await this.state.storage.sync();
                return this.state.abort("Network connection lost.");
            case "503":
                return new Response("busy", { status: 503, headers: { "Retry-After": "1" } });
            case "429":
                return new Response("too many requests", { status: 429, headers: { "Retry-After": "1" } });
            default:
                return this.account.fetch(request);
        }
    }

    /** What is stored, and what happened. */
    look() {
        const { sql } = this.state.storage;
        sql.exec("CREATE TABLE IF NOT EXISTS payments (operation TEXT PRIMARY KEY, cents INTEGER)");
        return Response.json({
            payments: [...sql.exec("SELECT cents FROM payments")].map(({ cents }) => cents),
            calls: calls.get(this.state.id.name) ?? 0,
            faults: [...counts],
        });
    }
}

/** The namespace, in which the account "overloaded" is what Cloudflare says of an object with too much to do. */
class DurableObjectNamespace {
    constructor(namespace) {
        this.namespace = namespace;
    }

    getByName(name) {
        if (name !== "overloaded") {
            return this.namespace.getByName(name);
        }
        const error = new Error("Durable Object is overloaded. Too many requests queued.");
        return { fetch: () => Promise.reject(Object.assign(error, { overloaded: true, retryable: true })) };
    }
}

export { DurableObjectNamespace as OverloadedAccounts };
