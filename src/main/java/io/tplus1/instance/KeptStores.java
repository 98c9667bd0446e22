package io.tplus1.instance;

import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.config.Configuration;
import io.tplus1.config.StreamsProperties;
import io.tplus1.topic.Application;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.rows.RowKeeping;
import io.tplus1.topology.state.ForecastStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores on this disk that are gone on with whatever ended the process, and the topics that they
 * were read from: that of models, whose old champion would serve on, and the windows, whose rows
 * would have a hole. Not thread-safe.
 */
final class KeptStores {
  private static final Logger LOG = LoggerFactory.getLogger(KeptStores.class);

  /** Kafka Streams' folder of global stores, of which that of models is the only one. */
  private static final String GLOBAL = "global";

  private final Path stateDir;
  private final String applicationId;

  /**
   * Touches nothing yet.
   *
   * @param stateDir the application's {@code state.dir}; the caller holds its {@link InstanceId}
   */
  KeptStores(Path stateDir, String applicationId) {
    this.stateDir = stateDir;
    this.applicationId = applicationId;
  }

  static KeptStores of(Configuration configuration) {
    return new KeptStores(
        StreamsProperties.stateDir(configuration), configuration.forecastApplicationId());
  }

  /** Asks the brokers for the topics that the forecasts are about to read, and notes them. */
  void note(Configuration configuration, ClusterAdmin cluster) {
    String models = configuration.topics().name(TopicContracts.MODELS);
    // Not every broker has heard of one that is new, and the next start finds another id then.
    models(models, topicId(cluster, models).orElse("new"));
    if (!configuration.windows().inMemory()) {
      String changelog = Application.changelog(applicationId, ForecastStores.VECTORS);
      windows(RowKeeping.FOLDER, changelog, topicId(cluster, changelog));
    }
  }

  private static Optional<String> topicId(ClusterAdmin cluster, String topic) {
    try {
      return Optional.of(
          cluster
              .answer(cluster.admin().describeTopics(List.of(topic)).allTopicNames())
              .get(topic)
              .topicId()
              .toString());
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  /**
   * Notes the topic of models that is read from now on, before the store is opened, and deletes
   * what was kept of another one of that name, or before another name was read. What a name gave
   * that is read no more stays until that of this one takes its place.
   *
   * @param topic its name
   * @param id as the brokers know it
   */
  void models(String topic, String id) {
    Path store = stateDir.resolve(applicationId).resolve(GLOBAL);
    boolean deleted = note(".models", topic, Optional.of(id), store, true);
    if (deleted) {
      LOG.info("{} was made anew, or another was read since: it is read from its beginning", topic);
    }
  }

  /**
   * Notes the changelog of windows, before they are opened, and deletes them where they were not
   * closed and it is another: how far they go in it is not known then.
   *
   * @param folder of the application's that they lie in
   * @param id as the brokers know it; empty if it is not there yet
   */
  void windows(String folder, String changelog, Optional<String> id) {
    Path stores = stateDir.resolve(applicationId);
    boolean open = Files.exists(LocalState.mark(stateDir, applicationId));
    boolean another = note(".windows", changelog, id, stores.resolve(folder), open);
    if (another && open) {
      LOG.warn(
          "{} was made anew while its store was open: it is read from its beginning", changelog);
    } else if (another && id.isPresent()) {
      LOG.warn(
          "{} was made anew: windows on this disk are gone on with; where other instances have written to it meanwhile, stop this one, delete {} and start it again",
          changelog,
          stores);
    }
  }

  /**
   * Deletes what was kept of another topic, and then notes the one that is read from now on: an end
   * in between leaves nothing of the other under its id.
   *
   * @param stale whether what was kept of another is to be deleted
   * @return whether something was kept, of another
   */
  private boolean note(String suffix, String topic, Optional<String> id, Path kept, boolean stale) {
    TopicNote note = new TopicNote(stateDir.resolve(applicationId + suffix));
    try {
      boolean another = note.isOfAnother(topic, id);
      boolean any = !StateFiles.folders(kept).isEmpty();
      if (another && stale) {
        StateFiles.delete(kept);
      }
      note.isReadFrom(topic, id, another);
      return another && any;
    } catch (IOException e) {
      throw LocalState.unwritable(stateDir, e);
    }
  }
}
