package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.catalogue.ModelConsole;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.instance.ModelPublisher;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.ConstantModels;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelCommandSerde;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tplus1 models} on a real broker. */
final class ModelsCommandIT {
  private static final ConstantModels MODELS =
      new ConstantModels(FeatureSchema.ofNumbers("a", "b"), 2);
  private static final ModelArtifact A = MODELS.of(1);
  private static final ModelArtifact B = MODELS.of(2);

  @TempDir static Path directory;
  private static EmbeddedBroker broker;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private StreamUnderTest stream;
  private Path config;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start(TestInfo test) throws Exception {
    String name =
        test.getTestMethod().orElseThrow().getName()
            + Integer.toHexString(test.getDisplayName().hashCode());
    stream =
        new StreamUnderTest(
            broker.bootstrapServers(),
            name,
            directory.resolve(name),
            Map.of("features", "a,b", "window.steps", "2"));
    config = stream.write(directory.resolve(name + ".properties"));
    if (!name.startsWith("list_noTopics")) {
      // It makes the topics.
      stream.start(null).close();
    }
  }

  private int models(String... line) {
    List<String> words = new ArrayList<>(List.of("models"));
    words.addAll(List.of(line));
    words.addAll(List.of("--config", config.toString()));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words.toArray(String[]::new));
  }

  /** What answers commands in the place of the side topology, in its group. */
  private final class Answering implements AutoCloseable {
    private final List<ModelCommand> commands = new CopyOnWriteArrayList<>();
    private final KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "group.id", stream.configuration().retrainApplicationId(),
                "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    private final CompletableFuture<Void> running;

    Answering(Function<ModelCommand, Optional<ModelEvent>> answers) {
      CountDownLatch joined = new CountDownLatch(1);
      consumer.subscribe(
          List.of(stream.topic("model-commands")),
          new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
              joined.countDown();
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
          });
      running = CompletableFuture.runAsync(() -> answer(answers));
      await("a member of the group").until(() -> joined.getCount() == 0);
    }

    private void answer(Function<ModelCommand, Optional<ModelEvent>> answers) {
      try (consumer;
          KafkaProducer<byte[], byte[]> producer =
              new KafkaProducer<>(
                  Map.of("bootstrap.servers", broker.bootstrapServers()),
                  new ByteArraySerializer(),
                  new ByteArraySerializer())) {
        while (true) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
            ModelCommand command = ModelCommandSerde.read(record.value());
            commands.add(command);
            answers
                .apply(command)
                .ifPresent(event -> producer.send(answer(record.key(), event)).isDone());
            producer.flush();
          }
        }
      } catch (WakeupException e) {
        // closed
      }
    }

    private ProducerRecord<byte[], byte[]> answer(byte[] key, ModelEvent event) {
      return new ProducerRecord<>(
          stream.topic("model-events"),
          key,
          new ModelEventSerde().serializer().serialize("t", event));
    }

    @Override
    public void close() {
      consumer.wakeup();
      running.join();
    }
  }

  private static ModelEvent event(ModelEvent.Kind kind, Optional<String> command, String reason) {
    return event(kind, A, command, reason);
  }

  private static ModelEvent event(
      ModelEvent.Kind kind, ModelArtifact about, Optional<String> command, String reason) {
    return new ModelEvent(
        kind,
        5,
        Optional.of(about.hash()),
        Optional.of(A.hash()),
        command,
        reason,
        Map.of("gateChallenger", 0.5));
  }

  @ParameterizedTest
  @CsvSource({
    "retrain, RETRAIN, TRAINED, 0",
    "pin, PIN, PINNED, 0",
    "unpin, UNPIN, UNPINNED, 0",
    "rollback, ROLLBACK, ROLLED_BACK, 0",
    "rollback, ROLLBACK, REFUSED, 1",
    "retrain, RETRAIN, FAILED, 1"
  })
  void command_answered_saysWhatHappened(
      String command, ModelCommand.Kind kind, ModelEvent.Kind answer, int code) {
    try (Answering role =
        new Answering(given -> Optional.of(event(answer, Optional.of(given.id()), "so it is")))) {
      assertThat(models(command)).as(err.toString()).isEqualTo(code);

      assertThat(role.commands).extracting(ModelCommand::kind).containsExactly(kind);
      assertThat(out.toString())
          .startsWith(answer.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '))
          .contains(A.hash().substring(0, 12) + ": so it is")
          .contains("gateChallenger 0.5");
    }
  }

  @Test
  void promote_answered_sentTheHashAndReadsItsOwnAnswerAlone() throws Exception {
    try (Answering role =
        new Answering(
            given ->
                Optional.of(
                    event(ModelEvent.Kind.PROMOTED, Optional.of(given.id()), given.id())))) {
      // Answers to others, and an event that answers nobody.
      assertThat(models("pin")).isZero();
      String first = role.commands.get(0).id();

      assertThat(models("promote", A.hash().substring(0, 8), "--json")).isZero();

      JsonNode json = new ObjectMapper().readTree(out.toString());
      assertThat(role.commands.get(1).hash()).contains(A.hash().substring(0, 8));
      assertThat(role.commands.get(1).id()).isNotEqualTo(first);
      assertThat(json.get("command").asText()).isEqualTo(role.commands.get(1).id());
      assertThat(json.get("kind").asText()).isEqualTo("PROMOTED");
    }
  }

  @Test
  void command_noRoleRuns_ends3AndNothingIsSent() {
    assertThat(models("rollback", "--timeout", "5s")).isEqualTo(3);

    assertThat(err.toString())
        .contains(
            "tplus1: no retrain role of %s runs, and nothing was sent: start one with"
                .formatted(stream.configuration().retrainApplicationId()));
    assertThat(stream.read("model-commands")).isEmpty();
  }

  /** What the dashboard does, which does not wait. */
  @Test
  void order_noRoleRuns_refusedAndNothingIsSent() {
    ModelCommand command =
        new ModelCommand("by-http", ModelCommand.Kind.ROLLBACK, Optional.empty(), 1);
    try (ModelConsole console = new ModelConsole(stream.configuration(), Duration.ofSeconds(20))) {
      assertThatThrownBy(() -> console.order(command))
          .isInstanceOf(KafkaException.class)
          .hasMessageContaining("no retrain role of")
          .hasMessageContaining("nothing was sent");
    }
    assertThat(stream.read("model-commands")).isEmpty();
  }

  @Test
  void command_roleIsSilent_ends3AndSaysThatItIsSent() {
    try (Answering role = new Answering(given -> Optional.empty())) {
      assertThat(models("retrain", "--timeout", "5s")).isEqualTo(3);

      assertThat(err.toString()).contains("has not answered within 5 s: the command ");
      assertThat(stream.await("model-commands", 1))
          .allSatisfy(record -> assertThat(StreamUnderTest.key(record)).isEqualTo("default"));
      assertThat(role.commands).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void list_andShow_readTheTopics() throws Exception {
    try (ModelPublisher publisher = new ModelPublisher(stream)) {
      publisher.publish(A);
      publisher.publish(B);
      publisher.publishAndAbort(MODELS.of(3));
      publisher.write(Map.of("rubbish", new byte[] {1}, "champion/other", new byte[] {2}));
    }
    io.tplus1.broker.TopicRecords.produce(
        broker.bootstrapServers(),
        List.of(
            new ProducerRecord<>(
                stream.topic("model-events"),
                "default".getBytes(UTF_8),
                new ModelEventSerde()
                    .serializer()
                    .serialize(
                        "t", event(ModelEvent.Kind.PROMOTED, Optional.empty(), "it is better"))),
            new ProducerRecord<>(
                stream.topic("model-events"),
                "default".getBytes(UTF_8),
                new ModelEventSerde()
                    .serializer()
                    .serialize(
                        "t",
                        event(
                            ModelEvent.Kind.REJECTED,
                            MODELS.of(4),
                            Optional.empty(),
                            "it did not beat persistence"))),
            new ProducerRecord<>(
                stream.topic("model-events"), "default".getBytes(UTF_8), new byte[] {7})));

    assertThat(models("list")).as(err.toString()).isZero();
    assertThat(out.toString().lines().skip(1).limit(2).map(line -> line.substring(0, 22)))
        .containsExactly(
            B.hash().substring(0, 12) + "  champion", A.hash().substring(0, 12) + "  kept    ");
    assertThat(out.toString())
        .contains("(epoch 2): a test wants it")
        .contains("REJECTED " + ModelArtifact.brief(MODELS.of(4).hash()) + ": it did not beat");

    assertThat(models("list", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("champion").asText()).isEqualTo(B.hash());
    assertThat(json.get("models")).hasSize(2);

    assertThat(models("show", A.hash().substring(0, 10))).isZero();
    assertThat(out.toString())
        .contains("model        " + A.hash())
        .contains("30 samples")
        .contains("PROMOTED: it is better");
    assertThat(models("show", "0123456789")).isEqualTo(1);
    assertThat(err.toString()).contains("no model's hash begins with 0123456789");
    String rejected = MODELS.of(4).hash();
    assertThat(models("show", rejected)).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "the model %s is not in the topic models; the newest event about it is REJECTED, of 1970-01-01T00:00:00.005Z: it did not beat persistence"
                .formatted(ModelArtifact.brief(rejected)));
  }

  @Test
  void list_noTopics_saysSoAndMakesNone() throws IOException {
    assertThat(models("list")).isEqualTo(1);

    assertThat(err.toString())
        .startsWith(
            "tplus1: the topic %s does not exist: `tplus1 run`".formatted(stream.topic("models")))
        .doesNotContain("\tat ");
    assertThat(models("list")).isEqualTo(1);
  }
}
