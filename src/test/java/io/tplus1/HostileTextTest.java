package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.tplus1.catalogue.ModelCatalogue;
import io.tplus1.catalogue.SmallCatalogue;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.ConstantModels;
import io.tplus1.rnn.Zipped;
import io.tplus1.rnn.dl4j.Dl4jSamples;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.serde.ModelEvent;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text of others, where an operator reads it: it forges no line and moves no cursor. */
class HostileTextTest {
  private static final String HOSTILE =
      "a\r\n2026-11-27 04:00:00,000 ERROR io.tplus1.ops - forged\u001b[2J\u009b2J";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shippedLogging_controlCharactersOfARecord_stayInOneLineAndDoNothing() throws Exception {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    URL shipped = Main.class.getResource("/logback.xml");
    configurator.doConfigure(shipped);
    try {
      var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      var appender = (ConsoleAppender<ILoggingEvent>) root.getAppender("stderr");
      assertThat(((PatternLayoutEncoder) appender.getEncoder()).getCharset())
          .as("whatever the locale")
          .isEqualTo(UTF_8);
      LoggingEvent event =
          new LoggingEvent(
              "",
              root,
              Level.WARN,
              "series {}",
              new IllegalStateException("why", new IllegalArgumentException(HOSTILE + "\r\tat f")),
              new Object[] {HOSTILE});

      String[] lines =
          new String(appender.getEncoder().encode(event), UTF_8).split(System.lineSeparator(), -1);

      assertThat(lines[0]).contains("series a | 2026").endsWith("forged?[2J?2J");
      assertThat(lines[1]).isEqualTo("java.lang.IllegalStateException: why");
      assertThat(lines[2]).startsWith("\tat " + HostileTextTest.class.getName());
      assertThat(lines)
          .filteredOn(line -> line.startsWith("Caused by: "))
          .singleElement()
          .asString()
          .contains("IllegalArgumentException: a | 2026")
          .endsWith("forged?[2J?2J | \tat f");
      assertThat(Arrays.stream(lines).skip(1).filter(line -> !line.isEmpty()))
          .allMatch(line -> line.matches("(java\\.lang\\.|\tat |\t\\.\\.\\. |Caused by: ).*"));
      assertThat(lines[lines.length - 1]).as("behind the last line's end").isEmpty();
    } finally {
      context.stop();
    }
  }

  @Test
  void event_controlCharactersInReasonAndFigure_stayInTheirLines() {
    ModelEvent event =
        new ModelEvent(
            ModelEvent.Kind.PROMOTED,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            HOSTILE,
            Map.of("err\nor", 1.0));

    ModelView.event(new PrintWriter(out), event);

    assertThat(out.toString().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).doesNotContainPattern("\\p{Cc}"));
  }

  @Test
  void show_controlCharactersInAFeaturesName_stayInTheirLine() {
    ModelArtifact artifact = new ConstantModels(FeatureSchema.ofNumbers(HOSTILE), 2).of(1);
    SmallCatalogue catalogue = new SmallCatalogue();
    catalogue.keep(artifact);
    catalogue.builder().event(SmallCatalogue.event(ModelEvent.Kind.TRAINED, artifact, Map.of()));
    ModelCatalogue found = catalogue.builder().build();

    ModelView.show(new PrintWriter(out), found, found.models().get(0));

    assertThat(out.toString().lines())
        .filteredOn(line -> line.contains("forged"))
        .singleElement()
        .asString()
        .startsWith("forecasts    [a??2026-11-27");
    assertLinesAlone(out.toString());
  }

  @Test
  void doctor_controlCharactersInAFeaturesName_stayInTheirLine() throws Exception {
    ModelArtifact artifact = new ConstantModels(FeatureSchema.ofNumbers(HOSTILE), 3).of(1);
    Files.write(folder.resolve("m.zip"), artifact.toBytes());

    assertThat(execute("doctor", "--config", config().toString(), "--timeout", "1s"))
        .isEqualTo(ExitCodes.WRONG);

    assertThat(out.toString().lines())
        .filteredOn(line -> line.contains("forged"))
        .singleElement()
        .asString()
        .contains("model.file", "a??2026-11-27");
    assertLinesAlone(out.toString());
  }

  @Test
  void import_controlCharactersInAFilesName_stayInItsLine() throws Exception {
    Path file = folder.resolve("a\nb ok\u001b[2J.zip");
    Dl4jSamples.save(Dl4jSamples.lastStep(1), file);

    assertThat(execute("import", file.toString())).as(err.toString()).isEqualTo(ExitCodes.OK);

    assertThat(out.toString()).startsWith("a?b ok?[2J ok ").hasLineCount(1);
    assertLinesAlone(out.toString());
  }

  @Test
  void run_controlCharactersInALayersType_noneReachesTheTerminal() throws Exception {
    ModelArtifact artifact = new ConstantModels(FeatureSchema.ofNumbers("a"), 3).unproven();
    String architecture = new String(artifact.entry(NetworkCodec.ARCHITECTURE), UTF_8);
    byte[] hostile =
        architecture
            .replace("\"gru\"", "\"\\u001b]0;owned\\u0007\\u009b2J\\u202e\"")
            .getBytes(UTF_8);
    Files.write(
        folder.resolve("m.zip"), artifact.with(NetworkCodec.ARCHITECTURE, hostile).toBytes());

    assertThat(run()).isEqualTo(ExitCodes.FAILED);

    assertThat(err.toString())
        .contains("does not know the layer type '?]0;owned??2J?'")
        .satisfies(HostileTextTest::assertLinesAlone);
  }

  @Test
  void import_controlCharactersInTheTypeOfWeights_noneReachesTheTerminal() throws Exception {
    Path file = Dl4jSamples.save(Dl4jSamples.lastStep(1), folder.resolve("m.zip"));
    Map<String, byte[]> entries = Zipped.unzip(Files.readAllBytes(file));
    ByteArrayOutputStream weights = new ByteArrayOutputStream();
    try (DataOutputStream to = new DataOutputStream(weights)) {
      to.writeUTF("HEAP");
      to.writeLong(1);
      to.writeUTF(HOSTILE);
    }
    entries.put("coefficients.bin", weights.toByteArray());
    Files.write(file, Zipped.zip(entries));

    assertThat(execute("import", file.toString())).isEqualTo(ExitCodes.FAILED);
    assertThat(run()).isEqualTo(ExitCodes.FAILED);

    assertThat(List.of(out.toString(), err.toString()))
        .allSatisfy(
            said ->
                assertThat(said)
                    .contains("a DL4J array whose shape is 1 values of a??2026-11-27")
                    .satisfies(HostileTextTest::assertLinesAlone));
  }

  private int run() throws IOException {
    return execute("run", "--config", config().toString());
  }

  private Path config() throws IOException {
    return Files.writeString(
        folder.resolve("a.properties"),
        "features=a\nwindow.steps=3\nbootstrap.servers=localhost:1\nhttp.port=0\nmodel.file="
            + folder.resolve("m.zip"));
  }

  private int execute(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static void assertLinesAlone(String said) {
    assertThat(said.replace("\n", "")).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
  }
}
