package io.tplus1.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Values of {@code features} as nobody should send them: of numbers {@code a} and {@code b} and a
 * category {@code c} of the words {@code x} and {@code y}. About a third are good.
 */
public final class HostileVectors {
  /** One in so many inputs is large, up to 10 MB. */
  private static final int LARGE = 2_000;

  private static final String[] NUMBERS = {
    "0",
    "-0",
    "0.0",
    "-0.0",
    "1",
    "-1",
    "1.5",
    "3.4028235e38",
    "3.4028236e38",
    "-3.5e38",
    "1e39",
    "1e-45",
    "1e-46",
    "4.9e-324",
    "1e308",
    "1e309",
    "1e999999999",
    "-1e-999999999",
    "1e2147483648",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "16777217",
    "0.1",
    "0.30000001192092896",
    "1.17549435e-38",
    "1E+5",
    "1e+05",
    "1e05",
    "00",
    "01",
    "-01",
    "+1",
    ".5",
    "5.",
    "1.e3",
    "0x10",
    "1_000",
    "1,5",
    "1e",
    "1e+",
    "--1",
    "NaN",
    "-NaN",
    "Infinity",
    "-Infinity",
    "+INF",
    "nan",
    "null",
    "true",
    "false",
    "\"1\"",
    "\"\"",
    "[]",
    "[1]",
    "{}",
    "{\"a\":1}",
    "1 2",
    "1/**/",
    "１",
    "1\u00a0",
    "1\u0000",
    "\"x\"",
    "\"y\"",
    "\"\\u0078\""
  };

  private static final String[] WORDS = {
    "\"x\"",
    "\"y\"",
    "\"z\"",
    "\"\"",
    "1",
    "0",
    "2",
    "-1",
    "\"\\u0078\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\ude00\\ud83d\"",
    "\"x\\u0000\"",
    "\"x\n\"",
    "\"\t\"",
    "\"\\x\"",
    "\"\\",
    "null",
    "[\"x\"]",
    "1.0",
    "1e0",
    "true",
    "'x'"
  };

  private static final String[] TIMES = {
    "0",
    "1",
    "-1",
    "173080800000",
    "\"1975-06-27T06:00:00Z\"",
    "\"1975-06-27\"",
    "\"1975-06-27 06:00\"",
    "\"2024-02-29\"",
    "\"2023-02-29\"",
    "\"1900-02-29T00:00:00Z\"",
    "\"2000-02-29T24:00:00Z\"",
    "\"1972-06-30T23:59:60Z\"",
    "\"2016-12-31T23:59:60Z\"",
    "\"9999-12-31T23:59:59.999999999Z\"",
    "\"+10000-01-01T00:00:00Z\"",
    "\"+999999999-12-31T23:59:59Z\"",
    "\"-999999999-01-01T00:00:00Z\"",
    "\"0000-01-01\"",
    "\"-0001-01-01\"",
    "\"1969-12-31T23:59:59.999Z\"",
    "\"1970-01-01T00:00:00+18:00\"",
    "\"1970-01-01T00:00:00+18:01\"",
    "\"1970-01-01T00:00:00-25:00\"",
    "\"2026-03-29T02:30:00\"",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "1e3",
    "1.5",
    "\"0\"",
    "\"\"",
    "\"now\"",
    "null",
    "true",
    "[]",
    "{}",
    "99999999999999999999999999",
    "253402300800000",
    "\"2026-13-01\"",
    "\"2026-00-01\"",
    "\"2026-01-32\"",
    "\"2026-01-01T25:00\"",
    "\"１９７５-01-01\""
  };

  private static final String[] NAMES = {
    "a",
    "b",
    "c",
    "features",
    "timestamp",
    "z",
    "",
    "A",
    "a ",
    "\\u0061",
    "a\\u0000",
    "a\u0000",
    "\\u",
    "\ud800",
    "é",
    "__proto__",
    "@class",
    "a.b",
    "features.a"
  };

