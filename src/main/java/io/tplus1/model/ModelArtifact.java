package io.tplus1.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * One trained model as bytes: a zip of a manifest, the network in its forms, and a certificate.
 *
 * <p>Immutable. The hash is SHA-256 over names and contents of the entries in name order, without
 * the certificate (which speaks about the content), and over the contents of a nested zip rather
 * than its bytes, because saving a network twice gives two zips.
 */
public final class ModelArtifact {
  /** The manifest's entry. */
  public static final String MANIFEST = "manifest.json";

  /** The certificate's entry, left out of the hash. */
  public static final String CERTIFICATE = "certificate.json";

  /** Largest artifact, in bytes; `models` and the producers that write to it allow this much. */
  public static final int MAX_BYTES = 16 << 20;

  private static final int BRIEF_DIGITS = 12;
  private static final int MAX_ENTRIES = 4 + 2 * ModelManifest.MAX_MEMBERS;

  /** Of the entries together, and again of what lies in nested zips together. */
  private static final int MAX_INFLATED_BYTES = 4 * MAX_BYTES;

  /** Nothing is ever written to a disk under an entry's name; this keeps it so. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final ModelManifest manifest;
  private final SortedMap<String, byte[]> entries;
  private final String hash;

  private ModelArtifact(ModelManifest manifest, SortedMap<String, byte[]> entries)
      throws IOException {
    this(manifest, entries, contentHash(entries));
  }

  private ModelArtifact(ModelManifest manifest, SortedMap<String, byte[]> entries, String hash) {
    this.manifest = manifest;
    this.entries = entries;
    this.hash = hash;
  }

  /**
   * Makes an artifact of a manifest and the network's entries.
   *
   * @param contents bytes by entry name; not copied
   */
  public static ModelArtifact of(ModelManifest manifest, Map<String, byte[]> contents) {
    SortedMap<String, byte[]> entries = new TreeMap<>(contents);
    entries.put(MANIFEST, ManifestJson.write(manifest));
    try {
      return new ModelArtifact(manifest, entries);
    } catch (IOException e) {
      throw new IllegalArgumentException("an entry named .zip is not a zip: " + e.getMessage(), e);
    }
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws InvalidArtifactException if the bytes are no artifact, are too large, or hold a
   *     manifest that does not fit together
   */
  public static ModelArtifact read(byte[] bytes) throws InvalidArtifactException {
    if (bytes.length > MAX_BYTES) {
      throw new InvalidArtifactException(
          "an artifact has at most %d bytes, found %d".formatted(MAX_BYTES, bytes.length));
    }
    SortedMap<String, byte[]> entries;
    try {
      entries = unzip(bytes, MAX_INFLATED_BYTES);
    } catch (IOException e) {
      throw new InvalidArtifactException("not an artifact: " + e.getMessage(), e);
    }
    byte[] manifest = entries.get(MANIFEST);
    if (manifest == null) {
      throw new InvalidArtifactException(
          "not an artifact: a zip with " + MANIFEST + " was expected, found " + entries.keySet());
    }
    try {
      return new ModelArtifact(ManifestJson.read(manifest), entries);
    } catch (IOException e) {
      throw new InvalidArtifactException("a broken nested zip: " + e.getMessage(), e);
    }
  }

  public ModelManifest manifest() {
    return manifest;
  }

  /** Content hash, 64 hexadecimal digits. */
  public String hash() {
    return hash;
  }

  /** The entry's bytes, only to be read; null if there is no such entry. */
  public byte[] entry(String name) {
    return entries.get(name);
  }

  /** The same model with another entry beside the others, such as its certificate. */
  public ModelArtifact with(String name, byte[] content) {
    SortedMap<String, byte[]> more = new TreeMap<>(entries);
    more.put(name, content);
    if (name.equals(CERTIFICATE)) {
      return new ModelArtifact(manifest, more, hash);
    }
    try {
      return new ModelArtifact(manifest, more);
    } catch (IOException e) {
      throw new IllegalArgumentException("an entry named .zip is not a zip: " + e.getMessage(), e);
    }
  }

  /** The zip; the same content gives the same bytes. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry zipped = new ZipEntry(entry.getKey());
        zipped.setTime(0);
        // Neither a zip nor float weights become smaller, and a refresh is sent often.
        if (entry.getKey().endsWith(".zip") || entry.getKey().endsWith(".bin")) {
          store(zipped, entry.getValue());
        }
        zip.putNextEntry(zipped);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new IllegalStateException("a zip in memory could not be written", e);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipEntry entry, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
  }

  /**
   * @param most bytes that the contents may have together
   */
  private static SortedMap<String, byte[]> unzip(byte[] bytes, int most) throws IOException {
    SortedMap<String, byte[]> entries = new TreeMap<>();
    int left = most;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!NAME.matcher(entry.getName()).matches()) {
          throw new IOException(
              "an entry's name must be letters, digits, '.', '_' and '-', found '%s'"
                  .formatted(Shown.quote(entry.getName())));
        }
        byte[] content = zip.readNBytes(left);
        if (zip.read() >= 0) {
          throw new IOException("contents of more than " + MAX_INFLATED_BYTES + " bytes");
        }
        left -= content.length;
        if (entries.put(entry.getName(), content) != null || entries.size() > MAX_ENTRIES) {
          throw new IOException("entries must differ and be at most " + MAX_ENTRIES);
        }
      }
    } catch (IllegalArgumentException e) {
      // So the JDK says that a name is not UTF-8.
      throw new IOException("an entry's name cannot be read: " + e.getMessage(), e);
    }
    return entries;
  }

  private static String contentHash(SortedMap<String, byte[]> entries) throws IOException {
    MessageDigest digest = Sha256.start();
    int left = MAX_INFLATED_BYTES;
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      if (entry.getKey().equals(CERTIFICATE)) {
        continue;
      }
      if (entry.getKey().endsWith(".zip")) {
        SortedMap<String, byte[]> inside = unzip(entry.getValue(), left);
        if (inside.isEmpty()) {
          throw new IOException(Shown.quote(entry.getKey()) + " in it is no zip, or an empty one");
        }
        for (Map.Entry<String, byte[]> inner : inside.entrySet()) {
          left -= inner.getValue().length;
          update(digest, entry.getKey() + "/" + inner.getKey(), inner.getValue());
        }
      } else {
        update(digest, entry.getKey(), entry.getValue());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The beginning of a content hash, by which people know it. */
  public static String brief(String hash) {
    return hash.substring(0, Math.min(BRIEF_DIGITS, hash.length()));
  }

  private static void update(MessageDigest digest, String name, byte[] content) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(8).putInt(nameBytes.length).putInt(content.length).array());
    digest.update(nameBytes);
    digest.update(content);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelArtifact that
        && hash.equals(that.hash)
        && Arrays.equals(entry(CERTIFICATE), that.entry(CERTIFICATE));
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "artifact " + brief(hash);
  }
}
