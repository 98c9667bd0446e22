package io.tplus1.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.cluster.BootstrapServers;
import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.RequestTimeout;
import io.tplus1.cluster.TopicReader;
import io.tplus1.config.ClientProperties;
import io.tplus1.config.Configuration;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelCommandSerde;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import io.tplus1.serde.ModelScoresSerde;
import io.tplus1.topic.AdminAnswers;
import io.tplus1.topic.TopicContracts;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The models of a running cluster, as the command line sees them: reads the topics of models, and
 * gives commands and waits for their answers. Uses the clients' settings of the configuration,
 * security among them. For one thread.
 */
public final class ModelConsole implements AutoCloseable {
  /** Newest records of a partition of events or scores that are read. */
  private static final long NEWEST = 20_000;

  private static final Duration POLL = Duration.ofMillis(100);
  private static final long LOOK_AGAIN_MS = 500;
  private static final String CLIENT = "tplus1-models";

  private final Configuration configuration;
  private final ClientProperties client;
  private final Duration timeout;
  private final ClusterAdmin cluster;

  /**
   * @param timeout longest wait for the brokers, and for the answer to a command
   */
  public ModelConsole(Configuration configuration, Duration timeout) {
    this.configuration = configuration;
    this.client = ClientProperties.of(configuration);
    this.timeout = timeout;
    this.cluster = new ClusterAdmin(configuration, CLIENT, timeout);
  }

  /**
   * Reads what the topics hold of the configuration's model name.
   *
   * @throws KafkaException if the brokers do not answer, or a topic is absent
   */
  public ModelCatalogue read() {
    String name = configuration.modelName();
    ModelCatalogue.Builder catalogue =
        new ModelCatalogue.Builder(
            name,
            new ModelCatalogue.Shape(
                configuration.featureNames(),
                configuration.windows().steps(),
                configuration.windows().horizon()));
    byte[] key = name.getBytes(UTF_8);
    try (TopicReader reader = TopicReader.of(configuration, CLIENT, timeout)) {
      read(reader, TopicContracts.MODELS, Long.MAX_VALUE, record -> model(record, name, catalogue));
      read(
          reader,
          TopicContracts.MODEL_EVENTS,
          NEWEST,
          record -> {
            if (Arrays.equals(record.key(), key) && record.value() != null) {
              catalogue.event(ModelEventSerde.read(record.value()));
            }
          });
      read(
          reader,
          TopicContracts.MODEL_SCORES,
          NEWEST,
          record -> {
            if (Arrays.equals(record.key(), key) && record.value() != null) {
              catalogue.scores(ModelScoresSerde.read(record.value()));
            }
          });
    }
    return catalogue.build();
  }

  private static void model(
      ConsumerRecord<byte[], byte[]> record, String name, ModelCatalogue.Builder catalogue) {
    ModelKeys.Key key = ModelKeys.parse(record.key()).orElse(null);
    if (key instanceof ModelKeys.Artifact artifact) {
      catalogue.artifact(artifact.hash(), record.value());
    } else if (key instanceof ModelKeys.Champion champion && champion.modelName().equals(name)) {
      catalogue.pointer(record.value() == null ? null : ModelPointerSerde.read(record.value()));
    }
  }

  /**
   * Gives a command and waits for the event that answers it.
   *
   * @throws NoAnswerException if no retrain role answers in time, when none runs, nothing is sent;
   *     or if the command was sent, or may have been, and its answer cannot be read
   * @throws KafkaException if nothing was sent: if the brokers do not answer or refuse, or a topic
   *     is absent
   */
  public ModelEvent ask(ModelCommand command) throws NoAnswerException {
    long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
    // A command that nobody waits for any more would be carried out at the next start of a role.
    while (beforeSending(this::members) == 0) {
      if (System.nanoTime() - deadline > 0) {
        throw new NoAnswerException(nobody());
      }
      pause();
    }
    try (KafkaConsumer<byte[], byte[]> consumer = beforeSending(this::consumer)) {
      List<TopicPartition> partitions =
          beforeSending(() -> partitions(TopicContracts.MODEL_EVENTS));
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      // The end is looked up now, before the command can be answered.
      partitions.forEach(partition -> beforeSending(() -> consumer.position(partition, timeout)));
      sendAndTell(command);
      try {
        return answer(command, consumer, deadline);
      } catch (KafkaException e) {
        throw new NoAnswerException(
            "the command %s is sent and will be carried out, but its answer cannot be read: %s; ask `tplus1 models list` before it is given again"
                .formatted(command.id(), e.getMessage()),
            e);
      }
    }
  }

  /** Who gives a command that brokers may have is told so as of one that nobody answers. */
  private void sendAndTell(ModelCommand command) throws NoAnswerException {
    try {
      send(command);
    } catch (TimeoutException e) {
      throw new NoAnswerException(e.getMessage(), e);
    }
  }

