// The same orders in three ways, each with a runtime and services of its own.
import { Service } from "./service.mjs";

export const CUSTOMERS = Array.from({ length: 12 }, (_, index) => `customer-${index + 1}`);
export const id = (customer) => `order-of-${customer}`;
export const cents = (customer) => 100 + Number(customer.split("-")[1]);

const WAYS = {
    "with care": {
        migrate: ["migrate"],
        order: (customer) => ["order", id(customer), customer, cents(customer)],
        claim: (customer) => ["claim", customer, customer],
    },
    "no retries": naive(1),
    "naive retries": naive(5),
};

function naive(attempts) {
    return {
        migrate: ["naive", attempts, "migrate"],
        order: (customer) => ["naive", attempts, "order", customer, cents(customer)],
        claim: (customer) => ["naive", attempts, "claim", customer, customer],
        // Its migration makes another one, so that the orders have a table to go to.
        tables: "CREATE TABLE orders (id TEXT PRIMARY KEY, customer TEXT NOT NULL, cents INTEGER NOT NULL)",
    };
}

/** Makes the orders: what the Worker answered, and what is stored. */
export async function run(service, way) {
    const { migrate, order, claim, tables } = WAYS[way];
    if (tables) {
        await service.setUp(tables);
    }
    const [migrated] = await askAll(service, [migrate]);
    const orders = await askAll(service, CUSTOMERS.map(order));
    const claims = await askAll(service, CUSTOMERS.map(claim));
    return { migrated, orders, claims, stored: await look(service) };
}

/** All at once: `{ answer }` or `{ error }` of each. */
export function askAll(service, questions) {
    const ask = (words) =>
        service.ask(...words).then(
            (answer) => ({ answer }),
            ({ message }) => ({ error: message }),
        );
    return Promise.all(questions.map(ask));
}

/** What each customer has. */
async function look(service) {
    const receipts = await service.keys("receipts/");
    const rows = await service.rows("SELECT id, customer, cents FROM orders");
    const accounts = await Promise.all(CUSTOMERS.map((customer) => service.account(customer)));
    return CUSTOMERS.map((customer, index) => ({
        receipts: receipts.filter((key) => key.split("/")[1] === customer),
        rows: rows.filter((row) => row.customer === customer),
        payments: accounts[index].payments,
    }));
}

/** Of how many customers it is missing, or there more than once. */
export const missing = (stored, what) => stored.filter((found) => found[what].length === 0).length;
export const doubles = (stored, what) => stored.filter((found) => found[what].length > 1).length;

/** How often each fault happened. */
export async function faults(service) {
    const { faults } = await service.account(CUSTOMERS[0]);
    const line = (counts) =>
        [...counts].filter(([name]) => name !== "none").map(([name, count]) => `${count} ${name}`).join(", ");
    return { R2: line(service.r2.counts), D1: line(service.d1.counts), "Durable Objects": line(faults) };
}

/** Prints what happens. False if what was done with care is not as it was asked for. */
export async function show(built) {
    const ways = Object.keys(WAYS);
    const reports = await Promise.all(ways.map((way) => Service.use(built, (service) => tell(service, way))));
    const [careful] = reports;
    console.log("What failed, with care:");
    for (const [name, line] of Object.entries(careful.faults)) {
        console.log(`  ${name}: ${line}`);
    }
    console.log();
    const row = (name, values) =>
        console.log(name.padEnd(43) + values.map((value) => String(value).padStart(14)).join(""));
    const each = (name, value) => row(name, reports.map(value));
    row("", ways);
    each("orders", ({ orders }) => orders.length);
    each("orders that failed for the customer", ({ orders }) => failed(orders));
    for (const [name, what] of [
        ["receipts in R2", "receipts"],
        ["rows in D1", "rows"],
        ["payments in Durable Objects", "payments"],
    ]) {
        each(`${name}: missing`, ({ stored }) => missing(stored, what));
        each(`${" ".repeat(name.length)}  there twice`, ({ stored }) => doubles(stored, what));
    }
    each("names in R2 that their owner was not given", ({ claims }) => refused(claims));
    each("migrations of D1", ({ migrated }) => (migrated.error ? "failed" : "applied"));
    console.log("\nWhat nothing can cure, and how many attempts the Worker made:");
    console.log(careful.mistakes.replace(/^/gm, "  "));
    const { calls, error } = careful.stub;
    console.log(`\nOne stub for five attempts: ${calls} of them arrived, and all failed with "${error}"`);
    return isRight(careful);
}

async function tell(service, way) {
    const report = await run(service, way);
    if (way !== "with care") {
        return report;
    }
    return {
        ...report,
        faults: await faults(service),
        mistakes: await service.ask("mistakes"),
        stub: await oneStub(service),
    };
}

export const failed = (asked) => asked.filter(({ error }) => error).length;
export const refused = (claims) => claims.filter(({ answer }) => answer !== "true").length;

/** An account that aborts itself in its first call. */
export async function oneStub(service) {
    const [{ error }] = await askAll(service, [["naive", 5, "one-stub", "stub-0"]]);
    return { error, calls: (await service.account("stub-0")).calls };
}

export function isRight({ orders, claims, stored }) {
    const isThere = (found, index) => {
        const customer = CUSTOMERS[index];
        const [row] = found.rows;
        return (
            found.receipts.length === 1 &&
            found.receipts[0] === `receipts/${customer}/${id(customer)}` &&
            found.rows.length === 1 &&
            row.id === id(customer) &&
            row.cents === cents(customer) &&
            found.payments.length === 1 &&
            found.payments[0] === cents(customer)
        );
    };
    return (
        stored.every(isThere) &&
        orders.every(({ answer }, index) => answer === String(cents(CUSTOMERS[index]))) &&
        claims.every(({ answer }) => answer === "true")
    );
}
