import { describe, expect, test } from "vitest";
import { decodeBase64 } from "../../packages/policy/src/condition/base64.ts";
import { parseDecimal } from "../../packages/policy/src/condition/decimal.ts";
import { parseInstant } from "../../packages/policy/src/condition/instant.ts";
import {
  isInRange,
  parseIpAddress,
  parseIpRange,
} from "../../packages/policy/src/condition/ip-address.ts";

describe("parseDecimal", () => {
  test.each<[string, number | bigint]>([
    ["0", 0],
    ["10", 10],
    ["007", 7],
    ["+7", 7],
    ["-7", -7],
    ["10.25", 10.25],
    ["-0.5", -0.5],
    ["1e3", 1000],
    ["12E+10", 12e10],
    ["1.5e-12", 1.5e-12],
    ["123456789012345", 123456789012345],
    ["1234567890123456", 1234567890123456n],
    ["9007199254740993", 9007199254740993n],
    ["+9007199254740993", 9007199254740993n],
    ["-9007199254740993", -9007199254740993n],
    ["1234567890123456.5", 1234567890123456.5],
    ["1234567890123456e2", 123456789012345600],
  ])("%s", (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  test.each([
    "",
    " ",
    "1 ",
    " 1",
    "10abc",
    "abc10",
    "x1",
    "1x",
    "-",
    "+",
    ".5",
    "5.",
    "1e",
    "e3",
    "1e+",
    "1.2.3",
    "--1",
  ])("%j is no number", (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  test.each([
    "0x10",
    "1,000",
    "1_000",
    "Infinity",
    "NaN",
    "null",
    "true",
    "1n",
    "1e1234",
    "1\n",
    "٣",
    "9".repeat(65),
  ])("nor is %j", (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });
});

describe("parseInstant", () => {
  const second = (text: string) => Date.parse(text);
  test.each([
    ["2024", second("2024-01-01T00:00:00Z")],
    ["2024-05", second("2024-05-01T00:00:00Z")],
    ["2024-05-06", second("2024-05-06T00:00:00Z")],
    ["2024-02-29", second("2024-02-29T00:00:00Z")],
    ["2024-12-31", second("2024-12-31T00:00:00Z")],
    ["2024-05-06T07:08Z", second("2024-05-06T07:08:00Z")],
    ["2024-05-06T07:08", second("2024-05-06T07:08:00Z")],
    ["2024-05-06T07:08:09Z", second("2024-05-06T07:08:09Z")],
    ["2024-05-06T07:08:09", second("2024-05-06T07:08:09Z")],
    ["2024-05-06T23:59:59.5Z", second("2024-05-06T23:59:59.500Z")],
    ["2024-05-06T07:08:09.123456789Z", second("2024-05-06T07:08:09Z") + 123.456789],
    ["2024-05-06T07:08:09+02:00", second("2024-05-06T05:08:09Z")],
    ["2024-05-06T07:08:09-02:30", second("2024-05-06T09:38:09Z")],
    ["2024-05-06T00:30:00+01:00", second("2024-05-05T23:30:00Z")],
    ["0100-01-01", second("0100-01-01T00:00:00Z")],
    ["0", 0],
    ["1", 1000],
    ["-1", -1000],
    ["12345", 12_345_000],
    ["1714521600", 1_714_521_600_000],
  ])("%s", (text, value) => {
    expect(parseInstant(text)).toBe(value);
  });

  test.each([
    "",
    "x",
    "2024-5-6",
    "2024-13",
    "2024-00",
    "2024-02-30",
    "2023-02-29",
    "2024-04-31",
    "2024-05-00",
  ])("nor is %j", (text) => {
    if (/^\d+$/.test(text)) expect(parseInstant(text)).toBe(Number(text) * 1000);
    else expect(parseInstant(text)).toBeUndefined();
  });

  test.each([
    "2024-05-06T",
    "2024-05-06T7:08Z",
    "2024-05-06T24:00Z",
    "2024-05-06T23:60Z",
    "2024-05-06T23:59:60Z",
    "2024-05-06T23:59:59.Z",
    "2024-05-06T23:59:59.1234567890Z",
    "2024-05-06T23:59:59+2",
    "2024-05-06T23:59:59+0200",
    "2024-05-06t23:59:59z",
    "2024-05-06 23:59:59Z",
    "x2024-05-06",
    "2024-05-06x",
    "2024-05Z",
    "0099-01-01",
    "12345678901234",
    "1.5",
    "--1",
    "1714521600x",
    "x1714521600",
  ])("%j is no date", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

describe("parseIpAddress", () => {
  test.each([
    ["0.0.0.0", [0, 0]],
    ["1.2.3.4", [0x0102, 0x0304]],
    ["255.255.255.255", [0xffff, 0xffff]],
    ["10.0.200.1", [0x0a00, 0xc801]],
    ["::", [0, 0, 0, 0, 0, 0, 0, 0]],
    ["::1", [0, 0, 0, 0, 0, 0, 0, 1]],
    ["1::", [1, 0, 0, 0, 0, 0, 0, 0]],
    ["2001:db8::A:b", [0x2001, 0xdb8, 0, 0, 0, 0, 0xa, 0xb]],
    ["1:2:3:4:5:6:7:8", [1, 2, 3, 4, 5, 6, 7, 8]],
    ["1:2:3:4:5:6:7::", [1, 2, 3, 4, 5, 6, 7, 0]],
    ["::2:3:4:5:6:7:8", [0, 2, 3, 4, 5, 6, 7, 8]],
    ["64:ff9b::192.0.2.33", [0x64, 0xff9b, 0, 0, 0, 0, 0xc000, 0x221]],
    ["1:2:3:4:5:6:1.2.3.4", [1, 2, 3, 4, 5, 6, 0x0102, 0x0304]],
    ["::ffff:1.2.3.4", [0x0102, 0x0304]],
    ["::FFFF:102:304", [0x0102, 0x0304]],
    ["::1:ffff:1.2.3.4", [0, 0, 0, 0, 1, 0xffff, 0x0102, 0x0304]],
  ])("%s", (text, groups) => {
    expect(parseIpAddress(text)).toEqual(groups);
  });

  test.each([
    "",
    ".",
    "...",
    "1.2.3",
    "1.2.3.",
    ".1.2.3",
    "1.2.3.4.",
    "1.2.3.4.5",
    "1..3.4",
    "256.1.1.1",
    "1.1.1.256",
    "01.2.3.4",
  ])("%j is no address", (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  test.each([
    "1.2.3.00",
    "a.b.c.d",
    "1.2.3.4/8",
    "1.2.3.-4",
    "1.2.3./",
    "1.2.3.:",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    ":",
    ":::",
  ])("nor is %j", (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  test.each([
    "1::2::3",
    "1:2:3:4::5:6:7:8",
    "g::",
    "12345::",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "::1.2.3",
    "fe80::1%eth0",
    "[::1]",
    ":1::2",
  ])("nor %j", (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  test("nor anything longer than the longest address", () => {
    expect(parseIpAddress(`${"0000:".repeat(6)}255.255.255.255`)).toHaveLength(8);
    expect(parseIpAddress("1.1.1.1".padEnd(46, "1"))).toBeUndefined();
  });
});

describe("parseIpRange", () => {
  test.each([
    ["10.0.0.0/8", { groups: [0x0a00, 0], bits: 8 }],
    ["10.0.0.1", { groups: [0x0a00, 1], bits: 32 }],
    ["0.0.0.0/0", { groups: [0, 0], bits: 0 }],
    ["10.0.0.1/32", { groups: [0x0a00, 1], bits: 32 }],
    ["::1", { groups: [0, 0, 0, 0, 0, 0, 0, 1], bits: 128 }],
    ["2001:db8::/32", { groups: [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], bits: 32 }],
    ["::ffff:10.0.0.0/104", { groups: [0x0a00, 0], bits: 8 }],
    ["::ffff:10.0.0.1", { groups: [0x0a00, 1], bits: 32 }],
    ["::ffff:10.0.0.0/96", { groups: [0x0a00, 0], bits: 0 }],
    ["::ffff:10.0.0.0/95", { groups: [0, 0, 0, 0, 0, 0xffff, 0x0a00, 0], bits: 95 }],
  ])("%s", (text, range) => {
    expect(parseIpRange(text)).toEqual(range);
  });

  test.each([
    "",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "10.0.0.0/8x",
    "10.0.0.0/x8",
    "10.0.0/8",
    "10.0.0.0/0008",
  ])("%j is no range", (text) => {
    expect(parseIpRange(text)).toBeUndefined();
  });

  test("every length of prefix, bit by bit", () => {
    for (let bits = 0; bits <= 32; bits++) {
      const range = { groups: [0, 0], bits };
      for (let at = 0; at < 32; at++) {
        const groups = at < 16 ? [0x8000 >> at, 0] : [0, 0x8000 >> (at - 16)];
        expect(isInRange(groups, range)).toBe(at >= bits);
      }
    }
    expect(isInRange([0, 0, 0, 0, 0, 0, 0, 0], { groups: [0, 0], bits: 0 })).toBe(false);
  });
});

describe("decodeBase64", () => {
  test.each(["", "A", "AB", "ABC", "ABCD", "\u0000\u00ff\u007f\u0080", "~?>~?>", "\u00fb\u00ff"])(
    "%j",
    (bytes) => {
      expect(decodeBase64(btoa(bytes))).toBe(bytes);
    },
  );

  test.each([
    "A",
    "AA",
    "AAA",
    "AAAAA",
    "====",
    "A===",
    "=AAA",
    "AA=A",
    "AA-_",
    "AA==AA==",
    "AA= =",
    " AAAA",
    "AAAA\n",
    "ÀAAA",
  ])("%j is no base64", (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
});
