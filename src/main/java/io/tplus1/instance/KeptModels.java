package io.tplus1.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of models on this disk, and which topic it was read from. Not thread-safe.
 *
 * <p>Kafka Streams go on in a global store's topic at the offset that they kept with it, and know
 * no topic but by its name. In one that was deleted and made again they would pass over what lies
 * before that offset, if the topic has grown beyond it, and the old champion would serve on. So a
 * file beside the stores names the topic by the brokers' id of it; whoever finds another there
 * begins without the store, and reads the topic from its beginning.
 */
final class KeptModels {
  private static final Logger LOG = LoggerFactory.getLogger(KeptModels.class);

  /** Kafka Streams' folder of global stores, of which this is the only one. */
  private static final String GLOBAL = "global";

  private final Path store;
  private final Path readFrom;

  /**
   * Touches nothing yet.
   *
   * @param stateDir the application's {@code state.dir}; the caller holds its {@link InstanceId}
   */
  KeptModels(Path stateDir, String applicationId) {
    this.store = stateDir.resolve(applicationId).resolve(GLOBAL);
    this.readFrom = stateDir.resolve(applicationId + ".models");
  }

  /**
   * Notes the topic that is read from now on, before the store is opened, and deletes what was kept
   * of another one of that name. What an earlier release kept, which does not say, counts as this
   * one's; and what another name gave stays until that of this one takes its place.
   *
   * @param topic its name
   * @param id as the brokers know it
   */
  void readFrom(String topic, String id) {
    try {
      String name = topic + " ";
      String before = Files.exists(readFrom) ? Files.readString(readFrom).strip() : "";
      if (before.startsWith(name) && !before.equals(name + id)) {
        LOG.info("{} was made anew: it is read from its beginning", topic);
        delete();
      }
      Files.createDirectories(readFrom.getParent());
      Files.writeString(readFrom, name + id + "\n");
    } catch (IOException e) {
      throw LocalState.unwritable(readFrom.getParent(), e);
    }
  }

  private void delete() throws IOException {
    if (!Files.isDirectory(store)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(store)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
