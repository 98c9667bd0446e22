package io.tplus1.topology;

import io.tplus1.config.ForecastSettings;
import io.tplus1.config.TopicSettings;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.ModelScoresSerde;
import io.tplus1.serde.SampleSerde;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.notice.FirstTimes;
import io.tplus1.topology.notice.ShortHistory;
import io.tplus1.topology.notice.UnknownWords;
import io.tplus1.topology.rows.RowKeeping;
import io.tplus1.topology.state.BeforeCommit;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.ForecastStores;
import io.tplus1.topology.state.SeriesRoom;
import java.time.Clock;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The forecast topology: {@code features → decode → forecast → predictions}, beside it {@code
 * scores}, {@code features-dlq} and, where something learns, {@code training-samples} and {@code
 * model-scores}.
 */
public final class ForecastTopology {
  private ForecastTopology() {}

  /**
   * Builds the topology.
   *
   * @param plan what it is built of
   * @param registry tells which model serves
   * @param clock tells which event times lie in the future
   * @param counters told what happens
   * @param keeping how windows are kept on the disk
   */
  public static Topology build(
      ForecastPlan plan,
      ModelRegistry registry,
      Clock clock,
      ForecastCounters counters,
      RowKeeping keeping) {
    ForecastLayout layout = plan.layout();
    ForecastSettings settings = layout.settings();
    TopicSettings topics = plan.topics();
    boolean holes = settings.hygiene().fillsFeatures();
    ShortHistory.lookAhead(layout);
    ShortHistory.Said said = new ShortHistory.Said(layout);
    BeforeCommit beforeCommit = new BeforeCommit();
    SeriesRoom room = SeriesRoom.onHeap(layout);
    UnknownWords unknownWords = new UnknownWords(layout.schema());
    FirstTimes firstTimes = new FirstTimes(clock);
    Topology topology = new Topology();
    topology.addSource(
        (AutoOffsetReset) null, // auto.offset.reset decides
        ForecastNodes.FEATURES,
        new EventTimeExtractor(plan.timeSource(), clock, plan.timeMaxAhead()),
        new ByteArrayDeserializer(),
        plan.decoder(),
        topics.name(TopicContracts.FEATURES));
    topology.addProcessor(
        ForecastNodes.DECODE,
        () ->
            new DecodeProcessor(
                settings.windows().maxLateness(),
                plan.deadLetterMaxBytes(),
                unknownWords,
                firstTimes,
                counters,
                clock),
        ForecastNodes.FEATURES);
    topology.addProcessor(
        ForecastNodes.FORECAST,
        () ->
            new ForecastProcessor(
                layout, registry, counters, plan.deadLetterMaxBytes(), beforeCommit, room, said),
        ForecastNodes.DECODE);
    ForecastStores.builders(layout, beforeCommit, keeping, topics.segmentBytesSet())
        .forEach(store -> topology.addStateStore(store, ForecastNodes.FORECAST));
    addSink(
        topology,
        ForecastNodes.PREDICTIONS,
        topics.name(TopicContracts.PREDICTIONS),
        plan.predictions());
    addSink(topology, ForecastNodes.SCORES, topics.name(TopicContracts.SCORES), plan.scores());
    if (settings.learning()) {
      addSink(
          topology,
          ForecastNodes.TRAINING_SAMPLES,
          topics.name(TopicContracts.TRAINING_SAMPLES),
          new SampleSerde().serializer());
      addSink(
          topology,
          ForecastNodes.MODEL_SCORES,
          topics.name(TopicContracts.MODEL_SCORES),
          new ModelScoresSerde().serializer());
    }
    topology.addSink(
        ForecastNodes.DEAD_LETTERS,
        topics.name(TopicContracts.FEATURES_DLQ),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        // What has a hole that nothing can fill is known to be a bad record only there.
        holes
            ? new String[] {ForecastNodes.DECODE, ForecastNodes.FORECAST}
            : new String[] {ForecastNodes.DECODE});
    return topology;
  }

  private static void addSink(
      Topology topology, String name, String topic, Serializer<?> valueSerializer) {
    topology.addSink(name, topic, new StringSerializer(), valueSerializer, ForecastNodes.FORECAST);
  }
}
