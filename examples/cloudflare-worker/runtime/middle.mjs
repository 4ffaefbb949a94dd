// What is between the Worker and the services that store: an HTTP server that passes requests on, or does not.
import http from "node:http";

/** R2 says what is wrong in a header, which the runtime makes an exception of. */
const r2 = (status, code, message) => ({
    status,
    headers: { "cf-r2-error": JSON.stringify({ version: 1, v4code: code, message }) },
});
/** D1 says it in JSON. */
const d1 = (status, error) => ({ status, body: JSON.stringify({ success: false, error }) });

/** In the words of Cloudflare's lists. */
const FAULTS = {
    r2: [
        "reset",
        "lost answer",
        r2(503, 10043, "The service is temporarily unavailable. Please try again later."),
        r2(500, 10001, "We encountered an internal error. Please try again."),
        r2(429, 10058, "Reduce your concurrent request rate for the same object."),
    ],
    d1: [
        "reset",
        "lost answer",
        d1(429, "D1 DB is overloaded. Too many requests queued."),
        d1(500, "Internal error in D1 DB storage caused object to be reset."),
    ],
};

export class Middle {
    /** Of each kind. */
    counts = new Map();
    #attempts = new Map();

    static async listen(kind) {
        const middle = new Middle();
        middle.kind = kind;
        middle.server = http.createServer((request, response) => middle.#serve(request, response));
        // Else it closes idle connections, and a request that comes at that moment is lost: a fault that nobody counts.
        middle.server.keepAliveTimeout = 0;
        await new Promise((listening) => middle.server.listen(0, "127.0.0.1", listening));
        middle.address = `127.0.0.1:${middle.server.address().port}`;
        return middle;
    }

    close() {
        this.server.close();
        this.server.closeAllConnections();
    }

    async #serve(request, response) {
        const body = Buffer.concat(await request.toArray());
        const fault = this.#fault(request, body);
        if (fault === "reset") {
            return request.socket.resetAndDestroy();
        }
        if (typeof fault === "object") {
            response.writeHead(fault.status, fault.headers);
            return response.end(fault.body);
        }
        const answer = await this.#pass(request, body);
        if (fault === "lost answer") {
            return request.socket.resetAndDestroy();
        }
        response.writeHead(answer.status, answer.headers);
        response.end(answer.body);
    }

    /** The first two attempts of each call fail, each in another way. */
    #fault(request, body) {
        const asked = request.headers["cf-r2-request"];
        const said = `${asked}${body}`;
        if (said.includes("no_table")) {
            return "none";
        }
        // Attempts of one call are of the same customer, also where each has an id of its own.
        const what = /((receipts|names)\/)?customer-\d+/.exec(said)?.[0] ?? said;
        const call = `${asked && JSON.parse(asked).method} ${what}`;
        const { index, number } = this.#attempts.get(call) ?? { index: this.#attempts.size, number: 0 };
        this.#attempts.set(call, { index, number: number + 1 });
        const faults = FAULTS[this.kind];
        const fault = number < 2 ? faults[(index * 2 + number) % faults.length] : "none";
        const name = typeof fault === "object" ? String(fault.status) : fault;
        this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
        return fault;
    }

    #pass(request, body) {
        const headers = { ...request.headers, "x-service": this.kind, "content-length": body.length };
        delete headers["transfer-encoding"];
        return new Promise((resolve, reject) => {
            const { hostname, port } = this.store;
            const passed = http.request(
                { hostname, port, path: request.url, method: request.method, headers },
                async (answer) => {
                    const answered = Buffer.concat(await answer.toArray());
                    const { "transfer-encoding": _, ...rest } = answer.headers;
                    resolve({ status: answer.statusCode, headers: rest, body: answered });
                },
            );
            passed.on("error", reject);
            passed.end(body);
        });
    }
}
