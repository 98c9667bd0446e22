package io.tplus1;

import static io.tplus1.DoctorRuns.found;
import static io.tplus1.catalogue.SmallCatalogue.A;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.TopicRecords;
import io.tplus1.catalogue.SmallCatalogue;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.instance.ModelPublisher;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelPointer;
import io.tplus1.rnn.ConstantModels;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code tplus1 doctor} says of the champion that a cluster holds, or should. */
final class DoctorChampionIT {
  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private DoctorRuns runs;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void prepare() {
    runs = new DoctorRuns(directory);
  }

  @Test
  void doctor_championOfTheEventsIsNotInModels_warnsAndNamesTheCommand() throws Exception {
    StreamUnderTest stream = stream("lost");
    assertThat(runs.topicsCreate(stream)).isZero();
    produce(stream, ModelEvent.Kind.PROMOTED, Optional.of("c".repeat(64)));

    assertThat(found(runs.doctor(0, stream), "champion", "warning"))
        .contains(
            "events name cccccccccccc, and models holds none of the name default",
            "`tplus1 models promote cccccccccccc`");
  }

  /** In the middle of an upgrade: to have it written again would write the same. */
  @Test
  void doctor_championOfANewerFormat_saysSoAndAdvisesTheNewerVersion() throws Exception {
    StreamUnderTest stream = stream("newer");
    assertThat(runs.topicsCreate(stream)).isZero();
    String hash = A.hash();
    try (ModelPublisher publisher = new ModelPublisher(stream)) {
      publisher.publish(A);
      publisher.write(Map.of(ModelKeys.artifact(hash), SmallCatalogue.newerThan(A)));
    }

    assertThat(found(runs.doctor(4, stream), "champion", "failed"))
        .contains(
            "cannot be read here, so whatever served goes on: the artifact's format is 99, ",
            "start the version here that wrote it")
        .doesNotContain("is not in models", "promote");

    String brief = ModelArtifact.brief(hash);
    String config = runs.write(stream).toString();
    assertThat(runs.execute("models", "show", brief, "--config", config)).isEqualTo(1);
    assertThat(runs.out())
        .contains(
            "the model " + brief + " is there and cannot be read here: the artifact's format");
  }

  @Test
  void doctor_championThatIsBroken_saysSoAndNamesTheCommandThatWritesItAgain() throws Exception {
    StreamUnderTest stream = stream("broken");
    assertThat(runs.topicsCreate(stream)).isZero();
    String hash = A.hash();
    try (ModelPublisher publisher = new ModelPublisher(stream)) {
      publisher.publish(A);
      publisher.write(Map.of(ModelKeys.artifact(hash), new byte[] {1, 2}));
    }

    assertThat(found(runs.doctor(4, stream), "champion", "failed"))
        .contains(
            "cannot be read here, so whatever served goes on: not an artifact: ",
            "`tplus1 models promote %s` has the".formatted(ModelArtifact.brief(hash)))
        .doesNotContain("is not in models");
  }

  @Test
  void doctor_newestEventNamesNoChampion_noneIsLost() throws Exception {
    StreamUnderTest stream = stream("begun-anew");
    assertThat(runs.topicsCreate(stream)).isZero();
    produce(stream, ModelEvent.Kind.PROMOTED, Optional.of("c".repeat(64)));
    produce(stream, ModelEvent.Kind.TRAINED, Optional.empty());

    assertThat(found(runs.doctor(0, stream), "champion", "ok"))
        .contains("none yet of the name default");
  }

  /** The pointer of a time when there were networks counts as a reject, and nothing is lost. */
  @Test
  void doctor_championWhereNoForecastAsksANetwork_nothingToFix() throws Exception {
    StreamUnderTest stream = stream("unasked");
    assertThat(runs.topicsCreate(stream)).isZero();
    try (ModelPublisher publisher = new ModelPublisher(stream)) {
      publisher.publish(A);
    }
    stream.settings().put("window.steps", "3");
    assertThat(found(runs.doctor(4, stream), "champion", "failed")).contains("window.steps is 3");

    stream.settings().putAll(Map.of("experts", "last,linear", "linear.lags", "1"));
    assertThat(found(runs.doctor(0, stream), "champion", "ok"))
        .isEqualTo("none is asked: experts has no rnn");
  }

