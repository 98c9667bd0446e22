package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tplus1.broker.TopicRecords;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.StreamUnderTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;

/**
 * A broker with TLS, SCRAM and ACLs, the topics of an application on it, and two users who may do
 * what security.md lists for their role and nothing else.
 */
final class SecuredTopics implements AutoCloseable {
  static final String FORECASTER = "forecaster";
  static final String LEARNER = "learner";

  /** Of a window; that many make a forecast. */
  static final int STEPS = 8;

  private static final int SERIES = 24;

  private final Path directory;
  private final LogCapture authorizer = LogCapture.of("kafka.authorizer.logger", Level.INFO);
  private final SecuredBroker broker;
  private int round;

  /**
   * @param directory of its own
   */
  SecuredTopics(Path directory) throws Exception {
    this.directory = directory;
    try {
      this.broker = SecuredBroker.start(directory);
    } catch (Exception | Error e) {
      authorizer.close();
      throw e;
    }
    try {
      make();
    } catch (Exception | Error e) {
      close();
      throw e;
    }
  }

  private void make() throws Exception {
    broker.addUsers(FORECASTER, LEARNER);
    List<AclBinding> rights = new ArrayList<>();
    for (ListedRights right : ListedRights.read()) {
      if (!right.who().startsWith("retrain")) {
        rights.add(right.to(FORECASTER));
      }
      if (!right.who().startsWith("forecast")) {
        rights.add(right.to(LEARNER));
      }
    }
    broker.allow(rights);
    Properties all = properties(FORECASTER);
    all.putAll(broker.superUser());
    Path admin = write("admin.properties", all);
    StringWriter said = new StringWriter();
    assertThat(execute(said, "topics", "create", "--config", admin.toString()))
        .as(said.toString())
        .isZero();
  }

  SecuredBroker broker() {
    return broker;
  }

  /** The settings of a user, on topics of the names that security.md has. */
  Properties properties(String user) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("state.dir", directory.resolve(user).toString());
    settings.put("http.port", "0");
    settings.put("features", "a");
    settings.put("window.steps", Integer.toString(STEPS));
    settings.put("samples.rate", "all");
    settings.put("train.hidden", "8");
    settings.put("train.learning.rate", "0.01");
    settings.put("train.batch", "16");
    settings.put("retrain.mode", "refresh");
    settings.put("retrain.first.samples", "120");
    settings.put("retrain.first.steps", "400");
    settings.put("retrain.every.samples", "60");
    settings.put("gate.samples", "24");
    settings.putAll(broker.security(user));
    Properties properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  Configuration configuration(String user) {
    Map<String, String> settings = new TreeMap<>();
    properties(user).forEach((name, value) -> settings.put(name.toString(), value.toString()));
    return new Configuration(settings);
  }

  /** Writes a file of settings, and returns where it is. */
  Path write(String name, Properties properties) throws IOException {
    Path file = directory.resolve(name);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  /** Runs the command line, and returns its exit code. */
  static int execute(StringWriter said, String... arguments) {
    PrintWriter print = new PrintWriter(said, true);
    return Main.commandLine().setOut(print).setErr(print).execute(arguments);
  }

  /** Produces the next vector of each series. */
  void produceRound() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    StreamUnderTest stream =
        new StreamUnderTest("", "tplus1", directory, Map.of("topics.features.name", "features"));
    for (int series = 0; series < SERIES; series++) {
      float value = (float) Math.sin(0.4 * round + series);
      records.add(
          stream.record(
              new SeriesVector(
                  "series-" + series, new FeatureVector(60_000L * round, new float[] {value}))));
    }
    round++;
    TopicRecords.produce(broker.superUser(), records);
  }

  /** What the broker did not allow so far. */
  List<String> denials() {
    return authorizer.messages().stream().filter(message -> message.contains("is Denied")).toList();
  }

  @Override
  public void close() {
    authorizer.close();
    broker.close();
  }
}
