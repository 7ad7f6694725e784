// The vendor's own client for Node, driven against the sandbox as against the real CRM.
// client_tests.py starts a sandbox and says in the environment where it is.
"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { Client } = require("@hubspot/api-client");

const { crm } = new Client({
  accessToken: process.env.SANDBOX_TOKEN,
  basePath: process.env.SANDBOX_URL,
});

const spec = (number) => [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: number }];
const record = (properties, associations = []) => ({ properties, associations });
let made = 0;
const address = () => `lead${(made += 1)}@acme.example`;

test("a contact is created with its company, read, changed and archived", async () => {
  const company = await crm.companies.basicApi.create(record({ name: "Acme" }));
  const email = address();
  const link = { to: { id: company.id }, types: spec(279) };
  const { id } = await crm.contacts.basicApi.create(record({ email }, [link]));
  await crm.contacts.basicApi.update(id, { properties: { jobtitle: "VP" } });
  const read = await crm.contacts.basicApi.getById(id, ["jobtitle"], ["jobtitle"], ["companies"]);
  assert.equal(read.properties.jobtitle, "VP");
  assert.equal(read.propertiesWithHistory.jobtitle[0].sourceType, "INTEGRATION");
  assert.equal(read.associations.companies.results[0].id, company.id);
  assert.ok(read.createdAt instanceof Date);
  await crm.contacts.basicApi.archive(id);
  await assert.rejects(crm.contacts.basicApi.getById(id), (refused) => refused.code === 404);
});

test("associations are made and read", async () => {
  const contact = await crm.contacts.basicApi.create(record({ email: address() }));
  const company = await crm.companies.basicApi.create(record({ name: "Beta" }));
  const { basicApi, batchApi } = crm.associations.v4;
  await basicApi.createDefault("contacts", contact.id, "companies", company.id);
  const page = await basicApi.getPage("contacts", contact.id, "companies");
  assert.equal(String(page.results[0].toObjectId), company.id);
  const batch = await batchApi.getPage("contacts", "companies", { inputs: [{ id: contact.id }] });
  assert.equal(String(batch.results[0].to[0].toObjectId), company.id);
});

test("deals are searched", async () => {
  await crm.deals.basicApi.create(record({ dealname: "Small", amount: "1" }));
  const large = await crm.deals.basicApi.create(record({ dealname: "Large", amount: "100" }));
  const found = await crm.deals.searchApi.doSearch({
    filterGroups: [{ filters: [{ propertyName: "amount", operator: "GTE", value: "50" }] }],
    sorts: ["-amount"],
    properties: ["dealname"],
    limit: 10,
    after: "0",
  });
  assert.equal(found.total, 1);
  assert.equal(found.results[0].id, large.id);
});

test("batches are changed and read, partly if need be", async () => {
  const inputs = [record({ name: "One" }), record({ name: "Two" })];
  const { results } = await crm.companies.batchApi.create({ inputs });
  const changes = results.map(({ id }) => ({ id, properties: { country: "DE" } }));
  await crm.companies.batchApi.update({ inputs: changes });
  const wanted = { properties: ["country"], propertiesWithHistory: [] };
  wanted.inputs = [...results.map(({ id }) => ({ id })), { id: "1" }];
  const read = await crm.companies.batchApi.read(wanted);
  assert.deepEqual(read.results.map((one) => one.properties.country), ["DE", "DE"]);
  assert.equal(read.numErrors, 1);
});

test("two contacts are merged", async () => {
  const [first, second] = await Promise.all(
    [address(), address()].map((email) => crm.contacts.basicApi.create(record({ email }))),
  );
  const input = { primaryObjectId: first.id, objectIdToMerge: second.id };
  const merged = await crm.contacts.basicApi.merge(input);
  assert.equal((await crm.contacts.basicApi.getById(second.id)).id, merged.id);
});

test("owners, pipelines and properties are listed", async () => {
  const owners = await crm.owners.ownersApi.getPage();
  assert.equal(owners.results.length, 9);
  const pipelines = await crm.pipelines.pipelinesApi.getAll("deals");
  assert.deepEqual(pipelines.results.map((one) => one.id), ["default", "renewals"]);
  assert.equal(pipelines.results[0].stages[5].metadata.isClosed, "true");
  const closedate = await crm.properties.coreApi.getByName("deals", "closedate");
  assert.equal(closedate.type, "datetime");
});

test("a refusal reaches the caller in the vendor's shape", async () => {
  const refused = await crm.deals.basicApi.create(record({ amount: "much" })).catch((why) => why);
  assert.equal(refused.code, 400);
  assert.equal(refused.body.category, "VALIDATION_ERROR");
  assert.deepEqual(refused.body.errors[0].context, { propertyName: ["amount"] });
});