  private ModelEvent answer(
      ModelCommand command, KafkaConsumer<byte[], byte[]> consumer, long deadline)
      throws NoAnswerException {
    while (System.nanoTime() - deadline < 0) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Optional<ModelEvent> event = event(record);
        if (event.flatMap(ModelEvent::command).filter(command.id()::equals).isPresent()) {
          return event.get();
        }
      }
    }
    throw new NoAnswerException(
        "the retrain role of %s has not answered within %s: the command %s is sent and will be carried out; ask `tplus1 models list` later, or wait longer with --timeout"
            .formatted(
                configuration.retrainApplicationId(), AdminAnswers.text(timeout), command.id()));
  }

  private String nobody() {
    return "no retrain role of %s runs, and nothing was sent: start one with `tplus1 run --role retrain` (or `all`), or see whether one hangs (/health/ready, tplus1_retrain_ready), which brokers have for gone"
        .formatted(configuration.retrainApplicationId());
  }

  /**
   * Gives a command without waiting for the event that answers it.
   *
   * @throws TimeoutException if no broker took it in time, which may have it all the same
   * @throws KafkaException if no retrain role runs, as far as this principal may see, or it could
   *     not be written
   */
  public void order(ModelCommand command) {
    if (!beforeSending(this::isHeard)) {
      throw new KafkaException(nobody());
    }
    send(command);
  }

  /**
   * Asks for what is wanted before a command is sent.
   *
   * @throws KafkaException also where nobody answers in time: a {@link TimeoutException} would say
   *     that somebody may have the command
   */
  private static <T> T beforeSending(Supplier<T> asked) {
    try {
      return asked.get();
    } catch (TimeoutException e) {
      throw new KafkaException("nothing was sent: " + e.getMessage(), e);
    }
  }

  private boolean isHeard() {
    try {
      return members() > 0;
    } catch (GroupAuthorizationException e) {
      return true; // Whoever may not look may write all the same.
    }
  }

  private static Optional<ModelEvent> event(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.ofNullable(record.value()).map(ModelEventSerde::read);
    } catch (SerializationException e) {
      return Optional.empty();
    }
  }

  /** Writes a command; returns when the broker has it. */
  private void send(ModelCommand command) {
    // Fails here if the topic is absent, where a producer might have it made.
    beforeSending(() -> partitions(TopicContracts.MODEL_COMMANDS));
    String topic = configuration.topics().name(TopicContracts.MODEL_COMMANDS);
    KafkaProducer<byte[], byte[]> producer = beforeSending(this::producer);
    try {
      cluster.answer(
          producer.send(
              new ProducerRecord<>(
                  topic,
                  null,
                  command.timeMs(),
                  configuration.modelName().getBytes(UTF_8),
                  new ModelCommandSerde().serializer().serialize(topic, command))));
    } catch (RetriableException e) { // Tried until the time was over, or not answered at all.
      throw new TimeoutException(
          "%s did not take the command %s within %s, and may have it all the same: ask `tplus1 models list` before it is given again"
              .formatted(topic, command.id(), AdminAnswers.text(timeout)),
          e);
    } finally {
      // Closing patiently would deliver later what its sender was told had failed.
      producer.close(Duration.ZERO);
    }
  }

  /** Nothing waits for longer than the one who gives the command. */
  Map<String, Object> producerSettings() {
    Map<String, Object> settings = client.writer(CLIENT);
    int timeoutMs = RequestTimeout.milliseconds(timeout);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    RequestTimeout.set(settings, timeout);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs);
    return settings;
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        BootstrapServers.beginWithWhoAnswers(producerSettings(), timeout),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        BootstrapServers.beginWithWhoAnswers(client.reader(CLIENT), timeout),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Members of the side topology's group, of which each is a stream thread. */
  private int members() {
    String group = configuration.retrainApplicationId();
    try {
      return cluster
          .answer(
              cluster.admin().describeConsumerGroups(List.of(group)).describedGroups().get(group))
          .members()
          .size();
    } catch (GroupIdNotFoundException e) {
      return 0;
    }
  }

  private List<TopicPartition> partitions(String id) {
    String topic = configuration.topics().name(id);
    try {
      return cluster
          .answer(cluster.admin().describeTopics(List.of(topic)).topicNameValues().get(topic))
          .partitions()
          .stream()
          .map(partition -> new TopicPartition(topic, partition.partition()))
          .toList();
    } catch (UnknownTopicOrPartitionException e) {
      throw TopicReader.absent(topic);
    }
  }

  /**
   * Hands over the newest records of a topic, one partition after the other: all of one model's
   * name lie in one. Records that are none are left out.
   */
  private void read(
      TopicReader reader, String id, long newest, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    for (TopicPartition partition : partitions(id)) {
      reader.read(
          partition,
          reader.end(partition) - newest,
          Long.MAX_VALUE,
          record -> {
            try {
              each.accept(record);
            } catch (SerializationException e) {
              // Not written by tplus1; the roles count such.
            }
            return true;
          });
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_AGAIN_MS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
