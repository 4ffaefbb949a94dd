// What is stored in the end, although two attempts of each call failed. `./run --test` runs it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Service } from "./service.mjs";
import { CUSTOMERS, askAll, cents, doubles, failed, faults, id, missing, oneStub, refused, run } from "./story.mjs";

const use = (body) => () => Service.use(process.env.BUILT, body);

// Each has a runtime of its own.
describe("the Worker", { concurrency: 3 }, () => {
    test("with care, each order is stored once, as it was asked for", use(async (service) => {
        const { migrated, orders, claims, stored } = await run(service, "with care");
        assert.equal(migrated.answer, "3");
        assert.deepEqual(orders, CUSTOMERS.map((customer) => ({ answer: String(cents(customer)) })));
        assert.deepEqual(claims, CUSTOMERS.map(() => ({ answer: "true" })));
        const expected = CUSTOMERS.map((customer) => ({
            receipts: [`receipts/${customer}/${id(customer)}`],
            rows: [{ id: id(customer), customer, cents: cents(customer) }],
            payments: [cents(customer)],
        }));
        assert.deepEqual(stored, expected);
        assert.deepEqual(await service.keys("names/"), CUSTOMERS.map((customer) => `names/${customer}`).sort());
        for (const customer of CUSTOMERS) {
            const text = await service.text(`receipts/${customer}/${id(customer)}`);
            assert.equal(text, `${cents(customer)} cents were paid`);
            assert.equal(await service.text(`names/${customer}`), customer);
        }

        // What is read is what is there, too.
        const receipts = CUSTOMERS.map((customer) => ["receipt", customer, id(customer)]);
        const texts = CUSTOMERS.map((customer) => ({ answer: `${cents(customer)} cents were paid` }));
        assert.deepEqual(await askAll(service, receipts), texts);
        const keys = (await service.ask("receipts")).split("\n");
        assert.deepEqual(keys, expected.flatMap(({ receipts }) => receipts).sort());

        // And all that there is to fail has failed.
        const { R2, D1, "Durable Objects": objects } = await faults(service);
        for (const fault of ["reset", "lost answer", "429", "500", "503"]) {
            assert.match(R2, new RegExp(fault));
        }
        for (const fault of ["reset", "lost answer", "429", "500"]) {
            assert.match(D1, new RegExp(fault));
        }
        for (const fault of ["aborted after it was done", "aborted before", "429", "503"]) {
            assert.match(objects, new RegExp(fault));
        }
    }));

    test("migrations are applied once, in order, also by two at once", use(async (service) => {
        const [first, second] = await askAll(service, [["migrate"], ["migrate"]]);
        assert.deepEqual([first.error, second.error], [undefined, undefined]);
        assert.equal(await service.ask("migrate"), "0");
        const numbers = await service.rows("SELECT number FROM migrations ORDER BY rowid");
        assert.deepEqual(numbers, [{ number: 1 }, { number: 2 }, { number: 3 }]);
        const columns = await service.rows("SELECT name FROM pragma_table_info('orders')");
        assert.deepEqual(columns.map(({ name }) => name), ["id", "customer", "cents"]);
        const countries = await service.rows("SELECT code FROM countries ORDER BY code");
        assert.deepEqual(countries, [{ code: "NL" }, { code: "PT" }]);
    }));

    test("a name is given to one of two", use(async (service) => {
        const answers = await askAll(service, [["claim", "customer-1", "one"], ["claim", "customer-1", "two"]]);
        assert.deepEqual(answers.map(({ answer }) => answer).sort(), ["false", "true"]);
        const owner = answers[0].answer === "true" ? "one" : "two";
        assert.equal(await service.text("names/customer-1"), owner);
    }));

    test("an order that is made once more is the same order", use(async (service) => {
        await service.ask("migrate");
        const order = ["order", id("customer-1"), "customer-1", 101];
        assert.equal(await service.ask(...order), "101");
        assert.equal(await service.ask(...order), "101");
        assert.equal((await service.rows("SELECT * FROM orders")).length, 1);
        assert.deepEqual((await service.account("customer-1")).payments, [101]);
        assert.equal((await service.keys("receipts/")).length, 1);
    }));

    test("an id of another order is refused, and changes nothing", use(async (service) => {
        await service.ask("migrate");
        const [one, other] = ["customer-1", "customer-2"];
        assert.equal(await service.ask("order", "1", one, 101), "101");
        for (const order of [["order", "1", other, 202], ["order", "1", one, 999]]) {
            await assert.rejects(service.ask(...order), /1 is the id of another order/);
        }
        assert.deepEqual(await service.rows("SELECT * FROM orders"), [{ id: "1", customer: one, cents: 101 }]);
        assert.deepEqual(await service.keys("receipts/"), [`receipts/${one}/1`]);
        assert.equal(await service.text(`receipts/${one}/1`), "101 cents were paid");
        assert.deepEqual((await service.account(one)).payments, [101]);
        assert.deepEqual((await service.account(other)).payments, []);
    }));

    test("calls have ids of their own, also in two isolates", async () => {
        const ids = (service) => Promise.all([service.ask("call-id"), service.ask("call-id")]);
        const [one, other] = await Promise.all([use(ids)(), use(ids)()]);
        assert.equal(new Set([...one, ...other]).size, 4);
    });

    test("what nothing can cure is tried once", use(async (service) => {
        assert.deepEqual((await service.ask("mistakes")).split("\n"), [
            "1 Invalid URL: no address",
            "1 D1_ERROR: no such table: no_table: SQLITE_ERROR",
            "1 Durable Object is overloaded. Too many requests queued.",
        ]);
    }));

    test("without retries, nothing is complete", use(async (service) => {
        const { migrated, orders, stored } = await run(service, "no retries");
        assert.equal(migrated.error, "Error: Network connection lost.");
        assert.equal(failed(orders), CUSTOMERS.length);
        for (const what of ["receipts", "rows", "payments"]) {
            assert.ok(missing(stored, what) > 0, what);
        }
    }));

    test("without ids, things are there twice, and names are refused to their owner", use(async (service) => {
        const { migrated, claims, stored } = await run(service, "naive retries");
        assert.match(migrated.error, /table drafts already exists/);
        for (const what of ["receipts", "rows", "payments"]) {
            assert.ok(doubles(stored, what) > 0, what);
        }
        // Nobody looked at the status of an answer.
        assert.ok(missing(stored, "payments") > 0);
        assert.ok(refused(claims) > 0);
        // They have it all the same.
        assert.equal((await service.keys("names/")).length, CUSTOMERS.length);
    }));

    test("a stub that is broken sends nothing", use(async (service) => {
        assert.deepEqual(await oneStub(service), { error: "Error: Network connection lost.", calls: 1 });
    }));
});
