// Cloudflare's runtime with the Worker in it, and with what makes its calls fail.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { Log, LogLevel, Miniflare } from "miniflare";

import { Middle } from "./middle.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const COMPATIBILITY = { compatibilityDate: "2026-04-01" };
const plugin = { package: path.join(here, "plugin.cjs"), name: "wire" };

/** The services: what they get by `x-service` they pass on. */
const STORE = `export default {
    fetch(request, env) {
        return env[request.headers.get("x-service")].fetch(request);
    },
};`;

export class Service {
    /** `built` is where `run` puts the Worker. */
    static async start(built) {
        const worker = await modules(built);
        const service = new Service();
        service.r2 = await Middle.listen("r2");
        service.d1 = await Middle.listen("d1");
        const wire = (name, type, options) => ({ name, type, plugin, options });
        service.miniflare = new Miniflare({
            log: new Log(LogLevel.ERROR),
            // The exceptions that the object throws are on purpose.
            handleRuntimeStdio: (stdout, stderr) => (stdout.resume(), stderr.resume()),
            workers: [
                {
                    ...COMPATIBILITY,
                    name: "worker",
                    modules: worker,
                    modulesRoot: built,
                    durableObjects: { ACCOUNTS: { className: "Account", useSQLite: true } },
                    unsafeBindings: [
                        wire("BUCKET", "r2", { address: service.r2.address }),
                        wire("DB", "d1", { address: service.d1.address }),
                    ],
                },
                {
                    ...COMPATIBILITY,
                    name: "store",
                    modules: true,
                    script: STORE,
                    r2Buckets: { BUCKET: "bucket" },
                    d1Databases: { DB: "database" },
                    unsafeBindings: [
                        wire("r2", "service", { service: "r2:bucket:bucket" }),
                        wire("d1", "service", { service: "d1:db:database" }),
                    ],
                    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
                },
            ],
        });
        try {
            service.url = await service.miniflare.ready;
            const store = await service.miniflare.unsafeGetDirectURL("store");
            service.r2.store = service.d1.store = store;
        } catch (error) {
            await service.stop();
            throw error;
        }
        return service;
    }

    /** Starts one, and stops it when this is done. */
    static async use(built, body) {
        const service = await Service.start(built);
        try {
            return await body(service);
        } finally {
            await service.stop();
        }
    }

    async stop() {
        await this.miniflare.dispose();
        this.r2.close();
        this.d1.close();
    }

    /** Asks the Worker. */
    async ask(...words) {
        const response = await fetch(new URL(words.join("/"), this.url));
        const text = await response.text();
        if (!response.ok) {
            throw new Error(text);
        }
        return text;
    }

    /** What is stored, asked of the services themselves. */
    async keys(prefix) {
        const bucket = await this.miniflare.getR2Bucket("BUCKET", "store");
        return (await bucket.list({ prefix })).objects.map(({ key }) => key);
    }

    async text(key) {
        const bucket = await this.miniflare.getR2Bucket("BUCKET", "store");
        return (await bucket.get(key))?.text();
    }

    async setUp(statements) {
        const database = await this.miniflare.getD1Database("DB", "store");
        await database.exec(statements);
    }

    async rows(query) {
        const database = await this.miniflare.getD1Database("DB", "store");
        return (await database.prepare(query).all()).results;
    }

    /** The payments into an account, and what happened to calls. */
    async account(name) {
        const accounts = await this.miniflare.getDurableObjectNamespace("ACCOUNTS", "worker");
        const response = await accounts.get(accounts.idFromName(name)).fetch("https://account/");
        return response.json();
    }
}

/** All files of the folder, as the runtime wants them. */
async function modules(built) {
    const files = await readdir(built, { recursive: true });
    const relevant = files.filter((file) => /\.(js|wasm)$/.test(file)).sort();
    // The first one is the Worker.
    const ordered = ["worker.js", ...relevant.filter((file) => file !== "worker.js")];
    return Promise.all(
        ordered.map(async (file) => ({
            type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
            path: path.join(built, file),
            contents: await readFile(path.join(built, file)),
        })),
    );
}
