import { describe, expect, test } from "vitest";
import { type DnsRecord, type DnsType, NameService, type Zone } from "./dns.ts";

/** A name service on a clock that only the test moves. */
function service() {
  const clock = { ms: 0, monotonic: () => clock.ms };
  return { clock, names: new NameService(clock) };
}

const record = (name: string, type: DnsType, value: string, ttl = 300): DnsRecord => ({ name, type, ttl, value });

const zone = (...records: readonly DnsRecord[]): Zone => ({
  name: "shop.test",
  records,
  nameservers: ["ns1.registrar.test"],
  negativeTtl: 60,
  serial: 1,
});

const values = (names: NameService, name: string, type: DnsType = "A") => names.resolve({ name, type }).answers.map(({ value }) => value);

describe("the resolver", () => {
  test("remembers an answer for its time to live, counts it down, and sees a change when that is over", () => {
    const { clock, names } = service();
    names.setZone(zone(record("shop.test", "A", "10.0.0.5", 120)));
    expect(names.resolve({ name: "SHOP.test.", type: "A" }).answers).toEqual([record("shop.test", "A", "10.0.0.5", 120)]);
    names.setZone(zone(record("shop.test", "A", "10.0.0.9", 120)));
    clock.ms = 50_000;
    expect(names.resolve({ name: "shop.test", type: "A" }).answers).toEqual([record("shop.test", "A", "10.0.0.5", 70)]);
    expect(names.authoritative({ name: "shop.test", type: "A" }).answers).toEqual([record("shop.test", "A", "10.0.0.9", 120)]);
    clock.ms = 120_000;
    expect(values(names, "shop.test")).toEqual(["10.0.0.9"]);
  });

  test("remembers that there is none, too", () => {
    const { clock, names } = service();
    names.setZone(zone());
    expect(names.resolve({ name: "www.shop.test", type: "A" })).toMatchObject({
      status: "NXDOMAIN",
      authority: [{ type: "SOA", ttl: 60 }],
    });
    names.setZone(zone(record("www.shop.test", "A", "10.0.0.5")));
    clock.ms = 59_000;
    expect(names.resolve({ name: "www.shop.test", type: "A" })).toMatchObject({ status: "NXDOMAIN", authority: [{ ttl: 1 }] });
    clock.ms = 60_000;
    expect(values(names, "www.shop.test")).toEqual(["10.0.0.5"]);
  });

  test("does not come to remember what a check asked", () => {
    const { names } = service();
    names.setZone(zone());
    expect(names.resolve({ name: "shop.test", type: "A" }, true).answers).toEqual([]);
    names.setZone(zone(record("shop.test", "A", "10.0.0.5")));
    expect(values(names, "shop.test")).toEqual(["10.0.0.5"]);
  });

  test("follows aliases, whose times are their own", () => {
    const { clock, names } = service();
    const www = record("www.shop.test", "CNAME", "shop.test", 3600);
    names.setZone(zone(www, record("shop.test", "A", "10.0.0.5", 60)));
    expect(values(names, "www.shop.test")).toEqual(["shop.test", "10.0.0.5"]);
    names.setZone(zone(www, record("shop.test", "A", "10.0.0.9", 60)));
    clock.ms = 61_000;
    expect(names.resolve({ name: "www.shop.test", type: "A" }).answers).toEqual([
      { ...www, ttl: 3539 },
      record("shop.test", "A", "10.0.0.9", 60),
    ]);
    names.setZone(zone(record("a.shop.test", "CNAME", "b.shop.test"), record("b.shop.test", "CNAME", "a.shop.test")));
    expect(names.resolve({ name: "a.shop.test", type: "A" }).status).toBe("SERVFAIL");
  });

  test("tells a name without such records from one that is not there", () => {
    const { names } = service();
    names.setZone(zone(record("mail.shop.test", "A", "10.0.0.7")));
    expect(names.resolve({ name: "mail.shop.test", type: "TXT" })).toMatchObject({ status: "NOERROR", answers: [] });
    expect(names.resolve({ name: "nothing.shop.test", type: "A" }).status).toBe("NXDOMAIN");
    expect(names.resolve({ name: "elsewhere.test", type: "A" }).status).toBe("NXDOMAIN");
  });

  test("a wildcard answers for names that are not there", () => {
    const { names } = service();
    names.setZone(zone(record("*.shop.test", "A", "10.0.0.5"), record("mail.shop.test", "A", "10.0.0.7")));
    expect(values(names, "any.shop.test")).toEqual(["10.0.0.5"]);
    expect(values(names, "mail.shop.test")).toEqual(["10.0.0.7"]);
  });

  test("a zone whose servers do not serve it fails", () => {
    const { names } = service();
    names.setZone({ ...zone(record("shop.test", "A", "10.0.0.5")), lame: true });
    expect(names.resolve({ name: "shop.test", type: "A" }).status).toBe("SERVFAIL");
  });
});
