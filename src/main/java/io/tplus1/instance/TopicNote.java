package io.tplus1.instance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Notes on the disk which topic a store was read from, by the brokers' id of it. Not thread-safe.
 *
 * <p>Kafka Streams keep with a store how far its topic was read, and know no topic but by its name.
 * Of one that was deleted and made again they would pass over what lies before that place, if it
 * has grown beyond it.
 */
final class TopicNote {
  private final Path file;

  /** Touches nothing yet. */
  TopicNote(Path file) {
    this.file = file;
  }

  /**
   * Notes the topic that is read from now on.
   *
   * @param topic its name
   * @param id as the brokers know it; empty if there is none yet, and whichever is made is it
   * @return whether the store has a place in another topic of that name, or was read from others
   *     since. What an earlier release kept, which does not say, counts as this one's.
   */
  boolean isOfAnother(String topic, Optional<String> id) throws IOException {
    Map<String, String> read = new LinkedHashMap<>();
    String last = null;
    for (String line : StateFiles.lines(file)) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        last = line.substring(0, blank);
        read.put(last, line.substring(blank + 1));
      }
    }
    String before = read.remove(topic);
    boolean another = before != null && !(topic.equals(last) && id.equals(Optional.of(before)));
    if (another) {
      read.clear();
    }
    id.ifPresent(now -> read.put(topic, now));
    StateFiles.note(
        file, read.entrySet().stream().map(one -> one.getKey() + " " + one.getValue()).toList());
    return another;
  }
}