  private static final byte[][] BROKEN_UTF8 = {
    {(byte) 0xc0, (byte) 0xaf},
    {(byte) 0xe0, (byte) 0x80, (byte) 0xaf},
    {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
    {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
    {(byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80},
    {(byte) 0x80},
    {(byte) 0xe2, (byte) 0x82},
    {(byte) 0xff, (byte) 0xfe},
    {(byte) 0xfe, (byte) 0xff},
    {0}
  };

  private final Random random;
  private final boolean words;

  /**
   * @param words whether {@code c} is a category; else it is a number too
   */
  public HostileVectors(Random random, boolean words) {
    this.random = random;
    this.words = words;
  }

  /** One value. */
  public byte[] next() {
    if (random.nextInt(LARGE) == 0) {
      return large(random.nextInt(LARGES)).getBytes(UTF_8);
    }
    String text = random.nextInt(8) == 0 ? noise() : record();
    byte[] bytes = text.getBytes(random.nextInt(50) == 0 ? ISO_8859_1 : UTF_8);
    for (int i = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0; i > 0; i--) {
      bytes = mutated(bytes);
    }
    return bytes;
  }

  /** A key, of all kinds; null is one of them. */
  public byte[] key() {
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1 -> new byte[0];
      case 2 -> BROKEN_UTF8[random.nextInt(BROKEN_UTF8.length)];
      case 3 -> "\u0000\u0001\u001b[31m\r\n\u202e".getBytes(UTF_8);
      case 4 -> "\ufffd".getBytes(UTF_8);
      case 5 -> {
        byte[] noise = new byte[random.nextInt(20)];
        random.nextBytes(noise);
        yield noise;
      }
      default -> ("poison-" + random.nextInt(5)).getBytes(UTF_8);
    };
  }

  /** A timestamp of a record that Kafka would take: far ahead, long ago, none, or near a time. */
  public long timestamp(long near) {
    return switch (random.nextInt(6)) {
      case 0 -> Long.MAX_VALUE;
      case 1 -> 0;
      case 2 -> near + random.nextInt(100_000) * 1_000_000L;
      case 3 -> Math.max(0, near - random.nextInt(100_000) * 1_000_000L);
      default -> Math.max(0, near + random.nextInt(20_000) - 10_000);
    };
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }

  private String number() {
    return switch (random.nextInt(5)) {
      case 0 -> pick(NUMBERS);
      case 1 -> Float.toString(Float.intBitsToFloat(random.nextInt()));
      case 2 -> Double.toString(random.nextGaussian() * 100);
      case 3 -> Integer.toString(random.nextInt(2_000) - 1_000);
      default -> Float.toString((float) random.nextGaussian());
    };
  }

  private String word() {
    if (!words) {
      return number();
    }
    return random.nextInt(4) == 0 ? pick(WORDS) : random.nextBoolean() ? "\"x\"" : "\"y\"";
  }

  private String time() {
    return random.nextInt(3) == 0 ? pick(TIMES) : Long.toString(random.nextLong() >>> 22);
  }

  private String blank() {
    return random.nextInt(10) == 0 ? pick(new String[] {" ", "\n", "\t", "\r\n", "  "}) : "";
  }

  /** A record of one of the three forms, mostly whole. */
  private String record() {
    List<String> features =
        new ArrayList<>(List.of(field("a", number()), field("b", number()), field("c", word())));
    while (random.nextInt(6) == 0) {
      features.add(field(pick(NAMES), random.nextBoolean() ? number() : word()));
    }
    if (random.nextInt(8) == 0) {
      features.remove(random.nextInt(features.size()));
    }
    if (random.nextBoolean()) {
      Collections.shuffle(features, random);
    }
    List<String> outer = new ArrayList<>();
    switch (random.nextInt(3)) {
      case 0 -> outer.addAll(features);
      case 1 -> outer.add(field("features", "{" + String.join(",", features) + "}"));
      default -> {
        List<String> values = new ArrayList<>(List.of(number(), number(), word()));
        if (random.nextInt(8) == 0) {
          values.add(number());
        }
        outer.add(field("features", "[" + blank() + String.join(blank() + ",", values) + "]"));
      }
    }
    if (random.nextInt(3) > 0) {
      outer.add(random.nextInt(outer.size() + 1), field("timestamp", time()));
    }
    if (random.nextInt(12) == 0) {
      outer.add(field(pick(NAMES), pick(NUMBERS)));
    }
    String end = random.nextInt(20) == 0 ? pick(new String[] {"{}", "}", ",", "\u0000", "#"}) : "";
    return blank() + "{" + blank() + String.join("," + blank(), outer) + "}" + blank() + end;
  }

  private String field(String name, String value) {
    return blank() + "\"" + name + "\"" + blank() + ":" + blank() + value;
  }

  private String noise() {
    StringBuilder text = new StringBuilder();
    String[] marks = {"{", "}", "[", "]", ",", ":", "\"", "\\", "/*", "//", "\ufeff", "#"};
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append(
          switch (random.nextInt(4)) {
            case 0 -> pick(marks);
            case 1 -> "\"" + pick(NAMES) + "\":";
            case 2 -> pick(NUMBERS);
            default -> pick(TIMES);
          });
    }
    return text.toString();
  }

  private byte[] mutated(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    byte[] changed = bytes.clone();
    switch (random.nextInt(6)) {
      case 0 -> changed[at] = (byte) random.nextInt(256);
      case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> changed[at] = bytes[random.nextInt(bytes.length)];
      case 3 -> changed = Arrays.copyOf(bytes, at);
      case 4 -> {
        byte[] inside = BROKEN_UTF8[random.nextInt(BROKEN_UTF8.length)];
        changed = Arrays.copyOf(bytes, bytes.length + inside.length);
        System.arraycopy(inside, 0, changed, at, inside.length);
        System.arraycopy(bytes, at, changed, at + inside.length, bytes.length - at);
      }
      default -> {
        // A piece twice: fields that repeat, arrays too long.
        int length = Math.min(bytes.length - at, 1 + random.nextInt(20));
        changed = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(bytes, at, changed, at + length, bytes.length - at);
      }
    }
    return changed;
  }

  /** How many kinds of {@link #large} there are. */
  public static final int LARGES = 14;

  /** Values that are large in one way each, some of 10 MB. */
  public static String large(int kind) {
    String tail = ",\"a\":1,\"b\":2,\"c\":\"x\"}";
    return switch (kind) {
      case 0 -> "[".repeat(1_000_000);
      case 1 -> "{\"z\":".repeat(200_000);
      case 2 -> "{\"z\":" + "[".repeat(900) + "]".repeat(900) + tail;
      case 3 -> "{\"z\":" + "[".repeat(100_000) + "]".repeat(100_000) + tail;
      case 4 -> "{\"features\":[" + "9".repeat(1_000_000) + ",1,\"x\"]}";
      case 5 -> "{\"features\":[0." + "1".repeat(1_000_000) + ",1,\"x\"]}";
      case 6 -> "{\"features\":[1e" + "9".repeat(900) + ",-1e-" + "9".repeat(900) + ",\"x\"]}";
      case 7 -> "{\"" + "k".repeat(10_000_000) + "\":1" + tail;
      case 8 -> "{\"z\":\"" + "v".repeat(10_000_000) + "\"" + tail;
      case 9 -> "{\"features\":[" + "1,".repeat(100_000) + "1]}";
      case 10 -> manyFields(100_000, "f") + tail;
      case 11 -> "{\"a\":1" + ",\"a\":1".repeat(100_000) + ",\"b\":2,\"c\":\"x\"}";
      case 12 -> "{\"a\":1,\"b\":2,\"c\":\"x\"}" + " ".repeat(10_000_000);
      default -> "{\"timestamp\":\"" + "1".repeat(1_000_000) + "\",\"features\":[1,1,\"x\"]}";
    };
  }

  private static String manyFields(int count, String prefix) {
    StringBuilder json = new StringBuilder("{\"z\":0");
    for (int i = 0; i < count; i++) {
      json.append(",\"").append(prefix).append(i).append("\":").append(i);
    }
    return json.toString();
  }
}