  /** Whoever starts serves none, whether or not brokers keep the older pointer still. */
  @Test
  void doctor_pointerIsDeleted_saysThatAnInstanceThatStartsHasNoModel() throws Exception {
    StreamUnderTest stream = stream("emptied");
    assertThat(runs.topicsCreate(stream)).isZero();
    try (ModelPublisher publisher = new ModelPublisher(stream)) {
      publisher.publish(A);
      produce(stream, ModelEvent.Kind.PROMOTED, Optional.of(A.hash()));
      assertThat(found(runs.doctor(0, stream), "champion", "ok")).endsWith(" fits");
      publisher.write(Collections.singletonMap(ModelKeys.champion("default"), null));
    }

    assertThat(found(runs.doctor(0, stream), "champion", "warning"))
        .contains(
            "and models holds none of the name default: an instance that starts has no model");
    assertThat(runs.execute("models", "list", "--config", runs.write(stream).toString())).isZero();
    assertThat(runs.out()).doesNotContain("CHAMPION");
  }

  /** As the pages advise: the file serves at once, and takes the champion's place. */
  @Test
  void doctor_championFitsNoLongerAndTheModelFileDoes_nothingToFix() throws Exception {
    StreamUnderTest stream = outgrown("followed");
    putFile(stream);

    assertThat(found(runs.doctor(0, stream), "champion", "ok"))
        .contains("does not fit; model.file does, so that it serves")
        .as("nothing learns")
        .doesNotContain("retrain role");
    stream.settings().put("retrain.mode", "refresh");
    assertThat(found(runs.doctor(0, stream), "champion", "ok"))
        .contains("does not fit; model.file does, so that it serves, and a retrain role makes it");
  }

  private void putFile(StreamUnderTest stream) throws IOException {
    Path file = Files.write(directory.resolve("next.zip"), ofThreeSteps().toBytes());
    stream.settings().put("model.file", file.toString());
  }

  @Test
  void doctor_championFitsNoLongerAndOthersAreTrained_warnsThatNoneServesUntilOneWins()
      throws Exception {
    StreamUnderTest stream = outgrown("followed-by-learning");
    stream.settings().put("retrain.mode", "refresh");

    assertThat(found(runs.doctor(0, stream), "champion", "warning"))
        .contains(
            "window.steps is 3",
            "NO_MODEL until the gate promotes one",
            "`tplus1 train`) for model.file, which serves at once");
  }

  @Test
  void doctor_championFitsNoLongerAndIsPinned_advisesToUnpinIt() throws Exception {
    StreamUnderTest stream = outgrown("pinned");
    stream.settings().put("retrain.mode", "refresh");
    try (ModelPublisher publisher = new ModelPublisher(stream)) {
      publisher.write(
          Map.of(
              ModelKeys.champion("default"),
              new ModelPointerSerde()
                  .serializer()
                  .serialize("", new ModelPointer(A.hash(), List.of(), true, 9, "pinned"))));
    }

    assertThat(found(runs.doctor(4, stream), "champion", "failed"))
        .contains("window.steps is 3", "it is pinned", "`tplus1 models unpin`")
        .doesNotContain("model.name");
    putFile(stream);
    assertThat(found(runs.doctor(0, stream), "champion", "warning"))
        .contains("window.steps is 3", "model.file serves", "pinned", "`tplus1 models unpin`");
  }

  /** Its champion is of windows of two vectors, and its settings say three. */
  private StreamUnderTest outgrown(String name) throws Exception {
    StreamUnderTest stream = stream(name);
    assertThat(runs.topicsCreate(stream)).isZero();
    try (ModelPublisher publisher = new ModelPublisher(stream)) {
      publisher.publish(A);
    }
    stream.settings().put("window.steps", "3");
    return stream;
  }

  private static ModelArtifact ofThreeSteps() {
    return new ConstantModels(FeatureSchema.ofNumbers("a", "b"), 3).of(1);
  }

  private static void produce(
      StreamUnderTest stream, ModelEvent.Kind kind, Optional<String> champion) {
    ModelEvent event =
        new ModelEvent(kind, 1, champion, champion, Optional.empty(), "better", Map.of());
    TopicRecords.produce(
        broker.bootstrapServers(),
        List.of(
            new ProducerRecord<>(
                stream.topic("model-events"),
                "default".getBytes(UTF_8),
                new ModelEventSerde().serializer().serialize("", event))));
  }

  private static StreamUnderTest stream(String name) {
    return new StreamUnderTest(
        broker.bootstrapServers(),
        name,
        directory.resolve("state-" + name),
        Map.of("features", "a,b", "window.steps", "2", "history.minimum", "1"));
  }
}
