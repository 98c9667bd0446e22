package io.tplus1.rnn.imported;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.feature.Feature;
import io.tplus1.model.Sha256;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernels;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Names all that {@link ImportedArtifacts#read} makes an artifact of. */
public final class ImportedKey {
  private ImportedKey() {}

  /**
   * SHA-256 over the file, its scaling, what the stream wants, the kernels that this JVM offers,
   * DL4J's version and this build, 64 hexadecimal digits.
   *
   * @throws IOException if the file, its scaling or this build cannot be read
   */
  public static String of(Path file, ImportedArtifacts.Fit fit) throws IOException {
    return of(file, fit, build());
  }

  /**
   * As {@link #of(Path, ImportedArtifacts.Fit)}.
   *
   * @param build the jar that reads the file, or the folder of its classes: another one may read it
   *     otherwise, under the same version
   */
  static String of(Path file, ImportedArtifacts.Fit fit, Path build) throws IOException {
    MessageDigest digest = Sha256.start();
    try (DataOutputStream out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
      writeFile(out, file);
      Path scaling = ImportedScaling.file(file);
      boolean scaled = !Files.notExists(scaling);
      out.writeBoolean(scaled);
      if (scaled) {
        writeFile(out, scaling);
      }
      write(out, fit);
      writeText(out, Kernels.kinds().toString());
      writeText(out, Dl4jNetwork.version());
      writeBuild(out, build);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void writeFile(DataOutputStream out, Path file) throws IOException {
    out.writeLong(Files.size(file)); // So that no two files look like two others.
    Files.copy(file, out);
  }

  private static void write(DataOutputStream out, ImportedArtifacts.Fit fit) throws IOException {
    out.writeInt(fit.schema().features().size());
    for (Feature feature : fit.schema().features()) {
      writeText(out, feature.name());
      out.writeBoolean(feature.isCategory());
      out.writeInt(feature.vocabulary().size());
      for (String word : feature.vocabulary()) {
        writeText(out, word);
      }
    }
    for (List<Integer> columns : List.of(fit.schema().inputs(), fit.schema().targets())) {
      out.writeInt(columns.size());
      for (int column : columns) {
        out.writeInt(column);
      }
    }
    out.writeInt(fit.steps());
    out.writeInt(fit.horizon());
    out.writeInt(fit.fewest());
  }

  /** What is in it: images are built with one time for all files, and copies have times anew. */
  private static void writeBuild(DataOutputStream out, Path build) throws IOException {
    try (Stream<Path> files = Files.walk(build)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        writeFile(out, file);
      }
    }
  }

  private static Path build() throws IOException {
    CodeSource source = ImportedKey.class.getProtectionDomain().getCodeSource();
    if (source == null || !source.getLocation().getProtocol().equals("file")) {
      throw new IOException("this program lies in no jar and no folder");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("this program lies at no address: " + source.getLocation(), e);
    }
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
