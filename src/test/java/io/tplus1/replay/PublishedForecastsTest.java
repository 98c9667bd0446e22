package io.tplus1.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tplus1.cluster.TopicReader;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.BinaryPredictions;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which of several forecasts of one time is found. */
class PublishedForecastsTest {
  private static final String TOPIC = "predictions";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  private final PredictionSerde serde = new PredictionSerde(FeatureSchema.ofNumbers("x"));
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final List<ConsumerRecord<byte[], byte[]>> sent = new ArrayList<>();
  private long beginning;

  PublishedForecastsTest() {
    consumer.assign(List.of(PARTITION));
  }

  /** One of two steps, with a value that tells it from others. */
  private void send(long madeAtMs, float value, long... targetsMs) {
    send(
        madeAtMs,
        serde
            .serializer()
            .serialize(TOPIC, forecast(madeAtMs, new float[] {value, value}, targetsMs)));
  }

  private static Prediction forecast(long madeAtMs, float[] values, long... targetsMs) {
    return new Prediction(
        "k",
        madeAtMs,
        ForecastStatus.OK,
        "m",
        targetsMs,
        values,
        new float[0],
        new float[0],
        Optional.empty());
  }

  /** Of the same series. */
  private void send(long madeAtMs, byte[] value) {
    sent.add(
        new ConsumerRecord<>(
            TOPIC,
            0,
            beginning + sent.size(),
            madeAtMs,
            TimestampType.CREATE_TIME,
            0,
            0,
            "k".getBytes(UTF_8),
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  private PublishedForecasts forecasts() {
    consumer.updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, null, null, null)));
    consumer.updateBeginningOffsets(Map.of(PARTITION, beginning));
    consumer.updateEndOffsets(Map.of(PARTITION, beginning + sent.size()));
    // What a poll has given, it gives no more; what is absent is looked for twice.
    for (int reading = 0; reading < 2; reading++) {
      consumer.schedulePollTask(() -> sent.forEach(consumer::addRecord));
    }
    return new PublishedForecasts(
        new TopicReader(consumer, Duration.ofSeconds(10)), TOPIC, serde.deserializer());
  }

  private float found(long targetMs, Integer horizon) throws GoneException {
    return forecasts().of("k", targetMs, Optional.ofNullable(horizon)).prediction().values()[0];
  }

  /** Forecasts of time 40, made at 30, that the settings of this test cannot read. */
  static Stream<Arguments> unreadable() {
    FeatureSchema words =
        FeatureSchema.of(List.of(Feature.category("x", List.of("calm", "storm"))));
    FeatureSchema two = FeatureSchema.ofNumbers("x", "y");
    return Stream.of(
        arguments(
            "another target",
            new PredictionSerde(FeatureSchema.ofNumbers("y"))
                .serializer()
                .serialize(TOPIC, forecast(30, new float[1], 40))),
        arguments(
            "words in place of a number",
            new PredictionSerde(words)
                .serializer()
                .serialize(TOPIC, forecast(30, new float[words.outputWidth()], 40))),
        arguments(
            "two targets, binary",
            new BinaryPredictions(two).serialize(TOPIC, forecast(30, new float[2], 40))),
        arguments("an array", "[1]".getBytes(UTF_8)),
        arguments("an empty value", new byte[0]),
        arguments("no value", null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unreadable")
  void of_oneOfOtherSettingsOfTheSeries_isPassedOver(String what, byte[] other) throws Exception {
    send(30, other);
    send(30, 1, 40, 50);
    send(30, other);

    assertThat(found(40, null)).isEqualTo(1);
  }

  /** Where steps are not even, a later vector may lie more steps before a time. */
  @Test
  void of_laterForecastOfMoreSteps_isTheOneOfFewest() throws Exception {
    send(20, 1, 30, 40);
    send(30, 2, 40, 50);
    send(32, 3, 36, 40);

    assertThat(found(40, null)).isEqualTo(2);
  }

  @Test
  void of_severalOfAsManySteps_isTheNewest() throws Exception {
    send(30, 1, 40, 50);
    send(30, 2, 40, 50); // features was read again
    send(32, 3, 36, 40);

    assertThat(found(40, null)).isEqualTo(2);
  }

  @Test
  void of_horizonThatIsAsked_isTheNewestOfIt() throws Exception {
    send(20, 1, 30, 40);
    send(32, 2, 36, 40);
    send(34, 3, 40, 46);

    assertThat(found(40, 2)).isEqualTo(2);
  }

  /** What was made before 30 is deleted, and was of 30 and, two steps ahead, of 40. */
  @ParameterizedTest
  @CsvSource({"30,", "40, 2", "30, 1", "30, 2", "20,"})
  void of_oneThatMayHaveBeenMadeBeforeAllThatAreThere_isGone(long targetMs, Integer horizon) {
    beginning = 5;
    send(30, 1, 40, 50);
    send(40, 2, 50, 60);

    assertThatExceptionOfType(GoneException.class)
        .isThrownBy(() -> found(targetMs, horizon))
        .withMessageStartingWith("no forecast of 'k' for 1970-01-01T00:00:00.0")
        .withMessageEndingWith(
            "2 of this series are there, made from 1970-01-01T00:00:00.030Z to 1970-01-01T00:00:00.040Z")
        .satisfies(gone -> assertThat(gone.input()).isEqualTo(GoneException.Input.PREDICTION));
  }

  /** All that may be of it are there, or nothing was ever deleted. */
  @ParameterizedTest
  @CsvSource({"5, 55, 1", "5, 70,", "0, 30,", "0, 40, 2"})
  void of_oneThatWouldBeThere_neverWas(long beginsAt, long targetMs, Integer horizon) {
    beginning = beginsAt;
    send(30, 1, 40, 50);
    send(40, 2, 50, 60);

    assertThatIllegalArgumentException().isThrownBy(() -> found(targetMs, horizon));
  }

  /** As somebody else may have written: it says nothing of how far ahead others were. */
  @Test
  void of_besideOneOfNoHorizons_isGone() {
    beginning = 5;
    send(30, 1, 40);
    send(40, serde.serializer().serialize(TOPIC, forecast(40, new float[0])));

    assertThatExceptionOfType(GoneException.class).isThrownBy(() -> found(20, null));
  }

  /** Nobody knows how far ahead they were: what is of the time of the oldest was made before it. */
  @Test
  void of_timeOfTheOldestWhereNoneCanBeRead_isGone() {
    beginning = 5;
    send(30, new byte[0]);

    assertThatExceptionOfType(GoneException.class).isThrownBy(() -> found(30, null));
    assertThatIllegalArgumentException().isThrownBy(() -> found(31, null));
  }
}
